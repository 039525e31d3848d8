//! Adam: steps by running means of the gradient and of its square.

use super::optimizer::{DescentStep, Optimizer, is_share, too_few};
use crate::panel::{AdamStep, DescentPanel};
use crate::{Error, Real};

/// F <- b1 F + (1 - b1) D, S <- b2 S + (1 - b2) D o D, and
/// X <- X + rate (F / (1 - b1^t)) / (sqrt(S / (1 - b2^t)) + epsilon) after t steps (Kingma & Ba 2015).
///
/// The step of an entry has about the size of the rate, whatever the size of the gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// b1 and b2: from 0, below 1.
    pub betas: (f64, f64),
    /// A lower bound of the denominator, above 0.
    pub epsilon: f64,
}

impl Default for Adam {
    /// Returns 0.9, 0.999 and 1e-8.
    fn default() -> Self {
        Self {
            betas: (0.9, 0.999),
            epsilon: 1e-8,
        }
    }
}

impl Optimizer for Adam {
    fn states(&self) -> usize {
        2
    }

    fn check(&self) -> Result<(), Error> {
        is_share(self.betas.0, "betas")?;
        is_share(self.betas.1, "betas")?;
        let fits = self.epsilon > 0.0 && self.epsilon.is_finite();
        Error::unless(fits, "epsilon")
    }

    fn step<P: DescentPanel>(
        &self,
        x: &mut P,
        direction: &mut P,
        state: &mut [P],
        DescentStep { rate, done }: DescentStep<P::Scalar>,
    ) -> Result<(), Error> {
        let [first, second, ..] = state else {
            return Err(too_few(2));
        };
        let one = P::Scalar::ONE;
        let (b1, b2) = (
            P::Scalar::from_f64(self.betas.0),
            P::Scalar::from_f64(self.betas.1),
        );
        let steps = P::Scalar::from_usize(done.saturating_add(1));
        let step = AdamStep {
            betas: (b1, b2),
            rate: rate / (one - b1.pow(steps)),
            correction: one / (one - b2.pow(steps)).sqrt(),
            epsilon: P::Scalar::from_f64(self.epsilon),
        };
        x.adam_step(direction, first, second, step)
    }
}
