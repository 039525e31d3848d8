//! When an iteration is no longer worth its while.

use crate::real::Real;

/// The gains of an iteration, to tell when they end.
pub(crate) struct Gains<T> {
    tolerance: T,
    /// What losses are differences of, such as ||A||^2: their rounding is a share of it.
    pub(crate) all: T,
    first: Option<T>,
    last: T,
}

impl<T: Real> Gains<T> {
    pub(crate) fn new(tolerance: f64, all: T) -> Self {
        Self {
            tolerance: T::from_f64(tolerance),
            all,
            first: None,
            last: T::ZERO,
        }
    }

    /// Whether the step to this loss was not worth another one.
    pub(crate) fn settled(&mut self, loss: T) -> bool {
        let Some(first) = self.first else {
            self.first = Some(loss);
            self.last = loss;
            return false;
        };
        let gain = self.last - loss;
        self.last = loss;
        let rounding = T::EPSILON * self.all;
        let threshold = (self.tolerance * (first - loss)).larger(rounding);
        self.tolerance > T::ZERO && gain <= threshold
    }
}
