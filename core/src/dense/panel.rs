//! The verbs of [`Panel`] on column-major slices: core's own world.

use super::lu::{largest_entry, lu_normalize};
use super::qr::thin_qr;
use super::{MatMut, MatRef, check_shape, dot, scale};
use crate::{
    AdamStep, BetaDivergence, Compensated, DescentPanel, Draws, Error, NonNegativePanel, Panel,
    Penalty, Real,
};

impl<'a, T: Real> Panel for MatMut<'a, T> {
    type Scalar = T;
    type Small = MatMut<'a, T>;

    fn nrows(&self) -> usize {
        self.nrows()
    }

    fn ncols(&self) -> usize {
        self.ncols()
    }

    fn set_ncols(&mut self, ncols: usize) -> Result<(), Error> {
        MatMut::set_ncols(self, ncols)
    }

    fn fill_random(&mut self, draws: &Draws) -> Result<(), Error> {
        for (j, column) in (0..self.ncols()).zip(self.columns_mut()) {
            for (i, x) in column.iter_mut().enumerate() {
                *x = draws.at(i, j);
            }
        }
        Ok(())
    }

    fn fill(&mut self, value: T) -> Result<(), Error> {
        MatMut::fill(self, value);
        Ok(())
    }

    fn append(&mut self, block: &Self) -> Result<(), Error> {
        check_shape(
            (block.nrows(), block.ncols()),
            (self.nrows(), block.ncols()),
        )?;
        let held = self.ncols();
        MatMut::set_ncols(self, held.saturating_add(block.ncols()))?;
        for (x, y) in self.columns_mut().skip(held).zip(block.as_ref().columns()) {
            super::copy(y, x);
        }
        Ok(())
    }

    fn scale(&mut self, factor: T) -> Result<(), Error> {
        scale(factor, self.as_mut_slice());
        Ok(())
    }

    fn scale_columns(&mut self, factors: &[T]) -> Result<(), Error> {
        crate::buffer::require(factors.len(), self.ncols())?;
        for (x, factor) in self.columns_mut().zip(factors) {
            scale(*factor, x);
        }
        Ok(())
    }

    fn combine(&mut self, c: T, a: T, y: &Self, b: T, z: &Self) -> Result<(), Error> {
        check_same_shape(self, y)?;
        check_same_shape(self, z)?;
        let others = y.as_slice().iter().zip(z.as_slice());
        for (x, (y, z)) in self.as_mut_slice().iter_mut().zip(others) {
            *x = c * *x + a * *y + b * *z;
        }
        Ok(())
    }

    fn scale_add(&mut self, factor: T, other: &Self) -> Result<(), Error> {
        check_same_shape(self, other)?;
        for (x, y) in self.as_mut_slice().iter_mut().zip(other.as_slice()) {
            *x = factor * *x + *y;
        }
        Ok(())
    }

    fn thin_qr(&mut self, r: &mut MatMut<'a, T>) -> Result<usize, Error> {
        r.reshape(self.ncols(), self.ncols())?;
        thin_qr(self, r)
    }

    fn normalize(&mut self) -> Result<(), Error> {
        lu_normalize(self)
    }

    fn gram(&self, gram: &mut MatMut<'a, T>) -> Result<(), Error> {
        gram.reshape(self.ncols(), self.ncols())?;
        for (j, column) in (0..self.ncols()).zip(gram.columns_mut()) {
            for (i, g) in column.iter_mut().enumerate() {
                *g = dot(self.column(i), self.column(j));
            }
        }
        Ok(())
    }

    fn cross_gram(&self, other: &Self, cross: &mut MatMut<'a, T>) -> Result<(), Error> {
        check_shape(
            (other.nrows(), other.ncols()),
            (self.nrows(), other.ncols()),
        )?;
        cross.reshape(self.ncols(), other.ncols())?;
        for (y, column) in other.as_ref().columns().zip(cross.columns_mut()) {
            for (x, s) in self.columns().zip(column) {
                *s = dot(x, y);
            }
        }
        Ok(())
    }

    fn subtract_product(&mut self, x: &Self, small: &MatMut<'a, T>) -> Result<(), Error> {
        check_shape((x.nrows(), small.nrows()), (self.nrows(), x.ncols()))?;
        check_shape(
            (small.nrows(), small.ncols()),
            (small.nrows(), self.ncols()),
        )?;
        for (y, s) in self.columns_mut().zip(small.columns()) {
            for (x, s) in x.columns().zip(s) {
                super::axpy(-*s, x, y);
            }
        }
        Ok(())
    }

    fn mul_small(&self, small: &MatMut<'a, T>, out: &mut Self) -> Result<(), Error> {
        check_shape((out.nrows(), small.nrows()), (self.nrows(), self.ncols()))?;
        if out.ncols() > small.ncols() {
            return check_shape((small.nrows(), small.ncols()), (small.nrows(), out.ncols()));
        }
        for (j, y) in (0..out.ncols()).zip(out.columns_mut()) {
            multiply_vector(self.as_ref(), small.column(j), y);
        }
        Ok(())
    }

    fn inner_product(&self, other: &Self) -> Result<T, Error> {
        check_same_shape(self, other)?;
        let mut sum = Compensated::default();
        for (x, y) in self.as_slice().iter().zip(other.as_slice()) {
            sum.add(*x * *y);
        }
        Ok(sum.sum())
    }

    fn inner_products(
        &self,
        other: &Self,
        [gram, other_gram]: [&Self; 2],
    ) -> Result<[T; 2], Error> {
        Ok([self.inner_product(other)?, gram.inner_product(other_gram)?])
    }

    fn align_signs(&mut self, partner: &mut Self) -> Result<(), Error> {
        for (x, y) in self.columns_mut().zip(partner.columns_mut()) {
            if largest_entry(x).is_some_and(|(_, value)| value < T::ZERO) {
                scale(-T::ONE, x);
                scale(-T::ONE, y);
            }
        }
        Ok(())
    }

    fn distances(&self, factors: &[T], other: &Self, norms: &mut [T]) -> Result<(), Error> {
        check_same_shape(self, other)?;
        for (j, (norm, factor)) in (0..self.ncols()).zip(norms.iter_mut().zip(factors)) {
            *norm = distance(self.column(j), *factor, other.column(j));
        }
        Ok(())
    }

    fn read_small(small: &MatMut<'a, T>, mut out: MatMut<'_, T>) -> Result<(), Error> {
        for (out, x) in out.columns_mut().zip(small.columns()) {
            super::copy(x, out);
        }
        Ok(())
    }

    fn write_small(values: MatRef<'_, T>, small: &mut MatMut<'a, T>) -> Result<(), Error> {
        small.reshape(values.nrows(), values.ncols())?;
        small.copy_from(values)
    }
}

fn check_same_shape<T: Real>(x: &MatMut<'_, T>, y: &MatMut<'_, T>) -> Result<(), Error> {
    check_shape((y.nrows(), y.ncols()), (x.nrows(), x.ncols()))
}

/// y <- A x.
#[inline(always)]
pub(crate) fn multiply_vector<T: Real>(a: MatRef<'_, T>, x: &[T], y: &mut [T]) {
    y.fill(T::ZERO);
    for (column, x) in a.columns().zip(x) {
        super::axpy(*x, column, y);
    }
}

/// ||x - factor y||, for entries whose squares are in range.
fn distance<T: Real>(x: &[T], factor: T, y: &[T]) -> T {
    let mut squares = T::ZERO;
    for (x, y) in x.iter().zip(y) {
        let difference = *x - factor * *y;
        squares += difference * difference;
    }
    squares.sqrt()
}

/// Rows that are updated together: their denominators stay in registers or on the stack.
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
            *x *= *ratio;
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
                    descend(self, j, n, g, penalty, start);
                    j = j.wrapping_add(1);
                }
            }
        }
        Ok(())
    }

    fn quotient_update(
        &mut self,
        terms: &Self,
        divergence: &BetaDivergence<T>,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((terms.nrows(), terms.ncols()), (m, k.saturating_mul(2)))?;
        let x = self.as_mut_slice();
        let halves = terms.as_slice().split_at_checked(x.len());
        let (numerators, denominators) = halves.unwrap_or_default();
        for (x, (n, d)) in x.iter_mut().zip(numerators.iter().zip(denominators)) {
            *x *= divergence.step(*n, *d + penalty.l1 + penalty.l2 * *x);
        }
        Ok(())
    }

    fn accumulated_update(
        &mut self,
        sums: &mut Self,
        terms: &Self,
        shares: [T; 2],
        divergence: &BetaDivergence<T>,
        penalty: Penalty<T>,
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
            *x = divergence.accumulated_step(*x, [p, d], [*n, *d_new], shares, penalty);
        }
        Ok(())
    }

    fn column_sums(&self, sums: &mut [T]) -> Result<(), Error> {
        for (sum, x) in sums.iter_mut().zip(self.columns()) {
            let mut total = Compensated::default();
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

impl<'a, T: Real> DescentPanel for MatMut<'a, T> {
    fn adam_step(
        &mut self,
        direction: &Self,
        first: &mut Self,
        second: &mut Self,
        step: AdamStep<T>,
    ) -> Result<(), Error> {
        for other in [direction, &*first, &*second] {
            check_same_shape(self, other)?;
        }
        let moments = first.as_mut_slice().iter_mut().zip(second.as_mut_slice());
        let entries = self.as_mut_slice().iter_mut().zip(direction.as_slice());
        for ((x, d), (first, second)) in entries.zip(moments) {
            *x = step.of(*x, *d, first, second);
        }
        Ok(())
    }

    fn push_above(&self, floor: T, weight: T, direction: &mut Self) -> Result<T, Error> {
        check_same_shape(self, direction)?;
        let mut squares = Compensated::default();
        for (x, d) in self.as_slice().iter().zip(direction.as_mut_slice()) {
            if *x < floor {
                let below = floor - *x;
                *d += weight * below;
                squares.add(below * below);
            }
        }
        Ok(squares.sum())
    }

    fn negative_entries(&self) -> Result<usize, Error> {
        let mut count: usize = 0;
        for x in self.as_slice() {
            count = count.saturating_add((*x < T::ZERO).into());
        }
        Ok(count)
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
            super::axpy(*g, column.get(start..).unwrap_or_default(), &mut product);
        }
        super::axpy(
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
    n: &[T],
    g: &[T],
    penalty: Penalty<T>,
    start: usize,
) {
    let mut step = [T::ZERO; ROWS];
    for (step, n) in step.iter_mut().zip(n.get(start..).unwrap_or_default()) {
        *step = *n - penalty.l1;
    }
    for (column, g) in x.columns().zip(g) {
        super::axpy(-*g, column.get(start..).unwrap_or_default(), &mut step);
    }
    let own = x.column(j).get(start..).unwrap_or_default();
    super::axpy(-penalty.l2, own, &mut step);
    let curvature = g.get(j).copied().unwrap_or(T::ZERO) + penalty.l2;
    let inverse = T::ONE / curvature.larger(T::SQUARE_ROOT_OF_MIN);
    let rows = x.column_mut(j).get_mut(start..).unwrap_or_default();
    for (x, step) in rows.iter_mut().zip(step) {
        *x = (*x + step * inverse).larger(T::ZERO);
    }
}
