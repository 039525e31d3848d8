//! CompensatedSum summation.

use crate::real::Real;

/// A sum whose error does not grow with its length (Neumaier 1974).
#[derive(Clone, Copy, Debug, Default)]
pub struct CompensatedSum<T> {
    sum: T,
    lost: T,
}

impl<T: Real> CompensatedSum<T> {
    /// Adds `x`.
    #[inline(always)]
    pub fn add(&mut self, x: T) {
        let sum = self.sum + x;
        self.lost += if self.sum.abs() >= x.abs() {
            (self.sum - sum) + x
        } else {
            (x - sum) + self.sum
        };
        self.sum = sum;
    }

    /// Returns the sum.
    #[inline(always)]
    pub fn sum(&self) -> T {
        self.sum + self.lost
    }
}
