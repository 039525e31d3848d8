//! Sparse matrices that grow by entries, without a heap.

use super::CsrRef;
use crate::{Error, Real};
use heapless::Vec;

/// A sparse matrix that owns its three slices without a heap, with capacity for `OFFSETS` - 1 rows and
/// `ENTRIES` entries. It can be stored in a `static`.
///
/// ```
/// use lowrank_core::sparse::CsrBuffer;
///
/// let mut a = CsrBuffer::<f32, 3, 8>::new(4);
/// a.push(0, 1, 2.5)?; // row, column, value; rows in order
/// a.push(1, 3, -1.0)?;
/// let view = a.view(2)?; // two rows
/// assert_eq!((view.nrows(), view.ncols(), view.nonzeros()), (2, 4, 2));
/// # Ok::<(), lowrank_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CsrBuffer<T, const OFFSETS: usize, const ENTRIES: usize> {
    row_offsets: Vec<usize, OFFSETS>,
    columns: Vec<u32, ENTRIES>,
    values: Vec<T, ENTRIES>,
    ncols: usize,
}

impl<T: Real, const OFFSETS: usize, const ENTRIES: usize> CsrBuffer<T, OFFSETS, ENTRIES> {
    /// Creates a matrix of `ncols` columns without rows.
    pub const fn new(ncols: usize) -> Self {
        Self {
            row_offsets: Vec::new(),
            columns: Vec::new(),
            values: Vec::new(),
            ncols,
        }
    }

    /// Removes all rows.
    pub fn clear(&mut self) {
        self.row_offsets.clear();
        self.columns.clear();
        self.values.clear();
    }

    /// Appends an entry. Rows must be ascending, and the columns within a row; skipped rows are empty.
    ///
    /// # Errors
    /// - [`Error::SparseStructure`] for a row or column out of order or outside the matrix,
    ///   and for a column that exceeds 32 bits.
    /// - [`Error::BufferTooSmall`] if the capacity for rows or entries is exhausted.
    pub fn push(&mut self, row: usize, column: usize, value: T) -> Result<(), Error> {
        let started = self.row_offsets.len();
        let late = row.saturating_add(1) < started;
        let unordered = row.saturating_add(1) == started && !self.in_order(column);
        let outside = column >= self.ncols;
        let (Ok(stored), false) = (u32::try_from(column), late || unordered || outside) else {
            return Err(Error::SparseStructure { row });
        };
        if self.columns.len() >= ENTRIES {
            return Err(full(ENTRIES));
        }
        if row.saturating_add(2) > OFFSETS {
            return Err(full(OFFSETS));
        }
        self.start_rows(row.saturating_add(1))?;
        self.columns.push(stored).map_err(|_| full(ENTRIES))?;
        self.values.push(value).map_err(|_| full(ENTRIES))
    }

    fn in_order(&self, column: usize) -> bool {
        let start = self.row_offsets.last().copied().unwrap_or(0);
        match self.columns.get(start..).unwrap_or_default().last() {
            Some(&last) => (last as usize) < column,
            None => true,
        }
    }

    fn start_rows(&mut self, started: usize) -> Result<(), Error> {
        while self.row_offsets.len() < started {
            let end = self.columns.len();
            self.row_offsets.push(end).map_err(|_| full(OFFSETS))?;
        }
        Ok(())
    }

    /// Returns the matrix with `nrows` rows; the rows after the last entry are empty.
    ///
    /// # Errors
    /// - [`Error::BufferTooSmall`] if `nrows` exceeds the capacity.
    /// - [`Error::SparseStructure`] if `nrows` is less than the number of rows with entries.
    pub fn view(&mut self, nrows: usize) -> Result<CsrRef<'_, T>, Error> {
        if nrows.saturating_add(1) > OFFSETS {
            return Err(full(OFFSETS));
        }
        let started = self.row_offsets.len();
        if started > nrows.saturating_add(1) {
            return Err(Error::SparseStructure { row: nrows });
        }
        if started == nrows.saturating_add(1)
            && self.row_offsets.last() != Some(&self.columns.len())
        {
            return Err(Error::SparseStructure { row: nrows });
        }
        self.start_rows(nrows.saturating_add(1))?;
        CsrRef::new(&self.row_offsets, &self.columns, &self.values, self.ncols)
    }
}

#[cold]
fn full(capacity: usize) -> Error {
    Error::BufferTooSmall {
        needed: capacity.saturating_add(1),
        found: capacity,
    }
}
