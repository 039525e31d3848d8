//! The known entries of core's own matrices.

use crate::operator::{KnownEntries, Observed, Transposed};
use crate::{CsrRef, MatRef, Real};

impl<T: Real> KnownEntries for MatRef<'_, T> {
    type Scalar = T;

    fn nrows(&self) -> usize {
        MatRef::nrows(self)
    }

    fn ncols(&self) -> usize {
        MatRef::ncols(self)
    }

    fn known(&self) -> usize {
        self.as_slice().len()
    }

    fn entry(&self, index: usize) -> Option<(usize, usize, T)> {
        let i = index.checked_div(self.ncols())?;
        let j = index.checked_rem(self.ncols())?;
        let value = self.column(j).get(i)?;
        Some((i, j, *value))
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (usize, T)> + Clone {
        let entry = move |(j, column): (usize, &[T])| Some((j, *column.get(i)?));
        (0..self.ncols()).zip(self.columns()).filter_map(entry)
    }
}

impl<T: Real> KnownEntries for Transposed<MatRef<'_, T>> {
    type Scalar = T;

    fn nrows(&self) -> usize {
        self.0.ncols()
    }

    fn ncols(&self) -> usize {
        self.0.nrows()
    }

    fn known(&self) -> usize {
        self.0.known()
    }

    fn entry(&self, index: usize) -> Option<(usize, usize, T)> {
        let i = index.checked_div(self.0.nrows())?;
        let j = index.checked_rem(self.0.nrows())?;
        let value = self.0.as_slice().get(index)?;
        Some((i, j, *value))
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (usize, T)> + Clone {
        let column = self.0.column(i);
        (0..column.len()).zip(column.iter().copied())
    }
}

impl<T: Real> KnownEntries for Observed<CsrRef<'_, T>> {
    type Scalar = T;

    fn nrows(&self) -> usize {
        self.0.nrows()
    }

    fn ncols(&self) -> usize {
        self.0.ncols()
    }

    fn known(&self) -> usize {
        self.0.nonzeros()
    }

    /// Finds the row by bisection.
    fn entry(&self, index: usize) -> Option<(usize, usize, T)> {
        let column = self.0.columns().get(index)?;
        let value = self.0.values().get(index)?;
        let ended = self.0.row_offsets().partition_point(|&end| end <= index);
        Some((ended.saturating_sub(1), *column as usize, *value))
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (usize, T)> + Clone {
        let (columns, values) = self.0.row(i);
        let columns = columns.iter().map(|&column| column as usize);
        columns.zip(values.iter().copied())
    }
}
