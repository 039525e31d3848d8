//! Factors of implicit feedback by alternating least squares with confidence weights.

use super::CompletionFactors;
use super::gram::{gram_len, gram_of_rows, inner_product, pieces_len, trace};
use super::implicit_row::{ImplicitRows, ImplicitTerms, Weights};
use super::row_problem::LeastSquares;
use super::row_schedule::{RowSchedule, RowUpdate};
use crate::approximation::Approximation;
use crate::buffer::{require, take};
use crate::completion::als_scratch_len;
use crate::dense::check_shape;
use crate::iteration::{Evaluation, Iteration, Progress, Report};
use crate::operator::{EntryStats, KnownEntries, Observed};
use crate::random::{Distribution, RandomEntries};
use crate::scaling::smallest;
use crate::stopping::{StoppingRule, TOLERANCE};
use crate::{CsrRef, Error, MatMut, MatRef, Real};
use core::ops::ControlFlow;

/// W and H of p_ij ~ w_i . h_j over **all** entries, by alternating least squares (Hu, Koren & Volinsky 2008): p_ij is
/// one where the entry r_ij >= 0 of A is known and positive, else zero, and the confidence c_ij in it is 1 + alpha r_ij,
/// else one. The objective is
///
/// (1/2) sum_ij c_ij (p_ij - w_i . h_j)^2 + (l2/2) (sum_i |w_i|^2 + sum_j |h_j|^2)
///
/// where the first sum runs over all m n entries. Neither a step nor the loss forms them: the sum over all entries of
/// (w_i . h_j)^2 is <W^T W, H^T H>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImplicitAls {
    /// k.
    pub rank: usize,
    /// The penalty of W and H, in units of entries.
    pub l2: f64,
    /// alpha, in the inverse unit of A.
    pub confidence: f64,
    /// The solver of the problem of a row.
    pub solver: LeastSquares,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The iteration stops when ten steps gain no more than this share of the objective: the
    /// [`StoppingRule`]. Zero: all iterations are done.
    pub tolerance: f64,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for ImplicitAls {
    /// Returns rank 1 with l2 1 and alpha 1 by three steps of conjugate gradients, at most 1000 iterations.
    fn default() -> Self {
        Self {
            rank: 1,
            l2: 1.0,
            confidence: 1.0,
            solver: LeastSquares::ConjugateGradients(3),
            iterations: 1000,
            tolerance: TOLERANCE,
            seed: 0,
        }
    }
}

/// The typical size of w_i . h_j at the start: far below one, since most of them end near zero.
const START: f64 = 0.1;

/// Returns the scalars that [`ImplicitAls::run`] needs for an m x n matrix: 2 k q for two Gram matrices, q (q + 6) for a
/// row, where q is k rounded up to a multiple of 8, and k q for each piece of max(m, n) rows, of which there are
/// at most 64, each of 256 rows at least.
pub const fn implicit_scratch_len(m: usize, n: usize, k: usize) -> usize {
    let longer = if m > n { m } else { n };
    let grams = gram_len(k).saturating_mul(2);
    let row = als_scratch_len(k);
    grams
        .saturating_add(row)
        .saturating_add(pieces_len(longer, k))
}

impl ImplicitAls {
    /// Computes W and H.
    ///
    /// - `a` and `transposed`: A, m x n, and A^T, n x m, with the same known entries.
    /// - `factors`: overwritten; the mean becomes zero.
    /// - `scratch`: [`implicit_scratch_len`] scalars.
    /// - `schedule`: the number of rows at a time; [`Sequential`](super::Sequential) without threads.
    /// - `observe`: called before each iteration and after the last; may stop the iteration. The error is
    ///   sqrt(sum c (p - v)^2).
    ///
    /// An iteration by s steps of conjugate gradients costs 4 (s + 1) k flops for each known entry, twice, 2 (s + 2) k^2
    /// for each row, and 2 k flops for each known entry for the loss.
    ///
    /// # Errors
    /// - [`Error::Rank`] for k = 0 or k > min(m, n); [`Error::Empty`].
    /// - [`Error::NonFinite`] or [`Error::Negative`] with the place of the entry.
    /// - [`Error::Setting`] for a penalty, a confidence or a tolerance that is negative or not finite.
    /// - [`Error::Shape`] or [`Error::BufferTooSmall`] for arguments that do not fit.
    /// - [`Error::Overflow`] if a result is too large for the type.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::CsrRef;
    /// use lowrank_core::completion::{FixedCompletion, ImplicitAls, Sequential, implicit_scratch_len};
    /// use lowrank_core::operator::Observed;
    /// // Two people took things 0 and 1, one took thing 2.
    /// let a = CsrRef::new(&[0, 2, 4, 5], &[0, 1, 0, 1, 2], &[1.0; 5], 3)?;
    /// let transposed = CsrRef::new(&[0, 2, 4, 5], &[0, 1, 0, 1, 2], &[1.0; 5], 3)?;
    /// let als = ImplicitAls { l2: 0.01, ..Default::default() };
    /// let mut factors = FixedCompletion::<f32, 3, 3, 1>::new();
    /// let mut scratch = [0.0; implicit_scratch_len(3, 3, 1)];
    /// let go_on = |_| ControlFlow::Continue(());
    /// let buffers = (&mut factors.lend(), &mut scratch[..]);
    /// als.run((&Observed(a), &Observed(transposed)), buffers, &Sequential, go_on)?;
    /// let score = |i: usize, j: usize| factors.w[i][0] * factors.h[j][0];
    /// assert!(score(0, 1) > 0.9 && score(0, 2).abs() < 0.1);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<T, A, B, F>(
        &self,
        (a, transposed): (&A, &B),
        (factors, mut scratch): (&mut CompletionFactors<'_, T>, &mut [T]),
        schedule: &impl RowSchedule,
        observe: F,
    ) -> Result<Report<T>, Error>
    where
        T: Real,
        A: KnownEntries<Scalar = T> + Sync,
        B: KnownEntries<Scalar = T> + Sync,
        F: FnMut(Progress<T>) -> ControlFlow<()>,
    {
        let (m, n, k) = (a.nrows(), a.ncols(), self.rank);
        check_shape((transposed.nrows(), transposed.ncols()), (n, m))?;
        check_shape((transposed.known(), 1), (a.known(), 1))?;
        require(scratch.len(), implicit_scratch_len(m, n, k))?;
        self.check(a, factors)?;
        let grams = [(); 2].map(|()| take(&mut scratch, gram_len(k)));
        let pieces = take(&mut scratch, pieces_len(m.max(n), k));
        factors.mean = T::ZERO;
        factors.w.fill(T::ZERO);
        self.start(&mut factors.h);
        let mut run = Alternation {
            matrices: (a, transposed),
            factors,
            grams,
            pieces,
            scratch: take(&mut scratch, als_scratch_len(k)),
            schedule,
            weights: self.weights(),
            solver: self.solver,
            costs: [T::ZERO; 2],
        };
        run.start()?;
        let rule = StoppingRule::new(self.tolerance);
        let (iterations, stop) = run.run(self.iterations, rule, observe)?;
        let [squares, norm] = run.costs;
        let rounding = T::from_usize(k.saturating_add(8)) * T::EPSILON;
        let size = norm + norm + squares;
        Ok(Report {
            approximation: Approximation {
                error: squares.sqrt(),
                error_bound: (squares + rounding * size).sqrt() + smallest(),
                frobenius_norm: norm.sqrt(),
            },
            loss: run.cost() * T::HALF,
            iterations,
            stop,
        })
    }

    /// G <- H^T H, for [`fold_in`](Self::fold_in).
    ///
    /// - `h`: k x n; column j is row j of H.
    /// - `gram`: k q scalars, where q is k rounded up to a multiple of 8.
    /// - `scratch`: [`implicit_scratch_len`] (n, n, k) scalars.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`].
    pub fn gram<T: Real>(
        h: MatRef<'_, T>,
        gram: &mut [T],
        mut scratch: &mut [T],
        schedule: &impl RowSchedule,
    ) -> Result<(), Error> {
        let (k, n) = (h.nrows(), h.ncols());
        require(gram.len(), gram_len(k))?;
        require(scratch.len(), implicit_scratch_len(n, n, k))?;
        let pieces = take(&mut scratch, pieces_len(n, k));
        let gram = gram.get_mut(..gram_len(k)).unwrap_or_default();
        gram_of_rows(h, gram, [pieces, scratch], schedule)
    }

    /// Computes the row of a new user: the minimizer for a held H, exactly.
    ///
    /// - `entries`: the columns and values of the row of A, in any order.
    /// - `h` and `gram`: H, k x n, and [`gram`](Self::gram) of it.
    /// - `row`: k scalars, overwritten.
    /// - `scratch`: [`als_scratch_len`] (k) scalars.
    ///
    /// Costs k^2 flops for each entry and k^3 / 3.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::SparseStructure`] for a column outside H, [`Error::Shape`],
    /// [`Error::NonFinite`] and [`Error::Negative`] with row 0, [`Error::BufferTooSmall`], [`Error::Overflow`].
    pub fn fold_in<T: Real>(
        &self,
        (columns, values): (&[u32], &[T]),
        (h, gram): (MatRef<'_, T>, &[T]),
        row: &mut [T],
        scratch: &mut [T],
    ) -> Result<(), Error> {
        self.check_settings()?;
        let offsets = [0, columns.len()];
        let a = CsrRef::new(&offsets, columns, values, h.ncols())?;
        EntryStats::of(a.entries())?.check_signs()?;
        check_shape((row.len(), 1), (h.nrows(), 1))?;
        require(gram.len(), gram_len(h.nrows()))?;
        require(scratch.len(), als_scratch_len(h.nrows()))?;
        let rows = ImplicitRows {
            a: &Observed(a),
            held: h,
            gram,
            weights: self.weights(),
            solver: LeastSquares::Cholesky,
        };
        rows.update_out_of_line(0, row, scratch)?;
        let finite = row.iter().all(|x| x.is_finite());
        if finite { Ok(()) } else { Err(Error::Overflow) }
    }

    fn weights<T: Real>(&self) -> Weights<T> {
        Weights {
            l2: T::from_f64(self.l2),
            confidence: T::from_f64(self.confidence),
        }
    }

    fn check_settings(&self) -> Result<(), Error> {
        let fits = |setting: f64| setting >= 0.0 && setting.is_finite();
        Error::unless(fits(self.l2), "l2")?;
        Error::unless(fits(self.confidence), "confidence")?;
        Error::unless(fits(self.tolerance), "tolerance")
    }

    fn check<A: KnownEntries>(
        &self,
        a: &A,
        factors: &CompletionFactors<'_, A::Scalar>,
    ) -> Result<(), Error> {
        let (m, n, rank) = (a.nrows(), a.ncols(), self.rank);
        let limit = m.min(n);
        if limit == 0 {
            return Err(Error::Empty);
        }
        if rank == 0 || rank > limit {
            return Err(Error::Rank { rank, limit });
        }
        check_shape((factors.w.nrows(), factors.w.ncols()), (rank, m))?;
        check_shape((factors.h.nrows(), factors.h.ncols()), (rank, n))?;
        self.check_settings()?;
        let entry = |i| a.row(i).map(move |(j, x)| (i, j, x));
        EntryStats::of((0..m).flat_map(entry))?.check_signs()
    }

    /// Fills H with uniform draws.
    fn start<T: Real>(&self, h: &mut MatMut<'_, T>) {
        let random = RandomEntries::new(Distribution::Uniform, self.seed);
        let size = T::from_f64(START) / T::from_usize(self.rank.max(1)).sqrt();
        for (j, row) in (0..h.ncols()).zip(h.columns_mut()) {
            random.fill_row(j, row);
            for x in row {
                *x *= size;
            }
        }
    }
}

struct Alternation<'r, 'f, A, B, T, S> {
    matrices: (&'r A, &'r B),
    factors: &'r mut CompletionFactors<'f, T>,
    /// W^T W and H^T H.
    grams: [&'r mut [T]; 2],
    pieces: &'r mut [T],
    scratch: &'r mut [T],
    schedule: &'r S,
    weights: Weights<T>,
    solver: LeastSquares,
    /// sum c (p - v)^2 and sum c p^2 at the last evaluation.
    costs: [T; 2],
}

impl<A, B, T: Real, S: RowSchedule> Alternation<'_, '_, A, B, T, S> {
    /// Computes the Gram matrices of the factors at the start, of which W is zero.
    fn start(&mut self) -> Result<(), Error> {
        let [of_w, of_h] = &mut self.grams;
        of_w.fill(T::ZERO);
        let buffers = [&mut *self.pieces, &mut *self.scratch];
        gram_of_rows(self.factors.h.as_ref(), of_h, buffers, self.schedule)
    }

    /// Returns twice the loss.
    fn cost(&self) -> T {
        let [squares, _] = self.costs;
        let [of_w, of_h] = &self.grams;
        let k = self.factors.w.nrows();
        squares + self.weights.l2 * (trace(of_w, k) + trace(of_h, k))
    }
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
        let terms = ImplicitTerms {
            a: self.matrices.0,
            w: self.factors.w.as_ref(),
            h: self.factors.h.as_ref(),
            weights: self.weights,
        };
        let [of_entries, norm] = self.schedule.sums(self.factors.w.ncols(), &terms);
        let [of_w, of_h] = &self.grams;
        let squares = of_entries + inner_product(of_w, of_h);
        self.costs = [squares.larger(T::ZERO), norm];
        let cost = self.cost();
        if !(squares.is_finite() && cost.is_finite()) {
            return Err(Error::Overflow);
        }
        let [squares, _] = self.costs;
        Ok(Evaluation {
            error: squares.sqrt(),
            loss: cost * T::HALF,
            objective: cost,
        })
    }

    fn improve(&mut self, _: usize) -> Result<(), Error> {
        let (w, h) = (&mut self.factors.w, &mut self.factors.h);
        let (weights, solver) = (self.weights, self.solver);
        let [of_w, of_h] = &mut self.grams;
        let rows = ImplicitRows {
            a: self.matrices.0,
            held: h.as_ref(),
            gram: of_h,
            weights,
            solver,
        };
        self.schedule.update(w, self.scratch, &rows)?;
        let buffers = [&mut *self.pieces, &mut *self.scratch];
        gram_of_rows(w.as_ref(), of_w, buffers, self.schedule)?;
        let columns = ImplicitRows {
            a: self.matrices.1,
            held: w.as_ref(),
            gram: of_w,
            weights,
            solver,
        };
        self.schedule.update(h, self.scratch, &columns)?;
        let buffers = [&mut *self.pieces, &mut *self.scratch];
        gram_of_rows(h.as_ref(), of_h, buffers, self.schedule)
    }
}
