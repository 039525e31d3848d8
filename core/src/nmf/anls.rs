//! Alternating non-negative least squares by block principal pivoting.

use super::subproblem::Subproblem;
use crate::buffer::take;
use crate::dense::cholesky::{cholesky, cholesky_solve};
use crate::dense::{copy, dot};
use crate::panel::{NonNegativePanel, RowScratch, RowSolver};
use crate::penalty::Penalty;
use crate::{Error, MatMut, MatRef, Real};

/// Replaces each row of X by the solution of its problem.
pub(super) fn improve<P: NonNegativePanel>(
    x: &mut P,
    problem: Subproblem<'_, P>,
) -> Result<(), Error> {
    let solver = BlockPivoting {
        penalty: problem.penalty,
    };
    x.solve_rows(problem.numerator, problem.gram, &solver, problem.scratch)
}

/// min x^T G x / 2 - n^T x, with a penalty on x, over x >= 0 (Kim & Park 2011, algorithm 1).
///
/// The unknowns of the passive set are free, the others zero. Those whose sign is wrong, x_i < 0 in the set
/// and a slope below zero outside it, change sides all at once, until none is wrong. k^3 / 3 flops a
/// change; the factor of a set serves all rows that follow each other with it.
struct BlockPivoting<T> {
    penalty: Penalty<T>,
}

/// The exchanges that may leave as many unknowns wrong as before; then one at a time changes sides, which
/// ends after finitely many.
const PATIENCE: usize = 3;

/// The most exchanges of a row, beyond two for each unknown: sets that come back are rounding.
const MOST_EXCHANGES: usize = 30;

/// Sweeps of coordinate descent over a row whose problem has no solution to rounding.
const SWEEPS: usize = 4;

/// Unknowns as they are tried.
struct Trial<'s, T> {
    /// 1 for each unknown of the passive set, 0 for others.
    passive: &'s mut [T],
    /// x, zero outside the passive set.
    x: &'s mut [T],
    /// 1 for each unknown that is on the wrong side, 0 for others.
    wrong: &'s mut [T],
}

impl<T: Real> RowSolver<T> for BlockPivoting<T> {
    const VECTORS: usize = 4;

    fn solve(
        &self,
        gram: MatRef<'_, T>,
        n: &[T],
        x: &mut [T],
        scratch: &mut RowScratch<'_, T>,
    ) -> Result<(), Error> {
        let k = x.len();
        let RowScratch { matrix, vectors } = scratch;
        let mut vectors = &mut **vectors;
        let factored = take(&mut vectors, k);
        let mut trial = Trial {
            passive: take(&mut vectors, k),
            x: take(&mut vectors, k),
            wrong: take(&mut vectors, k),
        };
        for (passive, x) in trial.passive.iter_mut().zip(&*x) {
            *passive = if *x > T::ZERO { T::ONE } else { T::ZERO };
        }
        let (mut fewest, mut patience) = (usize::MAX, PATIENCE);
        for _ in 0..k.saturating_mul(2).saturating_add(MOST_EXCHANGES) {
            if factored != trial.passive {
                self.factor(gram, trial.passive, matrix)?;
                copy(trial.passive, factored);
            }
            self.minimize(n, &mut trial, matrix)?;
            let wrong = self.mark(gram, n, &mut trial);
            if wrong == 0 {
                if self.gains(gram, n, [x, trial.x]) {
                    copy(trial.x, x);
                    return Ok(());
                }
                break;
            }
            let fewer = wrong < fewest;
            trial.exchange(fewer || patience > 0);
            (fewest, patience) = if fewer {
                (wrong, PATIENCE)
            } else {
                (fewest, patience.saturating_sub(1))
            };
        }
        // Beside columns that nearly depend on each other the solution is rounding.
        for _ in 0..SWEEPS {
            self.sweep(gram, n, x);
        }
        Ok(())
    }
}

impl<T: Real> BlockPivoting<T> {
    /// L <- the Cholesky factor of G, with the penalty, of the passive set.
    fn factor(&self, gram: MatRef<'_, T>, passive: &[T], l: &mut [T]) -> Result<(), Error> {
        // `count` adds without saturation.
        let mut count: usize = 0;
        for _ in passive.iter().filter(|passive| **passive > T::ZERO) {
            count = count.saturating_add(1);
        }
        let mut l = MatMut::new(l, count, count)?;
        // Ranges, since `enumerate` adds with a check.
        let is_free = |i: &usize| passive.get(*i).is_some_and(|passive| *passive > T::ZERO);
        let columns = (0..passive.len()).filter(is_free);
        for (j, column) in columns.zip(l.columns_mut()) {
            let rows = (0..passive.len()).filter(is_free);
            for (i, x) in rows.zip(column) {
                *x = gram.get_or_zero(i, j);
                if i == j {
                    *x += self.penalty.l2;
                }
            }
        }
        cholesky(&mut l)
    }

    /// x <- the minimizer with zeros outside the passive set.
    fn minimize(&self, n: &[T], trial: &mut Trial<'_, T>, l: &mut [T]) -> Result<(), Error> {
        let mut count: usize = 0;
        for (n, passive) in n.iter().zip(&*trial.passive) {
            if *passive > T::ZERO {
                if let Some(x) = trial.x.get_mut(count) {
                    *x = *n - self.penalty.l1;
                }
                count = count.saturating_add(1);
            }
        }
        let solution = trial.x.get_mut(..count).unwrap_or_default();
        cholesky_solve(&MatMut::new(l, count, count)?, solution)?;
        // From the last one on, no place is taken before it is read.
        for (i, passive) in (0..trial.passive.len()).zip(&*trial.passive).rev() {
            let mut own = T::ZERO;
            if *passive > T::ZERO {
                count = count.saturating_sub(1);
                own = trial.x.get(count).copied().unwrap_or(T::ZERO);
            }
            if let Some(x) = trial.x.get_mut(i) {
                *x = own;
            }
        }
        Ok(())
    }

    /// Replaces what is below zero by zero, and tells that the loss at y is below that at x, beyond rounding:
    /// with d = y - x, d . (G x - n) + d . G d / 2 < 0.
    fn gains(&self, gram: MatRef<'_, T>, n: &[T], [x, y]: [&mut [T]; 2]) -> bool {
        let Penalty { l1, l2 } = self.penalty;
        let (mut change, mut size) = (T::ZERO, T::ZERO);
        for y in y.iter_mut() {
            *y = y.larger(T::ZERO);
        }
        for ((g, n), (own, new)) in gram.columns().zip(n).zip(x.iter().zip(&*y)) {
            let step = *new - *own;
            let (mut slope, mut curve, mut curves) = (l2 * *own + l1 - *n, l2 * step, T::ZERO);
            for (g, (x, y)) in g.iter().zip(x.iter().zip(&*y)) {
                slope += *g * *x;
                curve += *g * (*y - *x);
                curves += (*g * (*y - *x)).abs();
            }
            change += step * (slope + T::HALF * curve);
            size += (step * curves).abs();
        }
        let rounding = T::from_usize(n.len().saturating_mul(4)) * T::EPSILON;
        change <= -(rounding * size)
    }

    /// Marks the unknowns on the wrong side, beyond rounding, and counts them.
    fn mark(&self, gram: MatRef<'_, T>, n: &[T], trial: &mut Trial<'_, T>) -> usize {
        let rounding = T::from_usize(n.len().saturating_mul(4)) * T::EPSILON;
        let largest = T::largest(trial.x);
        let mut count: usize = 0;
        let sides = trial.passive.iter().zip(&mut *trial.wrong);
        for ((g, n), ((passive, wrong), x)) in gram.columns().zip(n).zip(sides.zip(&*trial.x)) {
            let is_wrong = if *passive > T::ZERO {
                *x < -(rounding * largest)
            } else {
                let mut size = n.abs() + self.penalty.l1;
                for (g, x) in g.iter().zip(&*trial.x) {
                    size += (*g * *x).abs();
                }
                dot(g, trial.x) + self.penalty.l1 - *n < -(rounding * size)
            };
            *wrong = if is_wrong { T::ONE } else { T::ZERO };
            count = count.saturating_add(is_wrong.into());
        }
        count
    }

    /// Sets each unknown to its minimizer, one after the other: what never raises the loss.
    fn sweep(&self, gram: MatRef<'_, T>, n: &[T], x: &mut [T]) {
        for ((j, n), g) in (0..n.len()).zip(n).zip(gram.columns()) {
            let product = dot(g, x);
            let own = g.get(j).copied().unwrap_or(T::ZERO);
            if let Some(x) = x.get_mut(j) {
                *x = self.penalty.best_entry(*x, [*n, product, own]);
            }
        }
    }
}

impl<T: Real> Trial<'_, T> {
    /// Moves the unknowns that are marked to the other side: `all` of them, or the last one.
    fn exchange(&mut self, all: bool) {
        for (passive, wrong) in self.passive.iter_mut().zip(&*self.wrong).rev() {
            if *wrong > T::ZERO {
                *passive = T::ONE - *passive;
                if !all {
                    return;
                }
            }
        }
    }
}
