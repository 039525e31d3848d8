//! Non-negative factorization in the Frobenius norm.

use super::alternation::{Alternation, restore_scale};
use super::factors::NmfFactors;
use super::settings::Nmf;
use super::solver::NmfSolver;
use super::subproblem::Subproblem;
use crate::approximation::Approximation;
use crate::arguments::check_factors;
use crate::iteration::{Evaluation, Iteration, Progress, Report};
use crate::operator::{EntryStats, EntrywiseOperator};
use crate::panel::{NonNegativePanel, Panel};
use crate::scaling::{PowerOfTwoScaled, bring_into_range};
use crate::stopping::StoppingRule;
use crate::{Error, LinearOperator, Real, Workspace};
use core::ops::ControlFlow;

impl Nmf {
    /// Computes W and H of A ~ W H^T.
    ///
    /// - `workspace`: of width l >= k; its columns beyond k are the oversampling of NNDSVD.
    /// - `factors`: overwritten; for [`NmfInit::Given`](super::NmfInit::Given), the initial factors.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// An iteration costs two products with A or A^T; NNDSVD costs those of a [`TruncatedSvd`].
    ///
    /// [`TruncatedSvd`]: crate::svd::TruncatedSvd
    ///
    /// # Errors
    /// - [`Error::Rank`] for k = 0 or k > l; k may exceed m and n.
    /// - [`Error::Negative`] and [`Error::NonFinite`] with the place of the entry; [`Error::Empty`].
    /// - [`Error::Setting`] for a tolerance or a penalty that is negative or not a number.
    /// - [`Error::Incomplete`] if entries are missing; [`Error::Start`] if initial factors have negative
    ///   entries.
    /// - [`Error::Shape`] or [`Error::BufferTooSmall`] for factors or workspaces that do not fit.
    /// - [`Error::Overflow`] if a norm is too large for the type.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::{FixedNmf, FixedWorkspace, MatRef, Nmf};
    /// let mut workspace = FixedWorkspace::<f32, 3, 2, 2>::new();
    /// let a = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]; // two columns, rank one
    /// let mut factors = FixedNmf::<f32, 3, 2, 1>::new();
    /// let nmf = Nmf { rank: 1, ..Default::default() };
    /// let go_on = |_| ControlFlow::Continue(());
    /// let report = nmf.run(&MatRef::from(&a), &mut workspace.lend(), &mut factors.lend(), go_on)?;
    /// assert!(report.approximation.error < 1e-5);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<P: NonNegativePanel, A: EntrywiseOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        factors: &mut NmfFactors<P>,
        observe: impl FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    ) -> Result<Report<P::Scalar>, Error> {
        let NmfFactors { w, h } = &mut *factors;
        let entry_stats = self.check(a, workspace, [w, h])?;
        entry_stats.check_complete()?;
        let balanced = PowerOfTwoScaled::new(a, &entry_stats);
        let (e, half) = (balanced.exponent(), balanced.exponent() >> 1);
        let run = Alternation::of_both(self, &balanced, workspace, [w, h])?;
        let report = Frobenius(run.penalised(half, square_of_two_to(e))).finish(observe)?;
        factors.scale(half)?;
        Ok(report)
    }

    /// Computes the weights W of the rows of A for a held H: min ||A - W H^T||_F over W >= 0.
    ///
    /// - `a`: new rows, m x n.
    /// - `factors`: W is overwritten. H is the result of [`run`](Self::run). If it is very large or very
    ///   small, it is scaled and scaled back, which may round entries far below its largest one.
    ///
    /// The other arguments are as for [`run`](Self::run).
    ///
    /// # Errors
    /// As for [`run`](Self::run); [`Error::Overflow`] also if W is too large for the type, or if H is not
    /// finite.
    pub fn transform<P: NonNegativePanel, A: EntrywiseOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        factors: &mut NmfFactors<P>,
        observe: impl FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    ) -> Result<Report<P::Scalar>, Error> {
        let NmfFactors { w, h } = factors;
        let entry_stats = self.check(a, workspace, [w, h])?;
        entry_stats.check_complete()?;
        let balanced = PowerOfTwoScaled::new(a, &entry_stats);
        let size = bring_into_range(h)?;
        let e = balanced.exponent().saturating_sub(size);
        let run = Frobenius::of_weights(self, &balanced, e, workspace, [w, h]);
        let report = run.and_then(|run| run.finish(observe));
        restore_scale([w, h], e, size)?;
        report
    }

    /// Checks that k fits the workspace, and returns the entries of A in numbers.
    pub(super) fn check<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &Workspace<'_, P>,
        factors: [&P; 2],
    ) -> Result<EntryStats<P::Scalar>, Error> {
        check_factors(self.rank, a, workspace, factors)?;
        Error::unless(self.tolerance >= 0.0, "tolerance")?;
        self.w_penalty.check()?;
        self.h_penalty.check()?;
        let entry_stats = a.entry_stats()?;
        entry_stats.check_signs()?;
        Ok(entry_stats)
    }
}

/// (2^e)^2.
fn square_of_two_to<T: Real>(e: i32) -> T {
    T::power_of_two(e) * T::power_of_two(e)
}

/// Steps in the Frobenius norm. `small` of the workspace is W^T W throughout, `other` is H^T H.
pub(super) struct Frobenius<'r, 's, A, P: Panel>(Alternation<'r, 's, A, P>);

impl<'r, 's, A: EntrywiseOperator<P>, P: NonNegativePanel> Frobenius<'r, 's, A, P> {
    /// Computes 2^-e W of the rows of a balanced matrix for a held H, which is in range. A^T W and W^T W
    /// of that matrix and that W are left in the right panel and in `small`.
    pub(super) fn of_weights(
        settings: &'r Nmf,
        a: &'r PowerOfTwoScaled<'r, A, P::Scalar>,
        e: i32,
        workspace: &'r mut Workspace<'s, P>,
        factors: [&'r mut P; 2],
    ) -> Result<Self, Error> {
        let run = Alternation::of_weights(settings, a, workspace, factors)?;
        Ok(Self(run.penalised(e, square_of_two_to(a.exponent()))))
    }

    pub(super) fn finish(
        mut self,
        observe: impl FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    ) -> Result<Report<P::Scalar>, Error> {
        let run = &mut self.0;
        let settings = run.settings;
        run.workspace.left.set_ncols(settings.rank)?;
        run.workspace.right.set_ncols(settings.rank)?;
        run.w.gram(&mut run.workspace.small)?;
        let rule = StoppingRule::new(settings.tolerance);
        let (iterations, stop) = self.run(settings.iterations, rule, observe)?;
        let Self(Alternation {
            a, workspace, w, h, ..
        }) = self;
        let approximation = Approximation::of_balanced(a, w, h, workspace)?;
        Ok(Report::of_squares(approximation, iterations, stop))
    }
}

impl<P: NonNegativePanel, A: LinearOperator<P>> Iteration for Frobenius<'_, '_, A, P> {
    type Scalar = P::Scalar;

    fn evaluate(&mut self, done: usize) -> Result<Evaluation<P::Scalar>, Error> {
        let run = &mut self.0;
        let workspace = &mut *run.workspace;
        // HALS does not overwrite A H, which changes only with H.
        if !run.h_is_held || done == 0 || run.settings.solver == NmfSolver::Mu {
            run.a.apply(run.h, &mut workspace.left)?;
        }
        if done == 0 {
            run.h.gram(&mut workspace.other)?;
        }
        let grams = [&workspace.small, &workspace.other];
        let [inner, product] = run.w.inner_products(&workspace.left, grams)?;
        let squared_error = run.a.squared_norm() - (inner + inner) + product;
        let [of_w, of_h] = run.costs()?;
        let cost = of_w + of_h;
        let error = squared_error.larger(P::Scalar::ZERO).sqrt();
        let error = error.scale_by_power_of_two(run.a.exponent());
        let objective = squared_error + (cost + cost);
        Ok(Evaluation::of_squares(error, objective))
    }

    fn improve(&mut self, _: usize) -> Result<(), Error> {
        let run = &mut self.0;
        let Workspace {
            left,
            right,
            small,
            other,
            scratch,
            ..
        } = &mut *run.workspace;
        let (solver, entries) = (run.settings.solver, run.a.entry_stats().entries);
        let of_w = Subproblem {
            numerator: left,
            gram: other,
            penalty: run.w_penalty,
            scratch: scratch.for_rows(run.settings.rank)?,
            entries,
            held_rows: run.h.nrows(),
        };
        solver.improve(run.w, of_w)?;
        run.w.gram(small)?;
        if !run.h_is_held {
            let of_h = Subproblem {
                numerator: right,
                gram: small,
                penalty: run.h_penalty,
                scratch: scratch.for_rows(run.settings.rank)?,
                entries,
                held_rows: run.w.nrows(),
            };
            solver.improve_columns(run.a, [run.w, run.h], of_h, other)?;
        }
        Ok(())
    }
}
