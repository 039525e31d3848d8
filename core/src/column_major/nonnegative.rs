//! The steps of non-negative factorizations on column-major slices.

use super::panel::check_same_shape;
use crate::buffer::take;
use crate::dense::{axpy, check_shape};
use crate::divergence::MultiplicativeStep;
use crate::panel::{NonNegativePanel, RowScratch, RowSolver};
use crate::penalty::Penalty;
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, MatRef, Real};

/// The number of rows that are updated together: their denominators stay in registers or on the stack.
const ROWS: usize = 16;

impl<'a, T: Real> NonNegativePanel for MatMut<'a, T> {
    fn multiplicative_update(
        &mut self,
        numerator: &mut Self,
        gram: &MatMut<'a, T>,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        check_same_shape(self, numerator)?;
        check_shape((gram.nrows(), gram.ncols()), (self.ncols(), self.ncols()))?;
        let columns = self.as_ref().columns().zip(gram.columns());
        for (numerator, (x, g)) in numerator.columns_mut().zip(columns) {
            divide_by_product(self.as_ref(), g, x, penalty, numerator);
        }
        for (x, ratio) in self.as_mut_slice().iter_mut().zip(numerator.as_slice()) {
            *x = (*x * *ratio).without_underflow();
        }
        Ok(())
    }

    fn hals_update(
        &mut self,
        numerator: &Self,
        gram: &MatMut<'a, T>,
        sweeps: usize,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        check_same_shape(self, numerator)?;
        check_shape((gram.nrows(), gram.ncols()), (self.ncols(), self.ncols()))?;
        // A matrix without columns may have any number of rows.
        let rows = self.column(0).len();
        for start in (0..rows).step_by(ROWS) {
            for _ in 0..sweeps {
                let columns = numerator.as_ref().columns().zip(gram.columns());
                let mut j: usize = 0;
                for (n, g) in columns {
                    descend(self, j, [n, g], penalty, start);
                    j = j.wrapping_add(1);
                }
            }
        }
        Ok(())
    }

    fn quotient_update(
        &mut self,
        terms: &Self,
        step: MultiplicativeStep<'_, T>,
    ) -> Result<(), Error> {
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((terms.nrows(), terms.ncols()), (m, k.saturating_mul(2)))?;
        let x = self.as_mut_slice();
        let halves = terms.as_slice().split_at_checked(x.len());
        let (numerators, denominators) = halves.unwrap_or_default();
        for (x, (n, d)) in x.iter_mut().zip(numerators.iter().zip(denominators)) {
            *x = step.of(*x, *n, *d);
        }
        Ok(())
    }

    fn accumulated_update(
        &mut self,
        sums: &mut Self,
        terms: &Self,
        shares: [T; 2],
        step: MultiplicativeStep<'_, T>,
    ) -> Result<(), Error> {
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((sums.nrows(), sums.ncols()), (m, k.saturating_mul(2)))?;
        check_same_shape(sums, terms)?;
        let x = self.as_mut_slice();
        let terms = terms.as_slice().split_at_checked(x.len());
        let (numerators, denominators) = terms.unwrap_or_default();
        let sums = sums.as_mut_slice().split_at_mut_checked(x.len());
        let (p, d) = sums.unwrap_or_default();
        let terms = numerators.iter().zip(denominators);
        for ((x, (p, d)), (n, d_new)) in x.iter_mut().zip(p.iter_mut().zip(d)).zip(terms) {
            *x = step.accumulated(*x, [p, d], [*n, *d_new], shares);
        }
        Ok(())
    }

    fn solve_rows<S: RowSolver<T>>(
        &mut self,
        numerator: &Self,
        gram: &MatMut<'a, T>,
        solver: &S,
        scratch: RowScratch<'_, T>,
    ) -> Result<(), Error> {
        check_same_shape(self, numerator)?;
        check_shape((gram.nrows(), gram.ncols()), (self.ncols(), self.ncols()))?;
        let (k, mut vectors) = (self.ncols(), scratch.vectors);
        let (n, x) = (take(&mut vectors, k), take(&mut vectors, k));
        vectors.fill(T::ZERO);
        let mut scratch = RowScratch { vectors, ..scratch };
        for i in 0..self.column(0).len() {
            let columns = numerator.columns().zip(self.columns());
            for ((n, x), (of_n, of_x)) in n.iter_mut().zip(x.iter_mut()).zip(columns) {
                *n = of_n.get(i).copied().unwrap_or(T::ZERO);
                *x = of_x.get(i).copied().unwrap_or(T::ZERO);
            }
            solver.solve(gram.as_ref(), n, x, &mut scratch)?;
            for (x, column) in x.iter().zip(self.columns_mut()) {
                if let Some(entry) = column.get_mut(i) {
                    *entry = *x;
                }
            }
        }
        Ok(())
    }

    fn column_sums(&self, sums: &mut [T]) -> Result<(), Error> {
        for (sum, x) in sums.iter_mut().zip(self.columns()) {
            let mut total = CompensatedSum::default();
            for x in x {
                total.add(*x);
            }
            *sum = total.sum();
        }
        Ok(())
    }

    fn part_norms(&self, positive: &mut [T], negative: &mut [T]) -> Result<(), Error> {
        for (j, (up, down)) in (0..self.ncols()).zip(positive.iter_mut().zip(negative)) {
            let (mut above, mut below) = (T::ZERO, T::ZERO);
            for x in self.column(j) {
                let square = *x * *x;
                if *x > T::ZERO {
                    above += square;
                } else {
                    below += square;
                }
            }
            *up = above.sqrt();
            *down = below.sqrt();
        }
        Ok(())
    }

    fn keep_above(&mut self, factors: &[T], floor: T, fill: T) -> Result<(), Error> {
        for (x, factor) in self.columns_mut().zip(factors) {
            for x in x {
                let scaled = *factor * *x;
                *x = if scaled > floor { scaled } else { fill };
            }
        }
        Ok(())
    }
}

/// y <- y / (X g + l1 + l2 x_j), entry by entry.
fn divide_by_product<T: Real>(
    x: MatRef<'_, T>,
    g: &[T],
    own: &[T],
    penalty: Penalty<T>,
    y: &mut [T],
) {
    for (start, y) in (0..y.len()).step_by(ROWS).zip(y.chunks_mut(ROWS)) {
        let mut product = [T::ZERO; ROWS];
        for (column, g) in x.columns().zip(g) {
            axpy(*g, column.get(start..).unwrap_or_default(), &mut product);
        }
        axpy(
            penalty.l2,
            own.get(start..).unwrap_or_default(),
            &mut product,
        );
        for (y, p) in y.iter_mut().zip(product) {
            let p = p + penalty.l1;
            *y /= p.larger(T::SQUARE_ROOT_OF_MIN);
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
