//! Non-negative factorization for any beta-divergence, and with missing entries.

use super::alternation::{Alternation, restore_scale};
use super::{Nmf, NmfFactors, NmfSolver};
use crate::approximation::Approximation;
use crate::divergence::{BetaDivergence, MultiplicativeStep};
use crate::iteration::{Evaluation, Iteration, Progress, Report};
use crate::operator::{DivergenceOperator, Side};
use crate::panel::{NonNegativePanel, Panel};
use crate::scaling::{PowerOfTwoScaled, bring_into_range};
use crate::stopping::StoppingRule;
use crate::{Error, Real, Workspace};
use core::ops::ControlFlow;

/// A ~ W H^T with W >= 0 and H >= 0, approximated in a [`BetaDivergence`], over all entries or those that
/// are [`Observed`](crate::operator::Observed).
///
/// Multiplicative updates, each of which decreases the divergence, up to rounding (Févotte & Idier
/// 2011): W <- W o (N / D)^c with the terms of [`DivergenceOperator`], then H. For beta = 2 and all
/// entries they are those of [`NmfSolver::Mu`], which [`Nmf`] computes from Gram matrices at the cost of
/// the nonzeros alone.
///
/// An iteration costs 8 k multiplications for each stored entry if beta = 1 or entries are
/// missing, and 8 m n k otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaNmf {
    /// beta, a finite number.
    pub beta: f64,
    /// All settings other than the loss; the solver has to be [`NmfSolver::Mu`].
    pub settings: Nmf,
}

impl Default for BetaNmf {
    /// Returns Kullback and Leibler's divergence, rank 1 from NNDSVDa, at most 30000 iterations, tolerance 5e-6.
    fn default() -> Self {
        Self {
            beta: 1.0,
            settings: Nmf {
                solver: NmfSolver::Mu,
                ..Default::default()
            },
        }
    }
}

impl BetaNmf {
    /// Computes W and H of A ~ W H^T.
    ///
    /// - `workspace`: of width l >= 2 k.
    /// - `factors`: overwritten; for [`NmfInit::Given`](crate::nmf::NmfInit::Given), the initial factors.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// The errors of [`Nmf::run`], and:
    /// - [`Error::Zero`] with the place of an entry that is zero, for beta <= 0.
    /// - [`Error::Setting`] for a beta that is not finite and for HALS, which has no such loss.
    /// - [`Error::BufferTooSmall`] for a workspace of fewer than 2 k columns.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::{FixedNmf, FixedWorkspace, MatRef};
    /// use lowrank_core::nmf::BetaNmf;
    /// let mut workspace = FixedWorkspace::<f32, 3, 2, 2>::new();
    /// let a = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]; // two columns, rank one
    /// let mut factors = FixedNmf::<f32, 3, 2, 1>::new();
    /// let nmf = BetaNmf { beta: 1.0, ..Default::default() };
    /// let go_on = |_| ControlFlow::Continue(());
    /// let report = nmf.run(&MatRef::from(&a), &mut workspace.lend(), &mut factors.lend(), go_on)?;
    /// assert!(report.loss < 1e-5);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<P: NonNegativePanel, A: DivergenceOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        factors: &mut NmfFactors<P>,
        observe: impl FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    ) -> Result<Report<P::Scalar>, Error> {
        let NmfFactors { w, h } = &mut *factors;
        let entry_stats = self.settings.check(a, workspace, [w, h])?;
        let divergence = self.check::<P, A>(a)?;
        let balanced = PowerOfTwoScaled::normalized(a, &entry_stats);
        let half = balanced.exponent() >> 1;
        let run = Alternation::of_both(&self.settings, &balanced, workspace, [w, h])?;
        let report = Multiplicative::new(run, &divergence, half).finish(observe)?;
        factors.scale(half)?;
        Ok(report)
    }

    /// Computes the weights W of the rows of A for a held H, as [`Nmf::transform`] does.
    ///
    /// # Errors
    /// The errors of [`run`](Self::run) and of [`Nmf::transform`].
    pub fn transform<P: NonNegativePanel, A: DivergenceOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        factors: &mut NmfFactors<P>,
        observe: impl FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    ) -> Result<Report<P::Scalar>, Error> {
        let NmfFactors { w, h } = factors;
        let entry_stats = self.settings.check(a, workspace, [w, h])?;
        let divergence = self.check::<P, A>(a)?;
        let balanced = PowerOfTwoScaled::normalized(a, &entry_stats);
        let size = bring_into_range(h)?;
        let e = balanced.exponent().saturating_sub(size);
        let run = Alternation::of_weights(&self.settings, &balanced, workspace, [w, h]);
        let report = run.and_then(|run| Multiplicative::new(run, &divergence, e).finish(observe));
        restore_scale([w, h], e, size)?;
        report
    }

    pub(super) fn check<P: Panel, A: DivergenceOperator<P>>(
        &self,
        a: &A,
    ) -> Result<BetaDivergence<P::Scalar>, Error> {
        Error::unless(self.settings.solver == NmfSolver::Mu, "solver")?;
        let divergence = BetaDivergence::new(self.beta)?;
        check_zeros(&divergence, a)?;
        Ok(divergence)
    }
}

/// Checks that no entry is zero if the divergence would be infinite.
pub(super) fn check_zeros<P: Panel, A: DivergenceOperator<P>>(
    divergence: &BetaDivergence<P::Scalar>,
    a: &A,
) -> Result<(), Error> {
    if divergence.forbids_zeros()
        && let Some((row, column)) = a.first_zero()
    {
        return Err(Error::Zero { row, column });
    }
    Ok(())
}

/// (2^e)^beta: the factor of a divergence when A is scaled by 2^e.
pub(super) fn power<T: Real>(e: i32, divergence: &BetaDivergence<T>) -> T {
    if e == 0 {
        T::ONE
    } else {
        T::power_of_two(e).pow(divergence.beta())
    }
}

/// Multiplicative steps for a divergence.
pub(super) struct Multiplicative<'r, 's, A, P: Panel> {
    run: Alternation<'r, 's, A, P>,
    divergence: &'r BetaDivergence<P::Scalar>,
    /// The unit of losses.
    unit: P::Scalar,
    /// The loss at the last evaluation.
    loss: P::Scalar,
}

impl<'r, 's, A: DivergenceOperator<P>, P: NonNegativePanel> Multiplicative<'r, 's, A, P> {
    /// Creates the steps for factors that are 2^-e times those of A.
    pub(super) fn new(
        run: Alternation<'r, 's, A, P>,
        divergence: &'r BetaDivergence<P::Scalar>,
        e: i32,
    ) -> Self {
        let unit = power(run.a.exponent(), divergence);
        Self {
            run: run.penalised(e, unit),
            divergence,
            unit,
            loss: P::Scalar::ZERO,
        }
    }

    pub(super) fn finish(
        mut self,
        observe: impl FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    ) -> Result<Report<P::Scalar>, Error> {
        let settings = self.run.settings;
        let width = settings.rank.saturating_mul(2);
        self.run.workspace.left.set_ncols(width)?;
        self.run.workspace.right.set_ncols(width)?;
        let rule = StoppingRule::new(settings.tolerance);
        let (iterations, stop) = self.run(settings.iterations, rule, observe)?;
        let Alternation {
            a, workspace, w, h, ..
        } = self.run;
        let approximation = Approximation::of_balanced(a, w, h, workspace)?;
        // Both panels get the same width again, as the next run requires.
        workspace.right.set_ncols(workspace.left.ncols())?;
        Ok(Report {
            approximation,
            loss: self.loss,
            iterations,
            stop,
        })
    }
}

impl<P: NonNegativePanel, A: DivergenceOperator<P>> Iteration for Multiplicative<'_, '_, A, P> {
    type Scalar = P::Scalar;

    fn evaluate(&mut self, _: usize) -> Result<Evaluation<P::Scalar>, Error> {
        let run = &mut self.run;
        let terms = &mut run.workspace.left;
        let factors = [&*run.w, &*run.h];
        let divergence = run
            .a
            .divergence_terms(self.divergence, factors, Side::Rows, terms)?;
        self.loss = divergence * self.unit;
        let [of_w, of_h] = run.costs()?;
        let objective = divergence + of_w + of_h;
        Ok(Evaluation::of_divergence(self.loss, objective))
    }

    fn improve(&mut self, _: usize) -> Result<(), Error> {
        let (run, divergence) = (&mut self.run, self.divergence);
        let Workspace { left, right, .. } = &mut *run.workspace;
        let step = |penalty| MultiplicativeStep {
            divergence,
            penalty,
        };
        run.w.quotient_update(left, step(run.w_penalty))?;
        if !run.h_is_held {
            run.a
                .divergence_step(step(run.h_penalty), run.w, [run.h, right])?;
        }
        Ok(())
    }
}
