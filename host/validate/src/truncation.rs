//! The accuracy of a truncated decomposition, and of its range.

use crate::Matrix;
use crate::extended::Extended;
use crate::matrix::norm;
use crate::ratios::{orthogonality, scaled, unit, worse};
use crate::run::{Truncated, small_svd};
use lowrank_core::Real;

/// The errors of a truncated SVD; lengths are divided by 2^e, where e is the exponent of A.
#[derive(Clone, Debug)]
pub struct Truncation {
    /// ||I - U^T U||_1 / (m eps).
    pub u: f64,
    /// ||I - V^T V||_1 / (n eps).
    pub v: f64,
    /// The largest ||A^T u_i - s_i v_i||, in units.
    pub right_residual: f64,
    /// The largest difference of ||A v_i - s_i u_i|| from the reported residual, in units.
    pub reported_residual: f64,
    /// ||A - U diag(s) V^T||_F.
    pub error: f64,
    /// The reported bound of the error.
    pub bound: f64,
    /// ||A||_F.
    pub norm: f64,
    /// The sum of the squares of the computed singular values.
    pub kept: f64,
    /// max(m, n) eps ||A||_F, at least the smallest number.
    pub unit: f64,
}

impl Truncation {
    pub fn new<T: Real>(a: &Matrix<T>, found: &Truncated<T>) -> Self {
        let e = a.exponent();
        let exact = a.to_f64(e);
        let norm = exact.frobenius();
        let unit = a.nrows.max(a.ncols) as f64 * unit::<T>(norm, e);
        let s: Vec<f64> = found.svd.s.iter().map(|s| scaled(s, e)).collect();
        let (u, v) = (found.svd.u.to_f64(0), found.svd.v.to_f64(0));
        let a = Extended::from(&exact);
        let [us, vs] = [&u, &v].map(|factor| Extended::scaled_columns(factor, &s));
        let (u, v) = (Extended::from(&u), Extended::from(&v));
        let left = a.times(&v).minus(&us).lengths();
        let right = a.transposed().times(&u).minus(&vs).lengths();
        let reported = found.residuals.iter().map(|r| scaled(r, e));
        let differences = left.iter().zip(reported).map(|(x, r)| (x - r).abs());
        Self {
            u: orthogonality(&found.svd.u),
            v: orthogonality(&found.svd.v),
            right_residual: right.into_iter().fold(0.0, worse) / unit,
            reported_residual: differences.fold(0.0, worse) / unit,
            error: us.times(&v.transposed()).minus(&a).frobenius(),
            bound: scaled(&found.report.error_bound, e),
            norm,
            kept: s.iter().map(|s| s * s).sum(),
            unit,
        }
    }

    /// Returns the error over the least error of a matrix of this rank, `optimum`, and rounding.
    pub fn over_optimum(&self, optimum: f64) -> f64 {
        self.error / optimum.hypot(self.unit)
    }
}

/// Returns ||A - Q Q^T A||_F, divided by 2^e, and its unit.
pub fn range_error<T: Real>(a: &Matrix<T>, q: &Matrix<T>) -> (f64, f64) {
    let e = a.exponent();
    let exact = a.to_f64(e);
    let unit = a.nrows.max(a.ncols) as f64 * unit::<T>(exact.frobenius(), e);
    let (a, q) = (Extended::from(&exact), Extended::from(&q.to_f64(0)));
    let projected = q.times(&q.transposed().times(&a));
    (projected.minus(&a).frobenius(), unit)
}

/// sqrt(sum of s_i^2 after the first k), divided by 2^e: the least error of a matrix of rank k (Eckart & Young 1936).
/// The values are those of the small SVD in f64.
pub fn optimum<T: Real>(a: &Matrix<T>, k: usize) -> f64 {
    let exact = a.to_f64(a.exponent());
    let values = small_svd(&exact).expect("entries about one").s;
    norm(&values[k..])
}
