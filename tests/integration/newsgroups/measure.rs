//! Factors judged by their definitions, in plain loops that share nothing with the library.

use lowrank::{DenseMatrix, Scalar, SparseMatrix};

/// The entries as f64.
pub fn in_f64<T: Scalar>(x: &DenseMatrix<T>) -> DenseMatrix<f64> {
    x.cast()
}

/// ||A - L R^T||_F, entry by entry, so that nothing cancels, and row by row, so that the sum of
/// 54 million squares does not gather their rounding.
pub fn distance(a: &SparseMatrix<f64>, l: &DenseMatrix<f64>, r: &DenseMatrix<f64>) -> f64 {
    let k = l.ncols();
    let mut row = vec![0.0; a.ncols()];
    let mut squares = 0.0;
    for i in 0..a.nrows() {
        row.fill(0.0);
        let (columns, values) = entries(a, i);
        for (&j, x) in columns.iter().zip(values) {
            row[j as usize] = *x;
        }
        for p in 0..k {
            let weight = l.at(i, p);
            for (x, y) in row.iter_mut().zip(r.column(p)) {
                *x -= weight * y;
            }
        }
        squares += row.iter().map(|x| x * x).sum::<f64>();
    }
    squares.sqrt()
}

/// ||A v - s u||.
pub fn residual(a: &SparseMatrix<f64>, v: &[f64], s: f64, u: &[f64]) -> f64 {
    let square = |i| {
        let (columns, values) = entries(a, i);
        let products = columns.iter().zip(values).map(|(&j, x)| x * v[j as usize]);
        (products.sum::<f64>() - s * u[i]).powi(2)
    };
    (0..a.nrows()).map(square).sum::<f64>().sqrt()
}

/// ||A^T u - s v||.
pub fn transposed_residual(a: &SparseMatrix<f64>, u: &[f64], s: f64, v: &[f64]) -> f64 {
    let mut rest: Vec<f64> = v.iter().map(|v| -s * v).collect();
    for (i, u) in u.iter().enumerate() {
        let (columns, values) = entries(a, i);
        for (&j, x) in columns.iter().zip(values) {
            rest[j as usize] += x * u;
        }
    }
    rest.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// The largest entry of |X^T X - I|.
pub fn loss_of_orthogonality(x: &DenseMatrix<f64>) -> f64 {
    let mut largest = 0.0f64;
    for p in 0..x.ncols() {
        for q in 0..=p {
            let pairs = x.column(p).iter().zip(x.column(q));
            let product: f64 = pairs.map(|(x, y)| x * y).sum();
            let expected = if p == q { 1.0 } else { 0.0 };
            largest = largest.max((product - expected).abs());
        }
    }
    largest
}

/// The columns and values of row `i`.
pub fn entries(a: &SparseMatrix<f64>, i: usize) -> (&[u32], &[f64]) {
    let place = a.row_offsets()[i]..a.row_offsets()[i + 1];
    (&a.columns()[place.clone()], &a.values()[place])
}

/// The rows without an entry.
pub fn empty_rows(a: &SparseMatrix<f64>) -> impl Iterator<Item = usize> {
    (0..a.nrows()).filter(|i| entries(a, *i).0.is_empty())
}

/// The bits of the entries.
pub fn bits(x: &[f64]) -> Vec<u64> {
    x.iter().map(|x| x.to_bits()).collect()
}
