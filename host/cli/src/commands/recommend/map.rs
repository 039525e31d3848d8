//! `lowrank recommend map`.

use super::kept_model::Kept;
use crate::arguments::Map;
use crate::run::{Failure, Output};
use lowrank::{DenseMatrix, Pca};
use lowrank_cli::plot::{Format, ItemMap};
use lowrank_files::model_folder::write_file;
use serde_json::{Value, json};
use std::fmt::{self, Write};
use std::path::Path;

/// The number of components that are told.
const COMPONENTS: usize = 3;

/// An item, and its place along a component, or its bias.
type Ranked = (usize, f64);

/// The items with the most ratings, and what their factors have in common.
struct ItemComponents<'k> {
    kept: &'k Kept,
    /// Items of the model, those with the most ratings first.
    items: Vec<usize>,
    /// The number of factors.
    factors: usize,
    /// The coordinates of the items, in the order of `items`, a column for each component.
    scores: DenseMatrix<f64>,
    /// The share of the variance of each component.
    shares: Vec<f64>,
    /// The length of a list.
    n: usize,
}

pub fn run(options: &Map) -> Result<Output, Failure> {
    let kept = Kept::read(&options.model)?;
    let found = ItemComponents::new(&kept, options)?;
    if let Some(file) = &options.plot {
        found.draw(file, options.titles)?;
    }
    Ok(Output::good(match options.json {
        true => format!("{:#}", found.to_json()),
        false => found.to_string().trim_end().to_owned(),
    }))
}

/// Returns the items with factors, those with the most ratings first; of equal numbers, in the order of the names.
fn best_known(kept: &Kept, factors: &DenseMatrix<f32>, most: usize) -> Vec<usize> {
    let mut counts = vec![0usize; kept.items.len()];
    for &item in kept.ratings.columns() {
        counts[item as usize] += 1;
    }
    let has = |&item: &usize| factors.column(item).iter().any(|&x| x != 0.0);
    let mut items: Vec<usize> = (0..counts.len()).filter(has).collect();
    items.sort_by_key(|&item| std::cmp::Reverse(counts[item]));
    items.truncate(most);
    items
}

impl<'k> ItemComponents<'k> {
    fn new(kept: &'k Kept, options: &Map) -> Result<Self, Failure> {
        let factors = kept.model.item_factors();
        let items = best_known(kept, &factors, options.items);
        let limit = items.len().min(factors.nrows());
        if items.len() < 2 || limit == 0 {
            return Err(Failure::Said(format!(
                "a map needs two items with factors, and {} of the model has some: train with more ratings, or with \
                 --rank 1 or more",
                items.len()
            )));
        }
        let entry = |i: usize, c: usize| f64::from(factors.at(c, items[i]));
        let pca = Pca {
            rank: COMPONENTS.min(limit),
            ..Pca::default()
        };
        let model = pca.fit(&DenseMatrix::from_fn(items.len(), factors.nrows(), entry))?;
        Ok(Self {
            kept,
            items,
            factors: factors.nrows(),
            scores: model.scores,
            shares: model.explained_variance_ratio,
            n: options.n,
        })
    }

    /// Returns the two ends of a list that ascends: the greatest, the greatest first, and the least.
    fn ends(&self, mut ranked: Vec<Ranked>) -> [Vec<Ranked>; 2] {
        ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
        let greatest = ranked.iter().rev().take(self.n).copied().collect();
        ranked.truncate(self.n);
        [greatest, ranked]
    }

    fn of_component(&self, c: usize) -> [Vec<Ranked>; 2] {
        let place = |(i, &item): (usize, &usize)| (item, self.scores.at(i, c));
        self.ends(self.items.iter().enumerate().map(place).collect())
    }

    /// Returns the best and the worst by their biases, if the model has any.
    fn by_bias(&self) -> Option<[Vec<Ranked>; 2]> {
        let biases = self.kept.model.item_biases()?;
        let bias = |&item: &usize| (item, f64::from(biases[item]));
        Some(self.ends(self.items.iter().map(bias).collect()))
    }

    fn name(&self, c: usize) -> String {
        format!(
            "component {}, {:.1} % of the variance",
            c + 1,
            100.0 * self.shares[c]
        )
    }

    /// Draws the best known items by the first two components; by one, if there is no other.
    fn draw(&self, file: &Path, titles: usize) -> Result<(), Failure> {
        let shown = self.items.len().min(titles);
        let second = 1.min(self.shares.len() - 1);
        let title = |item: &usize| {
            let names = &self.kept.items;
            names.title(*item).unwrap_or(names.name(*item)).to_owned()
        };
        let map = ItemMap {
            title: format!("the {shown} items with the most ratings"),
            points: (0..shown)
                .map(|i| (self.scores.at(i, 0), self.scores.at(i, second)))
                .collect(),
            names: self.items.iter().take(shown).map(title).collect(),
            components: (self.name(0), self.name(second)),
        };
        write_file(file, &map.render(Format::of(file)?)?)?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        let items = &self.kept.items;
        let list = |ranked: &[Ranked], name: &str| -> Value {
            let entry = |&(item, x): &Ranked| json!({ "item": items.name(item), "title": items.title(item), name: x });
            ranked.iter().map(entry).collect()
        };
        let components = (0..self.shares.len()).map(|c| {
            let [high, low] = self.of_component(c);
            json!({
                "share": self.shares[c],
                "high": list(&high, "place"),
                "low": list(&low, "place"),
            })
        });
        let biases = self.by_bias().map(
            |[best, worst]| json!({ "best": list(&best, "bias"), "worst": list(&worst, "bias") }),
        );
        json!({
            "model": self.kept.description.model,
            "items": self.items.len(),
            "factors": self.factors,
            "components": components.collect::<Vec<_>>(),
            "biases": biases,
        })
    }

    fn write_list(&self, f: &mut fmt::Formatter<'_>, head: &str, list: &[Ranked]) -> fmt::Result {
        writeln!(f, "\n{head}:")?;
        for (item, x) in list {
            writeln!(f, "{x:+9.4}  {}", self.kept.items.shown(*item))?;
        }
        Ok(())
    }
}

impl fmt::Display for ItemComponents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "the {} items with the most ratings, by the principal components of their {} factors",
            self.items.len(),
            self.factors
        )?;
        for c in 0..self.shares.len() {
            let [high, low] = self.of_component(c);
            let name = self.name(c);
            self.write_list(f, &format!("{name}, one end"), &high)?;
            self.write_list(f, &format!("{name}, the other end"), &low)?;
        }
        match self.by_bias() {
            Some([best, worst]) => {
                self.write_list(f, "best by bias", &best)?;
                self.write_list(f, "worst by bias", &worst)
            }
            None => {
                f.write_char('\n')?;
                let model = &self.kept.description.model;
                writeln!(
                    f,
                    "{model} has no biases, by which items are better or worse than others"
                )
            }
        }
    }
}
