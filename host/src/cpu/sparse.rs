//! Products of a sparse matrix with row-major panels.

use super::panel::check_shape;
use super::{RowPanel, Scalar, WIDEST_STRIP, for_width};
use crate::{Error as HostError, SparseMatrix};
use lowrank_core::{CsrRef, EntrywiseOperator, Error, LinearOperator, MatMut, Panel, Survey};
use rayon::prelude::*;

/// Rows of a result that one task computes.
const ROWS_PER_TASK: usize = 128;

/// A and A^T in compressed sparse rows, so that both products gather and none scatters.
#[derive(Debug)]
pub(crate) struct SparseOperator<'a, T> {
    a: &'a SparseMatrix<T>,
    transposed: SparseMatrix<T>,
    view: CsrRef<'a, T>,
}

impl<'a, T: Scalar> SparseOperator<'a, T> {
    pub(crate) fn new(a: &'a SparseMatrix<T>) -> Result<Self, HostError> {
        Ok(Self {
            a,
            transposed: a.transpose(),
            view: a.view()?,
        })
    }
}

impl<'p, T: Scalar> LinearOperator<RowPanel<'p, T>> for SparseOperator<'_, T> {
    fn nrows(&self) -> usize {
        self.a.nrows()
    }

    fn ncols(&self) -> usize {
        self.a.ncols()
    }

    fn apply(&self, x: &RowPanel<'p, T>, y: &mut RowPanel<'p, T>) -> Result<(), Error> {
        multiply(self.a, x, y)
    }

    fn apply_transpose(&self, y: &RowPanel<'p, T>, x: &mut RowPanel<'p, T>) -> Result<(), Error> {
        multiply(&self.transposed, y, x)
    }

    fn survey(&self) -> Result<Survey<T>, Error> {
        LinearOperator::<MatMut<'_, T>>::survey(&self.view)
    }
}

/// Y <- A X.
fn multiply<T: Scalar>(
    a: &SparseMatrix<T>,
    x: &RowPanel<'_, T>,
    y: &mut RowPanel<'_, T>,
) -> Result<(), Error> {
    let l = y.ncols();
    check_shape((x.nrows(), x.ncols()), (a.ncols(), l))?;
    check_shape((y.nrows(), l), (a.nrows(), l))?;
    let x = x.as_slice();
    y.as_mut_slice()
        .par_chunks_mut(ROWS_PER_TASK * l)
        .enumerate()
        .for_each(|(piece, y)| {
            let mut start = 0;
            while start < l {
                let strip = Strip {
                    first_row: piece * ROWS_PER_TASK,
                    first_column: start,
                    l,
                };
                let width = (l - start).min(WIDEST_STRIP);
                for_width!(width, multiply_strip, (a, x, y, strip));
                start += width;
            }
        });
    Ok(())
}

/// Which part of a panel is worked on.
#[derive(Clone, Copy)]
struct Strip {
    first_row: usize,
    first_column: usize,
    l: usize,
}

/// A strip of L columns of a few rows of Y <- A X; the sums of a row stay in registers.
fn multiply_strip<T: Scalar, const L: usize>(
    a: &SparseMatrix<T>,
    x: &[T],
    y: &mut [T],
    strip: Strip,
) {
    for (i, y) in y.chunks_exact_mut(strip.l).enumerate() {
        let (columns, values) = a.row(strip.first_row + i);
        let mut sum = [T::ZERO; L];
        for (&column, &a) in columns.iter().zip(values) {
            let start = column as usize * strip.l + strip.first_column;
            let Some(x) = x[start..].first_chunk::<L>() else {
                continue;
            };
            for (sum, x) in sum.iter_mut().zip(x) {
                *sum += a * *x;
            }
        }
        y[strip.first_column..][..L].copy_from_slice(&sum);
    }
}

impl<'p, T: Scalar> EntrywiseOperator<RowPanel<'p, T>> for SparseOperator<'_, T> {
    fn distance(
        &self,
        exponent: i32,
        w: &RowPanel<'p, T>,
        h: &RowPanel<'p, T>,
    ) -> Result<T, Error> {
        let k = w.ncols();
        check_shape((w.nrows(), k), (self.a.nrows(), k))?;
        check_shape((h.nrows(), h.ncols()), (self.a.ncols(), k))?;
        let squares: Vec<f64> = (0..self.a.nrows())
            .into_par_iter()
            .map(|i| {
                let (columns, values) = self.a.row(i);
                let mut stored = columns.iter().zip(values).peekable();
                let w = &w.as_slice()[i * k..][..k];
                let rows = h.as_slice().chunks_exact(k).enumerate();
                rows.map(|(j, h)| {
                    let a = stored.next_if(|entry| *entry.0 as usize == j);
                    let a = a.map_or(T::ZERO, |(_, a)| a.scale_by_power_of_two(exponent));
                    squared_difference(a, w, h)
                })
                .sum()
            })
            .collect();
        Ok(T::from_f64(squares.iter().sum::<f64>().sqrt()))
    }
}

/// (a - w . h)^2.
pub(super) fn squared_difference<T: Scalar>(a: T, w: &[T], h: &[T]) -> f64 {
    let mut product = T::ZERO;
    for (w, h) in w.iter().zip(h) {
        product += *w * *h;
    }
    (a - product).to_f64().powi(2)
}
