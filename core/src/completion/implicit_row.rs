//! The weighted least-squares problem of one row of a factor, and its share of the loss.

use super::gram::multiply;
use super::row_problem::LeastSquares;
use super::row_schedule::{RowTerms, RowUpdate};
use super::row_sums::{add_weighted, for_each_product};
use crate::buffer::take;
use crate::dense::lanes::{LANES, LowerTriangle, TOGETHER, axpy_in_lanes, dot_in_lanes, padded};
use crate::dense::{axpy, copy, scale};
use crate::operator::KnownEntries;
use crate::{Error, MatRef, Real};

/// The confidence in an entry and the penalty of the factors.
#[derive(Clone, Copy)]
pub(super) struct Weights<T> {
    pub(super) l2: T,
    /// alpha.
    pub(super) confidence: T,
}

impl<T: Real> Weights<T> {
    /// Returns c - 1 and c p of an entry.
    #[inline(always)]
    fn of(self, r: T) -> [T; 2] {
        let extra = self.confidence * r;
        [extra, if r > T::ZERO { T::ONE + extra } else { T::ZERO }]
    }
}

/// The problems of all rows of a factor while the other one is held.
pub(super) struct ImplicitRows<'r, A, T> {
    pub(super) a: &'r A,
    /// Y: the other factor.
    pub(super) held: MatRef<'r, T>,
    /// Y^T Y.
    pub(super) gram: &'r [T],
    pub(super) weights: Weights<T>,
    pub(super) solver: LeastSquares,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowUpdate<T> for ImplicitRows<'_, A, T> {
    /// Sets row i to the best one, or a better one. Rows without entries become zero.
    #[inline(always)]
    fn update(&self, i: usize, row: &mut [T], scratch: &mut [T]) -> Result<(), Error> {
        if self.a.row(i).next().is_none() {
            row.fill(T::ZERO);
            return Ok(());
        }
        match self.solver {
            LeastSquares::ConjugateGradients(steps) => self.descend((i, steps), row, scratch),
            LeastSquares::Cholesky => self.solve(i, row, scratch),
        }
        Ok(())
    }
}

impl<T: Real, A: KnownEntries<Scalar = T>> ImplicitRows<'_, A, T> {
    /// Takes so many steps of conjugate gradients towards the best row.
    #[inline(always)]
    fn descend(&self, (i, steps): (usize, usize), row: &mut [T], mut scratch: &mut [T]) {
        let stride = padded(row.len());
        let residual = take(&mut scratch, stride);
        let direction = take(&mut scratch, stride);
        let product = take(&mut scratch, stride);
        residual.fill(T::ZERO);
        let both = (&*row, &mut *residual);
        add_weighted(self.a.row(i), self.held, both, |v, _, r| {
            let [extra, target] = self.weights.of(r);
            target - extra * v
        });
        multiply(self.gram, row, product);
        axpy_in_lanes(self.weights.l2, row, product);
        axpy_in_lanes(-T::ONE, product, residual);
        copy(residual, direction);
        let mut size = dot_in_lanes(residual, residual);
        for _ in 0..steps {
            self.multiply(i, direction, product, row.len());
            let curvature = dot_in_lanes(direction, product);
            let step = size / curvature;
            // A residual of zero, and NaN.
            if !(curvature > T::ZERO && step.is_finite()) {
                return;
            }
            axpy_in_lanes(step, direction, row);
            axpy_in_lanes(-step, product, residual);
            let before = size;
            size = dot_in_lanes(residual, residual);
            scale(size / before, direction);
            axpy_in_lanes(T::ONE, residual, direction);
        }
    }

    /// y <- (Y^T C Y + l2) x, without forming Y^T C Y.
    #[inline(always)]
    fn multiply(&self, i: usize, x: &[T], y: &mut [T], p: usize) {
        let x = x.get(..p).unwrap_or_default();
        multiply(self.gram, x, y);
        axpy_in_lanes(self.weights.l2, x, y);
        add_weighted(self.a.row(i), self.held, (x, y), |v, _, r| {
            let [extra, _] = self.weights.of(r);
            extra * v
        });
    }

    /// Sets the row to the solution of (Y^T C Y + l2) x = Y^T C p.
    #[inline(always)]
    fn solve(&self, i: usize, row: &mut [T], mut scratch: &mut [T]) {
        let (p, stride) = (row.len(), padded(row.len()));
        let x = take(&mut scratch, stride);
        let features = take(&mut scratch, stride.saturating_mul(TOGETHER));
        x.fill(T::ZERO);
        features.fill(T::ZERO);
        let mut gram = LowerTriangle::zeros(take(&mut scratch, stride.saturating_mul(p)), p);
        for (c, column) in (0..p).zip(self.gram.chunks_exact(stride.max(LANES))) {
            copy(column, gram.column_mut(c));
        }
        gram.shift(|_| self.weights.l2);
        let mut entries = self.a.row(i);
        gram.add_squares_of(features, |f| match entries.next() {
            Some((j, r)) => {
                let (held, [extra, target]) = (self.held.column(j), self.weights.of(r));
                axpy(target, held, x);
                copy(held, f);
                scale(extra.sqrt(), f);
                true
            }
            None => false,
        });
        gram.cholesky();
        gram.solve(x);
        copy(x, row);
    }
}

/// The shares of the rows in the loss: sum c (p - v)^2 - v^2 over the entries, and sum c p + |v|^2 for its rounding.
pub(super) struct ImplicitTerms<'r, A, T> {
    pub(super) a: &'r A,
    pub(super) w: MatRef<'r, T>,
    pub(super) h: MatRef<'r, T>,
    pub(super) weights: Weights<T>,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowTerms<T> for ImplicitTerms<'_, A, T> {
    #[inline(always)]
    fn terms(&self, i: usize) -> [T; 2] {
        let [mut squares, mut norm] = [T::ZERO; 2];
        for_each_product(self.a.row(i), self.h, self.w.column(i), |v, _, r| {
            let [extra, target] = self.weights.of(r);
            // c (p - v)^2 - v^2 = c p - 2 c p v + (c - 1) v^2, as p is zero or one.
            squares += target - (target + target) * v + extra * v * v;
            norm += target;
        });
        [squares, norm]
    }
}
