//! From one start to the next, and along one of them.

use super::diagonal::Diagonal;
use super::{Descent, DescentProgress, Divergence, split};
use crate::descent::{DescentState, Optimizer};
use crate::error::Error;
use crate::nmf::Stop;
use crate::nmf::init::SECOND_FACTOR;
use crate::operator::EntrywiseOperator;
use crate::panel::{DescentPanel, Panel, copy_panel};
use crate::random::{Draws, Law};
use crate::real::Real;
use crate::svd::SvdFactors;
use crate::workspace::Workspace;
use core::ops::ControlFlow;

/// The iterations between two looks at the loss, which costs half as much as an iteration.
const LOOK: usize = 20;

/// A start whose loss falls by no more than this share in [`PATIENCE`] looks has ended somewhere.
const STANDSTILL: f64 = 1e-6;
const PATIENCE: usize = 25;

/// A start that runs away at this share of the rate, 2^-8, runs away at any.
const MOST_HALVINGS: usize = 8;

/// Added to the seed for the draws of d.
const THIRD_FACTOR: u64 = 0x5EED_0D1A;

/// The width of [`Law::Uniform`].
const TWICE_ROOT_OF_THREE: f64 = 3.464_101_615_137_754_5;

/// How one start ended.
#[derive(Clone, Copy)]
pub(super) struct Ending<T> {
    pub(super) loss: T,
    halvings: usize,
    pub(super) iterations: usize,
    pub(super) stop: Stop,
}

impl<T: Real> Ending<T> {
    /// Whether nothing is gained by going on.
    pub(super) fn is_final(&self, tolerance: T) -> bool {
        self.stop == Stop::Observer || self.loss <= tolerance
    }
}

/// A run of iterations.
#[derive(Clone, Copy)]
struct Stage {
    start: usize,
    halvings: usize,
    first: usize,
    last: usize,
}

impl Stage {
    fn progress<T>(&self, iteration: usize, loss: T) -> DescentProgress<T> {
        DescentProgress {
            start: self.start,
            halvings: self.halvings,
            iteration,
            iterations: self.last,
            loss,
        }
    }
}

impl<O: Optimizer, A, T: Real> Descent<'_, O, A, T> {
    /// The start of least loss: how many there were, which one it was, and how it ended. Its factors become
    /// the result.
    pub(super) fn best_of<P, F>(
        &self,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &mut SvdFactors<'_, P>,
        observe: &mut F,
    ) -> Result<(usize, usize, Ending<T>), Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        let mut best: Option<(usize, Ending<T>)> = None;
        let (mut starts, mut failure) = (0, Error::Diverged { iteration: 0 });
        for start in 0..self.settings.starts {
            starts = start.saturating_add(1);
            let ending = match self.start(start, workspace, state, observe) {
                Err(error @ Error::Diverged { .. }) => {
                    failure = error;
                    continue;
                }
                done => done?,
            };
            if best.is_none_or(|(_, best)| ending.loss < best.loss) {
                self.keep(workspace, state, factors)?;
                best = Some((start, ending));
            }
            if ending.is_final(self.tolerance) {
                break;
            }
        }
        let (start, ending) = best.ok_or(failure)?;
        Ok((starts, start, ending))
    }

    /// One start, at a rate at which it does not run away.
    fn start<P, F>(
        &self,
        start: usize,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        observe: &mut F,
    ) -> Result<Ending<T>, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        let mut halvings = 0;
        loop {
            self.begin(start, workspace, state)?;
            let stage = Stage {
                start,
                halvings,
                first: 0,
                last: self.settings.iterations,
            };
            match self.descend(stage, workspace, state, observe) {
                Err(Error::Diverged { .. }) if halvings < MOST_HALVINGS => {}
                done => return done,
            }
            halvings = halvings.saturating_add(1);
        }
    }

    /// Goes on with the result of a start.
    pub(super) fn refine<P, F>(
        &self,
        start: usize,
        ending: Ending<T>,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &SvdFactors<'_, P>,
        observe: &mut F,
    ) -> Result<Ending<T>, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        self.begin(start, workspace, state)?;
        let (u, _) = split(state.left)?;
        let (v, _) = split(state.right)?;
        copy_panel(&factors.u, u)?;
        copy_panel(&factors.v, v)?;
        let mut diagonal = Diagonal::in_buffer(workspace.scratch.vectors, self.settings.rank)?;
        let found = factors.singular_values.iter();
        for (d, s) in diagonal.d.as_mut_slice().iter_mut().zip(found) {
            *d = s.sqrt();
        }
        let first = ending.iterations;
        let stage = Stage {
            start,
            halvings: ending.halvings,
            first,
            last: first.saturating_add(self.settings.refinement),
        };
        match self.descend(stage, workspace, state, observe) {
            // The result of the start stays.
            Err(Error::Diverged { .. }) => Ok(ending),
            done => done,
        }
    }

    /// U, V and d evenly spread between 0 and 1, and a state of zeros.
    fn begin<P: DescentPanel<Scalar = T>>(
        &self,
        start: usize,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
    ) -> Result<(), Error> {
        let seed = self.settings.seed.wrapping_add(start as u64);
        let width = T::ONE / T::from_f64(TWICE_ROOT_OF_THREE);
        let sides = [
            (&mut *state.left, &mut workspace.left, 0),
            (&mut *state.right, &mut workspace.right, SECOND_FACTOR),
        ];
        for (panels, half, offset) in sides {
            let (x, states) = split(panels)?;
            for panel in states {
                panel.fill(T::ZERO)?;
            }
            half.fill(T::HALF)?;
            x.fill_random(&Draws::new(Law::Uniform, seed.wrapping_add(offset)))?;
            x.scale_add(width, half)?;
        }
        let mut diagonal = Diagonal::in_buffer(workspace.scratch.vectors, self.settings.rank)?;
        let draws = Draws::new(Law::Uniform, seed.wrapping_add(THIRD_FACTOR));
        diagonal.d.fill_random(&draws)?;
        for d in diagonal.d.as_mut_slice() {
            *d = width * *d + T::HALF;
        }
        for state in &mut diagonal.states {
            state.fill(T::ZERO);
        }
        Ok(())
    }

    /// Iterations until the loss is zero, stands or runs away, or the stage is over.
    fn descend<P, F>(
        &self,
        stage: Stage,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        observe: &mut F,
    ) -> Result<Ending<T>, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        let (mut divergence, mut before) = (None, None);
        let share = T::power_of_two(-(stage.halvings.min(MOST_HALVINGS) as i32));
        let mut done: usize = 0;
        loop {
            let iterations = stage.first.saturating_add(done);
            let last = iterations >= stage.last;
            if last || done.checked_rem(LOOK) == Some(0) {
                let loss = self.loss(workspace, state)?;
                let divergence = divergence.get_or_insert_with(|| Divergence::new(loss, T::ZERO));
                divergence.check(loss, iterations)?;
                let ending = |stop| Ending {
                    loss,
                    halvings: stage.halvings,
                    iterations,
                    stop,
                };
                if observe(stage.progress(iterations, loss)).is_break() {
                    return Ok(ending(Stop::Observer));
                }
                if loss <= self.tolerance {
                    return Ok(ending(Stop::Tolerance));
                }
                let mut stands = false;
                if done.checked_rem(LOOK.saturating_mul(PATIENCE)) == Some(0) {
                    let least = T::from_f64(STANDSTILL) * loss;
                    stands = before.is_some_and(|before: T| before - loss <= least);
                    before = Some(loss);
                }
                if last || stands {
                    divergence.check_last(loss, iterations)?;
                    let stop = if stands {
                        Stop::Tolerance
                    } else {
                        Stop::Iterations
                    };
                    return Ok(ending(stop));
                }
            }
            let rate = share * self.settings.learning_rate.at(iterations);
            self.step(rate, done, workspace, state)?;
            done = done.saturating_add(1);
        }
    }
}
