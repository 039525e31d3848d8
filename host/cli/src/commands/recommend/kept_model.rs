//! A recommender in a folder: what it has learnt of items, and the ratings of its users, who are folded in.

use super::description::{Description, FILE};
use super::model::{Model, Prediction};
use super::model_files;
use super::names::Names;
use crate::run::Failure;
use lowrank::SparseMatrix;
use lowrank::recommend::{Entries, Explanation, Recommended, TopN, similar_items};
use lowrank_files::labels::{read_labels, to_csv};
use lowrank_files::model_folder::ModelFolder;
use lowrank_files::stored_model::{
    FactorLabels, read_column_labels, read_row_labels, write_labels,
};
use std::path::Path;

/// The titles of the items, in the form of labels; there is no such file without titles.
const TITLES: &str = "titles.csv";

/// The ratings, by the places of users and items.
const RATINGS: &str = "ratings.csv";

/// A model and the names that it was learnt with.
pub struct Kept {
    pub description: Description,
    pub users: Names,
    pub items: Names,
    /// The ratings of the training table.
    pub ratings: SparseMatrix<f32>,
    pub model: Model,
}

impl Kept {
    /// Writes the folder. Users and items are labels of rows and columns, as in every folder of a model.
    pub fn write(&self, folder: &mut ModelFolder) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(&self.description)? + "\n";
        folder.write(FILE, json.as_bytes())?;
        model_files::write(&self.model, folder)?;
        let labels = FactorLabels {
            rows: Some(self.users.all()),
            columns: Some(self.items.all()),
        };
        write_labels(labels, folder)?;
        if !self.items.titles().is_empty() {
            folder.write(TITLES, to_csv(self.items.titles()).as_bytes())?;
        }
        let mut lines = csv::Writer::from_writer(Vec::new());
        lines.write_record(["user", "item", "rating"])?;
        for user in 0..self.ratings.nrows() {
            let (items, values) = self.ratings.row(user);
            for (item, value) in items.iter().zip(values) {
                lines.serialize((user, item, value))?;
            }
        }
        let bytes = lines.into_inner();
        let bytes =
            bytes.map_err(|error| Failure::Said(format!("cannot write a table: {error}")))?;
        folder.write(RATINGS, &bytes)?;
        Ok(())
    }

    /// Reads the folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let description = Description::read(folder)?;
        let lacks = |name: &str| {
            Failure::Said(format!(
                "{}: there is no {name}: train the model again",
                folder.display()
            ))
        };
        let users = read_row_labels(folder, description.users)?;
        let items = read_column_labels(folder, description.items)?;
        let titles = match folder.join(TITLES) {
            path if path.exists() => read_labels(&path)?,
            _ => Vec::new(),
        };
        let sizes = (description.users, description.items);
        Ok(Self {
            users: Names::new("user", users.ok_or_else(|| lacks("rows.csv"))?, Vec::new()),
            items: Names::new("item", items.ok_or_else(|| lacks("columns.csv"))?, titles),
            ratings: ratings(&folder.join(RATINGS), sizes)?,
            model: model_files::read(&description, folder)?,
            description,
        })
    }

    /// Returns those of the ratings that the model learns from.
    pub fn learnt(&self, entries: Entries<'_, f32>) -> (Vec<u32>, Vec<f32>) {
        self.description.learnt(entries)
    }

    /// Returns those of the ratings of a user that the model learns from.
    ///
    /// # Errors
    /// One line if there are none: whatever is computed from nothing is not about the user.
    pub fn learnt_of(&self, user: usize) -> Result<(Vec<u32>, Vec<f32>), Failure> {
        let learnt = self.learnt(self.ratings.row(user));
        match (learnt.0.is_empty(), self.description.liked) {
            (false, _) => Ok(learnt),
            (true, liked) => Err(Failure::Said(format!(
                "the model learns from none of the ratings of {}{}: nothing can be said of this user",
                self.users.name(user),
                match liked {
                    Some(least) => format!(", none of which is {least} or more"),
                    None => String::new(),
                }
            ))),
        }
    }

    /// Lists items for a user with these ratings.
    pub fn list(
        &self,
        entries: Entries<'_, f32>,
        top: TopN<'_>,
        keep_seen: bool,
    ) -> Result<Vec<Recommended<f32>>, Failure> {
        let mut scores = vec![0.0; self.items.len()];
        let (items, values) = self.learnt(entries);
        let recommender = self.model.recommender();
        recommender.score_new((&items, &values), &mut scores)?;
        let seen = if keep_seen { &[] } else { entries.0 };
        Ok(top.of_scores(&scores, seen))
    }

    /// Predicts the ratings, or scores, of some items by a user of the training table.
    pub fn predict(&self, user: usize, items: &[usize]) -> Result<Vec<Prediction>, Failure> {
        let (learnt, values) = self.learnt_of(user)?;
        Ok(self.model.predict((&learnt, &values), items)?)
    }

    pub fn similar(&self, item: usize, top: TopN<'_>) -> Result<Vec<Recommended<f32>>, Failure> {
        Ok(similar_items(&self.model.item_factors(), item, top)?)
    }

    /// Explains a score; `None` for a model that cannot.
    pub fn explain(&self, user: usize, item: usize) -> Result<Option<Explanation>, Failure> {
        let (items, values) = self.learnt_of(user)?;
        Ok(self.model.explain((&items, &values), item)?)
    }
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
