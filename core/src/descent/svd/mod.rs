//! Truncated SVD by gradient descent on a loss whose minimizers are the singular vectors.

mod diagonal;
mod gradient;
mod result;
mod starts;

use super::{DescentState, Divergence, Optimizer};
use crate::arguments::check_workspace;
use crate::iteration::{Progress, Report};
use crate::learning_rate::LearningRate;
use crate::operator::EntrywiseOperator;
use crate::panel::{DescentPanel, Panel};
use crate::scaling::PowerOfTwoScaled;
use crate::svd::{SvdFactors, check_factors};
use crate::{Error, LinearOperator, Real, Workspace};
use core::ops::ControlFlow;

/// A ~ U diag(s) V^T by an [`Optimizer`], s_i = d_i^2, for the loss
///
/// mean (U diag(s) V^T - M)^2 + c mean (U^T U - I)^2 + c mean (V^T V - I)^2,
///
/// where M = 2 A / ||A||_F and c is [`orthogonality`](Self::orthogonality). The truncated SVD minimizes each
/// of the three terms, and therefore the loss.
///
/// A descent may diverge or end in a local minimum. If it diverges, it is repeated at half the rate. Of
/// several seeded starts the one of least loss is kept; a start whose loss is zero to the tolerance ends
/// the search. If there is none, the best one is continued: vectors of close singular values converge
/// slowly. The loss is the same for A^T with U and V exchanged, so that a wide matrix needs no special
/// treatment.
///
/// An iteration costs two products with A or A^T, and many thousands of iterations are needed: this is an
/// experiment for comparison with [`TruncatedSvd`](crate::svd::TruncatedSvd), which needs a handful.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientSvd<O> {
    /// k.
    pub rank: usize,
    /// The optimizer that turns gradients into steps.
    pub optimizer: O,
    /// The rate of the steps.
    pub learning_rate: LearningRate,
    /// c >= 0.
    pub orthogonality: f64,
    /// The maximum number of iterations of each start.
    pub iterations: usize,
    /// The maximum number of starts, from 1.
    pub starts: usize,
    /// The maximum number of further iterations of the best start, if no loss is zero.
    pub refinement: usize,
    /// A loss up to this counts as zero: no other start is tried. At least (8 eps)^2, the level of rounding.
    pub tolerance: f64,
    /// The seed of the first start; the following seeds are those of the other starts.
    pub seed: u64,
}

impl<O: Default> Default for GradientSvd<O> {
    /// Returns rank 1, at most 8 starts of 20000 iterations at a rate of 0.9, of which the best is continued for
    /// at most 400000; c = 0.01, tolerance 1e-20.
    fn default() -> Self {
        Self {
            rank: 1,
            optimizer: O::default(),
            learning_rate: LearningRate::constant(0.9),
            orthogonality: 0.01,
            iterations: 20_000,
            starts: 8,
            refinement: 400_000,
            tolerance: 1e-20,
            seed: 0,
        }
    }
}

/// The state of a descent, observed every twenty iterations and at the end of each start.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DescentProgress<T> {
    /// The number of starts before this one.
    pub start: usize,
    /// The number of times that the rate of this start was halved because of divergence.
    pub halvings: usize,
    /// The state of this start.
    pub progress: Progress<T>,
}

/// The result of an SVD by gradient descent other than its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GradientSvdReport<T> {
    /// The report of the start of least loss, which was kept.
    pub report: Report<T>,
    /// The number of starts.
    pub starts: usize,
    /// The start that was kept, counted from zero.
    pub best_start: usize,
}

impl<O: Optimizer> GradientSvd<O> {
    /// Computes U, s and V of A ~ U diag(s) V^T.
    ///
    /// - `workspace`: of width l >= k.
    /// - `state`: on either side one panel more than the state of the optimizer, which is two at most;
    ///   overwritten.
    /// - `factors`: overwritten; columns of U and V have unit length as far as the loss is zero.
    /// - `observe`: may stop the iteration; the result is then the best found so far.
    ///
    /// # Errors
    /// - [`Error::Diverged`] if every start diverges at every rate.
    /// - [`Error::Setting`] for a learning rate that is not positive and finite, no starts, and other
    ///   settings out of range.
    /// - [`Error::Rank`], [`Error::NonFinite`], [`Error::Empty`], [`Error::Incomplete`],
    ///   [`Error::Shape`], [`Error::BufferTooSmall`] and [`Error::Overflow`] as for
    ///   [`TruncatedSvd::run`](crate::svd::TruncatedSvd::run).
    pub fn run<P, A, F>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &mut SvdFactors<'_, P>,
        mut observe: F,
    ) -> Result<GradientSvdReport<P::Scalar>, Error>
    where
        P: DescentPanel,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<P::Scalar>) -> ControlFlow<()>,
    {
        self.check(a, workspace, state, factors)?;
        let entry_stats = a.entry_stats()?;
        entry_stats.check_complete()?;
        let balanced = PowerOfTwoScaled::normalized(a, &entry_stats);
        workspace.left.set_ncols(self.rank)?;
        workspace.right.set_ncols(self.rank)?;
        let norm = balanced.squared_norm().sqrt();
        let (two, zero) = (P::Scalar::ONE + P::Scalar::ONE, P::Scalar::ZERO);
        let scale = if norm > zero { two / norm } else { zero };
        let mut descent = Descent {
            settings: self,
            a: &balanced,
            scale,
            tolerance: P::Scalar::from_f64(self.tolerance).larger(rounding()),
            workspace,
            state,
        };
        let (starts, best_start, mut ending) = descent.best_of(factors, &mut observe)?;
        if !ending.is_final(descent.tolerance) && self.refinement > 0 {
            let refined = descent.refine(best_start, ending, factors, &mut observe)?;
            if refined.loss < ending.loss {
                descent.keep(factors)?;
                ending = refined;
            }
        }
        Ok(GradientSvdReport {
            report: Report {
                approximation: descent.finish(factors)?,
                loss: ending.loss,
                iterations: ending.iterations,
                stop: ending.stop,
            },
            starts,
            best_start,
        })
    }

    fn check<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &Workspace<'_, P>,
        state: &DescentState<'_, P>,
        factors: &SvdFactors<'_, P>,
    ) -> Result<(), Error> {
        check_workspace(a, workspace)?;
        check_factors(self.rank, a, workspace, factors)?;
        self.learning_rate.check()?;
        self.optimizer.check()?;
        let orthogonality = self.orthogonality >= 0.0 && self.orthogonality.is_finite();
        Error::unless(self.starts > 0, "starts")?;
        Error::unless(self.optimizer.states() <= 2, "optimizer")?;
        Error::unless(self.tolerance >= 0.0, "tolerance")?;
        Error::unless(orthogonality, "orthogonality")?;
        let panels = self.optimizer.states().saturating_add(1);
        state.check((a.nrows(), a.ncols()), self.rank, panels)
    }
}

/// (8 eps)^2.
fn rounding<T: Real>() -> T {
    let unit = T::from_usize(8) * T::EPSILON;
    unit * unit
}

/// The parts that all iterations of a run share.
struct Descent<'r, 's, 't, O, A, P: Panel> {
    settings: &'r GradientSvd<O>,
    a: &'r PowerOfTwoScaled<'r, A, P::Scalar>,
    /// M over the balanced matrix.
    scale: P::Scalar,
    tolerance: P::Scalar,
    workspace: &'r mut Workspace<'s, P>,
    state: &'r mut DescentState<'t, P>,
}

/// Splits panels into U or V and its optimizer state.
fn split<P>(panels: &mut [P]) -> Result<(&mut P, &mut [P]), Error> {
    let short = Error::BufferTooSmall {
        needed: 1,
        found: 0,
    };
    panels.split_first_mut().ok_or(short)
}
