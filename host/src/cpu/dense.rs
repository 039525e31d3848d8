//! Products of a dense matrix with row-major panels, by faer.

use super::RowPanel;
use super::divergence::{divergence_step, divergence_terms};
use super::divergence_model::Entries;
use super::entry_stats::entry_stats;
use super::panel::{check_factors, check_shape};
use super::sparse::squared_difference;
use crate::Scalar;
use crate::{DenseMatrix, Error as HostError};
use faer::linalg::matmul::matmul;
use faer::{Accum, Par};
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, Side,
};
use lowrank_core::panel::Panel;
use lowrank_core::{Error, LinearOperator, MatMut, MatRef};
use rayon::prelude::*;
use std::sync::OnceLock;

/// The number of rows of a result that one task computes.
const ROWS_PER_TASK: usize = 256;

/// A, column-major.
#[derive(Debug)]
pub(crate) struct DenseOperator<'a, T> {
    a: &'a DenseMatrix<T>,
    view: MatRef<'a, T>,
    /// Computed at the first request.
    entry_stats: OnceLock<Result<EntryStats<T>, Error>>,
}

impl<'a, T: Scalar> DenseOperator<'a, T> {
    pub(crate) fn new(a: &'a DenseMatrix<T>) -> Result<Self, HostError> {
        Ok(Self {
            a,
            view: a.view()?,
            entry_stats: OnceLock::new(),
        })
    }

    fn faer(&self) -> faer::MatRef<'a, T> {
        faer::MatRef::from_column_major_slice(self.a.as_slice(), self.a.nrows(), self.a.ncols())
    }
}

/// Y <- A X, by pieces of the rows, each sequentially: the bits do not depend on the threads.
fn multiply<T: Scalar>(
    a: faer::MatRef<'_, T>,
    x: &RowPanel<'_, T>,
    y: &mut RowPanel<'_, T>,
) -> Result<(), Error> {
    let l = y.ncols();
    check_shape((x.nrows(), x.ncols()), (a.ncols(), l))?;
    check_shape((y.nrows(), l), (a.nrows(), l))?;
    let x = faer::MatRef::from_row_major_slice(x.as_slice(), a.ncols(), l);
    y.as_mut_slice()
        .par_chunks_mut(ROWS_PER_TASK * l)
        .enumerate()
        .for_each(|(piece, y)| {
            let nrows = y.len() / l;
            let rows = a.subrows(piece * ROWS_PER_TASK, nrows);
            let y = faer::MatMut::from_row_major_slice_mut(y, nrows, l);
            matmul(y, Accum::Replace, rows, x, T::ONE, Par::Seq);
        });
    Ok(())
}

impl<'p, T: Scalar> LinearOperator<RowPanel<'p, T>> for DenseOperator<'_, T> {
    fn nrows(&self) -> usize {
        self.a.nrows()
    }

    fn ncols(&self) -> usize {
        self.a.ncols()
    }

    fn apply(&self, x: &RowPanel<'p, T>, y: &mut RowPanel<'p, T>) -> Result<(), Error> {
        multiply(self.faer(), x, y)
    }

    fn apply_transpose(&self, y: &RowPanel<'p, T>, x: &mut RowPanel<'p, T>) -> Result<(), Error> {
        multiply(self.faer().transpose(), y, x)
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        let place = |i: usize| (i % self.a.nrows(), i / self.a.nrows());
        let entry_stats = || entry_stats(self.a.as_slice(), place);
        *self.entry_stats.get_or_init(entry_stats)
    }
}

impl<'p, T: Scalar> EntrywiseOperator<RowPanel<'p, T>> for DenseOperator<'_, T> {
    fn distance(
        &self,
        exponent: i32,
        w: &RowPanel<'p, T>,
        h: &RowPanel<'p, T>,
    ) -> Result<T, Error> {
        let k = w.ncols();
        check_factors((self.a.nrows(), self.a.ncols()), w, h)?;
        let squares: Vec<f64> = (0..self.a.ncols())
            .into_par_iter()
            .map(|j| {
                let h = &h.as_slice()[j * k..][..k];
                let entries = self.a.column(j).iter().zip(w.as_slice().chunks_exact(k));
                let square = |(a, w): (&T, &[T])| {
                    squared_difference(a.scale_by_power_of_two(exponent), w, h)
                };
                entries.map(square).sum()
            })
            .collect();
        Ok(T::from_f64(squares.iter().sum::<f64>().sqrt()))
    }
}

impl<'p, T: Scalar> DivergenceOperator<RowPanel<'p, T>> for DenseOperator<'_, T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        DivergenceOperator::<MatMut<'_, T>>::first_zero(&self.view)
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, RowPanel<'p, T>>,
        side: Side,
        terms: &mut RowPanel<'p, T>,
    ) -> Result<T, Error> {
        let a = match side {
            Side::Rows => self.faer(),
            Side::Columns => self.faer().transpose(),
        };
        divergence_terms(model, side, Entries::Dense(a), terms)
    }

    fn divergence_step(
        &self,
        step: MultiplicativeStep<'_, T>,
        exponent: i32,
        w: &RowPanel<'p, T>,
        [h, _]: [&mut RowPanel<'p, T>; 2],
    ) -> Result<bool, Error> {
        let a = Entries::Dense(self.faer().transpose());
        divergence_step(step, exponent, a, w, h).map(|()| true)
    }
}
