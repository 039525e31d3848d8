//! The transpose of a sparse matrix, by counting.

use super::CsrRef;
use crate::buffer::require;
use crate::{Error, Real};

impl<T: Real> CsrRef<'_, T> {
    /// Computes A^T by counting; the entries of a row are in the order of the rows of A.
    ///
    /// - `row_offsets`: n + 1; `columns` and `values`: one for each stored entry; overwritten. Elements
    ///   beyond that are not changed.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if a buffer is too short; [`Error::SparseStructure`] if the rows exceed 32
    /// bits.
    ///
    /// ```
    /// use lowrank_core::CsrRef;
    /// let a = CsrRef::new(&[0, 2, 3], &[0, 2, 0], &[1.0, 2.0, 3.0], 3)?;
    /// let (mut row_offsets, mut columns, mut values) = ([0; 4], [0; 3], [0.0; 3]);
    /// let transposed = a.transpose_into(&mut row_offsets, &mut columns, &mut values)?;
    /// assert_eq!(transposed.row_offsets(), [0, 2, 2, 3]);
    /// assert_eq!(transposed.columns(), [0, 1, 0]);
    /// assert_eq!(transposed.values(), [1.0, 3.0, 2.0]);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn transpose_into<'t>(
        &self,
        row_offsets: &'t mut [usize],
        columns: &'t mut [u32],
        values: &'t mut [T],
    ) -> Result<CsrRef<'t, T>, Error> {
        let (entries, offsets) = (self.nonzeros(), self.ncols().saturating_add(1));
        require(row_offsets.len(), offsets)?;
        require(columns.len(), entries)?;
        require(values.len(), entries)?;
        let row_offsets = row_offsets.get_mut(..offsets).unwrap_or_default();
        let columns = columns.get_mut(..entries).unwrap_or_default();
        let values = values.get_mut(..entries).unwrap_or_default();
        self.find_starts(row_offsets);
        for (i, (row_columns, row_values)) in self.rows().enumerate() {
            let Ok(row) = u32::try_from(i) else {
                return Err(Error::SparseStructure { row: i });
            };
            for (&column, &value) in row_columns.iter().zip(row_values) {
                // The start of a row advances to its end, which is the start of the next one.
                let next = row_offsets.get_mut((column as usize).saturating_add(1));
                let Some(next) = next else { continue };
                if let (Some(c), Some(v)) = (columns.get_mut(*next), values.get_mut(*next)) {
                    (*c, *v) = (row, value);
                }
                *next = next.saturating_add(1);
            }
        }
        CsrRef::new(row_offsets, columns, values, self.nrows())
    }

    /// Computes the start of each row of A^T; the row ends at the next offset.
    fn find_starts(&self, row_offsets: &mut [usize]) {
        row_offsets.fill(0);
        for &column in self.columns() {
            if let Some(count) = row_offsets.get_mut((column as usize).saturating_add(1)) {
                *count = count.saturating_add(1);
            }
        }
        let mut start: usize = 0;
        for offset in row_offsets {
            let count = core::mem::replace(offset, start);
            start = start.saturating_add(count);
        }
    }
}
