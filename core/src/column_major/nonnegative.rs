//! The steps of non-negative factorizations on column-major slices.

use super::panel::check_same_shape;
use crate::buffer::take;
use crate::dense::check_shape;
use crate::divergence::MultiplicativeStep;
use crate::nmf::hals::hals_update;
use crate::nmf::multiplicative_update::multiplicative_update;
use crate::panel::{NonNegativePanel, RowScratch, RowSolver};
use crate::penalty::Penalty;
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, Real};

impl<'a, T: Real> NonNegativePanel for MatMut<'a, T> {
    fn multiplicative_update(
        &mut self,
        numerator: &mut Self,
        gram: &MatMut<'a, T>,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        check_same_shape(self, numerator)?;
        check_shape((gram.nrows(), gram.ncols()), (self.ncols(), self.ncols()))?;
        multiplicative_update(self, numerator, gram.as_ref(), penalty);
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
        hals_update(self, [numerator.as_ref(), gram.as_ref()], sweeps, penalty);
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
