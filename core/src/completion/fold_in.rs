//! Rows of a completion for new rows of the matrix.

use super::problem::Problem;
use super::row_problem::{LeastSquares, RowProblems};
use super::{Completion, CompletionFactors, RowSchedule, als_scratch_len};
use crate::buffer::require;
use crate::operator::{EntryStats, KnownEntries};
use crate::{Error, MatRef, Real};

/// The number of corrections of a row: the first is the solution, the second takes off the rounding of the first.
const CORRECTIONS: usize = 2;

impl Completion {
    /// Computes row i of W, and b_i, of new rows of A, while H, c and mu are held:
    ///
    /// (w_i, b_i) = argmin (1/2) sum_j (a_ij - mu - b_i - c_j - w_i . h_j)^2 + (l2/2) q(m_i) |w_i|^2
    /// + (bias_l2/2) b_i^2
    ///
    /// where the sum runs over the m_i known entries of row i. This is the step of
    /// [`AlsCompletion`](super::AlsCompletion) for a row, so that a row of the fit becomes what it was there, as far as
    /// the fit had converged. A row without known entries becomes zero.
    ///
    /// - `a`: the new rows, m x n; m may be smaller than k.
    /// - `factors`: `w`, p x m, is overwritten; `h` and `mean` are held.
    /// - `scratch`: [`als_scratch_len`] scalars.
    /// - `schedule`: the number of rows at a time; [`Sequential`](super::Sequential) without threads.
    ///
    /// Costs 2 (k^2 + 8 k) flops for each known entry, and 2 k^3 / 3 for each row; less for a row of at most k / 2
    /// entries. Entries far from one are balanced by
    /// a power of two, H with them, which comes back as it was but for numbers that underflow in between.
    ///
    /// # Errors
    /// - [`Error::Rank`] for a row without numbers: k = 0 without biases; [`Error::Empty`].
    /// - [`Error::NonFinite`] with the place of the entry.
    /// - [`Error::Setting`] for a penalty that is negative or not finite.
    /// - [`Error::Shape`] or [`Error::BufferTooSmall`] for arguments that do not fit.
    /// - [`Error::Overflow`] if a result is too large for the type, or H has entries that are not finite.
    ///
    /// ```
    /// use lowrank_core::MatRef;
    /// use lowrank_core::completion::{Completion, FixedCompletion, Sequential, als_scratch_len};
    /// let completion = Completion { rank: 1, ..Default::default() };
    /// let mut factors = FixedCompletion::<f64, 1, 3, 1>::new();
    /// factors.h = [[1.0], [2.0], [-1.0]]; // of three columns
    /// let row = [[3.0], [6.0], [-3.0]]; // one new row, in columns of one entry
    /// let mut scratch = [0.0; als_scratch_len(1)];
    /// completion.fold_in(&MatRef::from(&row), &mut factors.lend(), &mut scratch, &Sequential)?;
    /// assert_eq!(factors.w, [[3.0]]);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn fold_in<T, A>(
        &self,
        a: &A,
        factors: &mut CompletionFactors<'_, T>,
        scratch: &mut [T],
        schedule: &impl RowSchedule,
    ) -> Result<(), Error>
    where
        T: Real,
        A: KnownEntries<Scalar = T> + Sync,
    {
        let p = self.row_len();
        if p == 0 {
            let (rank, limit) = (self.rank, a.ncols());
            return Err(Error::Rank { rank, limit });
        }
        require(scratch.len(), als_scratch_len(p))?;
        let entry_stats = self.check_problem(a, factors)?;
        let mean = factors.mean;
        let exponent = size(self.rank, &entry_stats, factors.h.as_ref(), mean);
        let problem = Problem::held(self, a, exponent, mean);
        problem.balance(&mut factors.h);
        factors.w.fill(T::ZERO);
        let rows = RowProblems {
            problem: &problem,
            held: factors.h.as_ref(),
            solver: LeastSquares::Cholesky,
        };
        let mut solved = Ok(());
        for _ in 0..CORRECTIONS {
            if solved.is_ok() {
                solved = schedule.update(&mut factors.w, scratch, &rows);
            }
        }
        // H is scaled back whatever has become of W.
        problem.restore_scale(factors)?;
        factors.mean = mean;
        solved?;
        let is_finite = |row: &[T]| row.iter().all(|x| x.is_finite());
        match factors.w.columns().all(is_finite) {
            true => Ok(()),
            false => Err(Error::Overflow),
        }
    }
}

/// Returns the binary exponent of the largest of the entries of A, |h_j|^2, c_j and mu.
fn size<T: Real>(rank: usize, entry_stats: &EntryStats<T>, h: MatRef<'_, T>, mean: T) -> i32 {
    let mut exponent = i32::MIN;
    if entry_stats.norm > T::ZERO {
        exponent = entry_stats.exponent;
    }
    let (mut largest, mut linear) = (T::ZERO, mean.abs());
    for row in h.columns() {
        let (row, bias) = row.split_at_checked(rank).unwrap_or_default();
        largest = T::largest(row).larger(largest);
        linear = T::largest(bias).larger(linear);
    }
    if largest > T::ZERO {
        exponent = exponent.max(largest.exponent().saturating_mul(2));
    }
    if linear > T::ZERO {
        exponent = exponent.max(linear.exponent());
    }
    if exponent == i32::MIN { 0 } else { exponent }
}
