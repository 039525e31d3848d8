//! The loop of all iterative methods: evaluate, observe, decide, improve.

use crate::approximation::Approximation;
use crate::stopping::StoppingRule;
use crate::{Error, Real};
use core::ops::ControlFlow;

/// The reason why an iteration stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Stop {
    /// The gain fell below the tolerance, or below rounding.
    Tolerance,
    /// All iterations were done.
    Iterations,
    /// The observer stopped it.
    Observer,
}

/// The state of an iteration, observed before each step and after the last.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Progress<T> {
    /// Iterations done; of stochastic descent, epochs.
    pub iteration: usize,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// ||A - W H^T||_F, over the known entries, or sqrt(2 loss) for other losses; infinite if it
    /// exceeds the type.
    pub error: T,
    /// The loss, as the [`Report`] of the method defines it; infinite if it exceeds the type.
    pub loss: T,
}

/// The result of a factorization other than its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Report<T> {
    /// ||A - W H^T||_F, a bound of it that includes rounding, and ||A||_F, over the known entries.
    pub approximation: Approximation<T>,
    /// ||A - W H^T||_F^2 / 2, or the divergence, without penalties; for a completion, with penalties; for
    /// a descent to an SVD, its own loss. Infinite if it exceeds the type.
    pub loss: T,
    /// The number of iterations done; of stochastic descent, epochs.
    pub iterations: usize,
    /// The reason why they stopped.
    pub stop: Stop,
}

impl<T: Real> Report<T> {
    /// Returns the report for the loss ||A - W H^T||_F^2 / 2.
    pub(crate) fn of_squares(
        approximation: Approximation<T>,
        iterations: usize,
        stop: Stop,
    ) -> Self {
        Self {
            approximation,
            loss: approximation.error * approximation.error * T::HALF,
            iterations,
            stop,
        }
    }
}

/// The evaluation of the factors after some iterations.
pub(crate) struct Evaluation<T> {
    /// [`Progress::error`].
    pub(crate) error: T,
    /// [`Progress::loss`].
    pub(crate) loss: T,
    /// The quantity that the iteration minimizes, in any unit: the stopping rule compares it.
    pub(crate) objective: T,
}

impl<T: Real> Evaluation<T> {
    /// Returns the evaluation of ||A - W H^T||_F^2 / 2, whose root without the 2 is `error`.
    pub(crate) fn of_squares(error: T, objective: T) -> Self {
        Self {
            error,
            loss: error * error * T::HALF,
            objective,
        }
    }

    /// Returns the evaluation of a divergence, whose `loss` is in the unit of A.
    pub(crate) fn of_divergence(loss: T, objective: T) -> Self {
        Self {
            error: (loss + loss).larger(T::ZERO).sqrt(),
            loss,
            objective,
        }
    }
}

/// A method that improves its factors step by step.
pub(crate) trait Iteration {
    type Scalar: Real;

    /// The number of steps between two evaluations.
    const STRIDE: usize = 1;

    /// Evaluates the factors after `done` steps.
    fn evaluate(&mut self, done: usize) -> Result<Evaluation<Self::Scalar>, Error>;

    /// Improves the factors by one step, after `done` steps.
    fn improve(&mut self, done: usize) -> Result<(), Error>;

    /// Takes at most `limit` steps, until the rule is met or the observer breaks. Returns the number of steps, and the
    /// reason why they stopped.
    fn run<F>(
        &mut self,
        limit: usize,
        mut rule: StoppingRule<Self::Scalar>,
        mut observe: F,
    ) -> Result<(usize, Stop), Error>
    where
        F: FnMut(Progress<Self::Scalar>) -> ControlFlow<()>,
    {
        let mut done: usize = 0;
        loop {
            let last = done >= limit;
            if last || done.checked_rem(Self::STRIDE) == Some(0) {
                let now = self.evaluate(done)?;
                let progress = Progress {
                    iteration: done,
                    iterations: limit,
                    error: now.error,
                    loss: now.loss,
                };
                if observe(progress).is_break() {
                    return Ok((done, Stop::Observer));
                }
                if rule.is_met(done, now.objective) {
                    return Ok((done, Stop::Tolerance));
                }
                if last {
                    return Ok((done, Stop::Iterations));
                }
            }
            self.improve(done)?;
            done = done.saturating_add(1);
        }
    }
}
