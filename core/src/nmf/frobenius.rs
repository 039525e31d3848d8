//! Factors near in the Frobenius norm: one is improved while the other one is held.

use super::init::typical_entry;
use super::settings::Nmf;
use super::solver::{Effort, NmfSolver};
use crate::approximation::{Approximation, squared_norm};
use crate::arguments::{assert_rank, check_factors};
use crate::buffer::take;
use crate::dense::MatMut;
use crate::error::Error;
use crate::iteration::{Evaluation, Iteration, Progress, Report, StoppingRule};
use crate::operator::{EntrywiseOperator, LinearOperator, Survey};
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::real::Real;
use crate::scaling::{Balanced, bring_into_range, rescale, unbalance};
use crate::workspace::{FixedWorkspace, Workspace};
use core::ops::ControlFlow;

/// H, which was held, becomes 2^`size` H again, and W 2^`e` W.
pub(super) fn give_back<P: Panel>(w: &mut P, e: i32, h: &mut P, size: i32) -> Result<(), Error> {
    rescale(h, size)?;
    let mut norm = [w.inner_product(w)?.sqrt()];
    rescale(w, e)?;
    unbalance(&mut norm, e)
}

/// What a factor X >= 0 costs; `sums` holds one scalar for each column at least.
pub(super) fn cost_of<P: NonNegativePanel>(
    x: &P,
    penalty: &Penalty<P::Scalar>,
    mut sums: &mut [P::Scalar],
) -> Result<P::Scalar, Error> {
    if penalty.is_none() {
        return Ok(P::Scalar::ZERO);
    }
    let sums = take(&mut sums, x.ncols());
    x.column_sums(sums)?;
    let mut sum = P::Scalar::ZERO;
    for column in sums {
        sum += *column;
    }
    Ok(penalty.cost(sum, x.inner_product(x)?))
}

impl Nmf {
    /// W and H of A ~ W H^T.
    ///
    /// - `workspace`: of width l >= k; what it has beyond k is the oversampling of NNDSVD.
    /// - `w`: m x k and `h`: n x k; overwritten, or where [`NmfInit::Given`](super::NmfInit::Given) starts.
    /// - `observe`: called before each iteration and after the last; may end it.
    ///
    /// Costs two products with A or A^T an iteration, and those of a [`TruncatedSvd`] for NNDSVD.
    ///
    /// [`TruncatedSvd`]: crate::svd::TruncatedSvd
    ///
    /// # Errors
    /// - [`Error::Rank`] for k = 0 or k > min(l, m, n).
    /// - [`Error::Negative`] and [`Error::NonFinite`] with the place of the entry; [`Error::Empty`].
    /// - [`Error::Setting`] for a tolerance or a penalty that is negative or not a number.
    /// - [`Error::Incomplete`] where entries are missing; [`Error::Start`] where factors that are given
    ///   have negative entries.
    /// - [`Error::Shape`] or [`Error::BufferTooSmall`] for factors or workspaces that do not fit.
    /// - [`Error::Overflow`] where a norm is too large for the type.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::{FixedNmf, FixedWorkspace, MatRef, Nmf};
    /// let mut workspace = FixedWorkspace::<f32, 3, 2, 2>::new();
    /// let a = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]; // two columns, rank one
    /// let mut factors = FixedNmf::<f32, 3, 2, 1>::new();
    /// let (mut w, mut h) = factors.lend();
    /// let nmf = Nmf { rank: 1, ..Default::default() };
    /// let go_on = |_| ControlFlow::Continue(());
    /// let report = nmf.run(&MatRef::from(&a), &mut workspace.lend(), &mut w, &mut h, go_on)?;
    /// assert!(report.approximation.error < 1e-5);
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
        A: EntrywiseOperator<P>,
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        let survey = self.check(a, workspace, w, h, a.nrows())?;
        survey.check_complete()?;
        let balanced = Balanced::new::<P::Scalar>(a, survey.exponent);
        self.start(&balanced, &survey, workspace, w, h)?;
        let unit = P::Scalar::power_of_two(balanced.exponent());
        let half = balanced.exponent() >> 1;
        let run = Alternation {
            settings: self,
            a: &balanced,
            survey: &survey,
            workspace,
            w,
            h,
            w_penalty: self.w_penalty.scaled(half, unit * unit),
            h_penalty: self.h_penalty.scaled(half, unit * unit),
            h_is_free: true,
        };
        let report = run.finish(observe)?;
        let half = P::Scalar::power_of_two(half);
        if balanced.exponent() != 0 {
            w.scale(half)?;
            h.scale(half)?;
        }
        Ok(report)
    }

    /// The weights W of the rows of A, H being held: min ||A - W H^T||_F over W >= 0.
    ///
    /// - `a`: new rows, m x n.
    /// - `w`: m x k; overwritten. `h`: n x k, as [`run`](Self::run) left it; scaled on the way and
    ///   scaled back where it is very large or very small: entries far below its largest may then
    ///   round.
    ///
    /// The rest as for [`run`](Self::run), but that there may be fewer rows than k.
    ///
    /// # Errors
    /// As for [`run`](Self::run); [`Error::Overflow`] also where W is too large for the type, or
    /// where H is not finite.
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
        A: EntrywiseOperator<P>,
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        let survey = self.check(a, workspace, w, h, usize::MAX)?;
        survey.check_complete()?;
        let balanced = Balanced::new::<P::Scalar>(a, survey.exponent);
        let size = bring_into_range(h)?;
        let e = balanced.exponent().saturating_sub(size);
        let report = self.weigh(&balanced, &survey, e, workspace, w, h, observe);
        give_back(w, e, h, size)?;
        report
    }

    /// 2^-e W of the rows of a balanced matrix, H being held and in range. Leaves A^T W and W^T W of
    /// that matrix and that W in the right panel and in `small`.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn weigh<P, A, F>(
        &self,
        a: &Balanced<'_, A>,
        survey: &Survey<P::Scalar>,
        e: i32,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
        observe: F,
    ) -> Result<Report<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: EntrywiseOperator<P>,
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        w.fill(typical_entry(survey, a, w.nrows(), h.nrows(), self.rank))?;
        let unit = P::Scalar::power_of_two(a.exponent());
        let run = Alternation {
            settings: self,
            a,
            survey,
            workspace,
            w,
            h,
            w_penalty: self.w_penalty.scaled(e, unit * unit),
            h_penalty: Penalty::default(),
            h_is_free: false,
        };
        run.finish(observe)
    }

    /// What is known of A, if all fits: k to the workspace, to n and to `rows`.
    pub(super) fn check<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        w: &P,
        h: &P,
        rows: usize,
    ) -> Result<Survey<P::Scalar>, Error> {
        check_factors(self.rank, a, workspace, w, h, rows)?;
        if self.tolerance.is_nan() || self.tolerance < 0.0 {
            return Err(Error::Setting);
        }
        self.w_penalty.check()?;
        self.h_penalty.check()?;
        let survey = a.survey()?;
        survey.check_signs()?;
        Ok(survey)
    }
}

/// Alternating steps for the Frobenius norm. `small` of the workspace is W^T W throughout, `other` H^T H.
struct Alternation<'r, 's, A, P: Panel> {
    settings: &'r Nmf,
    a: &'r Balanced<'r, A>,
    survey: &'r Survey<P::Scalar>,
    workspace: &'r mut Workspace<'s, P>,
    w: &'r mut P,
    h: &'r mut P,
    w_penalty: Penalty<P::Scalar>,
    h_penalty: Penalty<P::Scalar>,
    h_is_free: bool,
}

impl<P: NonNegativePanel, A: EntrywiseOperator<P>> Alternation<'_, '_, A, P> {
    fn finish<F>(mut self, observe: F) -> Result<Report<P::Scalar>, Error>
    where
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        let settings = self.settings;
        self.workspace.left.set_ncols(settings.rank)?;
        self.workspace.right.set_ncols(settings.rank)?;
        self.w.gram(&mut self.workspace.small)?;
        let mut rule = StoppingRule::of_gains(settings.tolerance, Some(self.squares()));
        // Where H is held, W starts at any scale, and the first update finds the right one: what
        // that gains says nothing of the rest.
        rule.first = usize::from(!self.h_is_free);
        let (iterations, stop) = self.run(settings.iterations, rule, observe)?;
        let (w, h) = (self.w, self.h);
        let approximation = Approximation::of_balanced(self.a, self.survey, w, h, self.workspace)?;
        Ok(Report {
            approximation,
            loss: approximation.error * approximation.error * P::Scalar::HALF,
            iterations,
            stop,
        })
    }

    /// The squared norm of the balanced matrix.
    fn squares(&self) -> P::Scalar {
        squared_norm(self.survey, self.a.exponent())
    }
}

impl<P: NonNegativePanel, A: LinearOperator<P>> Iteration for Alternation<'_, '_, A, P> {
    type Scalar = P::Scalar;

    fn evaluate(&mut self, done: usize) -> Result<Evaluation<P::Scalar>, Error> {
        let workspace = &mut *self.workspace;
        // HALS leaves A H as it is, and with H it does not change.
        if self.h_is_free || done == 0 || self.settings.solver == NmfSolver::Mu {
            self.a.apply(self.h, &mut workspace.left)?;
            self.h.gram(&mut workspace.other)?;
        }
        let grams = [&workspace.small, &workspace.other];
        let [inner, product] = self.w.inner_products(&workspace.left, grams)?;
        let squares = squared_norm(self.survey, self.a.exponent());
        let squared_error = squares - (inner + inner) + product;
        let sums = &mut *workspace.scratch.vectors;
        let cost =
            cost_of(self.w, &self.w_penalty, sums)? + cost_of(self.h, &self.h_penalty, sums)?;
        let error = squared_error.larger(P::Scalar::ZERO).sqrt();
        let error = error.scale_by_power_of_two(self.a.exponent());
        Ok(Evaluation {
            error,
            loss: error * error * P::Scalar::HALF,
            objective: squared_error + (cost + cost),
        })
    }

    fn improve(&mut self, _: usize) -> Result<(), Error> {
        let Workspace {
            left,
            right,
            small,
            other,
            ..
        } = &mut *self.workspace;
        let (solver, entries) = (self.settings.solver, self.survey.entries);
        let effort = Effort {
            entries,
            other: self.h.nrows(),
        };
        solver.improve(self.w, left, other, effort, self.w_penalty)?;
        self.w.gram(small)?;
        if self.h_is_free {
            self.a.apply_transpose(self.w, right)?;
            let effort = Effort {
                entries,
                other: self.w.nrows(),
            };
            solver.improve(self.h, right, small, effort, self.h_penalty)?;
        }
        Ok(())
    }
}

/// Factors whose size the compiler knows; they can stand in a `static`.
///
/// - `M`: m, the rows of A.
/// - `N`: n, the columns of A.
/// - `K`: k, the rank.
#[derive(Clone, Debug)]
pub struct FixedNmf<T, const M: usize, const N: usize, const K: usize> {
    /// W: K columns of M entries.
    pub w: [[T; M]; K],
    /// H: K columns of N entries.
    pub h: [[T; N]; K],
}

impl<T: Real, const M: usize, const N: usize, const K: usize> FixedNmf<T, M, N, K> {
    /// Zeros, to be overwritten.
    pub const fn new() -> Self {
        Self {
            w: [[T::ZERO; M]; K],
            h: [[T::ZERO; N]; K],
        }
    }

    /// A workspace, W and H as [`Nmf::run`] takes them. The compiler checks that they fit: m and n are the
    /// same, and 1 <= k <= min(l, m, n).
    ///
    /// A sketch of two columns is too narrow for rank three:
    ///
    /// ```compile_fail,E0080
    /// use lowrank_core::{FixedNmf, FixedWorkspace};
    /// let mut workspace = FixedWorkspace::<f32, 8, 6, 2>::new();
    /// FixedNmf::<f32, 8, 6, 3>::new().lend_with(&mut workspace);
    /// ```
    pub fn lend_with<'s, const L: usize>(
        &'s mut self,
        workspace: &'s mut FixedWorkspace<T, M, N, L>,
    ) -> (Workspace<'s, MatMut<'s, T>>, [MatMut<'s, T>; 2]) {
        const { assert_rank(K, L, M, N) };
        let (w, h) = self.lend();
        (workspace.lend(), [w, h])
    }

    /// W and H as [`Nmf::run`] takes them.
    pub fn lend(&mut self) -> (MatMut<'_, T>, MatMut<'_, T>) {
        (MatMut::from(&mut self.w), MatMut::from(&mut self.h))
    }
}

impl<T: Real, const M: usize, const N: usize, const K: usize> Default for FixedNmf<T, M, N, K> {
    fn default() -> Self {
        Self::new()
    }
}
