//! The heavy ball: steps that keep a share of the last one.

use super::optimizer::{DescentStep, Optimizer, is_share, too_few};
use crate::panel::DescentPanel;
use crate::{Error, Real};

/// V <- momentum V + D, X <- X + rate V: the heavy ball (Polyak 1964).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    /// The share of the last step that is kept: from 0, below 1.
    pub momentum: f64,
}

impl Default for Momentum {
    /// Returns 0.9.
    fn default() -> Self {
        Self { momentum: 0.9 }
    }
}

impl Optimizer for Momentum {
    fn states(&self) -> usize {
        1
    }

    fn check(&self) -> Result<(), Error> {
        is_share(self.momentum, "momentum")
    }

    fn step<P: DescentPanel>(
        &self,
        x: &mut P,
        direction: &mut P,
        state: &mut [P],
        step: DescentStep<P::Scalar>,
    ) -> Result<(), Error> {
        let velocity = state.first_mut().ok_or(too_few(1))?;
        let kept = P::Scalar::from_f64(self.momentum);
        velocity.axpby(P::Scalar::ONE, direction, kept)?;
        x.axpby(step.rate, velocity, P::Scalar::ONE)
    }
}
