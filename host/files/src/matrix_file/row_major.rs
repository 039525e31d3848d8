//! Transposition of row-major entries to columns.

use super::{Error, growing::Growing};
use lowrank::DenseMatrix;

/// The number of rows of which one entry each fits into the first-level cache.
const ROWS: usize = 64;

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
    let mut columns = Growing::filled(place, 0.0, nrows * ncols)?;
    for (strip, rows) in entries.chunks(ROWS * ncols.max(1)).enumerate() {
        for j in 0..ncols {
            let column = &mut columns[j * nrows + strip * ROWS..];
            for (to, row) in column.iter_mut().zip(rows.chunks_exact(ncols)) {
                *to = row[j];
            }
        }
    }
    Ok(DenseMatrix::from_columns(columns, nrows, ncols))
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
