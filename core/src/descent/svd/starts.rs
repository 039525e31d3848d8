//! The sequence of starts, and the iterations of each.

use super::diagonal::Diagonal;
use super::{Descent, DescentProgress, Divergence, split};
use crate::descent::{DescentStep, Optimizer};
use crate::iteration::{Evaluation, Iteration, Progress, Stop};
use crate::nmf::initialization::SECOND_FACTOR;
use crate::operator::EntrywiseOperator;
use crate::panel::{DescentPanel, Panel, copy_panel};
use crate::random::{Distribution, RandomEntries};
use crate::stopping::StoppingRule;
use crate::svd::SvdFactors;
use crate::{Error, Real};
use core::ops::ControlFlow;

/// The number of iterations between two evaluations of the loss, which cost half as much as an iteration.
const LOOK: usize = 20;

/// The tolerance up to which a start has converged.
const STANDSTILL: f64 = 1e-6;

/// The stopping rule compares one evaluation in three: a heavy ball swings for longer than ten evaluations.
const PATIENCE: usize = 3;

/// The number of times that the rate is halved; a start that diverges at 2^-8 of the rate diverges at any.
const MOST_HALVINGS: usize = 8;

/// Added to the seed for the draws of d.
const THIRD_FACTOR: u64 = 0x5EED_0D1A;

/// The width of [`Distribution::Uniform`].
const TWICE_ROOT_OF_THREE: f64 = 3.464_101_615_137_754_5;

/// The result of one start.
#[derive(Clone, Copy)]
pub(super) struct Ending<T> {
    pub(super) loss: T,
    halvings: usize,
    pub(super) iterations: usize,
    pub(super) stop: Stop,
}

impl<T: Real> Ending<T> {
    /// Returns true if further iterations cannot gain anything.
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

/// A [`Descent`] along one stage.
struct Steps<'d, 'r, 's, 't, O, A, P: Panel> {
    descent: &'d mut Descent<'r, 's, 't, O, A, P>,
    divergence: Divergence<P::Scalar>,
    /// The number of iterations done before.
    first: usize,
    /// The factor of the learning rate.
    share: P::Scalar,
}

impl<O, A, P> Iteration for Steps<'_, '_, '_, '_, O, A, P>
where
    O: Optimizer,
    A: EntrywiseOperator<P>,
    P: DescentPanel,
{
    type Scalar = P::Scalar;

    const STRIDE: usize = LOOK;

    fn evaluate(&mut self, done: usize) -> Result<Evaluation<P::Scalar>, Error> {
        let [loss, error] = self.descent.loss()?;
        self.divergence
            .check(loss, self.first.saturating_add(done))?;
        Ok(Evaluation {
            error,
            loss,
            objective: loss,
        })
    }

    fn improve(&mut self, done: usize) -> Result<(), Error> {
        let rate = self.descent.settings.learning_rate;
        let rate = self.share * rate.at(self.first.saturating_add(done));
        self.descent.step(DescentStep { rate, done })
    }
}

impl<O: Optimizer, A: EntrywiseOperator<P>, P: DescentPanel> Descent<'_, '_, '_, O, A, P> {
    /// Finds the start of least loss. Returns the number of starts, its index and its result; its factors become
    /// the result.
    pub(super) fn best_of<F>(
        &mut self,
        factors: &mut SvdFactors<'_, P>,
        observe: &mut F,
    ) -> Result<(usize, usize, Ending<P::Scalar>), Error>
    where
        F: FnMut(DescentProgress<P::Scalar>) -> ControlFlow<()>,
    {
        let mut best: Option<(usize, Ending<P::Scalar>)> = None;
        let (mut starts, mut failure) = (0, Error::Diverged { iteration: 0 });
        for start in 0..self.settings.starts {
            starts = start.saturating_add(1);
            let ending = match self.start(start, observe) {
                Err(error @ Error::Diverged { .. }) => {
                    failure = error;
                    continue;
                }
                done => done?,
            };
            if best.is_none_or(|(_, best)| ending.loss < best.loss) {
                self.keep(factors)?;
                best = Some((start, ending));
            }
            if ending.is_final(self.tolerance) {
                break;
            }
        }
        let (start, ending) = best.ok_or(failure)?;
        Ok((starts, start, ending))
    }

    /// Runs one start, at a rate at which it does not diverge.
    fn start<F>(&mut self, start: usize, observe: &mut F) -> Result<Ending<P::Scalar>, Error>
    where
        F: FnMut(DescentProgress<P::Scalar>) -> ControlFlow<()>,
    {
        let mut halvings = 0;
        loop {
            self.begin(start)?;
            let stage = Stage {
                start,
                halvings,
                first: 0,
                last: self.settings.iterations,
            };
            match self.descend(stage, observe) {
                Err(Error::Diverged { .. }) if halvings < MOST_HALVINGS => {}
                done => return done,
            }
            halvings = halvings.saturating_add(1);
        }
    }

    /// Continues from the result of a start.
    pub(super) fn refine<F>(
        &mut self,
        start: usize,
        ending: Ending<P::Scalar>,
        factors: &SvdFactors<'_, P>,
        observe: &mut F,
    ) -> Result<Ending<P::Scalar>, Error>
    where
        F: FnMut(DescentProgress<P::Scalar>) -> ControlFlow<()>,
    {
        self.begin(start)?;
        let (u, _) = split(self.state.left)?;
        let (v, _) = split(self.state.right)?;
        copy_panel(&factors.u, u)?;
        copy_panel(&factors.v, v)?;
        let vectors = &mut *self.workspace.scratch.vectors;
        let mut diagonal = Diagonal::in_buffer(vectors, self.settings.rank)?;
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
        match self.descend(stage, observe) {
            // The result of the start is kept.
            Err(Error::Diverged { .. }) => Ok(ending),
            done => done,
        }
    }

    /// Initializes U, V and d uniformly between 0 and 1, and sets the state to zero.
    fn begin(&mut self, start: usize) -> Result<(), Error> {
        let workspace = &mut *self.workspace;
        let seed = self.settings.seed.wrapping_add(start as u64);
        let width = P::Scalar::ONE / P::Scalar::from_f64(TWICE_ROOT_OF_THREE);
        let sides = [
            (&mut *self.state.left, &mut workspace.left, 0),
            (&mut *self.state.right, &mut workspace.right, SECOND_FACTOR),
        ];
        for (panels, half, offset) in sides {
            let (x, states) = split(panels)?;
            for panel in states {
                panel.fill(P::Scalar::ZERO)?;
            }
            half.fill(P::Scalar::HALF)?;
            x.fill_random(&RandomEntries::new(
                Distribution::Uniform,
                seed.wrapping_add(offset),
            ))?;
            x.axpby(P::Scalar::ONE, half, width)?;
        }
        let mut diagonal = Diagonal::in_buffer(workspace.scratch.vectors, self.settings.rank)?;
        let random = RandomEntries::new(Distribution::Uniform, seed.wrapping_add(THIRD_FACTOR));
        diagonal.d.fill_random(&random)?;
        for d in diagonal.d.as_mut_slice() {
            *d = width * *d + P::Scalar::HALF;
        }
        for state in &mut diagonal.states {
            state.fill(P::Scalar::ZERO);
        }
        Ok(())
    }

    /// Iterates until the loss is zero, stalls or diverges, or the stage is over.
    fn descend<F>(&mut self, stage: Stage, observe: &mut F) -> Result<Ending<P::Scalar>, Error>
    where
        F: FnMut(DescentProgress<P::Scalar>) -> ControlFlow<()>,
    {
        let mut rule = StoppingRule::new(STANDSTILL);
        rule.target = Some(self.tolerance);
        rule.every = LOOK.saturating_mul(PATIENCE);
        let mut steps = Steps {
            descent: self,
            divergence: Divergence::new(P::Scalar::ZERO),
            first: stage.first,
            share: P::Scalar::power_of_two(-(stage.halvings.min(MOST_HALVINGS) as i32)),
        };
        let limit = stage.last.saturating_sub(stage.first);
        let (done, stop) = steps.run(limit, rule, |progress| {
            observe(DescentProgress {
                start: stage.start,
                halvings: stage.halvings,
                progress: Progress {
                    iteration: stage.first.saturating_add(progress.iteration),
                    iterations: stage.last,
                    ..progress
                },
            })
        })?;
        let iterations = stage.first.saturating_add(done);
        steps.divergence.check_last(iterations, stop)?;
        Ok(Ending {
            loss: steps.divergence.loss,
            halvings: stage.halvings,
            iterations,
            stop,
        })
    }
}
