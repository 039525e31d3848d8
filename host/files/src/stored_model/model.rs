use super::{Description, Error, StoredSettings};
use crate::model_folder::read_matrix;
use lowrank::nmf::weights_of;
use lowrank::svd::{project, project_centered};
use lowrank::{DenseMatrix, Matrix};
use std::path::{Path, PathBuf};

/// A model from a folder, in f64 whatever its precision was, with the parts that new rows need.
#[derive(Clone, Debug)]
pub struct StoredModel {
    /// `model.json`.
    pub description: Description,
    /// n x k; for a chain, the product of all factors but W, transposed.
    components: DenseMatrix<f64>,
    /// For PCA.
    columns: Option<Columns>,
}

/// What is taken off the columns of new rows, n numbers each.
#[derive(Clone, Debug)]
struct Columns {
    means: Vec<f64>,
    deviations: Option<Vec<f64>>,
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
        let (components, columns) = match &description.settings {
            StoredSettings::Nmf(_) => (array(folder.join("h.npy"), (n, k))?, None),
            StoredSettings::Svd(_) => (array(folder.join("v.npy"), (n, k))?, None),
            StoredSettings::Pca(settings) => {
                let row = |name: &str| array(folder.join(name), (1, n)).map(DenseMatrix::into_vec);
                let columns = Columns {
                    means: row("mean.npy")?,
                    deviations: match settings.scale {
                        true => Some(row("deviation.npy")?),
                        false => None,
                    },
                };
                let components = array(folder.join("components.npy"), (n, k))?;
                (components, Some(columns))
            }
            StoredSettings::Chain(settings) => (chain(folder, n, &settings.ranks)?, None),
            StoredSettings::Completion(_) => return Err(Error::NoTransform { path }),
        };
        if let Some(text) = &description.text
            && text.columns() != n
        {
            let reason = format!("{} terms for {n} columns", text.columns());
            return Err(Error::Broken { path, reason });
        }
        Ok(Self {
            description,
            components,
            columns,
        })
    }

    /// Computes the weights (nmf), projections A V (svd) or scores (pca) of the rows of A, m x k.
    ///
    /// # Errors
    /// [`lowrank::Error::Factorization`] if A does not have n columns, or has entries that are not finite, missing
    /// entries for another method than nmf, or negative entries for nmf.
    pub fn transform(&self, a: Matrix<'_, f64>) -> Result<DenseMatrix<f64>, lowrank::Error> {
        match (&self.description.settings, &self.columns) {
            (StoredSettings::Nmf(settings), _) => {
                let settings = settings.of_rows(self.description.rank);
                Ok(weights_of(settings, &self.components, a)?.w)
            }
            (StoredSettings::Chain(settings), _) => {
                Ok(weights_of(settings.of_rows(), &self.components, a)?.w)
            }
            _ if matches!(a, Matrix::Observed(_)) => Err(lowrank::core::Error::Incomplete.into()),
            (_, Some(columns)) => {
                let deviations = columns.deviations.as_deref();
                project_centered(a, &self.components, &columns.means, deviations)
            }
            (_, None) => project(a, &self.components),
        }
    }
}

fn array(path: PathBuf, expected: (usize, usize)) -> Result<DenseMatrix<f64>, Error> {
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
