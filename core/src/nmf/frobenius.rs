//! Factors near in the Frobenius norm: one is improved while the other one is held.

use super::gains::Gains;
use super::init::typical_entry;
use super::settings::Nmf;
use super::solver::{Effort, NmfSolver};
use crate::approximation::{Approximation, squared_norm};
use crate::arguments::check_factors;
use crate::buffer::take;
use crate::dense::MatMut;
use crate::error::Error;
use crate::operator::{EntrywiseOperator, LinearOperator, Survey};
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::real::Real;
use crate::scaling::{Balanced, bring_into_range, rescale, unbalance};
use crate::workspace::Workspace;
use core::ops::ControlFlow;

/// Why an iteration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Stop {
    /// The gain fell below the tolerance, or below rounding.
    Tolerance,
    /// All iterations were done.
    Iterations,
    /// The observer asked for it.
    Observer,
}

/// What an observer sees before each iteration and after the last.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NmfProgress<T> {
    /// Iterations done.
    pub iteration: usize,
    /// The number of iterations at most.
    pub iterations: usize,
    /// sqrt(2 loss), which is ||A - W H^T||_F for [`Nmf`]; infinite where the type cannot hold it.
    pub error: T,
}

/// What is known of a factorization beside its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NmfReport<T> {
    /// ||A - W H^T||_F, a bound of it that includes rounding, and ||A||_F.
    pub approximation: Approximation<T>,
    /// ||A - W H^T||_F^2 / 2, or the divergence, without penalties; infinite where the type cannot
    /// hold it.
    pub loss: T,
    /// Iterations done.
    pub iterations: usize,
    /// Why they ended.
    pub stop: Stop,
}

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
    ) -> Result<NmfReport<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: EntrywiseOperator<P>,
        F: FnMut(NmfProgress<P::Scalar>) -> ControlFlow<()>,
    {
        let survey = self.check(a, workspace, w, h, a.nrows())?;
        survey.check_complete()?;
        let balanced = Balanced::new::<P::Scalar>(a, survey.exponent);
        self.start(&balanced, &survey, workspace, w, h)?;
        let unit = P::Scalar::power_of_two(balanced.exponent());
        let half = balanced.exponent() >> 1;
        let mut run = Iteration {
            settings: self,
            a: &balanced,
            survey: &survey,
            w_penalty: self.w_penalty.scaled(half, unit * unit),
            h_penalty: self.h_penalty.scaled(half, unit * unit),
            h_is_free: true,
        };
        let report = run.finish(workspace, w, h, observe)?;
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
    ) -> Result<NmfReport<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: EntrywiseOperator<P>,
        F: FnMut(NmfProgress<P::Scalar>) -> ControlFlow<()>,
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
    ) -> Result<NmfReport<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: EntrywiseOperator<P>,
        F: FnMut(NmfProgress<P::Scalar>) -> ControlFlow<()>,
    {
        w.fill(typical_entry(survey, a, w.nrows(), h.nrows(), self.rank))?;
        let unit = P::Scalar::power_of_two(a.exponent());
        let mut run = Iteration {
            settings: self,
            a,
            survey,
            w_penalty: self.w_penalty.scaled(e, unit * unit),
            h_penalty: Penalty::default(),
            h_is_free: false,
        };
        run.finish(workspace, w, h, observe)
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

struct Iteration<'a, A, T> {
    settings: &'a Nmf,
    a: &'a Balanced<'a, A>,
    survey: &'a Survey<T>,
    w_penalty: Penalty<T>,
    h_penalty: Penalty<T>,
    h_is_free: bool,
}

impl<A, T: Real> Iteration<'_, A, T> {
    fn finish<P, F>(
        &mut self,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
        observe: F,
    ) -> Result<NmfReport<T>, Error>
    where
        P: NonNegativePanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(NmfProgress<T>) -> ControlFlow<()>,
    {
        workspace.left.set_ncols(self.settings.rank)?;
        workspace.right.set_ncols(self.settings.rank)?;
        let (iterations, stop) = self.iterate(workspace, w, h, observe)?;
        let approximation = Approximation::of_balanced(self.a, self.survey, w, h, workspace)?;
        Ok(NmfReport {
            approximation,
            loss: approximation.error * approximation.error * T::HALF,
            iterations,
            stop,
        })
    }

    /// `small` is W^T W throughout, `other` H^T H.
    fn iterate<P, F>(
        &mut self,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
        mut observe: F,
    ) -> Result<(usize, Stop), Error>
    where
        P: NonNegativePanel<Scalar = T>,
        A: LinearOperator<P>,
        F: FnMut(NmfProgress<T>) -> ControlFlow<()>,
    {
        let mut gains = Gains::new(
            self.settings.tolerance,
            squared_norm(self.survey, self.a.exponent()),
        );
        let mut iteration = 0;
        w.gram(&mut workspace.small)?;
        loop {
            // HALS leaves A H as it is, and with H it does not change.
            if self.h_is_free || iteration == 0 || self.settings.solver == NmfSolver::Mu {
                self.a.apply(h, &mut workspace.left)?;
                h.gram(&mut workspace.other)?;
            }
            let grams = [&workspace.small, &workspace.other];
            let [inner, product] = w.inner_products(&workspace.left, grams)?;
            let squared_error = gains.all - (inner + inner) + product;
            if observe(self.progress(iteration, squared_error)).is_break() {
                return Ok((iteration, Stop::Observer));
            }
            // Where H is held, W starts at any scale, and the first update finds the right one: what
            // that gains says nothing of the rest.
            let counts = self.h_is_free || iteration > 0;
            if counts && gains.settled(squared_error + self.costs(w, h, workspace)?) {
                return Ok((iteration, Stop::Tolerance));
            }
            if iteration >= self.settings.iterations {
                return Ok((iteration, Stop::Iterations));
            }
            let solver = self.settings.solver;
            let (left, right) = (&mut workspace.left, &mut workspace.right);
            let entries = self.survey.entries;
            let effort = Effort {
                entries,
                other: h.nrows(),
            };
            solver.improve(w, left, &workspace.other, effort, self.w_penalty)?;
            w.gram(&mut workspace.small)?;
            if self.h_is_free {
                self.a.apply_transpose(w, right)?;
                let effort = Effort {
                    entries,
                    other: w.nrows(),
                };
                solver.improve(h, right, &workspace.small, effort, self.h_penalty)?;
            }
            iteration = iteration.saturating_add(1);
        }
    }

    /// Twice what the penalties add to the loss.
    fn costs<P>(&self, w: &P, h: &P, workspace: &mut Workspace<'_, P>) -> Result<T, Error>
    where
        P: NonNegativePanel<Scalar = T>,
    {
        let sums = &mut *workspace.scratch.vectors;
        let cost = cost_of(w, &self.w_penalty, sums)? + cost_of(h, &self.h_penalty, sums)?;
        Ok(cost + cost)
    }

    fn progress(&self, iteration: usize, squared_error: T) -> NmfProgress<T> {
        let error = squared_error.larger(T::ZERO).sqrt();
        NmfProgress {
            iteration,
            iterations: self.settings.iterations,
            error: error.scale_by_power_of_two(self.a.exponent()),
        }
    }
}

/// Factors whose size the compiler knows; they can stand in a `static`.
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
