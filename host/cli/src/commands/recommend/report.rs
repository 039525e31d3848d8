//! The report of `lowrank recommend evaluate`.

use super::tune::Tuned;
use crate::arguments::ModelChoice;
use lowrank::completion::HeldOut;
use lowrank::recommend::{Division, RankingQuality, RatingErrors, Spread};
use serde_json::{Map, Value, json};
use std::fmt;

/// The judgement of all models.
pub struct Evaluation {
    pub sizes: Sizes,
    /// The length of a list.
    pub n: usize,
    /// For each division, what was held out.
    pub held: Vec<Held>,
    pub figures: Vec<Figures>,
}

/// The size of the table.
pub struct Sizes {
    pub users: usize,
    pub items: usize,
    pub ratings: usize,
}

/// What a division held out.
#[derive(Clone, Copy)]
pub struct Held {
    ratings: usize,
    users_without_training: usize,
    ratings_of_new_items: usize,
    relevant: usize,
}

impl Held {
    pub fn of(division: &Division<f32>, lists: &HeldOut<f32>) -> Self {
        Self {
            ratings: division.parts.held_out.nonzeros(),
            users_without_training: division.users_without_training,
            ratings_of_new_items: division.entries_of_new_items,
            relevant: lists.held_out.nonzeros(),
        }
    }
}

/// The figures of a model, one for each division.
pub struct Figures {
    pub model: ModelChoice,
    /// The searches for its settings, if there are any.
    pub tuned: Vec<Tuned>,
    seconds: Vec<f64>,
    errors: Vec<RatingErrors>,
    quality: Vec<RankingQuality>,
}

/// A column of the table: its name, and its figure for each division.
type Column = (&'static str, Vec<f64>);

impl Figures {
    pub fn new(model: ModelChoice) -> Self {
        Self {
            model,
            tuned: Vec::new(),
            seconds: Vec::new(),
            errors: Vec::new(),
            quality: Vec::new(),
        }
    }

    pub fn push(&mut self, seconds: f64, errors: Option<RatingErrors>, quality: RankingQuality) {
        self.seconds.push(seconds);
        self.errors.extend(errors);
        self.quality.push(quality);
    }

    fn columns(&self) -> [Column; 8] {
        let of_errors = |figure: fn(&RatingErrors) -> f64| self.errors.iter().map(figure).collect();
        let of_lists =
            |figure: fn(&RankingQuality) -> f64| self.quality.iter().map(figure).collect();
        [
            ("rmse", of_errors(|errors| errors.rmse)),
            ("mae", of_errors(|errors| errors.mae)),
            ("precision", of_lists(|quality| quality.precision)),
            ("recall", of_lists(|quality| quality.recall)),
            ("ndcg", of_lists(|quality| quality.ndcg)),
            ("map", of_lists(|quality| quality.map)),
            ("coverage", of_lists(|quality| quality.coverage)),
            ("seconds", self.seconds.clone()),
        ]
    }
}

impl Evaluation {
    /// Returns what the figures leave out, if they do.
    pub fn note(&self) -> Option<String> {
        let users = self
            .held
            .iter()
            .map(|held| held.users_without_training)
            .max()?;
        (users > 0).then(|| {
            format!(
                "{users} users have held-out ratings and none to learn from: their ratings are predicted from the items \
                 alone, and their lists are not judged"
            )
        })
    }

    pub fn to_json(&self) -> String {
        let models = self.figures.iter().map(|figures| {
            let mut object = Map::new();
            object.insert("model".into(), figures.model.name().into());
            for (name, all) in figures.columns() {
                let value = Spread::of(&all)
                    .map(|spread| json!({ "mean": spread.mean, "deviation": spread.deviation }));
                object.insert(name.into(), value.unwrap_or(Value::Null));
            }
            if !figures.tuned.is_empty() {
                let tuned = figures.tuned.iter().map(Tuned::to_json).collect();
                object.insert("tuning".into(), Value::Array(tuned));
            }
            Value::Object(object)
        });
        let divisions = self.held.iter().enumerate().map(|(place, held)| {
            let quality = self
                .figures
                .first()
                .and_then(|figures| figures.quality.get(place));
            json!({
                "held_out": held.ratings,
                "relevant": held.relevant,
                "ratings_of_new_items": held.ratings_of_new_items,
                "users_without_training": held.users_without_training,
                "users_judged": quality.map(|quality| quality.users),
                "users_without_relevant": quality.map(|quality| quality.users_without_test),
            })
        });
        let report = json!({
            "users": self.sizes.users,
            "items": self.sizes.items,
            "ratings": self.sizes.ratings,
            "n": self.n,
            "divisions": divisions.collect::<Vec<_>>(),
            "models": models.collect::<Vec<_>>(),
        });
        format!("{report:#}")
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes {
            users,
            items,
            ratings,
        } = self.sizes;
        let divisions = self.held.len();
        let held = self.held.first().map_or(0, |held| held.ratings);
        writeln!(
            f,
            "{ratings} ratings of {items} items by {users} users, {held} held out; {divisions} divisions"
        )?;
        write!(f, "\n{:10}", "model")?;
        let n = self.n;
        for name in ["RMSE", "MAE"] {
            write!(f, "  {name:>14}")?;
        }
        for name in ["precision", "recall", "nDCG", "MAP", "coverage"] {
            write!(f, "  {:>14}", format!("{name}@{n}"))?;
        }
        write!(f, "  {:>8}", "s")?;
        for figures in &self.figures {
            write!(f, "\n{:10}", figures.model.name())?;
            for (name, all) in figures.columns() {
                let cell = match Spread::of(&all) {
                    Some(spread) if name == "seconds" => {
                        write!(f, "  {:>8.2}", spread.mean)?;
                        continue;
                    }
                    Some(spread) if divisions > 1 => {
                        format!("{:.4} ±{:.4}", spread.mean, spread.deviation)
                    }
                    Some(spread) => format!("{:.4}", spread.mean),
                    None => "-".into(),
                };
                write!(f, "  {cell:>14}")?;
            }
        }
        for tuned in self.figures.iter().flat_map(|figures| &figures.tuned) {
            write!(f, "\n\n{tuned}")?;
        }
        Ok(())
    }
}
