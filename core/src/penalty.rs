//! Penalties that keep a factor small or sparse.

use crate::{Error, Real};

/// l1 sum x_ij + (l2 / 2) sum x_ij^2, added to the loss for a factor X >= 0: l1 > 0 makes entries
/// zero, l2 > 0 shrinks large ones.
///
/// For the Frobenius norm the loss is ||A - W H^T||_F^2 / 2.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Penalty<T> {
    /// l1 >= 0.
    pub l1: T,
    /// l2 >= 0.
    pub l2: T,
}

impl Penalty<f64> {
    /// # Errors
    /// [`Error::Setting`] if a weight is negative or not finite.
    pub(super) fn check(self) -> Result<(), Error> {
        let fits = |x: f64| x >= 0.0 && x.is_finite();
        Error::unless(fits(self.l1), "l1")?;
        Error::unless(fits(self.l2), "l2")
    }

    /// Multiplies both weights by `factor`.
    pub(super) fn times(self, factor: f64) -> Self {
        Self {
            l1: self.l1 * factor,
            l2: self.l2 * factor,
        }
    }

    /// Returns the penalty of 2^-factor X for a loss in units of `loss`; at most the largest number.
    pub(super) fn scaled<T: Real>(self, factor: i32, loss: T) -> Penalty<T> {
        let once = T::power_of_two(factor);
        let share = |weight: f64, size: T| {
            if weight > 0.0 {
                let share = T::from_f64(weight) * size / loss;
                if share < T::MAX { share } else { T::MAX }
            } else {
                T::ZERO
            }
        };
        Penalty {
            l1: share(self.l1, once),
            l2: share(self.l2, once * once),
        }
    }
}

impl<T: Real> Penalty<T> {
    pub(super) fn is_none(&self) -> bool {
        self.l1 <= T::ZERO && self.l2 <= T::ZERO
    }

    /// Returns x n / (d + l1 + l2 x), the multiplicative step of an entry; zero if its square underflows. A denominator below the
    /// square root of the smallest normal number is replaced by it.
    #[inline(always)]
    pub fn quotient_step(&self, x: T, n: T, d: T) -> T {
        let d = d + self.l1 + self.l2 * x;
        (x * (n / d.larger(T::SQUARE_ROOT_OF_MIN))).without_underflow()
    }

    /// Returns max(0, x - (p + l2 x + l1 - n) / (g + l2)), the entry x_j >= 0 of a row with which its loss is least while the
    /// others stay (HALS: Cichocki & Phan 2009); n = (A Y)_j, p = (x G)_j and g = G_jj for G = Y^T Y.
    ///
    /// A denominator below the square root of the smallest normal number is replaced by it, which shortens the step.
    #[inline(always)]
    pub(crate) fn best_entry(&self, x: T, [n, p, g]: [T; 3]) -> T {
        let slope = p + self.l2 * x + self.l1 - n;
        let curvature = (g + self.l2).larger(T::SQUARE_ROOT_OF_MIN);
        (x - slope / curvature).larger(T::ZERO)
    }

    /// Returns the penalty of a factor with this sum and sum of squares of its entries.
    pub(super) fn cost(&self, sum: T, squares: T) -> T {
        self.l1 * sum + T::HALF * self.l2 * squares
    }
}
