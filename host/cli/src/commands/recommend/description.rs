//! recommender.json: the settings of a kept model, and the numbers that go with its arrays.

use super::model::Model;
use crate::arguments::{ColumnOptions, KeptModel};
use crate::run::Failure;
use lowrank::SparseMatrix;
use lowrank::recommend::Entries;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// The version of the folder.
const FORMAT: u32 = 2;

/// The name of the file.
pub const FILE: &str = "recommender.json";

/// The content of the file. What a model does not have is left out.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Description {
    pub format: u32,
    pub model: String,
    pub users: usize,
    pub items: usize,
    /// Ratings of at least this count, each as one; `None` with a model of ratings, or where all of them do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liked: Option<f64>,
    /// The columns of users, items and ratings in the training table.
    pub columns: [Option<String>; 3],
    pub settings: Settings,
}

/// The settings of the fit, and what it found besides arrays.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Users, and items, have biases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biases: Option<[bool; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bias_l2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f32>,
    /// gibbs: the deviation of the ratings, in which draws are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<usize>,
    /// gibbs: nu of the weights of the users; absent where all have the same noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise_degrees: Option<f64>,
    /// dot-bias: the lowest and the highest prediction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// dot-bias: the number of ratings learnt from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<usize>,
}

impl Settings {
    pub fn of(model: &Model) -> Self {
        let none = Self::default();
        match model {
            Model::Implicit(model) => Self {
                rank: Some(model.settings.rank),
                l2: model.settings.l2,
                confidence: Some(model.settings.confidence),
                ..none
            },
            Model::Svd(model) => Self {
                rank: Some(model.h.nrows()),
                ..none
            },
            Model::Ease(model) => Self {
                l2: Some(model.l2),
                ..none
            },
            Model::Als(model) | Model::Sgd(model) => {
                let settings = &model.settings;
                Self {
                    rank: Some(settings.rank),
                    l2: settings.l2,
                    biases: Some([settings.biases.of_rows(), settings.biases.of_columns()]),
                    bias_l2: Some(settings.bias_l2),
                    mean: Some(model.mean),
                    ..none
                }
            }
            Model::Gibbs(model) => Self {
                rank: Some(model.settings.rank),
                biases: Some([model.settings.biases; 2]),
                samples: Some(model.draws().len()),
                noise_degrees: Some(model.settings.noise_degrees).filter(|nu| nu.is_finite()),
                mean: Some(model.scale.mean),
                deviation: Some(model.scale.deviation),
                ..none
            },
            Model::DotBias(model) => Self {
                rank: Some(model.settings.rank),
                l2: Some(model.settings.l2),
                range: Some(model.range),
                known: Some(model.known),
                ..none
            },
        }
    }

    /// Returns the settings that the command line has, as its options.
    pub fn as_options(&self) -> String {
        let numbers = [
            ("rank", self.rank.map(|rank| rank.to_string())),
            ("l2", self.l2.map(|l2| l2.to_string())),
            (
                "confidence",
                self.confidence.map(|weight| weight.to_string()),
            ),
            ("samples", self.samples.map(|samples| samples.to_string())),
            (
                "range",
                self.range.map(|(low, high)| format!("{low}..{high}")),
            ),
        ];
        let given = numbers
            .into_iter()
            .filter_map(|(name, value)| Some(format!("--{name} {}", value?)));
        given.collect::<Vec<_>>().join(" ")
    }
}

impl Description {
    /// Describes a model before it is fitted.
    pub fn new(
        model: KeptModel,
        liked: Option<f64>,
        columns: &ColumnOptions,
        ratings: &SparseMatrix<f32>,
    ) -> Self {
        Self {
            format: FORMAT,
            model: model.name().into(),
            users: ratings.nrows(),
            items: ratings.ncols(),
            liked,
            columns: [
                Some(columns.user.clone()),
                Some(columns.item.clone()),
                columns.rating.clone(),
            ],
            settings: Settings::default(),
        }
    }

    /// Reads the file of a folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        let said = |error: &dyn std::fmt::Display| {
            Failure::Said(format!(
                "{}: {error}: take a folder that lowrank recommend train wrote",
                path.display()
            ))
        };
        let text = fs::read_to_string(&path).map_err(|error| said(&error))?;
        let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| said(&error))?;
        if json["format"] != FORMAT {
            let found = format!("the format {} is not {FORMAT}", json["format"]);
            return Err(said(&found));
        }
        serde_json::from_value(json).map_err(|error| said(&error))
    }

    /// Returns the kind of the model.
    pub fn kind(&self) -> Result<KeptModel, Failure> {
        let known = KeptModel::ALL
            .into_iter()
            .find(|kind| kind.name() == self.model);
        known.ok_or_else(|| {
            Failure::Said(format!(
                "this version knows no model {}: train another one",
                self.model
            ))
        })
    }

    /// Returns true if the model needs ratings, not only who has what.
    pub fn needs_ratings(&self) -> bool {
        self.liked.is_some() || self.kind().is_ok_and(KeptModel::predicts_ratings)
    }

    /// Returns those of the ratings that the model learns from: as they are, or ones where they are liked.
    pub fn learnt(&self, (items, values): Entries<'_, f32>) -> (Vec<u32>, Vec<f32>) {
        if self.kind().is_ok_and(KeptModel::predicts_ratings) {
            return (items.to_vec(), values.to_vec());
        }
        let liked = |value: f32| self.liked.is_none_or(|least| f64::from(value) >= least);
        let entries = items.iter().zip(values).filter(|(_, value)| liked(**value));
        entries.map(|(&item, _)| (item, 1.0)).unzip()
    }

    /// Returns the matrix that the model learns from.
    pub fn learnt_of(&self, ratings: &SparseMatrix<f32>) -> Result<SparseMatrix<f32>, Failure> {
        let mut entries = Vec::new();
        for user in 0..ratings.nrows() {
            let (items, values) = self.learnt(ratings.row(user));
            let places = items.iter().map(|&item| item as usize);
            entries.extend(places.zip(values).map(|(item, x)| (user, item, x)));
        }
        match (entries.is_empty(), self.liked) {
            (true, Some(liked)) => Err(Failure::Said(format!(
                "no rating is {liked} or more: ask for less with --liked"
            ))),
            _ => Ok(SparseMatrix::from_triplets(
                ratings.nrows(),
                ratings.ncols(),
                entries,
            )?),
        }
    }
}
