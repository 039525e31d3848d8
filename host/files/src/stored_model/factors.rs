use crate::model_folder::{Error, ModelFolder};
use lowrank::{ChainFactorization, DenseMatrix, Scalar};

/// What a factorization found.
#[derive(Clone, Debug, PartialEq)]
pub enum Factors<T> {
    /// A ~ W H^T.
    Nmf {
        /// m x k.
        w: DenseMatrix<T>,
        /// n x k.
        h: DenseMatrix<T>,
    },
    /// A ~ U diag(s) V^T.
    Svd {
        /// m x k.
        u: DenseMatrix<T>,
        /// k, descending.
        singular_values: Vec<T>,
        /// n x k.
        v: DenseMatrix<T>,
    },
    /// A ~ 1 m^T + S V^T.
    Pca {
        /// m x k: S.
        scores: DenseMatrix<T>,
        /// k, descending: those of the matrix less its means.
        singular_values: Vec<T>,
        /// n x k: V.
        components: DenseMatrix<T>,
        /// n: the means of the columns.
        means: Vec<T>,
    },
    /// A ~ W F_1 .. F_d H^T.
    Chain(ChainFactorization<T>),
    /// a_ij ~ mu + b_i + c_j + w_i . h_j.
    Completion {
        /// m x k.
        w: DenseMatrix<T>,
        /// n x k.
        h: DenseMatrix<T>,
        /// b, m numbers.
        row_biases: Vec<T>,
        /// c, n numbers.
        column_biases: Vec<T>,
        /// mu.
        mean: T,
    },
}

impl<T: Scalar> Factors<T> {
    /// The factor with m rows.
    pub fn weights(&self) -> &DenseMatrix<T> {
        match self {
            Factors::Nmf { w, .. } | Factors::Completion { w, .. } => w,
            Factors::Chain(chain) => &chain.w,
            Factors::Svd { u, .. } => u,
            Factors::Pca { scores, .. } => scores,
        }
    }

    /// The factor with n rows.
    pub fn components(&self) -> &DenseMatrix<T> {
        match self {
            Factors::Nmf { h, .. } | Factors::Completion { h, .. } => h,
            Factors::Chain(chain) => &chain.h,
            Factors::Svd { v, .. } => v,
            Factors::Pca { components, .. } => components,
        }
    }

    /// The singular values, descending, where there are any.
    pub fn singular_values(&self) -> Option<&[T]> {
        match self {
            Factors::Nmf { .. } | Factors::Chain(_) | Factors::Completion { .. } => None,
            Factors::Svd {
                singular_values, ..
            }
            | Factors::Pca {
                singular_values, ..
            } => Some(singular_values),
        }
    }

    /// Entries below zero in all factors.
    pub fn negative_entries(&self) -> usize {
        let in_one = |factor: &DenseMatrix<T>| {
            let negative = factor.as_slice().iter().filter(|x| **x < T::ZERO);
            negative.count()
        };
        let inner = match self {
            Factors::Chain(chain) => chain.inner.iter().map(in_one).sum(),
            _ => 0,
        };
        in_one(self.weights()) + inner + in_one(self.components())
    }

    /// Writes the arrays.
    ///
    /// # Errors
    /// Those of [`ModelFolder::write`].
    pub fn write(&self, folder: &mut ModelFolder) -> Result<(), Error> {
        match self {
            Factors::Nmf { w, h } => {
                folder.write_matrix("w.npy", w)?;
                folder.write_matrix("h.npy", h)
            }
            Factors::Svd {
                u,
                singular_values,
                v,
            } => {
                folder.write_matrix("u.npy", u)?;
                folder.write_vector("singular_values.npy", singular_values)?;
                folder.write_matrix("v.npy", v)
            }
            Factors::Pca {
                scores,
                singular_values,
                components,
                means,
            } => {
                folder.write_matrix("scores.npy", scores)?;
                folder.write_vector("singular_values.npy", singular_values)?;
                folder.write_matrix("components.npy", components)?;
                folder.write_matrix("mean.npy", &row(means))
            }
            Factors::Chain(chain) => {
                folder.write_matrix("w.npy", &chain.w)?;
                for (place, factor) in (1..).zip(&chain.inner) {
                    folder.write_matrix(&format!("f{place}.npy"), factor)?;
                }
                folder.write_matrix("h.npy", &chain.h)
            }
            Factors::Completion {
                w,
                h,
                row_biases,
                column_biases,
                mean,
            } => {
                folder.write_matrix("w.npy", w)?;
                folder.write_matrix("h.npy", h)?;
                folder.write_matrix("row_biases.npy", &row(row_biases))?;
                folder.write_matrix("column_biases.npy", &row(column_biases))?;
                folder.write_matrix("mean.npy", &row(&[*mean]))
            }
        }
    }
}

fn row<T: Scalar>(x: &[T]) -> DenseMatrix<T> {
    DenseMatrix::from_fn(1, x.len(), |_, j| x[j])
}
