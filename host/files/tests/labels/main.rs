//! Labels from a matrix to a kept model and to the new rows in it.

mod alignment;
mod stored_models;

use lowrank::{DenseMatrix, Scalar, SparseMatrix};
use lowrank_files::labels::{LabelledMatrix, Side};
use lowrank_files::matrix_file::Entries;

fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

/// A dense matrix with labels of its columns.
fn dense<T: Scalar, const M: usize, const N: usize>(
    columns: [&str; N],
    rows: [[f64; N]; M],
) -> LabelledMatrix<T> {
    let a = DenseMatrix::from_fn(M, N, |i, j| T::from_f64(rows[i][j]));
    let matrix = LabelledMatrix::from(Entries::Dense(a));
    matrix.with_labels(Side::Column, names(columns)).unwrap()
}

/// The entries of a sparse matrix, or the known ones.
fn stored<T: Scalar>(entries: &Entries<T>) -> Vec<(usize, u32, f64)> {
    let (Entries::Sparse(a) | Entries::Observed(a)) = entries else {
        panic!("dense")
    };
    let row = |i: usize| {
        let (columns, values) = a.row(i);
        let entries = columns.iter().zip(values);
        entries
            .map(move |(&j, x)| (i, j, x.to_f64()))
            .collect::<Vec<_>>()
    };
    (0..a.nrows()).flat_map(row).collect()
}

/// Three rows in three columns; nothing is stored in the second row.
fn sparse<T: Scalar>() -> SparseMatrix<T> {
    let values = [5.0, 3.0, 1.0, 2.0].map(T::from_f64).to_vec();
    SparseMatrix::new(vec![0, 3, 3, 4], vec![0, 1, 2, 0], values, 3).unwrap()
}
