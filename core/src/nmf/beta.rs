//! Non-negative factorization for any beta-divergence, and with missing entries.

use super::{Nmf, NmfSolver, give_back};
use crate::approximation::Approximation;
use crate::divergence::BetaDivergence;
use crate::error::Error;
use crate::iteration::{Evaluation, Iteration, Progress, Report, StoppingRule};
use crate::operator::{DivergenceOperator, Survey};
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::real::Real;
use crate::scaling::{Balanced, bring_into_range};
use crate::workspace::Workspace;
use core::ops::ControlFlow;

/// A ~ W H^T with W >= 0 and H >= 0, near in a [`BetaDivergence`], over all entries or those that
/// are [`Observed`](crate::operator::Observed).
///
/// Multiplicative updates whose every step lowers the divergence, beyond rounding (Févotte & Idier
/// 2011): W <- W o (N / D)^c with the terms of [`DivergenceOperator`], then H. For beta = 2 and all
/// entries they are those of [`NmfSolver::Mu`], which [`Nmf`] finds from Gram matrices at the cost of
/// the nonzeros alone.
///
/// An iteration costs 8 k multiplications for each stored entry where beta = 1 or where entries are
/// missing, and 8 m n k else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaNmf {
    /// beta, a finite number.
    pub beta: f64,
    /// All that is not the loss; its solver has to be [`NmfSolver::Mu`].
    pub settings: Nmf,
}

impl Default for BetaNmf {
    /// Kullback and Leibler's divergence, rank 1 from NNDSVDa, at most 400 iterations, tolerance 1e-6.
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
    /// W and H of A ~ W H^T.
    ///
    /// - `workspace`: of width l >= 2 k.
    /// - `w`: m x k and `h`: n x k; overwritten, or where [`NmfInit::Given`](crate::nmf::NmfInit::Given)
    ///   starts.
    /// - `observe`: called before each iteration and after the last; may end it.
    ///
    /// # Errors
    /// Those of [`Nmf::run`], and:
    /// - [`Error::Zero`] with the place of an entry that is zero, for beta <= 0.
    /// - [`Error::Setting`] for a beta that is not finite and for HALS, which has no such loss.
    /// - [`Error::BufferTooSmall`] for a workspace of fewer than 2 k columns.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::{BetaNmf, FixedNmf, FixedWorkspace, MatRef};
    /// let mut workspace = FixedWorkspace::<f32, 3, 2, 2>::new();
    /// let a = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]; // two columns, rank one
    /// let mut factors = FixedNmf::<f32, 3, 2, 1>::new();
    /// let (mut w, mut h) = factors.lend();
    /// let nmf = BetaNmf { beta: 1.0, ..Default::default() };
    /// let go_on = |_| ControlFlow::Continue(());
    /// let report = nmf.run(&MatRef::from(&a), &mut workspace.lend(), &mut w, &mut h, go_on)?;
    /// assert!(report.loss < 1e-5);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<P, A, F>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
        observe: F,
    ) -> Result<Report<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: DivergenceOperator<P>,
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        let survey = self.settings.check(a, workspace, w, h, a.nrows())?;
        let divergence = self.check::<P, A>(a)?;
        let balanced = Balanced::normalized(a, survey.exponent);
        self.settings.start(&balanced, &survey, workspace, w, h)?;
        let half = balanced.exponent() >> 1;
        let unit = power(balanced.exponent(), &divergence);
        let run = Alternation {
            settings: &self.settings,
            divergence: &divergence,
            a: &balanced,
            survey: &survey,
            unit,
            workspace,
            w,
            h,
            loss: P::Scalar::ZERO,
            w_penalty: self.settings.w_penalty.scaled(half, unit),
            h_penalty: self.settings.h_penalty.scaled(half, unit),
            h_is_free: true,
        };
        let report = run.finish(observe)?;
        w.scale(P::Scalar::power_of_two(half))?;
        h.scale(P::Scalar::power_of_two(half))?;
        Ok(report)
    }

    /// The weights W of the rows of A, H being held, as [`Nmf::transform`] finds them.
    ///
    /// # Errors
    /// Those of [`run`](Self::run) and of [`Nmf::transform`].
    pub fn transform<P, A, F>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
        observe: F,
    ) -> Result<Report<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: DivergenceOperator<P>,
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        let survey = self.settings.check(a, workspace, w, h, usize::MAX)?;
        let divergence = self.check::<P, A>(a)?;
        let balanced = Balanced::normalized(a, survey.exponent);
        let size = bring_into_range(h)?;
        let e = balanced.exponent().saturating_sub(size);
        let report = self.weigh(&balanced, &survey, &divergence, e, workspace, w, h, observe);
        give_back(w, e, h, size)?;
        report
    }

    /// 2^-e W of the rows of a balanced matrix, H being held and in range.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn weigh<P, A, F>(
        &self,
        a: &Balanced<'_, A>,
        survey: &Survey<P::Scalar>,
        divergence: &BetaDivergence<P::Scalar>,
        e: i32,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
        observe: F,
    ) -> Result<Report<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: DivergenceOperator<P>,
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        let (settings, unit) = (&self.settings, power(a.exponent(), divergence));
        w.fill(super::init::typical_entry(
            survey,
            a,
            w.nrows(),
            h.nrows(),
            settings.rank,
        ))?;
        let run = Alternation {
            settings,
            divergence,
            a,
            survey,
            unit,
            workspace,
            w,
            h,
            loss: P::Scalar::ZERO,
            w_penalty: settings.w_penalty.scaled(e, unit),
            h_penalty: Penalty::default(),
            h_is_free: false,
        };
        run.finish(observe)
    }

    pub(super) fn check<P: Panel, A: DivergenceOperator<P>>(
        &self,
        a: &A,
    ) -> Result<BetaDivergence<P::Scalar>, Error> {
        if self.settings.solver != NmfSolver::Mu {
            return Err(Error::Setting);
        }
        let divergence = BetaDivergence::new(self.beta)?;
        check_zeros(&divergence, a)?;
        Ok(divergence)
    }
}

/// That no entry is zero where the divergence would be infinite.
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

/// (2^e)^beta: what a divergence grows by with A.
pub(super) fn power<T: Real>(e: i32, divergence: &BetaDivergence<T>) -> T {
    if e == 0 {
        T::ONE
    } else {
        T::power_of_two(e).pow(divergence.beta())
    }
}

/// Multiplicative steps for a divergence.
struct Alternation<'r, 's, A, P: Panel> {
    settings: &'r Nmf,
    divergence: &'r BetaDivergence<P::Scalar>,
    a: &'r Balanced<'r, A>,
    survey: &'r Survey<P::Scalar>,
    /// What losses are counted in.
    unit: P::Scalar,
    workspace: &'r mut Workspace<'s, P>,
    w: &'r mut P,
    h: &'r mut P,
    w_penalty: Penalty<P::Scalar>,
    h_penalty: Penalty<P::Scalar>,
    h_is_free: bool,
    /// That of the last evaluation.
    loss: P::Scalar,
}

impl<P: NonNegativePanel, A: DivergenceOperator<P>> Alternation<'_, '_, A, P> {
    fn finish<F>(mut self, observe: F) -> Result<Report<P::Scalar>, Error>
    where
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        let settings = self.settings;
        let width = settings.rank.saturating_mul(2);
        self.workspace.left.set_ncols(width)?;
        self.workspace.right.set_ncols(width)?;
        let mut rule = StoppingRule::of_gains(settings.tolerance, None);
        // Where H is held, the first step finds the scale of W: the loss before it says nothing.
        rule.first = usize::from(!self.h_is_free);
        let (iterations, stop) = self.run(settings.iterations, rule, observe)?;
        let (w, h, workspace) = (self.w, self.h, self.workspace);
        let approximation = Approximation::of_balanced(self.a, self.survey, w, h, workspace)?;
        // Both panels have one width again, as the next run asks for.
        workspace.right.set_ncols(workspace.left.ncols())?;
        Ok(Report {
            approximation,
            loss: self.loss,
            iterations,
            stop,
        })
    }
}

impl<P: NonNegativePanel, A: DivergenceOperator<P>> Iteration for Alternation<'_, '_, A, P> {
    type Scalar = P::Scalar;

    fn evaluate(&mut self, _: usize) -> Result<Evaluation<P::Scalar>, Error> {
        let (w, h, terms) = (&*self.w, &*self.h, &mut self.workspace.left);
        let divergence = self.a.divergence_terms(self.divergence, w, h, terms)?;
        self.loss = divergence * self.unit;
        let sums = &mut *self.workspace.scratch.vectors;
        let objective = divergence
            + super::cost_of(w, &self.w_penalty, sums)?
            + super::cost_of(h, &self.h_penalty, sums)?;
        Ok(Evaluation::of_divergence(self.loss, objective))
    }

    fn improve(&mut self, _: usize) -> Result<(), Error> {
        let Workspace { left, right, .. } = &mut *self.workspace;
        let (w, h, divergence) = (&mut *self.w, &mut *self.h, self.divergence);
        w.quotient_update(left, divergence, self.w_penalty)?;
        if self.h_is_free {
            self.a.divergence_terms_transpose(divergence, w, h, right)?;
            h.quotient_update(right, divergence, self.h_penalty)?;
        }
        Ok(())
    }
}
