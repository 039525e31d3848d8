//! The steps of non-negative factorizations on row-major panels.

use super::hals::HalsSweeps;
use super::multiplicative_update::multiplicative_update;
use super::panel::{RowPanel, check_shape};
use super::quotient_update::QuotientUpdate;
use super::rows::column_sums;
use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::panel::{NonNegativePanel, Panel, RowScratch, RowSolver};
use lowrank_core::penalty::Penalty;
use lowrank_core::{Error, MatMut};
use rayon::prelude::*;

impl<'a, T: Scalar> NonNegativePanel for RowPanel<'a, T> {
    fn multiplicative_update(
        &mut self,
        numerator: &mut Self,
        gram: &MatMut<'a, T>,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        self.check_same_shape(numerator)?;
        check_shape((gram.nrows(), gram.ncols()), (self.ncols(), self.ncols()))?;
        let piece = self.rows_per_task();
        self.as_mut_slice()
            .par_chunks_mut(piece)
            .zip(numerator.as_slice().par_chunks(piece))
            .for_each(|(x, numerator)| {
                multiplicative_update(x, numerator, gram.as_ref(), penalty);
            });
        Ok(())
    }

    fn hals_update(
        &mut self,
        numerator: &Self,
        gram: &MatMut<'a, T>,
        sweeps: usize,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        self.check_same_shape(numerator)?;
        check_shape((gram.nrows(), gram.ncols()), (self.ncols(), self.ncols()))?;
        let piece = self.rows_per_task();
        self.as_mut_slice()
            .par_chunks_mut(piece)
            .zip(numerator.as_slice().par_chunks(piece))
            .for_each(|(x, numerator)| {
                vectorized(HalsSweeps {
                    x,
                    numerator,
                    gram: gram.as_ref(),
                    sweeps,
                    penalty,
                });
            });
        Ok(())
    }

    fn quotient_update(
        &mut self,
        terms: &Self,
        step: MultiplicativeStep<'_, T>,
    ) -> Result<(), Error> {
        let k = self.ncols();
        check_shape((terms.nrows(), terms.ncols()), (self.nrows(), 2 * k))?;
        let piece = self.rows_per_task();
        self.as_mut_slice()
            .par_chunks_mut(piece)
            .zip(terms.as_slice().par_chunks(2 * piece))
            .for_each(|(x, terms)| vectorized(QuotientUpdate { x, terms, k, step }));
        Ok(())
    }

    fn accumulated_update(
        &mut self,
        sums: &mut Self,
        terms: &Self,
        shares: [T; 2],
        step: MultiplicativeStep<'_, T>,
    ) -> Result<(), Error> {
        let k = self.ncols();
        check_shape((sums.nrows(), sums.ncols()), (self.nrows(), 2 * k))?;
        sums.check_same_shape(terms)?;
        let piece = self.rows_per_task();
        self.as_mut_slice()
            .par_chunks_mut(piece)
            .zip(sums.as_mut_slice().par_chunks_mut(2 * piece))
            .zip(terms.as_slice().par_chunks(2 * piece))
            .for_each(|((x, sums), terms)| {
                let rows = sums.chunks_exact_mut(2 * k).zip(terms.chunks_exact(2 * k));
                for (x, (sums, terms)) in x.chunks_exact_mut(k).zip(rows) {
                    let ((p, d), (n, d_new)) = (sums.split_at_mut(k), terms.split_at(k));
                    for j in 0..k {
                        let sums = [&mut p[j], &mut d[j]];
                        let terms = [n[j], d_new[j]];
                        x[j] = step.accumulated(x[j], sums, terms, shares);
                    }
                }
            });
        Ok(())
    }

    fn solve_rows<S: RowSolver<T>>(
        &mut self,
        numerator: &Self,
        gram: &MatMut<'a, T>,
        solver: &S,
        _: RowScratch<'_, T>,
    ) -> Result<(), Error> {
        self.check_same_shape(numerator)?;
        check_shape((gram.nrows(), gram.ncols()), (self.ncols(), self.ncols()))?;
        let (k, piece, gram) = (self.ncols().max(1), self.rows_per_task(), gram.as_ref());
        self.as_mut_slice()
            .par_chunks_mut(piece)
            .zip(numerator.as_slice().par_chunks(piece))
            .try_for_each(|(x, numerator)| {
                let mut scratch = RowScratch {
                    matrix: &mut vec![T::ZERO; k * k],
                    vectors: &mut vec![T::ZERO; k * S::VECTORS],
                };
                let mut rows = x.chunks_exact_mut(k).zip(numerator.chunks_exact(k));
                rows.try_for_each(|(x, n)| solver.solve(gram, n, x, &mut scratch))
            })
    }

    fn column_sums(&self, sums: &mut [T]) -> Result<(), Error> {
        for (sum, total) in sums
            .iter_mut()
            .zip(column_sums(self.as_slice(), self.ncols()))
        {
            *sum = T::from_f64(total);
        }
        Ok(())
    }

    fn part_norms(&self, positive: &mut [T], negative: &mut [T]) -> Result<(), Error> {
        let l = self.ncols();
        for (j, (up, down)) in positive.iter_mut().zip(negative).enumerate().take(l) {
            let part = |sign: f64| {
                let squares = self.sum_over_rows(self, |x, _| {
                    let column = x[j..].iter().step_by(l);
                    column.map(|x| (sign * x.to_f64()).max(0.0).powi(2)).sum()
                });
                T::from_f64(squares.sqrt())
            };
            *up = part(1.0);
            *down = part(-1.0);
        }
        Ok(())
    }

    fn keep_above(&mut self, factors: &[T], floor: T, fill: T) -> Result<(), Error> {
        let l = self.ncols();
        for row in self.as_mut_slice().chunks_exact_mut(l) {
            for (x, factor) in row.iter_mut().zip(factors) {
                let scaled = *factor * *x;
                *x = if scaled > floor { scaled } else { fill };
            }
        }
        Ok(())
    }
}
