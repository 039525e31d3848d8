//! What is told of a completion.

use crate::approximation::Approximation;
use crate::nmf::Stop;

/// What an observer sees before each iteration and after the last.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CompletionProgress<T> {
    /// Iterations done; of stochastic descent, epochs.
    pub iteration: usize,
    /// The number of iterations at most.
    pub iterations: usize,
    /// The distance ||A - V||_F over the known entries.
    pub error: T,
    /// The loss with penalties; infinite where the type cannot hold it.
    pub loss: T,
}

/// What is known of a completion beside its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CompletionReport<T> {
    /// ||A - V||_F, a bound of it that includes rounding, and ||A||_F, over the known entries.
    pub approximation: Approximation<T>,
    /// The loss with penalties; infinite where the type cannot hold it.
    pub loss: T,
    /// Iterations done; of stochastic descent, epochs.
    pub iterations: usize,
    /// Why they ended.
    pub stop: Stop,
}
