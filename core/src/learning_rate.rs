//! The learning rate of gradient descents.

use crate::{Error, Real};

/// The rate of iteration t: initial * factor^floor(t / every).
///
/// A rate has the unit of the unknowns squared over that of the loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearningRate {
    /// The rate of the first iterations, above 0.
    pub initial: f64,
    /// The factor by which the rate is multiplied repeatedly: above 0, up to 1.
    pub factor: f64,
    /// The number of iterations between two multiplications; with 0, the rate is constant.
    pub every: usize,
}

impl Default for LearningRate {
    /// Returns a constant rate of 0.01.
    fn default() -> Self {
        Self::constant(0.01)
    }
}

impl LearningRate {
    /// Returns a constant rate.
    pub const fn constant(initial: f64) -> Self {
        Self {
            initial,
            factor: 1.0,
            every: 0,
        }
    }

    /// Returns the rate of iteration `iteration`, counted from zero; a rate below the range of the type is
    /// zero.
    pub fn at<T: Real>(&self, iteration: usize) -> T {
        let steps = iteration.checked_div(self.every).unwrap_or(0);
        T::from_f64(self.initial * power(self.factor, steps))
    }

    /// # Errors
    /// [`Error::Setting`] for a rate that is not above 0 and finite, or a factor outside (0, 1].
    pub fn check(&self) -> Result<(), Error> {
        let rate = self.initial > 0.0 && self.initial.is_finite();
        let factor = self.factor > 0.0 && self.factor <= 1.0;
        Error::unless(rate, "learning_rate")?;
        Error::unless(factor, "learning_rate.factor")
    }
}

/// x^n by squaring, which has the same bits everywhere.
fn power(mut x: f64, mut n: usize) -> f64 {
    let mut product = 1.0;
    while n > 0 {
        if n & 1 == 1 {
            product *= x;
        }
        x *= x;
        n >>= 1;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_falls_by_its_factor_where_its_interval_ends() {
        let rate = LearningRate {
            initial: 0.05,
            factor: 0.9,
            every: 100,
        };
        assert_eq!(rate.at::<f64>(0), 0.05);
        assert_eq!(rate.at::<f64>(99), 0.05);
        assert_eq!(rate.at::<f64>(100), 0.05 * 0.9);
        let expected = 0.05 * 0.9f64.powi(9);
        assert!((rate.at::<f64>(999) - expected).abs() < 1e-15);
        assert_eq!(LearningRate::constant(0.25).at::<f32>(usize::MAX), 0.25);
        assert_eq!(rate.at::<f32>(usize::MAX), 0.0);
    }

    #[test]
    fn rates_that_lead_nowhere_are_refused() {
        assert_eq!(LearningRate::default().check(), Ok(()));
        for initial in [0.0, -0.1, f64::INFINITY, f64::NAN] {
            let refused = LearningRate::constant(initial).check();
            let name = "learning_rate";
            assert_eq!(refused, Err(Error::Setting { name }), "{initial}");
        }
        for factor in [0.0, -0.9, 1.1, f64::INFINITY, f64::NAN] {
            let rate = LearningRate {
                factor,
                ..Default::default()
            };
            let name = "learning_rate.factor";
            assert_eq!(rate.check(), Err(Error::Setting { name }), "{factor}");
        }
    }
}
