//! nalgebra, by its SVD with a bound on iterations: the one without never ends on NaN.

use lowrank_core::Real;
use lowrank_judge::Matrix;
use lowrank_judge::ratios::Svd;
use nalgebra::{DMatrix, RealField};

/// Steps for each singular value; two or three are usual.
const STEPS: usize = 100;

/// The thin SVD; `None` where it does not converge.
pub fn svd<T: Real + RealField>(a: &Matrix<T>) -> Option<Svd<T>> {
    let k = a.nrows.min(a.ncols);
    // What `svd` itself stops at.
    let tolerance = T::default_epsilon() * Real::from_f64(5.0);
    // Unordered, since sorting panics on NaN.
    let found = to_nalgebra(a).try_svd_unordered(true, true, tolerance, STEPS * k)?;
    let (u, v_t) = (found.u?, found.v_t?);
    let s = found.singular_values;
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|&i, &j| s[j].to_f64().total_cmp(&s[i].to_f64()));
    Some(Svd {
        u: Matrix::from_fn(a.nrows, k, |i, j| u[(i, order[j])]),
        s: order.iter().map(|&i| s[i]).collect(),
        v: Matrix::from_fn(a.ncols, k, |i, j| v_t[(order[j], i)]),
    })
}

/// Q and R, thin, of a matrix with at least as many rows as columns.
pub fn qr<T: Real + RealField>(a: &Matrix<T>) -> (Matrix<T>, Matrix<T>) {
    let (q, r) = to_nalgebra(a).qr().unpack();
    (from_nalgebra(&q), from_nalgebra(&r))
}

fn to_nalgebra<T: Real + RealField>(a: &Matrix<T>) -> DMatrix<T> {
    DMatrix::from_column_slice(a.nrows, a.ncols, &a.entries)
}

fn from_nalgebra<T: Real + RealField>(a: &DMatrix<T>) -> Matrix<T> {
    Matrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)])
}
