//! Hierarchical alternating least squares on column-major slices: each column in turn is set to its minimizer.

use super::multiplicative_update::ROWS;
use crate::dense::axpy;
use crate::penalty::Penalty;
use crate::{MatMut, MatRef, Real};

/// Sweeps over the columns of X, from the numerators N = A Y and the Gram matrix Y^T Y: a few rows at a time.
pub(crate) fn hals_update<T: Real>(
    x: &mut MatMut<'_, T>,
    [numerator, gram]: [MatRef<'_, T>; 2],
    sweeps: usize,
    penalty: Penalty<T>,
) {
    // A matrix without columns may have any number of rows.
    let rows = x.column(0).len();
    for start in (0..rows).step_by(ROWS) {
        for _ in 0..sweeps {
            let columns = numerator.columns().zip(gram.columns());
            let mut j: usize = 0;
            for (n, g) in columns {
                descend(x, j, [n, g], penalty, start);
                j = j.wrapping_add(1);
            }
        }
    }
}

/// x_j <- max(0, x_j + (n - l1 - X g - l2 x_j) / (g_j + l2)) in a few rows from `start` on.
fn descend<T: Real>(
    x: &mut MatMut<'_, T>,
    j: usize,
    [n, g]: [&[T]; 2],
    penalty: Penalty<T>,
    start: usize,
) {
    let mut step = [T::ZERO; ROWS];
    for (step, n) in step.iter_mut().zip(n.get(start..).unwrap_or_default()) {
        *step = *n - penalty.l1;
    }
    for (column, g) in x.columns().zip(g) {
        axpy(-*g, column.get(start..).unwrap_or_default(), &mut step);
    }
    let own = x.column(j).get(start..).unwrap_or_default();
    axpy(-penalty.l2, own, &mut step);
    let curvature = g.get(j).copied().unwrap_or(T::ZERO) + penalty.l2;
    let inverse = T::ONE / curvature.larger(T::SQUARE_ROOT_OF_MIN);
    let rows = x.column_mut(j).get_mut(start..).unwrap_or_default();
    for (x, step) in rows.iter_mut().zip(step) {
        *x = (*x + step * inverse).larger(T::ZERO);
    }
}
