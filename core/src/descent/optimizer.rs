//! Optimizers that turn gradients into steps.

use crate::panel::{AdamStep, DescentPanel};
use crate::{Error, Real};

/// An optimizer: turns the direction of steepest descent, D = -gradient, into a step of X.
///
/// It works entrywise, on panels in any memory; its state is in panels of the caller.
pub trait Optimizer {
    /// Returns the number of panels of its state, of the shape of X.
    fn states(&self) -> usize;

    /// # Errors
    /// [`Error::Setting`] for a setting out of range.
    fn check(&self) -> Result<(), Error>;

    /// Updates X.
    ///
    /// - `direction`: D, of the shape of X; may be overwritten.
    /// - `state`: [`states`](Self::states) panels of the shape of X, zeros before the first step.
    ///
    /// # Errors
    /// [`Error::Shape`] for panels that do not fit; [`Error::BufferTooSmall`] for too few of them.
    fn step<P: DescentPanel>(
        &self,
        x: &mut P,
        direction: &mut P,
        state: &mut [P],
        step: DescentStep<P::Scalar>,
    ) -> Result<(), Error>;
}

/// One step of a descent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DescentStep<T> {
    /// Its learning rate.
    pub rate: T,
    /// The number of steps before it.
    pub done: usize,
}

/// X <- X + rate D.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sgd;

/// V <- momentum V + D, X <- X + rate V: the heavy ball (Polyak 1964).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    /// The share of the last step that is kept: from 0, below 1.
    pub momentum: f64,
}

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

impl Default for Momentum {
    /// Returns 0.9.
    fn default() -> Self {
        Self { momentum: 0.9 }
    }
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

fn is_share(x: f64, name: &'static str) -> Result<(), Error> {
    Error::unless((0.0..1.0).contains(&x), name)
}

const fn too_few(needed: usize) -> Error {
    Error::BufferTooSmall { needed, found: 0 }
}

impl Optimizer for Sgd {
    fn states(&self) -> usize {
        0
    }

    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    fn step<P: DescentPanel>(
        &self,
        x: &mut P,
        direction: &mut P,
        _: &mut [P],
        step: DescentStep<P::Scalar>,
    ) -> Result<(), Error> {
        x.axpby(step.rate, direction, P::Scalar::ONE)
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
