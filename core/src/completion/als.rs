//! Matrix completion by alternating least squares.

use super::problem::Problem;
use super::row_problem::{LeastSquares, RowProblems};
use super::start::Start;
use super::{Completion, CompletionFactors};
use crate::buffer::require;
use crate::completion::RowSchedule;
use crate::dense::check_shape;
use crate::dense::lanes::padded;
use crate::iteration::{Evaluation, Iteration, Progress, Report};
use crate::operator::KnownEntries;
use crate::stopping::StoppingRule;
use crate::{Error, Real};
use core::ops::ControlFlow;

/// A [`Completion`] by alternating least squares: each row of W, with its bias, is set to its minimizer
/// for a held H, then each row of H for a held W (Zhou, Wilkinson, Schreiber & Pan 2008).
///
/// The loss never increases beyond rounding. Rows without known entries become zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AlsCompletion {
    /// The objective and the limits of the iteration.
    pub settings: Completion,
    /// The solver of the problem of a row.
    pub solver: LeastSquares,
}

/// Returns the scalars that [`AlsCompletion::run`] needs for rows of p = [`Completion::row_len`]: q (q + 6), where q
/// is p rounded up to a multiple of 8.
pub const fn als_scratch_len(p: usize) -> usize {
    let q = padded(p);
    q.saturating_mul(q.saturating_add(6))
}

impl AlsCompletion {
    /// Computes W and H of A ~ W H^T.
    ///
    /// - `a` and `transposed`: A, m x n, and A^T, n x m, with the same known entries:
    ///   [`CsrRef::transpose_into`](crate::sparse::CsrRef::transpose_into) makes one, a dense matrix takes
    ///   [`Transposed`](crate::operator::Transposed).
    /// - `factors`: overwritten.
    /// - `scratch`: [`als_scratch_len`] scalars.
    /// - `schedule`: the number of rows at a time; [`Sequential`](crate::completion::Sequential) without threads.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// An iteration costs (k^2 + 8 k) flops for each of the known entries, twice, and k^3 / 3 for each row of either
    /// factor. A row of d <= k / 2 known entries costs d^2 k + d^3 / 3 flops; by s steps of conjugate gradients, any
    /// row 4 (s + 1) k flops for each of its entries.
    ///
    /// # Errors
    /// - [`Error::Rank`] for k > min(m, n), or k = 0 without biases; [`Error::Empty`].
    /// - [`Error::NonFinite`] with the place of the entry.
    /// - [`Error::Setting`] for a penalty or a tolerance that is negative or not finite.
    /// - [`Error::Shape`] or [`Error::BufferTooSmall`] for arguments that do not fit.
    /// - [`Error::Overflow`] if a result is too large for the type.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::MatRef;
    /// use lowrank_core::completion::{AlsCompletion, Completion, FixedCompletion, Sequential, als_scratch_len};
    /// use lowrank_core::operator::Transposed;
    /// let a = [[1.0, -2.0, 3.0], [2.0, -4.0, 6.0]]; // two columns, rank one
    /// let a = MatRef::from(&a);
    /// let als = AlsCompletion {
    ///     settings: Completion { rank: 1, ..Default::default() },
    ///     ..Default::default()
    /// };
    /// let mut factors = FixedCompletion::<f32, 3, 2, 1>::new();
    /// let mut scratch = [0.0; als_scratch_len(1)];
    /// let go_on = |_| ControlFlow::Continue(());
    /// let report =
    ///     als.run((&a, &Transposed(a)), &mut factors.lend(), &mut scratch, &Sequential, go_on)?;
    /// assert!(report.approximation.error < 1e-5);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<T, A, B, F>(
        &self,
        (a, transposed): (&A, &B),
        factors: &mut CompletionFactors<'_, T>,
        scratch: &mut [T],
        schedule: &impl RowSchedule,
        observe: F,
    ) -> Result<Report<T>, Error>
    where
        T: Real,
        A: KnownEntries<Scalar = T> + Sync,
        B: KnownEntries<Scalar = T> + Sync,
        F: FnMut(Progress<T>) -> ControlFlow<()>,
    {
        let settings = &self.settings;
        check_shape(
            (transposed.nrows(), transposed.ncols()),
            (a.ncols(), a.nrows()),
        )?;
        check_shape((transposed.known(), 1), (a.known(), 1))?;
        require(scratch.len(), als_scratch_len(settings.row_len()))?;
        let entry_stats = settings.check(a, factors)?;
        let rows = Problem::new(settings, a, &entry_stats);
        let [_, start] = Start::of_factors(settings, &rows, &entry_stats, 1.0);
        start.fill(&mut factors.h);
        factors.w.fill(T::ZERO);
        let rule = StoppingRule::new(settings.tolerance);
        let mut run = Alternation {
            columns: Problem::new(&settings.transposed(), transposed, &entry_stats),
            rows,
            factors,
            scratch,
            schedule,
            solver: self.solver,
            costs: [T::ZERO; 2],
        };
        let ending = run.run(settings.iterations, rule, observe)?;
        run.rows
            .finish(run.factors, &entry_stats, ending, run.costs)
    }
}

struct Alternation<'r, 'f, A, B, T, S> {
    rows: Problem<'r, A, T>,
    columns: Problem<'r, B, T>,
    factors: &'r mut CompletionFactors<'f, T>,
    scratch: &'r mut [T],
    schedule: &'r S,
    solver: LeastSquares,
    /// The costs at the last evaluation.
    costs: [T; 2],
}

impl<T, A, B, S> Iteration for Alternation<'_, '_, A, B, T, S>
where
    T: Real,
    A: KnownEntries<Scalar = T> + Sync,
    B: KnownEntries<Scalar = T> + Sync,
    S: RowSchedule,
{
    type Scalar = T;

    fn evaluate(&mut self, _: usize) -> Result<Evaluation<T>, Error> {
        let (w, h) = (self.factors.w.as_ref(), self.factors.h.as_ref());
        let of_h = self.columns.penalties(h, self.schedule);
        self.costs = self.rows.costs(w, h, of_h, self.schedule);
        let [_, cost] = self.costs;
        if !cost.is_finite() {
            return Err(Error::Overflow);
        }
        Ok(self.rows.evaluation(self.costs))
    }

    fn improve(&mut self, _: usize) -> Result<(), Error> {
        let (w, h) = (&mut self.factors.w, &mut self.factors.h);
        let held = h.as_ref();
        let of_w = RowProblems {
            problem: &self.rows,
            held,
            solver: self.solver,
        };
        self.schedule.update(w, self.scratch, &of_w)?;
        let of_h = RowProblems {
            problem: &self.columns,
            held: w.as_ref(),
            solver: self.solver,
        };
        self.schedule.update(h, self.scratch, &of_h)
    }
}
