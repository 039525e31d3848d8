//! Conversion of entries in any order to sparse rows.

use rayon::prelude::*;

use super::{Error, growing::Growing};
use lowrank::SparseMatrix;

/// Up to this size, dimensions are accepted regardless of the stored entries.
const UNQUESTIONED: u64 = 1 << 22;
/// The most rows, columns or zeros for each stored entry in larger matrices.
const PER_ENTRY: u64 = 64;

/// A stored entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coordinate {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) value: f64,
}

/// Converts a shape to sizes and checks that a matrix of this shape can be handled.
///
/// # Errors
/// - [`Error::Empty`] without rows or columns.
/// - [`Error::Shape`] if a side exceeds 32 bits, or is out of proportion to the `stored` entries: the memory would be
///   set by the claim of a header, not by the content of the file.
pub(super) fn check_shape(
    place: &str,
    (rows, columns): (u64, u64),
    stored: usize,
) -> Result<(usize, usize), Error> {
    if rows == 0 || columns == 0 {
        return Err(Error::empty(place));
    }
    let longest = rows.max(columns);
    if longest > u64::from(u32::MAX) || !has_reason_for(longest, stored) {
        return Err(Error::shape(place, (rows, columns), stored));
    }
    Ok((rows as usize, columns as usize))
}

/// Checks that `count` zeros are in proportion to `stored` entries, so that a header alone cannot allocate memory.
pub(super) fn has_reason_for(count: u64, stored: usize) -> bool {
    count <= UNQUESTIONED.max(PER_ENTRY.saturating_mul(stored as u64))
}

/// Sorts entries by row and then by column; entries at the same place keep the order of the file.
pub(super) fn sort(entries: &mut [Coordinate]) {
    entries.par_sort_by_key(|entry| (entry.row, entry.column));
}

/// Returns the m x n matrix of sorted entries, all of them within its shape, and the number of entries that were added to
/// an earlier one at the same place.
///
/// # Errors
/// [`Error::Memory`].
pub(super) fn to_rows(
    place: &str,
    (nrows, ncols): (usize, usize),
    entries: &[Coordinate],
) -> Result<(SparseMatrix<f64>, usize), Error> {
    let mut row_offsets = Growing::filled(place, 0, nrows + 1)?;
    let (mut columns, mut values) = (Growing::new(place), Growing::new(place));
    let mut last = None;
    for entry in entries {
        let at = (entry.row, entry.column);
        if last == Some(at) {
            values.add_to_last(entry.value);
        } else {
            columns.push(entry.column)?;
            values.push(entry.value)?;
            row_offsets[entry.row as usize + 1] += 1;
        }
        last = Some(at);
    }
    for i in 0..nrows {
        row_offsets[i + 1] += row_offsets[i];
    }
    let (columns, values) = (columns.into_vec(), values.into_vec());
    let added = entries.len() - values.len();
    Ok((
        SparseMatrix::from_rows(row_offsets, columns, values, ncols),
        added,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_in_any_order_become_rows() {
        let of = |row, column, value| Coordinate { row, column, value };
        let mut entries = vec![of(3, 1, 4.0), of(0, 2, 1.0), of(3, 0, 3.0), of(0, 2, 0.5)];
        sort(&mut entries);
        let (a, added) = to_rows("f", (4, 3), &entries).unwrap();
        assert_eq!(added, 1);
        let expected =
            SparseMatrix::new(vec![0, 1, 1, 1, 3], vec![2, 0, 1], vec![1.5, 3.0, 4.0], 3);
        assert_eq!(a, expected.unwrap());
    }

    #[test]
    fn sides_that_no_entry_gives_reason_for_are_refused() {
        let of = |shape, stored| check_shape("f", shape, stored);
        assert_eq!(of((1 << 22, 1), 0).unwrap(), (1 << 22, 1));
        assert_eq!(of((1 << 26, 1), 1 << 20).unwrap(), (1 << 26, 1));
        for (rows, columns, stored) in [
            (1 << 26, 1, 9),
            (1, 1 << 26, 9),
            (1 << 32, 1, 9),
            (u64::MAX, u64::MAX, 9),
            (1 << 32, 1, usize::MAX),
        ] {
            let error = of((rows, columns), stored).unwrap_err();
            assert!(matches!(error, Error::Shape { .. }), "{error}");
        }
        assert!(matches!(of((0, 1), 0), Err(Error::Empty { .. })));
    }
}
