//! The error of factors, computed independently of the solvers.

use lowrank::{DenseMatrix, Matrix, Scalar};

/// ||A||^2, summed in f64.
pub(super) fn squared_norm<T: Scalar>(a: Matrix<'_, T>) -> f64 {
    let values = match a {
        Matrix::Sparse(a) | Matrix::Observed(a) => a.values(),
        Matrix::Dense(a) => a.as_slice(),
    };
    values.iter().map(|x| x.to_f64().powi(2)).sum()
}

/// ||A - X Y^T||_F in f64: ||A||^2 - 2 <A, X Y^T> + <X^T X, Y^T Y>, where the second term is a sum over the entries of
/// A. If entries are missing, all sums are over the known ones.
pub(super) fn measured_error<T: Scalar>(
    a: Matrix<'_, T>,
    x: &DenseMatrix<T>,
    y: &DenseMatrix<T>,
) -> f64 {
    let (x, y) = (Rows::of(x), Rows::of(y));
    let (mut inner, mut known_squares) = (0.0, 0.0);
    let mut visit = |i, j, value: &T| {
        let (value, product) = (value.to_f64(), dot(x.row(i), y.row(j)));
        inner += value * product;
        known_squares += (value - product).powi(2);
    };
    match a {
        Matrix::Sparse(a) | Matrix::Observed(a) => {
            for i in 0..a.nrows() {
                let (columns, values) = a.row(i);
                let entries = columns.iter().zip(values);
                entries.for_each(|(&j, value)| visit(i, j as usize, value));
            }
        }
        Matrix::Dense(a) => {
            for j in 0..a.ncols() {
                let entries = a.column(j).iter().enumerate();
                entries.for_each(|(i, value)| visit(i, j, value));
            }
        }
    }
    if let Matrix::Observed(_) = a {
        return known_squares.sqrt();
    }
    let squares = squared_norm(a) - 2.0 * inner + dot(&x.gram(), &y.gram());
    squares.max(0.0).sqrt()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// A panel in f64, row after row.
struct Rows {
    entries: Vec<f64>,
    k: usize,
}

impl Rows {
    fn of<T: Scalar>(x: &DenseMatrix<T>) -> Self {
        let (m, k) = (x.nrows(), x.ncols());
        let entry = |place: usize| x.at(place / k, place % k).to_f64();
        Self {
            entries: (0..m * k).map(entry).collect(),
            k,
        }
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.entries[i * self.k..][..self.k]
    }

    fn gram(&self) -> Vec<f64> {
        let mut gram = vec![0.0; self.k * self.k];
        for row in self.entries.chunks_exact(self.k) {
            for (column, x) in gram.chunks_exact_mut(self.k).zip(row) {
                for (sum, y) in column.iter_mut().zip(row) {
                    *sum += x * y;
                }
            }
        }
        gram
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::SparseMatrix;

    #[test]
    fn error_is_that_of_the_entries_one_by_one() {
        let entry = |i: usize, j: usize| ((3 * i + 5 * j) % 7) as f64;
        let dense = DenseMatrix::from_fn(6, 5, entry);
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..6 {
            let stored = (0..5).filter(|j| entry(i, *j) != 0.0);
            for j in stored {
                columns.push(j as u32);
                values.push(entry(i, j));
            }
            offsets.push(columns.len());
        }
        let sparse = SparseMatrix::new(offsets, columns, values, 5).unwrap();
        let x = DenseMatrix::from_fn(6, 2, |i, c| (i + c) as f64 / 4.0);
        let y = DenseMatrix::from_fn(5, 2, |j, c| (j * c) as f64 / 3.0);
        let product = |i, j| x.at(i, 0) * y.at(j, 0) + x.at(i, 1) * y.at(j, 1);
        let places = (0..6).flat_map(|i| (0..5).map(move |j| (i, j)));
        let squares: f64 = places
            .map(|(i, j)| (entry(i, j) - product(i, j)).powi(2))
            .sum();
        for a in [Matrix::Dense(&dense), Matrix::Sparse(&sparse)] {
            assert!((measured_error(a, &x, &y) - squares.sqrt()).abs() < 1e-12 * squares);
        }
    }
}
