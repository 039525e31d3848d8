//! Compressed rows whose parts belong to others.

use super::sparse_layout::Places;
use crate::SparseMatrix;

/// A sparse matrix that borrows: with other column numbers it shares row offsets and values with the one it was made
/// from.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompressedRows<'a, T> {
    ncols: usize,
    row_offsets: &'a [usize],
    columns: &'a [u32],
    values: &'a [T],
}

impl<'a, T> CompressedRows<'a, T> {
    /// Returns rows whose entries are at these places.
    pub(super) fn at_places(places: &'a Places, values: &'a [T], ncols: usize) -> Self {
        assert_eq!(places.columns.len(), values.len());
        Self {
            ncols,
            row_offsets: &places.row_offsets,
            columns: &places.columns,
            values,
        }
    }

    /// Returns the rows of A with these column numbers, one for each stored entry.
    pub(super) fn renumbered(a: &'a SparseMatrix<T>, columns: &'a [u32]) -> Self {
        assert_eq!(columns.len(), a.nonzeros());
        Self {
            columns,
            ..Self::from(a)
        }
    }

    pub(super) fn nrows(&self) -> usize {
        self.row_offsets.len().saturating_sub(1)
    }

    pub(super) fn ncols(&self) -> usize {
        self.ncols
    }

    pub(super) fn nonzeros(&self) -> usize {
        self.values.len()
    }

    pub(super) fn row_offsets(&self) -> &'a [usize] {
        self.row_offsets
    }

    /// Returns the column of each stored entry.
    pub(super) fn columns(&self) -> &'a [u32] {
        self.columns
    }

    /// Returns the value of each stored entry.
    pub(super) fn values(&self) -> &'a [T] {
        self.values
    }

    /// Returns the columns and values of row `i`, which exists.
    #[inline(always)]
    pub(super) fn row(&self, i: usize) -> (&'a [u32], &'a [T]) {
        let entries = self.row_offsets[i]..self.row_offsets[i + 1];
        (&self.columns[entries.clone()], &self.values[entries])
    }
}

impl<'a, T> From<&'a SparseMatrix<T>> for CompressedRows<'a, T> {
    fn from(a: &'a SparseMatrix<T>) -> Self {
        Self {
            ncols: a.ncols,
            row_offsets: &a.row_offsets,
            columns: &a.columns,
            values: &a.values,
        }
    }
}
