//! Matrices of tests.

use lowrank::{DenseMatrix, Scalar, SparseMatrix};
use serde_json::Value;

/// Returns the matrix of a list of rows.
pub fn of_rows(rows: &Value) -> DenseMatrix<f64> {
    let rows = rows.as_array().unwrap();
    let columns = rows[0].as_array().unwrap().len();
    DenseMatrix::from_fn(rows.len(), columns, |i, j| rows[i][j].as_f64().unwrap())
}

/// Returns positive draws of a small generator, the same on every run.
pub fn positive(m: usize, n: usize, seed: u64) -> DenseMatrix<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    DenseMatrix::from_fn(m, n, |_, _| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        0.05 + (state >> 11) as f64 / (1u64 << 53) as f64
    })
}

/// Returns the entries that `keep` takes, by row, column and value.
pub fn kept<T: Scalar>(
    a: &DenseMatrix<T>,
    keep: impl Fn(usize, usize, T) -> bool,
) -> SparseMatrix<T> {
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for i in 0..a.nrows() {
        for j in 0..a.ncols() {
            if keep(i, j, a.at(i, j)) {
                columns.push(j as u32);
                values.push(a.at(i, j));
            }
        }
        offsets.push(columns.len());
    }
    SparseMatrix::new(offsets, columns, values, a.ncols()).unwrap()
}

/// Returns all entries, zeros too.
pub fn all_entries<T: Scalar>(a: &DenseMatrix<T>) -> SparseMatrix<T> {
    kept(a, |_, _, _| true)
}
