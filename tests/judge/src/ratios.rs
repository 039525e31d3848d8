//! How well a decomposition decomposes: the test ratios of LAPACK (dbdt01, dort01), all of which
//! should be small numbers.

use crate::Matrix;
use crate::families::smallest_subnormal;
use lowrank_core::Real;

/// A = U diag(s) V^T, thin.
#[derive(Clone, Debug)]
pub struct Svd<T> {
    pub u: Matrix<T>,
    pub s: Vec<T>,
    pub v: Matrix<T>,
}

/// ||A - U diag(s) V^T|| / (||A|| max(m, n) eps), ||I - U^T U|| / (m eps) and
/// ||I - V^T V|| / (n eps), in 1-norms, as LAPACK does; and whether s descends and is positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratios {
    pub residual: f64,
    pub u: f64,
    pub v: f64,
}

impl Ratios {
    /// The larger of each; NaN counts as infinite.
    pub fn max(self, other: Self) -> Self {
        let max = |x: f64, y: f64| {
            if x >= y {
                x
            } else if y.is_nan() {
                f64::INFINITY
            } else {
                y
            }
        };
        Self {
            residual: max(self.residual, other.residual),
            u: max(self.u, other.u),
            v: max(self.v, other.v),
        }
    }

    pub fn worst(self) -> f64 {
        let sane = Self::default().max(self);
        sane.residual.max(sane.u).max(sane.v)
    }
}

impl<T: Real> Svd<T> {
    /// The ratios of this decomposition of `a`, in f64.
    pub fn ratios(&self, a: &Matrix<T>) -> Ratios {
        Ratios {
            residual: self.residual(a),
            u: orthogonality(&self.u),
            v: orthogonality(&self.v),
        }
    }

    fn residual(&self, a: &Matrix<T>) -> f64 {
        let e = a.exponent();
        let unscaled = |x: &T| x.to_f64().scale_by_power_of_two(-e);
        let s: Vec<f64> = self.s.iter().map(unscaled).collect();
        let exact = a.to_f64(e);
        let product = self.u.to_f64(0).scale_columns(&s);
        let product = product.times(&self.v.to_f64(0).transposed());
        let difference = exact.minus(&product).one_norm();
        if difference == 0.0 {
            return 0.0;
        }
        // What is smaller than the smallest number cannot be stored in s.
        let unit = T::EPSILON.to_f64() * exact.one_norm();
        let smallest = 2f64.powi((smallest_subnormal::<T>() - e).max(-1000));
        difference / (unit.max(smallest) * a.nrows.max(a.ncols) as f64)
    }

    /// That s is what it should be in any case: finite, not negative, descending.
    pub fn is_sorted(&self) -> bool {
        self.s.iter().all(|s| s.is_finite() && *s >= T::ZERO)
            && self.s.windows(2).all(|pair| pair[0] >= pair[1])
    }
}

/// ||I - Q^T Q||_1 / (m eps).
pub fn orthogonality<T: Real>(q: &Matrix<T>) -> f64 {
    let q = q.to_f64(0);
    let mut gram = q.transpose_times(&q);
    for j in 0..gram.ncols {
        gram.entries[j * (gram.nrows + 1)] -= 1.0;
    }
    gram.one_norm() / (q.nrows as f64 * T::EPSILON.to_f64())
}
