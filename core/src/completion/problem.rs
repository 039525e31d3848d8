//! The loss of a completion, in units in which it neither overflows nor underflows.

use super::row_schedule::{RowSchedule, RowTerms};
use super::row_sums::for_each_product;
use super::{Completion, CompletionFactors, Weighting};
use crate::approximation::Approximation;
use crate::dense::lanes::dot_in_lanes;
use crate::dense::scale;
use crate::iteration::{Evaluation, Report, Stop};
use crate::operator::{EntryStats, KnownEntries};
use crate::scaling::{smallest, unbalance};
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, MatRef, Real};

/// A completion of 2^-2e A with entries of about one, by 2^-e W, 2^-e H and 2^-2e biases. For ordinary entries e is
/// zero and nothing is scaled.
pub(super) struct Problem<'a, A, T> {
    pub(super) a: &'a A,
    half: i32,
    pub(super) rank: usize,
    pub(super) mean: T,
    /// One, the feature of the bias of a row; zero if rows have none.
    pub(super) one: T,
    pub(super) l2: T,
    pub(super) bias_l2: T,
    weighting: Weighting,
}

/// mu + b + c + w . h, where b and c follow the first k numbers of a row, if there are any.
#[inline(always)]
pub(super) fn prediction<T: Real>(rank: usize, mean: T, w: &[T], h: &[T]) -> T {
    let ((w, b), (h, c)) = (split_row(w, rank), split_row(h, rank));
    prediction_of(mean, dot_in_lanes(w, h), [b, c])
}

/// Returns the first k numbers of a row, and the bias after them if there is one.
#[inline(always)]
pub(super) fn split_row<T: Real>(row: &[T], rank: usize) -> (&[T], Option<T>) {
    let (row, bias) = row.split_at_checked(rank).unwrap_or_default();
    (row, bias.first().copied())
}

/// mu + b + c + w . h, from the inner product and those biases that there are.
#[inline(always)]
fn prediction_of<T: Real>(mean: T, dot: T, biases: [Option<T>; 2]) -> T {
    let mut v = mean;
    for bias in biases.into_iter().flatten() {
        v += bias;
    }
    v + dot
}

impl Completion {
    /// v_ij = mu + b_i + c_j + w_i . h_j, from a row of either factor.
    pub fn predict<T: Real>(&self, mean: T, w: &[T], h: &[T]) -> T {
        prediction(self.rank, mean, w, h)
    }
}

impl<'a, T: Real, A: KnownEntries<Scalar = T>> Problem<'a, A, T> {
    pub(super) fn new(settings: &Completion, a: &'a A, entry_stats: &EntryStats<T>) -> Self {
        let mut problem = Self::held(settings, a, entry_stats.exponent, T::ZERO);
        if settings.biases.any() {
            let known = T::from_usize(entry_stats.entries.max(1));
            let to_unit = entry_stats.exponent.saturating_sub(problem.exponent());
            problem.mean = (entry_stats.sum / known).scale_by_power_of_two(to_unit);
        }
        problem
    }

    /// Returns the problem with a held mean; `exponent`: the binary exponent of the largest number in it.
    pub(super) fn held(settings: &Completion, a: &'a A, exponent: i32, mean: T) -> Self {
        let extreme = exponent.saturating_abs() > T::SAFE_EXPONENT;
        let half = if extreme { exponent >> 1 } else { 0 };
        // A penalty that dominates all entries has the same effect at any size.
        let most = T::power_of_two(T::MAX.exponent() >> 1);
        let unit = half.saturating_mul(-2);
        let at_most = |x: T| if x < most { x } else { most };
        let l2 = T::from_f64(settings.l2).scale_by_power_of_two(unit);
        Self {
            a,
            half,
            rank: settings.rank,
            mean: mean.scale_by_power_of_two(unit),
            one: if settings.biases.of_rows() {
                T::ONE
            } else {
                T::ZERO
            },
            l2: at_most(l2),
            bias_l2: at_most(T::from_f64(settings.bias_l2)),
            weighting: settings.weighting,
        }
    }

    /// Scales the rows of a factor, and their biases, to this unit.
    pub(super) fn balance(&self, rows: &mut MatMut<'_, T>) {
        if self.half == 0 {
            return;
        }
        let half = self.half.saturating_neg();
        for row in rows.columns_mut() {
            let (row, bias) = row.split_at_mut_checked(self.rank).unwrap_or_default();
            for x in row {
                *x = x.scale_by_power_of_two(half);
            }
            for c in bias {
                *c = c.scale_by_power_of_two(half.saturating_mul(2));
            }
        }
    }

    /// 2e.
    pub(super) fn exponent(&self) -> i32 {
        self.half.saturating_mul(2)
    }

    /// a_ij - v_ij, where w and h are row i of W and row j of H with their biases.
    #[inline(always)]
    pub(super) fn residual(&self, a: T, w: &[T], h: &[T]) -> T {
        self.in_this_unit(a) - prediction(self.rank, self.mean, w, h)
    }

    /// The same, from w . h and the biases.
    #[inline(always)]
    pub(super) fn residual_of(&self, a: T, dot: T, biases: [Option<T>; 2]) -> T {
        self.in_this_unit(a) - prediction_of(self.mean, dot, biases)
    }

    #[inline(always)]
    fn in_this_unit(&self, a: T) -> T {
        if self.half == 0 {
            a
        } else {
            a.scale_by_power_of_two(self.half.saturating_mul(-2))
        }
    }

    /// Computes the sum of the squares of the residuals, and twice the loss; `of_h` is the part of H in it.
    pub(super) fn costs(
        &self,
        w: MatRef<'_, T>,
        h: MatRef<'_, T>,
        of_h: T,
        schedule: &impl RowSchedule,
    ) -> [T; 2]
    where
        A: Sync,
    {
        let costs = RowCosts {
            problem: self,
            w,
            h,
        };
        let [squares, of_w] = schedule.sums(w.ncols(), &costs);
        let biases = biases_squared(self.rank, w) + biases_squared(self.rank, h);
        [squares, squares + of_w + of_h + self.bias_l2 * biases]
    }

    /// Computes the sum of the squares of the residuals of row `i`.
    #[inline(always)]
    fn row_squares(&self, i: usize, w: MatRef<'_, T>, h: MatRef<'_, T>) -> T {
        let mut squares = T::ZERO;
        let (row, bias) = split_row(w.column(i), self.rank);
        for_each_product(self.a.row(i), h, row, |dot, held, a| {
            let (_, of_column) = split_row(held, self.rank);
            let residual = self.residual_of(a, dot, [bias, of_column]);
            squares += residual * residual;
        });
        squares
    }

    /// Computes the part of the rows of this factor in twice the loss, without biases.
    pub(super) fn penalties(&self, rows: MatRef<'_, T>, schedule: &impl RowSchedule) -> T
    where
        A: Sync,
    {
        let penalties = RowPenalties {
            problem: self,
            rows,
        };
        let [sum, _] = schedule.sums(rows.ncols(), &penalties);
        sum
    }

    #[inline(always)]
    fn row_penalty(&self, i: usize, row: &[T]) -> T {
        if self.l2 <= T::ZERO {
            return T::ZERO;
        }
        self.row_l2(self.known(i)) * self.squared_length(row)
    }

    /// Returns the number of known entries of row `i`.
    #[inline(always)]
    pub(super) fn known(&self, i: usize) -> usize {
        let mut known: usize = 0;
        for _ in self.a.row(i) {
            known = known.saturating_add(1);
        }
        known
    }

    /// Returns the penalty of a row of a factor with `known` known entries.
    #[inline(always)]
    pub(super) fn row_l2(&self, known: usize) -> T {
        match self.weighting {
            Weighting::Plain => self.l2,
            Weighting::Count => self.l2 * T::from_usize(known),
        }
    }

    /// |w|^2 of a row, without its bias.
    #[inline(always)]
    pub(super) fn squared_length(&self, row: &[T]) -> T {
        let (row, _) = row.split_at_checked(self.rank).unwrap_or_default();
        dot_in_lanes(row, row)
    }

    /// Returns the evaluation for a sum of the squares of the residuals and twice the loss.
    pub(super) fn evaluation(&self, [squares, cost]: [T; 2]) -> Evaluation<T> {
        Evaluation {
            error: squares.sqrt().scale_by_power_of_two(self.exponent()),
            loss: self.loss(cost),
            objective: cost,
        }
    }

    /// Converts twice the loss in this unit to the loss in the unit of A.
    pub(super) fn loss(&self, cost: T) -> T {
        let loss = cost * T::HALF;
        loss.scale_by_power_of_two(self.exponent())
            .scale_by_power_of_two(self.exponent())
    }

    /// Computes the norm over the known entries of |a_ij| + |mu| + |b_i| + |c_j| + |w_i| |h_j|, to which rounding
    /// errors are relative.
    pub(super) fn magnitude(&self, w: MatRef<'_, T>, h: MatRef<'_, T>) -> T {
        let mut squares = CompensatedSum::default();
        for (i, w) in (0..w.ncols()).zip(w.columns()) {
            for (j, a) in self.a.row(i) {
                let h = h.column(j);
                let residual = self.residual(a, w, h).abs();
                let mut size = self.mean.abs() + self.mean.abs() + residual;
                let (w, b) = w.split_at_checked(self.rank).unwrap_or_default();
                let (h, c) = h.split_at_checked(self.rank).unwrap_or_default();
                for bias in b.iter().chain(c) {
                    size += bias.abs() + bias.abs();
                }
                for (w, h) in w.iter().zip(h) {
                    let product = (*w * *h).abs();
                    size += product + product;
                }
                squares.add(size * size);
            }
        }
        squares.sum().sqrt()
    }

    /// Returns the factors and their report to the unit of A.
    pub(super) fn finish(
        &self,
        factors: &mut CompletionFactors<'_, T>,
        entry_stats: &EntryStats<T>,
        (iterations, stop): (usize, Stop),
        [squares, cost]: [T; 2],
    ) -> Result<Report<T>, Error> {
        let size = self.magnitude(factors.w.as_ref(), factors.h.as_ref());
        let rounding = T::from_usize(self.rank.saturating_add(8)) * T::EPSILON * size;
        let error = squares.sqrt();
        let mut norms = [error, error + rounding];
        unbalance(&mut norms, self.exponent())?;
        let mut norm = [entry_stats.norm];
        unbalance(&mut norm, entry_stats.exponent)?;
        self.restore_scale(factors)?;
        let ([error, error_bound], [frobenius_norm]) = (norms, norm);
        Ok(Report {
            approximation: Approximation {
                error,
                error_bound: error_bound + smallest(),
                frobenius_norm,
            },
            loss: self.loss(cost),
            iterations,
            stop,
        })
    }

    /// Scales factors, biases and mean to the unit of A.
    pub(super) fn restore_scale(
        &self,
        factors: &mut CompletionFactors<'_, T>,
    ) -> Result<(), Error> {
        let mut mean = [self.mean];
        unbalance(&mut mean, self.exponent())?;
        [factors.mean] = mean;
        if self.half == 0 {
            return Ok(());
        }
        for rows in [&mut factors.w, &mut factors.h] {
            for row in rows.columns_mut() {
                let (row, bias) = row.split_at_mut_checked(self.rank).unwrap_or_default();
                scale(T::power_of_two(self.half), row);
                unbalance(bias, self.exponent())?;
            }
        }
        Ok(())
    }
}

/// The squared residuals and the penalty of each row of W.
struct RowCosts<'r, 'a, A, T> {
    problem: &'r Problem<'a, A, T>,
    w: MatRef<'r, T>,
    h: MatRef<'r, T>,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowTerms<T> for RowCosts<'_, '_, A, T> {
    #[inline(always)]
    fn terms(&self, i: usize) -> [T; 2] {
        [
            self.problem.row_squares(i, self.w, self.h),
            self.problem.row_penalty(i, self.w.column(i)),
        ]
    }
}

/// The penalty of each row of a factor.
struct RowPenalties<'r, 'a, A, T> {
    problem: &'r Problem<'a, A, T>,
    rows: MatRef<'r, T>,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowTerms<T> for RowPenalties<'_, '_, A, T> {
    #[inline(always)]
    fn terms(&self, i: usize) -> [T; 2] {
        [self.problem.row_penalty(i, self.rows.column(i)), T::ZERO]
    }
}

/// |b|^2.
fn biases_squared<T: Real>(rank: usize, rows: MatRef<'_, T>) -> T {
    let mut squares = CompensatedSum::default();
    for row in rows.columns() {
        for bias in row.get(rank..).unwrap_or_default() {
            squares.add(*bias * *bias);
        }
    }
    squares.sum()
}
