//! Matrices B D and D B with well-conditioned B and diagonal D. Their singular values are determined to all digits,
//! however small, and one-sided Jacobi rotations compute them.

use crate::Matrix;
use crate::families::share;
use crate::ratios::worse;
use crate::reference::singular_values;
use crate::trials::Trial;
use lowrank_core::Real;
use lowrank_core::random::{Distribution, RandomEntries};

/// The product of B and D.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// B D, m >= n.
    Columns,
    /// D B, m <= n: the transpose of such a matrix.
    Transposed,
    /// D B, m = n: the rows are graded, and there are as many columns.
    Rows,
}

/// A matrix, and one with the same singular values whose columns are graded and not its rows.
#[derive(Clone, Debug)]
pub struct Graded<T> {
    pub a: Matrix<T>,
    pub columns: Matrix<T>,
}

impl<T: Real> Graded<T> {
    /// B with random singular vectors and geometric singular values from 1 to 1 / `condition`; D
    /// from 1 down to 10^-`decades`.
    pub fn new(form: Form, condition: f64, decades: f64, trial: Trial) -> Self {
        let (longer, shorter) = (trial.nrows.max(trial.ncols), trial.nrows.min(trial.ncols));
        let (m, n) = match form {
            Form::Rows => (trial.nrows, trial.nrows),
            _ => (longer, shorter),
        };
        let b = conditioned(m, n, condition, trial.seed);
        let d = powers_of_ten(n, decades, trial.seed);
        let columns = scaled(&b, &vec![0.0; m], &d);
        let a = match form {
            Form::Columns => columns.clone(),
            _ => columns.transposed(),
        };
        Self { a, columns }
    }

    /// Returns a matrix whose columns are not transformed.
    pub fn as_it_is(a: Matrix<T>) -> Self {
        let columns = a.clone();
        Self { a, columns }
    }

    /// The largest |s - s_exact| / (s_exact eps) of all singular values.
    pub fn relative_error(&self, s: &[T]) -> f64 {
        let exact = singular_values(&self.columns);
        assert_eq!(exact.len(), s.len());
        let errors = exact.iter().zip(s);
        let errors = errors.map(|(exact, s)| exact.relative_error(*s));
        errors.fold(0.0, worse)
    }
}

/// B, m x n, with random singular vectors and geometric singular values from 1 to 1 / `condition`.
pub fn conditioned(m: usize, n: usize, condition: f64, seed: u64) -> Matrix<f64> {
    let k = m.min(n);
    let s: Vec<f64> = (0..k).map(|i| condition.powf(-share(i, k))).collect();
    Matrix::with_spectrum(m, n, &s, seed)
}

/// Returns the exponents of n powers of ten from 0 down to -`decades`, evenly spaced: descending, ascending or in
/// random order, depending on the seed.
pub fn powers_of_ten(n: usize, decades: f64, seed: u64) -> Vec<f64> {
    let steps = n.saturating_sub(1).max(1) as f64;
    let mut powers: Vec<f64> = (0..n).map(|j| -decades * j as f64 / steps).collect();
    match seed % 3 {
        0 => {}
        1 => powers.reverse(),
        _ => {
            let random = RandomEntries::new(Distribution::Uniform, seed + 1000);
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by_key(|&j| random.signs(j, 0));
            powers = order.into_iter().map(|j| powers[j]).collect();
        }
    }
    powers
}

/// 10^rows_i b_ij 10^columns_j, rounded to T.
pub fn scaled<T: Real>(b: &Matrix<f64>, rows: &[f64], columns: &[f64]) -> Matrix<T> {
    Matrix::from_fn(b.nrows, b.ncols, |i, j| {
        T::from_f64(b.at(i, j) * 10f64.powf(rows[i] + columns[j]))
    })
}
