use crate::model_folder::{Error, ModelFolder};
use crate::{DenseMatrix, Scalar};

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
}

impl<T: Scalar> Factors<T> {
    /// The m x k factor.
    pub fn weights(&self) -> &DenseMatrix<T> {
        match self {
            Factors::Nmf { w, .. } => w,
            Factors::Svd { u, .. } => u,
            Factors::Pca { scores, .. } => scores,
        }
    }

    /// The n x k factor.
    pub fn components(&self) -> &DenseMatrix<T> {
        match self {
            Factors::Nmf { h, .. } => h,
            Factors::Svd { v, .. } => v,
            Factors::Pca { components, .. } => components,
        }
    }

    /// The singular values, descending, where there are any.
    pub fn singular_values(&self) -> Option<&[T]> {
        match self {
            Factors::Nmf { .. } => None,
            Factors::Svd {
                singular_values, ..
            }
            | Factors::Pca {
                singular_values, ..
            } => Some(singular_values),
        }
    }

    /// Entries below zero in both factors.
    pub fn negative_entries(&self) -> usize {
        let in_one = |factor: &DenseMatrix<T>| {
            let negative = factor.as_slice().iter().filter(|x| **x < T::ZERO);
            negative.count()
        };
        in_one(self.weights()) + in_one(self.components())
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
                let mean = DenseMatrix::from_fn(1, means.len(), |_, j| means[j]);
                folder.write_matrix("mean.npy", &mean)
            }
        }
    }
}
