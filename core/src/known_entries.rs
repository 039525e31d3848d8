//! Matrices whose known entries can be visited one by one.

use crate::real::Real;

/// An m x n matrix of which some entries are known, one after the other, row by row.
///
/// All of a [`MatRef`](crate::dense::MatRef) is known, of an [`Observed`](crate::operator::Observed) matrix what is stored.
pub trait KnownEntries {
    /// The type of an entry.
    type Scalar: Real;

    /// The number of rows, m.
    fn nrows(&self) -> usize;

    /// The number of columns, n.
    fn ncols(&self) -> usize;

    /// The number of known entries.
    fn known(&self) -> usize;

    /// Row, column and value of the known entry number `index` from zero, counted row by row;
    /// `None` where there are not so many.
    fn entry(&self, index: usize) -> Option<(usize, usize, Self::Scalar)>;

    /// Columns and values of the known entries of row `i`; none where there is no such row.
    fn row(&self, i: usize) -> impl Iterator<Item = (usize, Self::Scalar)> + Clone;
}

impl<A: KnownEntries + ?Sized> KnownEntries for &A {
    type Scalar = A::Scalar;

    fn nrows(&self) -> usize {
        (**self).nrows()
    }

    fn ncols(&self) -> usize {
        (**self).ncols()
    }

    fn known(&self) -> usize {
        (**self).known()
    }

    fn entry(&self, index: usize) -> Option<(usize, usize, A::Scalar)> {
        (**self).entry(index)
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (usize, A::Scalar)> + Clone {
        (**self).row(i)
    }
}
