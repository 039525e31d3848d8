//! The optimizers of gradient descents on the host.

use super::buffers::Sizes;
use crate::Scalar;
use crate::backend::Work;
use lowrank_core::descent::{Adam, DescentStep, Momentum, Optimizer, Sgd};
use lowrank_core::panel::DescentPanel;

/// An optimizer, which turns gradients into steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Descent {
    /// Steps against the gradient.
    Plain,
    /// Each step keeps a share of the previous one: the heavy ball.
    Momentum(Momentum),
    /// Steps of the size of the learning rate.
    Adam(Adam),
}

impl Optimizer for Descent {
    fn states(&self) -> usize {
        match self {
            Descent::Plain => Sgd.states(),
            Descent::Momentum(rule) => rule.states(),
            Descent::Adam(rule) => rule.states(),
        }
    }

    fn check(&self) -> Result<(), lowrank_core::Error> {
        match self {
            Descent::Plain => Sgd.check(),
            Descent::Momentum(rule) => rule.check(),
            Descent::Adam(rule) => rule.check(),
        }
    }

    fn step<P: DescentPanel>(
        &self,
        x: &mut P,
        direction: &mut P,
        state: &mut [P],
        step: DescentStep<P::Scalar>,
    ) -> Result<(), lowrank_core::Error> {
        match self {
            Descent::Plain => Sgd.step(x, direction, state, step),
            Descent::Momentum(rule) => rule.step(x, direction, state, step),
            Descent::Adam(rule) => rule.step(x, direction, state, step),
        }
    }
}

/// Returns the work: an iteration multiplies k columns by A and by A^T, and computes about three Gram matrices.
pub(super) fn descent_work<T: Scalar>(sizes: Sizes, iterations: usize) -> Work {
    let (sides, k) = ((sizes.m + sizes.n) as f64, sizes.k as f64);
    let iterations = iterations as f64;
    Work {
        columns: 2.0 * k * iterations,
        others: 3.0 * sides * k * k * iterations,
        panels: sizes.bytes_on_gpu::<T>(),
    }
}
