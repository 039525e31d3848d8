//! The arrays of a kept model.
//!
//! | file | model | content |
//! |---|---|---|
//! | `items.npy` | all | the factors of the items, k x n; ease: the weights, n x n; gibbs: the factors of all draws, one after the other |
//! | `item_biases.npy` | als, sgd, dot-bias, gibbs | the biases of the items, 1 x n; gibbs: a row for each draw |
//! | `user_draws.npy` | gibbs | a column for each draw: mean and precision of the users' rows, and the precision of a rating |

use super::description::Description;
use super::model::Model;
use crate::arguments::KeptModel;
use crate::run::Failure;
use lowrank::completion::{Biases, CompletionModel};
use lowrank::recommend::{
    DotBias, DotBiasModel, EaseModel, Gibbs, GibbsDraw, GibbsModel, GibbsScale, Implicit,
    ImplicitModel, PureSvdModel,
};
use lowrank::{Completion, DenseMatrix, SparseMatrix};
use lowrank_files::model_folder::{ModelFolder, read_matrix};
use std::path::Path;

const ITEMS: &str = "items.npy";
const ITEM_BIASES: &str = "item_biases.npy";
const USER_DRAWS: &str = "user_draws.npy";

/// Writes the arrays of a model.
pub fn write(model: &Model, folder: &mut ModelFolder) -> Result<(), Failure> {
    folder.write_matrix(ITEMS, &model.item_factors())?;
    if let Model::Gibbs(model) = model {
        if model.settings.biases {
            folder.write_matrix(ITEM_BIASES, &bias_draws(model))?;
        }
        folder.write_matrix(USER_DRAWS, &user_draws(model))?;
    } else if let Some(biases) = model.item_biases() {
        let n = biases.len();
        folder.write_matrix(ITEM_BIASES, &DenseMatrix::from_columns(biases, 1, n))?;
    }
    Ok(())
}

/// Reads the model that `description` describes.
pub fn read(description: &Description, folder: &Path) -> Result<Model, Failure> {
    let files = Files {
        description,
        folder,
    };
    let settings = &description.settings;
    let (n, rank) = (description.items, settings.rank.unwrap_or(0));
    let l2 = settings.l2.unwrap_or(0.0);
    let kind = description.kind()?;
    let nobody = |p: usize| DenseMatrix::from_columns(Vec::new(), p, 0);
    Ok(match kind {
        KeptModel::Implicit => {
            let settings = Implicit {
                rank,
                l2: Some(l2),
                confidence: settings.confidence.unwrap_or(1.0),
                ..Implicit::default()
            };
            let h = files.array(ITEMS, rank)?;
            Model::Implicit(ImplicitModel::from_items(settings, h)?)
        }
        KeptModel::Svd => Model::Svd(PureSvdModel {
            w: nobody(rank),
            h: files.array(ITEMS, rank)?,
            singular_values: Vec::new(),
        }),
        KeptModel::Ease => Model::Ease(EaseModel {
            l2,
            weights: files.array(ITEMS, n)?,
            entries: SparseMatrix::from_triplets(0, n, [])?,
        }),
        KeptModel::Als => Model::Als(files.completion()?),
        KeptModel::Sgd => Model::Sgd(files.completion()?),
        KeptModel::Gibbs => Model::Gibbs(files.gibbs()?),
        KeptModel::DotBias => {
            let (h, biases) = (files.array(ITEMS, rank)?, files.array(ITEM_BIASES, 1)?);
            let entry = |c: usize, j: usize| match c < rank {
                true => h.at(c, j),
                false => biases.at(0, j),
            };
            Model::DotBias(DotBiasModel {
                w: nobody(rank + 1),
                h: DenseMatrix::from_fn(rank + 1, n, entry),
                range: settings.range.unwrap_or((0.0, 1.0)),
                training: Vec::new(),
                known: settings.known.unwrap_or(0),
                settings: DotBias {
                    rank,
                    l2,
                    ..DotBias::default()
                },
            })
        }
    })
}

/// The arrays of a folder.
struct Files<'a> {
    description: &'a Description,
    folder: &'a Path,
}

impl Files<'_> {
    /// Reads an array of so many rows, and a column for each item.
    fn array(&self, name: &str, rows: usize) -> Result<DenseMatrix<f32>, Failure> {
        self.of_size(name, (rows, self.description.items))
    }

    fn of_size(&self, name: &str, (m, n): (usize, usize)) -> Result<DenseMatrix<f32>, Failure> {
        let path = self.folder.join(name);
        let array: DenseMatrix<f32> = read_matrix(&path)?;
        match (array.nrows(), array.ncols()) == (m, n) {
            true => Ok(array),
            false => Err(Failure::Said(format!(
                "{}: {} x {} numbers where {m} x {n} belong: train the model again",
                path.display(),
                array.nrows(),
                array.ncols()
            ))),
        }
    }

    fn completion(&self) -> Result<CompletionModel<f32>, Failure> {
        let settings = &self.description.settings;
        let rank = settings.rank.unwrap_or(0);
        let biases = match settings.biases.unwrap_or_default() {
            [true, true] => Biases::Both,
            [true, false] => Biases::Rows,
            [false, true] => Biases::Columns,
            [false, false] => Biases::None,
        };
        let default = Completion::default();
        let restored = Completion {
            rank,
            biases,
            l2: Some(settings.l2.unwrap_or(0.0)),
            bias_l2: settings.bias_l2.unwrap_or(default.bias_l2),
            ..default
        };
        let h = self.array(ITEMS, rank)?.transpose();
        let columns = match biases.of_columns() {
            true => self.array(ITEM_BIASES, 1)?.into_vec(),
            false => vec![0.0; self.description.items],
        };
        let mean = settings.mean.unwrap_or(0.0);
        Ok(CompletionModel::from_columns(restored, mean, h, columns)?)
    }

    fn gibbs(&self) -> Result<GibbsModel<f32>, Failure> {
        let (settings, n) = (&self.description.settings, self.description.items);
        let (k, samples) = (settings.rank.unwrap_or(0), settings.samples.unwrap_or(0));
        let has_biases = settings.biases.unwrap_or_default() == [true; 2];
        let p = k + usize::from(has_biases);
        let factors = self.array(ITEMS, k * samples)?;
        let biases = match has_biases {
            true => self.array(ITEM_BIASES, samples)?,
            false => DenseMatrix::from_columns(Vec::new(), 0, n),
        };
        let users = self.of_size(USER_DRAWS, (user_draw_len(p), samples))?;
        let draw = |s: usize| {
            let entry = |c: usize, j: usize| match c < k {
                true => factors.at(s * k + c, j),
                false => biases.at(s, j),
            };
            let (user_mean, rest) = users.column(s).split_at(p);
            let (alpha, user_precision) = rest.split_at(1);
            GibbsDraw {
                w: DenseMatrix::from_columns(Vec::new(), p, 0),
                h: DenseMatrix::from_fn(p, n, entry),
                user_mean: user_mean.to_vec(),
                user_precision: user_precision.to_vec(),
                user_weights: Vec::new(),
                alpha: alpha[0],
            }
        };
        let restored = Gibbs {
            rank: k,
            biases: has_biases,
            samples,
            noise_degrees: settings.noise_degrees.unwrap_or(f64::INFINITY),
            ..Gibbs::default()
        };
        let scale = GibbsScale {
            rank: k,
            mean: settings.mean.unwrap_or(0.0),
            deviation: settings.deviation.unwrap_or(1.0),
        };
        let draws = (0..samples).map(draw).collect();
        Ok(GibbsModel::from_draws(restored, scale, draws)?)
    }
}

/// Returns the biases of the items, a row for each draw.
fn bias_draws(model: &GibbsModel<f32>) -> DenseMatrix<f32> {
    let (k, draws) = (model.settings.rank, model.draws());
    let n = draws.first().map_or(0, |draw| draw.h.ncols());
    DenseMatrix::from_fn(draws.len(), n, |s, j| draws[s].h.at(k, j))
}

/// Returns the number of scalars of a draw about users: p, one, and p columns of p, rounded up to a multiple of 8.
fn user_draw_len(p: usize) -> usize {
    p + 1 + p * p.next_multiple_of(8)
}

/// Returns what each draw knows of users, a column for each: mean, precision of a rating, precision.
fn user_draws(model: &GibbsModel<f32>) -> DenseMatrix<f32> {
    let column =
        |draw: &GibbsDraw<f32>| [&draw.user_mean[..], &[draw.alpha], &draw.user_precision].concat();
    let columns: Vec<f32> = model.draws().iter().flat_map(column).collect();
    let count = model.draws().len();
    let rows = columns.len() / count.max(1);
    DenseMatrix::from_columns(columns, rows, count)
}
