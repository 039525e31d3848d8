//! Sparse matrices in compressed sparse rows, and their transposes.

#[cfg(feature = "heapless")]
mod buffer;
mod transpose;

#[cfg(feature = "heapless")]
pub use buffer::CsrBuffer;

use crate::{Error, Real};

/// A sparse m x n matrix A in compressed sparse rows, borrowed as three slices.
///
/// Row i holds the entries `row_offsets[i]..row_offsets[i + 1]` of `columns` and `values`. Columns
/// need not be sorted. Entries at the same place are added in products, but norms treat them as separate
/// entries: merge them first.
#[derive(Clone, Copy, Debug)]
pub struct CsrRef<'a, T> {
    row_offsets: &'a [usize],
    columns: &'a [u32],
    values: &'a [T],
    ncols: usize,
}

impl<'a, T: Real> CsrRef<'a, T> {
    /// Creates the matrix with m + 1 `row_offsets` and n = `ncols` columns.
    ///
    /// # Errors
    /// - [`Error::Empty`] without offsets.
    /// - [`Error::Shape`] if `columns` and `values` differ in length.
    /// - [`Error::SparseStructure`] with the first row whose offsets decrease or exceed the entries, or
    ///   that has a column outside the matrix.
    pub fn new(
        row_offsets: &'a [usize],
        columns: &'a [u32],
        values: &'a [T],
        ncols: usize,
    ) -> Result<Self, Error> {
        if row_offsets.is_empty() {
            return Err(Error::Empty);
        }
        if columns.len() != values.len() {
            return Err(Error::Shape {
                expected: (columns.len(), 1),
                found: (values.len(), 1),
            });
        }
        let a = Self {
            row_offsets,
            columns,
            values,
            ncols,
        };
        a.check_rows()?;
        Ok(a)
    }

    fn check_rows(&self) -> Result<(), Error> {
        let (mut start, mut first) = (0, true);
        for (row, &end) in self.row_offsets.iter().enumerate() {
            if first && end != 0 {
                return Err(Error::SparseStructure { row: 0 });
            }
            first = false;
            let row = row.saturating_sub(1);
            let Some(columns) = self.columns.get(start..end) else {
                return Err(Error::SparseStructure { row });
            };
            if columns.iter().any(|&column| column as usize >= self.ncols) {
                return Err(Error::SparseStructure { row });
            }
            start = end;
        }
        if start != self.columns.len() {
            let row = self.row_offsets.len().saturating_sub(2);
            return Err(Error::SparseStructure { row });
        }
        Ok(())
    }

    /// Returns the number of rows, m.
    pub fn nrows(&self) -> usize {
        self.row_offsets.len().saturating_sub(1)
    }

    /// Returns the number of columns, n.
    pub fn ncols(&self) -> usize {
        self.ncols
    }

    /// Returns the number of stored entries.
    pub fn nonzeros(&self) -> usize {
        self.values.len()
    }

    /// Returns the m + 1 offsets.
    pub fn row_offsets(&self) -> &'a [usize] {
        self.row_offsets
    }

    /// Returns the column of each stored entry.
    pub fn columns(&self) -> &'a [u32] {
        self.columns
    }

    /// Returns the value of each stored entry.
    pub fn values(&self) -> &'a [T] {
        self.values
    }

    /// Returns the columns and values of each row.
    #[inline(always)]
    pub fn rows(&self) -> impl Iterator<Item = (&'a [u32], &'a [T])> + Clone + use<'a, T> {
        let (columns, values) = (self.columns, self.values);
        let ends = self.row_offsets.get(1..).unwrap_or_default();
        self.row_offsets
            .iter()
            .zip(ends)
            .map(move |(&start, &end)| {
                (
                    columns.get(start..end).unwrap_or_default(),
                    values.get(start..end).unwrap_or_default(),
                )
            })
    }

    /// Returns the columns and values of row `i`; empty if there is no such row.
    pub fn row(&self, i: usize) -> (&'a [u32], &'a [T]) {
        let start = self.row_offsets.get(i).copied().unwrap_or(0);
        let end = self
            .row_offsets
            .get(i.saturating_add(1))
            .copied()
            .unwrap_or(0);
        (
            self.columns.get(start..end).unwrap_or_default(),
            self.values.get(start..end).unwrap_or_default(),
        )
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, usize, T)> + Clone + use<'a, T> {
        (0..self.nrows())
            .zip(self.rows())
            .flat_map(|(row, (columns, values))| {
                let entry = move |(&column, &value)| (row, column as usize, value);
                columns.iter().zip(values).map(entry)
            })
    }
}
