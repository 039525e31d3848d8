//! Transposition of row-major entries to columns.

use rayon::prelude::*;

use super::{Error, growing::zeros, slabs::Slabs};
use lowrank::DenseMatrix;

/// The number of rows of which one entry each fits into the first-level cache.
const ROWS: usize = 64;
/// The columns that a thread writes at a time, fewer than a cache line of a row has.
const COLUMNS: usize = 4;

/// Returns the matrix whose entries are stored row after row, `ncols` in each.
///
/// # Errors
/// [`Error::Memory`] if there is no memory for a second copy.
pub(super) fn from_row_major(
    place: &str,
    entries: &[f64],
    ncols: usize,
) -> Result<DenseMatrix<f64>, Error> {
    let nrows = entries.len().checked_div(ncols).unwrap_or(0);
    let mut columns = zeros(place, nrows * ncols)?;
    fill_columns(&mut columns, (nrows, ncols), 0, entries);
    Ok(DenseMatrix::from_columns(columns, nrows, ncols))
}

/// Returns the matrix whose entries are stored row after row, whole rows in each slab. The memory of a slab is given back
/// when its rows are in the matrix.
///
/// # Errors
/// [`Error::Memory`].
pub(super) fn from_slabs(
    place: &str,
    slabs: Slabs<'_, f64>,
    ncols: usize,
) -> Result<DenseMatrix<f64>, Error> {
    let nrows = slabs.len().checked_div(ncols).unwrap_or(0);
    let mut columns = zeros(place, nrows * ncols)?;
    let mut start = 0;
    for slab in slabs.into_slabs() {
        fill_columns(&mut columns, (nrows, ncols), start, &slab);
        start += slab.len() / ncols;
    }
    Ok(DenseMatrix::from_columns(columns, nrows, ncols))
}

/// Writes rows to the columns of a matrix, from row `start` on.
fn fill_columns(
    columns: &mut [f64],
    (nrows, ncols): (usize, usize),
    start: usize,
    entries: &[f64],
) {
    if nrows == 0 || ncols == 0 {
        return;
    }
    let groups = columns.par_chunks_mut(nrows * COLUMNS).enumerate();
    groups.for_each(|(group, columns)| {
        for (strip, rows) in entries.chunks(ROWS * ncols).enumerate() {
            let row = start + strip * ROWS;
            for (j, column) in columns.chunks_mut(nrows).enumerate() {
                let to = column.get_mut(row..).unwrap_or_default();
                let from = rows.iter().skip(group * COLUMNS + j).step_by(ncols);
                for (to, x) in to.iter_mut().zip(from) {
                    *to = *x;
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns_whatever_the_shape() {
        for (nrows, ncols) in [(1, 1), (1, 5), (5, 1), (64, 3), (65, 7), (200, 2)] {
            let entries: Vec<f64> = (0..nrows * ncols).map(|x| x as f64).collect();
            let a = from_row_major("f", &entries, ncols).unwrap();
            assert_eq!((a.nrows(), a.ncols()), (nrows, ncols));
            let expected = DenseMatrix::from_fn(nrows, ncols, |i, j| (i * ncols + j) as f64);
            assert_eq!(a, expected);
        }
    }
}
