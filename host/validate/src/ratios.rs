//! LAPACK's test ratios of a decomposition (dbdt01, dort01), all of which should be small.
//!
//! The measurement is rounded, too: products at 2^-70 of their size, sums of magnitudes at 2^-50. This changes a ratio
//! in f64 by less than 1e-4, and one in f32 not at all.

use crate::Matrix;
use crate::extended::Extended;
use crate::families::smallest_subnormal;
use lowrank_core::Real;

/// A = U diag(s) V^T, thin.
#[derive(Clone, Debug)]
pub struct Svd<T> {
    pub u: Matrix<T>,
    pub s: Vec<T>,
    pub v: Matrix<T>,
}

/// ||A - U diag(s) V^T|| / (||A|| max(m, n) eps), ||I - U^T U|| / (m eps) and ||I - V^T V|| / (n eps), in 1-norms as in
/// LAPACK; and whether s is descending and nonnegative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratios {
    pub residual: f64,
    pub u: f64,
    pub v: f64,
}

impl Ratios {
    /// The ratios if there is no decomposition.
    pub const INFINITE: Self = Self {
        residual: f64::INFINITY,
        u: f64::INFINITY,
        v: f64::INFINITY,
    };

    /// Returns the larger of each; NaN counts as infinite.
    pub fn max(self, other: Self) -> Self {
        Self {
            residual: worse(self.residual, other.residual),
            u: worse(self.u, other.u),
            v: worse(self.v, other.v),
        }
    }

    pub fn worst(self) -> f64 {
        let sane = Self::default().max(self);
        sane.residual.max(sane.u).max(sane.v)
    }
}

/// Returns the larger of two ratios; NaN counts as infinite.
pub fn worse(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::INFINITY
    } else {
        x.max(y)
    }
}

impl<T: Real> Svd<T> {
    /// Returns the ratios of this decomposition of `a`.
    pub fn ratios(&self, a: &Matrix<T>) -> Ratios {
        Ratios {
            residual: self.residual(a),
            u: orthogonality(&self.u),
            v: orthogonality(&self.v),
        }
    }

    fn residual(&self, a: &Matrix<T>) -> f64 {
        let e = a.exponent();
        let s: Vec<f64> = self.s.iter().map(|s| scaled(s, e)).collect();
        let right = Extended::scaled_columns(&self.v.to_f64(0), &s).transposed();
        let left = Extended::from(&self.u.to_f64(0));
        residual(a, &left, &right, a.nrows.max(a.ncols))
    }

    /// Checks that s is finite, nonnegative and descending.
    pub fn is_sorted(&self) -> bool {
        self.s.iter().all(|s| s.is_finite() && *s >= T::ZERO)
            && self.s.windows(2).all(|pair| pair[0] >= pair[1])
    }
}

/// ||A - Q R||_1 / (||A||_1 m eps) of a QR decomposition.
pub fn qr_residual<T: Real>(a: &Matrix<T>, q: &Matrix<T>, r: &Matrix<T>) -> f64 {
    let left = Extended::from(&q.to_f64(0));
    let right = Extended::from(&r.to_f64(a.exponent()));
    residual(a, &left, &right, a.nrows)
}

/// ||A - X Y||_1 / (||A||_1 d eps), where Y is divided by 2^e, e being the exponent of A.
fn residual<T: Real>(a: &Matrix<T>, x: &Extended, y: &Extended, dimension: usize) -> f64 {
    let exact = a.to_f64(a.exponent());
    let difference = x.times(y).minus(&Extended::from(&exact)).one_norm();
    if difference == 0.0 {
        return 0.0;
    }
    difference / (unit::<T>(exact.one_norm(), a.exponent()) * dimension as f64)
}

/// eps ||A||, or the smallest number of the type if that is larger, because less cannot be stored. Both are divided by
/// 2^e.
pub fn unit<T: Real>(norm: f64, e: i32) -> f64 {
    let smallest = 2f64.powi((smallest_subnormal::<T>() - e).max(-1000));
    (T::EPSILON.to_f64() * norm).max(smallest)
}

/// 2^-e x in f64.
pub fn scaled<T: Real>(x: &T, e: i32) -> f64 {
    x.to_f64().scale_by_power_of_two(-e)
}

/// ||I - Q^T Q||_1 / (m eps).
pub fn orthogonality<T: Real>(q: &Matrix<T>) -> f64 {
    let extended = Extended::from(&q.to_f64(0));
    let gram = extended.transposed().times(&extended);
    let identity = Matrix::from_fn(q.ncols, q.ncols, |i, j| f64::from(i == j));
    let difference = gram.minus(&Extended::from(&identity));
    difference.one_norm() / (q.nrows as f64 * T::EPSILON.to_f64())
}
