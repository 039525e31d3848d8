//! Optimizers that turn gradients into steps.

use crate::panel::DescentPanel;
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

pub(super) fn is_share(x: f64, name: &'static str) -> Result<(), Error> {
    Error::unless((0.0..1.0).contains(&x), name)
}

pub(super) const fn too_few(needed: usize) -> Error {
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
