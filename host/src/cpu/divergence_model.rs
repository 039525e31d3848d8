//! The model whose divergence from a matrix is computed, and the rows of one task.

use super::RowPanel;
use super::compressed_rows::CompressedRows;
use super::rows::column_sums;
use crate::Scalar;
use faer::MatRef;
use lowrank_core::divergence::BetaDivergence;
use lowrank_core::panel::Panel;

/// The entries of A or, for the columns, of A^T.
#[derive(Clone, Copy)]
pub(super) enum Entries<'a, T> {
    /// A dense matrix.
    Dense(MatRef<'a, T>),
    /// The stored entries; others are zero.
    Sparse(CompressedRows<'a, T>),
    /// The stored entries; others are missing.
    Observed(CompressedRows<'a, T>),
}

impl<T: Scalar> Entries<'_, T> {
    pub(super) fn shape(&self) -> (usize, usize) {
        match self {
            Entries::Dense(a) => (a.nrows(), a.ncols()),
            Entries::Sparse(a) | Entries::Observed(a) => (a.nrows(), a.ncols()),
        }
    }
}

/// The source of D.
pub(super) enum Denominators<T> {
    /// Sums over the listed entries.
    Listed,
    /// A row that is the same everywhere.
    Constant(Vec<T>),
    /// Sums over all entries of the model.
    Everywhere,
}

/// The model X Y^T of 2^e A.
pub(super) struct Model<'m, T> {
    pub(super) divergence: &'m BetaDivergence<T>,
    /// e.
    pub(super) exponent: i32,
    /// Y, row-major, and its number of columns.
    pub(super) y: &'m [T],
    pub(super) k: usize,
    pub(super) entries: Entries<'m, T>,
    pub(super) denominators: Denominators<T>,
    /// The divergence itself is computed, too.
    pub(super) summed: bool,
}

/// Some rows of X and of [N | D].
pub(super) struct Piece<'a, T> {
    pub(super) first_row: usize,
    pub(super) x: &'a [T],
    pub(super) terms: &'a mut [T],
}

impl<'m, T: Scalar> Model<'m, T> {
    pub(super) fn new(
        (divergence, exponent): (&'m BetaDivergence<T>, i32),
        y: &'m RowPanel<'_, T>,
        entries: Entries<'m, T>,
        summed: bool,
    ) -> Self {
        let k = y.ncols();
        let denominators = match entries {
            Entries::Dense(_) | Entries::Observed(_) => Denominators::Listed,
            Entries::Sparse(_) if divergence.is_linear_at_zero() => {
                let sums = column_sums(y.as_slice(), k);
                Denominators::Constant(sums.into_iter().map(T::from_f64).collect())
            }
            Entries::Sparse(_) => Denominators::Everywhere,
        };
        Self {
            divergence,
            exponent,
            y: y.as_slice(),
            k,
            entries,
            denominators,
            summed,
        }
    }

    /// Returns the divergence of zeros everywhere, if no tile of the model is computed for them.
    pub(super) fn sum_of_zeros(&self, x: &RowPanel<'_, T>) -> f64 {
        if !matches!(self.denominators, Denominators::Constant(_)) {
            return 0.0;
        }
        let [x, y] = [x.as_slice(), self.y].map(|factor| column_sums(factor, self.k));
        x.iter().zip(&y).map(|(x, y)| x * y).sum()
    }
}
