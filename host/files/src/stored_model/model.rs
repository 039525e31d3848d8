use super::labels::read_column_labels;
use super::{Description, Error, StoredSettings};
use crate::labels::{self, Absent, Aligned, LabelledMatrix};
use crate::model_folder::read_matrix;
use lowrank::completion::{HeldColumns, fold_in};
use lowrank::nmf::weights_of;
use lowrank::svd::{project, project_centered};
use lowrank::{DenseMatrix, Matrix};
use std::path::{Path, PathBuf};

/// A model from a folder, in f64 whatever its precision was, with the parts that new rows need.
#[derive(Clone, Debug)]
pub struct StoredModel {
    /// `model.json`.
    pub description: Description,
    /// The labels of the n columns, if the matrix had them; for a model of texts the terms are in the description.
    pub column_labels: Option<Vec<String>>,
    /// n x k; for a chain, the product of all factors but W, transposed.
    components: DenseMatrix<f64>,
    columns: Columns,
}

/// The numbers of the n columns besides the components.
#[derive(Clone, Debug)]
enum Columns {
    /// None.
    Plain,
    /// Means and deviations of a PCA, which are taken off new rows.
    Centered {
        means: Vec<f64>,
        deviations: Option<Vec<f64>>,
    },
    /// The biases of a completion, and mu.
    Biased { biases: Vec<f64>, mean: f64 },
}

/// New rows in a model.
#[derive(Clone, Debug, PartialEq)]
pub struct TransformedRows {
    /// m x k: weights (nmf, chain), projections A V (svd), scores (pca) or factors (completion).
    pub weights: DenseMatrix<f64>,
    /// The biases of the m rows, for a completion with biases.
    pub biases: Option<Vec<f64>>,
}

impl StoredModel {
    /// Reads the model in `folder`.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("model.json");
        let description = Description::read(&path)?;
        let (n, k) = (description.columns, description.rank);
        let row =
            |name: &str, n: usize| array(folder.join(name), (1, n)).map(DenseMatrix::into_vec);
        let (components, columns) = match &description.settings {
            StoredSettings::Nmf(_) => (array(folder.join("h.npy"), (n, k))?, Columns::Plain),
            StoredSettings::Svd(_) => (array(folder.join("v.npy"), (n, k))?, Columns::Plain),
            StoredSettings::Pca(settings) => {
                let columns = Columns::Centered {
                    means: row("mean.npy", n)?,
                    deviations: match settings.scale {
                        true => Some(row("deviation.npy", n)?),
                        false => None,
                    },
                };
                let components = array(folder.join("components.npy"), (n, k))?;
                (components, columns)
            }
            StoredSettings::Chain(settings) => (chain(folder, n, &settings.ranks)?, Columns::Plain),
            StoredSettings::Completion(_) => {
                let columns = Columns::Biased {
                    biases: row("column_biases.npy", n)?,
                    mean: row("mean.npy", 1)?.iter().sum(),
                };
                (array(folder.join("h.npy"), (n, k))?, columns)
            }
        };
        if let Some(text) = &description.text
            && text.columns() != n
        {
            let reason = format!("{} terms for {n} columns", text.columns());
            return Err(Error::Broken { path, reason });
        }
        Ok(Self {
            column_labels: read_column_labels(folder, n)?,
            description,
            components,
            columns,
        })
    }

    /// Returns `matrix` with the columns of this model, matched by name where both have names, and as it is otherwise:
    /// then the columns are taken by their position.
    ///
    /// # Errors
    /// As for [`LabelledMatrix::align_columns`].
    pub fn align(&self, matrix: LabelledMatrix, absent: Absent) -> Result<Aligned, labels::Error> {
        match (&self.column_labels, matrix.column_labels()) {
            (Some(columns), Some(_)) => matrix.align_columns(columns, absent),
            _ => Ok(Aligned {
                matrix,
                unknown: Vec::new(),
                absent: Vec::new(),
            }),
        }
    }

    /// Computes the weights (nmf, chain), projections A V (svd), scores (pca), or factors and biases (completion) of
    /// the rows of A, m x n, whose columns are those of the model in their order ([`align`](Self::align)).
    ///
    /// # Errors
    /// - [`lowrank::Error::Factorization`] if A does not have n columns, or has entries that are not finite, missing
    ///   entries for another method than nmf, chain and completion, or negative entries for nmf.
    /// - [`lowrank::Error::ZerosOrMissing`] for a completion and a sparse matrix of which all is known.
    /// - [`lowrank::Error::FactorMemory`] if there is not enough memory.
    pub fn transform(&self, a: Matrix<'_, f64>) -> Result<TransformedRows, lowrank::Error> {
        let rank = self.description.rank;
        let weights = match (&self.description.settings, &self.columns) {
            (StoredSettings::Completion(settings), Columns::Biased { biases, mean }) => {
                let held = HeldColumns {
                    h: &self.components,
                    biases,
                    mean: *mean,
                };
                let rows = fold_in(&settings.of_rows(rank), held, a)?;
                return Ok(TransformedRows {
                    weights: rows.w,
                    biases: settings.biases.of_rows().then_some(rows.biases),
                });
            }
            (StoredSettings::Nmf(settings), _) => {
                weights_of(settings.of_rows(rank), &self.components, a)?.w
            }
            (StoredSettings::Chain(settings), _) => {
                weights_of(settings.of_rows(), &self.components, a)?.w
            }
            _ if matches!(a, Matrix::Observed(_)) => {
                return Err(lowrank::core::Error::Incomplete.into());
            }
            (_, Columns::Centered { means, deviations }) => {
                project_centered(a, &self.components, means, deviations.as_deref())?
            }
            (_, _) => project(a, &self.components)?,
        };
        Ok(TransformedRows {
            weights,
            biases: None,
        })
    }
}

/// Reads an array of this shape.
pub(crate) fn array(path: PathBuf, expected: (usize, usize)) -> Result<DenseMatrix<f64>, Error> {
    let array = read_matrix::<f64>(&path)?;
    let found = (array.nrows(), array.ncols());
    match found == expected {
        true => Ok(array),
        false => Err(Error::Shape {
            path,
            expected,
            found,
        }),
    }
}

/// H F_d^T .. F_1^T, n x r_0.
fn chain(folder: &Path, n: usize, ranks: &[usize]) -> Result<DenseMatrix<f64>, Error> {
    let last = ranks.last().copied().unwrap_or(0);
    let mut product = array(folder.join("h.npy"), (n, last))?;
    for (place, pair) in ranks.windows(2).enumerate().rev() {
        let factor = array(
            folder.join(format!("f{}.npy", place + 1)),
            (pair[0], pair[1]),
        )?;
        let entry = |j, p| {
            (0..pair[1])
                .map(|q| product.at(j, q) * factor.at(p, q))
                .sum()
        };
        product = DenseMatrix::from_fn(n, pair[0], entry);
    }
    Ok(product)
}
