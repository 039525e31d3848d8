//! Gradient descents on the host: their rules, and the memory of what they remember.

use super::world::World;
use crate::{Error, Scalar};
use lowrank_core::{Adam, DescentPanel, Momentum, Optimizer, Sgd};

/// What makes a step of a gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Descent {
    /// Steps against the gradient.
    Plain,
    /// Each step keeps a share of the one before: the heavy ball.
    Momentum(Momentum),
    /// Steps whose size is that of the learning rate.
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
        rate: P::Scalar,
        iteration: usize,
    ) -> Result<(), lowrank_core::Error> {
        match self {
            Descent::Plain => Sgd.step(x, direction, state, rate, iteration),
            Descent::Momentum(rule) => rule.step(x, direction, state, rate, iteration),
            Descent::Adam(rule) => rule.step(x, direction, state, rate, iteration),
        }
    }
}

/// Panels of zeros on one side of A.
pub(super) struct StateMemory<T> {
    buffers: Vec<Vec<T>>,
    nrows: usize,
    ncols: usize,
}

impl<T: Scalar> StateMemory<T> {
    pub(super) fn new(count: usize, nrows: usize, ncols: usize) -> Self {
        Self {
            buffers: vec![vec![T::ZERO; nrows * ncols]; count],
            nrows,
            ncols,
        }
    }

    /// The panels, in the order in which an operator has their rows.
    pub(super) fn lend<'p, W: World<T>>(
        &'p mut self,
        order: Option<&'p [u32]>,
    ) -> Result<Vec<W::Panel<'p>>, Error> {
        let (nrows, ncols) = (self.nrows, self.ncols);
        let panels = self.buffers.iter_mut();
        panels
            .map(|buffer| Ok(W::arranged(W::panel(buffer, nrows, ncols)?, order)))
            .collect()
    }
}
