//! A matrix and the quantities that its factorizations are measured with.

use crate::Matrix;
use crate::matrix::norm;
use crate::ratios::{scaled, unit};
use lowrank_core::Real;

/// A, and 2^-e A in f64 with entries below two, which all measurements use.
#[derive(Clone, Debug)]
pub struct Subject<T> {
    pub a: Matrix<T>,
    /// e.
    pub exponent: i32,
    /// 2^-e A.
    pub scaled: Matrix<f64>,
    /// ||2^-e A||_F.
    pub norm: f64,
    /// The singular values of 2^-e A, descending, from another solver than lowrank's.
    pub values: Vec<f64>,
}

impl<T: Real> Subject<T> {
    /// Creates a subject; `values` computes the singular values of the scaled matrix.
    pub fn new(a: Matrix<T>, values: impl FnOnce(&Matrix<f64>) -> Vec<f64>) -> Self {
        let exponent = a.exponent();
        let scaled = a.to_f64(exponent);
        Self {
            norm: scaled.frobenius(),
            values: values(&scaled),
            exponent,
            scaled,
            a,
        }
    }

    /// Returns m and n.
    pub fn shape(&self) -> (usize, usize) {
        (self.a.nrows, self.a.ncols)
    }

    /// 2^-e x in f64.
    pub fn scale(&self, x: &T) -> f64 {
        scaled(x, self.exponent)
    }

    /// `dimension` eps `norm`: the effect of rounding, at least the smallest number.
    pub fn rounding(&self, dimension: usize, norm: f64) -> f64 {
        dimension as f64 * unit::<T>(norm, self.exponent)
    }

    /// max(m, n) eps ||A||_F.
    pub fn unit(&self) -> f64 {
        self.rounding(self.a.nrows.max(self.a.ncols), self.norm)
    }

    /// (m + n) (eps ||A||_F^2): the rounding of a squared norm of m n differences.
    pub fn squared_unit(&self) -> f64 {
        let sides = self.a.nrows + self.a.ncols;
        self.norm * self.rounding(sides, self.norm)
    }

    /// ||A - B||_F of the best B of rank k (Eckart & Young 1936), scaled.
    pub fn optimum(&self, k: usize) -> f64 {
        norm(self.values.get(k..).unwrap_or_default())
    }
}
