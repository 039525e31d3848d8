//! The truncated SVD as a recommender.

use super::recommender::{Entries, check_entries};
use super::scores;
use crate::{DenseMatrix, Error, Scalar, SparseMatrix, TruncatedSvd};

/// The truncated SVD of A with zeros where nothing is known (PureSVD; Cremonesi, Koren & Turrin 2010): settings and
/// [`fit`](PureSvd::fit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PureSvd {
    /// k.
    pub rank: usize,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for PureSvd {
    /// Returns rank 20.
    fn default() -> Self {
        Self { rank: 20, seed: 0 }
    }
}

/// The projection of users on the right singular vectors: scores are A V V^T.
#[derive(Clone, Debug, PartialEq)]
pub struct PureSvdModel<T> {
    /// k x m: A V, transposed; column i belongs to user i.
    pub w: DenseMatrix<T>,
    /// k x n: V^T; column j belongs to item j.
    pub h: DenseMatrix<T>,
    /// k singular values, descending.
    pub singular_values: Vec<T>,
}

impl PureSvd {
    /// Computes the projection for A, m x n.
    ///
    /// # Errors
    /// [`Error::NoEntries`], and those of [`TruncatedSvd::fit`].
    pub fn fit<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<PureSvdModel<T>, Error> {
        if a.nrows().min(a.ncols()) > 0 && a.nonzeros() == 0 {
            return Err(Error::NoEntries);
        }
        let svd = TruncatedSvd {
            rank: self.rank,
            seed: self.seed,
            ..TruncatedSvd::default()
        };
        let model = svd.fit(a)?;
        let mut fitted = PureSvdModel {
            w: DenseMatrix::zeros(self.rank, a.nrows()),
            h: model.v.transpose(),
            singular_values: model.singular_values,
        };
        let rows: Vec<Vec<T>> = (0..a.nrows()).map(|i| fitted.projected(a.row(i))).collect();
        for (column, row) in fitted.w.columns_mut().zip(rows) {
            column.copy_from_slice(&row);
        }
        Ok(fitted)
    }
}

impl<T: Scalar> PureSvdModel<T> {
    /// Computes the factor of a user from the user's entries: a V, k numbers.
    ///
    /// # Errors
    /// [`Error::Factorization`] for an item outside the model, or a value that is not finite.
    pub fn fold_in(&self, entries: Entries<'_, T>) -> Result<Vec<T>, Error> {
        check_entries(entries, self.h.ncols())?;
        Ok(self.projected(entries))
    }

    fn projected(&self, (items, values): Entries<'_, T>) -> Vec<T> {
        let mut row = vec![T::ZERO; self.h.nrows()];
        for (&item, value) in items.iter().zip(values) {
            for (x, h) in row.iter_mut().zip(self.h.column(item as usize)) {
                *x += *value * *h;
            }
        }
        row
    }
}

scores::recommends_by_factors!(PureSvdModel);
