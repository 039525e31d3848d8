//! A recommender in a folder: what it has learnt of items, and the ratings of its users, who are folded in.

use super::names::Names;
use crate::arguments::KeptModel;
use crate::run::Failure;
use lowrank::completion::CompletionModel;
use lowrank::recommend::{
    EaseModel, Entries, Explanation, Implicit, ImplicitModel, PureSvdModel, Recommended,
    Recommender, TopN, similar_items,
};
use lowrank::{Completion, DenseMatrix, SparseMatrix};
use lowrank_files::model_folder::{ModelFolder, read_matrix};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// The version of the folder.
const FORMAT: u32 = 1;

/// What is in recommender.json.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Description {
    pub format: u32,
    pub model: String,
    pub rank: usize,
    pub l2: f64,
    pub confidence: f64,
    pub bias_l2: f64,
    pub mean: f32,
    /// Ratings of at least this count, each as one; `None` with a model of ratings, or where all of them do.
    pub liked: Option<f64>,
    /// The columns of users, items and ratings in the training table.
    pub columns: [Option<String>; 3],
}

/// A model and the names that it was learnt with.
pub struct Kept {
    pub description: Description,
    pub users: Names,
    pub items: Names,
    /// The ratings of the training table.
    pub ratings: SparseMatrix<f32>,
    pub model: Model,
}

/// What a model knows of items.
pub enum Model {
    Implicit(ImplicitModel<f32>),
    Svd(PureSvdModel<f32>),
    Ease(EaseModel<f32>),
    Als(CompletionModel<f32>),
}

/// Returns the name of a model, as the command line has it.
pub fn name_of(model: KeptModel) -> &'static str {
    match model {
        KeptModel::Implicit => "implicit",
        KeptModel::Svd => "svd",
        KeptModel::Ease => "ease",
        KeptModel::Als => "als",
    }
}

impl Model {
    pub fn recommender(&self) -> &dyn Recommender<f32> {
        match self {
            Model::Implicit(model) => model,
            Model::Svd(model) => model,
            Model::Ease(model) => model,
            Model::Als(model) => model,
        }
    }

    /// Returns the name of a score.
    pub fn score_name(&self) -> &'static str {
        match self {
            Model::Als(_) => "rating",
            _ => "score",
        }
    }

    /// Returns the factors of the items, k x n; for ease, the weights from each of them.
    fn item_factors(&self) -> DenseMatrix<f32> {
        match self {
            Model::Implicit(model) => model.h.clone(),
            Model::Svd(model) => model.h.clone(),
            Model::Ease(model) => model.weights.clone(),
            Model::Als(model) => model.h.transpose(),
        }
    }
}

impl Kept {
    /// Writes the folder.
    pub fn write(&self, folder: &mut ModelFolder) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(&self.description)? + "\n";
        folder.write("recommender.json", json.as_bytes())?;
        folder.write_matrix("items.npy", &self.model.item_factors())?;
        if let Model::Als(model) = &self.model {
            let biases =
                DenseMatrix::from_columns(model.column_biases.clone(), self.items.len(), 1);
            folder.write_matrix("item_biases.npy", &biases)?;
        }
        folder.write(
            "users.csv",
            &table(
                ["user"],
                (0..self.users.len()).map(|place| [self.users.name(place)]),
            )?,
        )?;
        let items = (0..self.items.len()).map(|place| {
            [
                self.items.name(place),
                self.items.title(place).unwrap_or_default(),
            ]
        });
        folder.write("items.csv", &table(["item", "title"], items)?)?;
        let mut lines = csv::Writer::from_writer(Vec::new());
        lines.write_record(["user", "item", "rating"])?;
        for user in 0..self.ratings.nrows() {
            let (items, values) = self.ratings.row(user);
            for (item, value) in items.iter().zip(values) {
                lines.serialize((user, item, value))?;
            }
        }
        folder.write("ratings.csv", &bytes_of(lines)?)?;
        Ok(())
    }

    /// Reads the folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("recommender.json");
        let said = |error: &dyn std::fmt::Display| {
            Failure::Said(format!(
                "{}: {error}: take a folder that lowrank recommend train wrote",
                path.display()
            ))
        };
        let text = fs::read_to_string(&path).map_err(|error| said(&error))?;
        let description: Description = serde_json::from_str(&text).map_err(|error| said(&error))?;
        if description.format != FORMAT {
            return Err(said(&format!(
                "the format {} is not {FORMAT}",
                description.format
            )));
        }
        let [users, none] = names(&folder.join("users.csv"))?;
        let [items, titles] = names(&folder.join("items.csv"))?;
        let ratings = ratings(&folder.join("ratings.csv"), (users.len(), items.len()))?;
        let model = description.model_of(folder, items.len())?;
        Ok(Self {
            description,
            users: Names::new("user", users, none),
            items: Names::new("item", items, titles),
            ratings,
            model,
        })
    }

    /// Returns those of the ratings that the model learns from.
    pub fn learnt(&self, (items, values): Entries<'_, f32>) -> (Vec<u32>, Vec<f32>) {
        self.description.learnt((items, values))
    }

    /// Lists items for a user with these ratings.
    pub fn list(
        &self,
        entries: Entries<'_, f32>,
        top: TopN<'_>,
        keep_seen: bool,
    ) -> Result<Vec<Recommended<f32>>, Failure> {
        let scores = self.scores(entries)?;
        let seen = if keep_seen { &[] } else { entries.0 };
        Ok(top.of_scores(&scores, seen))
    }

    /// Returns the score of each item for a user with these ratings.
    pub fn scores(&self, entries: Entries<'_, f32>) -> Result<Vec<f32>, Failure> {
        let mut scores = vec![0.0; self.items.len()];
        let (items, values) = self.learnt(entries);
        self.model
            .recommender()
            .score_new((&items, &values), &mut scores)?;
        Ok(scores)
    }

    pub fn similar(&self, item: usize, top: TopN<'_>) -> Result<Vec<Recommended<f32>>, Failure> {
        Ok(similar_items(&self.model.item_factors(), item, top)?)
    }

    /// Explains a score; `None` for a model that cannot.
    pub fn explain(
        &self,
        entries: Entries<'_, f32>,
        item: usize,
    ) -> Result<Option<Explanation>, Failure> {
        let (items, values) = self.learnt(entries);
        Ok(match &self.model {
            Model::Implicit(model) => Some(model.explain((&items, &values), item)?),
            Model::Als(model) => Some(model.explain((&items, &values), item)?),
            Model::Svd(_) | Model::Ease(_) => None,
        })
    }
}

impl Description {
    /// Creates a description with the format of this version.
    pub fn new(model: KeptModel) -> Self {
        Self {
            format: FORMAT,
            model: name_of(model).into(),
            rank: 0,
            l2: 0.0,
            confidence: 0.0,
            bias_l2: 0.0,
            mean: 0.0,
            liked: None,
            columns: [const { None }; 3],
        }
    }

    /// Returns those of the ratings that the model learns from: as they are, or ones where they are liked.
    pub fn learnt(&self, (items, values): Entries<'_, f32>) -> (Vec<u32>, Vec<f32>) {
        if self.model == name_of(KeptModel::Als) {
            return (items.to_vec(), values.to_vec());
        }
        let liked = |value: f32| self.liked.is_none_or(|least| f64::from(value) >= least);
        let entries = items.iter().zip(values).filter(|(_, value)| liked(**value));
        entries.map(|(&item, _)| (item, 1.0)).unzip()
    }

    fn model_of(&self, folder: &Path, items: usize) -> Result<Model, Failure> {
        let h: DenseMatrix<f32> = read_matrix(&folder.join("items.npy"))?;
        let fits = |kind: KeptModel| self.model == name_of(kind);
        if h.ncols() != items {
            return Err(Failure::Said(format!(
                "{}: items.npy and items.csv have different numbers of items",
                folder.display()
            )));
        }
        let nobody = || DenseMatrix::from_columns(Vec::new(), h.nrows(), 0);
        if fits(KeptModel::Implicit) {
            let settings = Implicit {
                rank: self.rank,
                l2: self.l2,
                confidence: self.confidence,
                ..Implicit::default()
            };
            return Ok(Model::Implicit(ImplicitModel::from_items(settings, h)?));
        }
        if fits(KeptModel::Svd) {
            return Ok(Model::Svd(PureSvdModel {
                w: nobody(),
                h,
                singular_values: Vec::new(),
            }));
        }
        if fits(KeptModel::Ease) {
            let entries = SparseMatrix::from_triplets(0, items, [])?;
            return Ok(Model::Ease(EaseModel {
                weights: h,
                entries,
            }));
        }
        if fits(KeptModel::Als) {
            let biases: DenseMatrix<f32> = read_matrix(&folder.join("item_biases.npy"))?;
            let settings = Completion {
                rank: self.rank,
                l2: self.l2,
                bias_l2: self.bias_l2,
                ..Completion::default()
            };
            let model = CompletionModel::from_columns(
                settings,
                self.mean,
                h.transpose(),
                biases.into_vec(),
            )?;
            return Ok(Model::Als(model));
        }
        Err(Failure::Said(format!(
            "{}: this version knows no model {}",
            folder.display(),
            self.model
        )))
    }
}

/// Returns the lines of a table as bytes.
fn table<'l, const N: usize>(
    header: [&str; N],
    lines: impl Iterator<Item = [&'l str; N]>,
) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for line in lines {
        writer.write_record(line)?;
    }
    bytes_of(writer)
}

fn bytes_of(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, Failure> {
    writer
        .into_inner()
        .map_err(|error| Failure::Said(format!("cannot write a table: {error}")))
}

/// Reads the first two columns.
fn names(path: &Path) -> Result<[Vec<String>; 2], Failure> {
    let said = |error: csv::Error| Failure::Said(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(said)?;
    let [mut first, mut second] = [const { Vec::new() }; 2];
    for line in reader.records() {
        let line = line.map_err(said)?;
        let field = |place: usize| line.get(place).unwrap_or_default().to_owned();
        first.push(field(0));
        second.push(field(1));
    }
    Ok([first, second])
}

fn ratings(path: &Path, (users, items): (usize, usize)) -> Result<SparseMatrix<f32>, Failure> {
    let said = |error: csv::Error| Failure::Said(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(said)?;
    let lines: Result<Vec<(usize, usize, f32)>, csv::Error> = reader.deserialize().collect();
    Ok(SparseMatrix::from_triplets(
        users,
        items,
        lines.map_err(said)?,
    )?)
}
