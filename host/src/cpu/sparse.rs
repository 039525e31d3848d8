//! Products of a sparse matrix with row-major panels.

use super::compressed_rows::CompressedRows;
use super::divergence::{divergence_step, divergence_terms};
use super::divergence_model::Entries;
use super::entry_stats::entry_stats;
use super::least_squares_step::least_squares_step;
use super::panel::{check_factors, check_shape};
use super::row_gram::{is_worth_one_pass, replace_by_row_gram, row_gram};
use super::sparse_layout::{SharedLayout, SparseLayout, Usage};
use super::sparse_product::product_of_rows;
use super::transposed_product::{is_narrow, transposed_product};
use super::{ColumnOrder, RowPanel};
use crate::{Scalar, SparseMatrix, recycling};
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, Side,
};
use lowrank_core::panel::{LeastSquaresStep, Panel};
use lowrank_core::{Error, LinearOperator, MatMut};
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// The number of rows of a result that one task computes.
const ROWS_PER_TASK: usize = 128;

/// A and A^T in compressed sparse rows, so that both products gather and none scatters; where products are few and narrow,
/// A alone.
///
/// Row offsets and values of A are those of the matrix. The numbers of its permuted columns, and A^T, are written when
/// a product asks for them, their places for all operators that share a layout.
#[derive(Debug)]
pub(crate) struct SparseOperator<'a, T: Scalar> {
    a: &'a SparseMatrix<T>,
    layout: Arc<SparseLayout>,
    /// The values of A^T.
    transposed: OnceLock<Vec<T>>,
    few_products: bool,
    /// Computed at the first request.
    entry_stats: OnceLock<Result<EntryStats<T>, Error>>,
}

impl<'a, T: Scalar> SparseOperator<'a, T> {
    /// Creates an operator on panels whose rows on the side of its columns are in this `order`; `None` keeps the
    /// columns as they are.
    #[cfg(test)]
    pub(crate) fn new(a: &'a SparseMatrix<T>, order: Option<ColumnOrder>) -> Self {
        Self::with(a, Arc::new(SparseLayout::new(order)), false)
    }

    /// Creates an operator in a layout that others share: those of the same matrix in other precisions.
    pub(crate) fn sharing(a: &'a SparseMatrix<T>, layout: &SharedLayout, usage: Usage) -> Self {
        Self::with(a, layout.of(a, usage.permuted), usage.few_products)
    }

    fn with(a: &'a SparseMatrix<T>, layout: Arc<SparseLayout>, few_products: bool) -> Self {
        Self {
            a,
            layout,
            transposed: OnceLock::new(),
            few_products,
            entry_stats: OnceLock::new(),
        }
    }

    /// Returns A with permuted columns.
    pub(super) fn permuted(&self) -> CompressedRows<'_, T> {
        match self.layout.positions(self.a) {
            Some(positions) => CompressedRows::renumbered(self.a, positions),
            None => CompressedRows::from(self.a),
        }
    }

    pub(super) fn matrix(&self) -> &SparseMatrix<T> {
        self.a
    }

    /// Returns the column of A for each row of a panel; `None` if columns are not permuted.
    pub(crate) fn columns(&self) -> Option<&[u32]> {
        self.layout.order().map(ColumnOrder::columns)
    }

    /// Returns A^T with permuted rows.
    pub(super) fn transposed(&self) -> CompressedRows<'_, T> {
        let values = || self.layout.transposed_values(self.a);
        let values = self.transposed.get_or_init(values);
        let places = self.layout.transposed().expect("written with the values");
        CompressedRows::at_places(places, values, self.a.nrows())
    }
}

impl<T: Scalar> Drop for SparseOperator<'_, T> {
    /// Keeps the memory for the next operator.
    fn drop(&mut self) {
        if let Some(values) = self.transposed.take() {
            recycling::give_back(values);
        }
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
        multiply(self.permuted(), x, y)
    }

    fn apply_transpose(&self, y: &RowPanel<'p, T>, x: &mut RowPanel<'p, T>) -> Result<(), Error> {
        if self.few_products && is_narrow(y.ncols()) {
            return transposed_product(self.permuted(), y, x);
        }
        multiply(self.transposed(), y, x)
    }

    fn apply_row_gram(
        &self,
        x: &RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
        y: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        if is_worth_one_pass::<T>((self.a.ncols(), self.a.nrows()), x.ncols()) {
            return row_gram(self.transposed(), x, across, y);
        }
        self.apply_transpose(x, across)?;
        self.apply(across, y)
    }

    fn apply_column_gram(
        &self,
        y: &RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
        x: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        if is_worth_one_pass::<T>((self.a.nrows(), self.a.ncols()), y.ncols()) {
            return row_gram(self.permuted(), y, across, x);
        }
        self.apply(y, across)?;
        self.apply_transpose(across, x)
    }

    fn replace_by_row_gram(
        &self,
        x: &mut RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        if is_worth_one_pass::<T>((self.a.ncols(), self.a.nrows()), x.ncols()) {
            return replace_by_row_gram(self.transposed(), x, across);
        }
        self.apply_transpose(x, across)?;
        self.apply(across, x)
    }

    fn replace_by_column_gram(
        &self,
        y: &mut RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        if is_worth_one_pass::<T>((self.a.nrows(), self.a.ncols()), y.ncols()) {
            return replace_by_row_gram(self.permuted(), y, across);
        }
        self.apply(y, across)?;
        self.apply_transpose(across, y)
    }

    fn least_squares_step(
        &self,
        step: &LeastSquaresStep<'_, RowPanel<'p, T>>,
        w: &RowPanel<'p, T>,
        [h, _]: [&mut RowPanel<'p, T>; 2],
        gram: &mut MatMut<'p, T>,
    ) -> Result<bool, Error> {
        least_squares_step(self.transposed(), step, w, h, gram).map(|()| true)
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        let place = |i: usize| {
            let row = self.a.row_offsets.partition_point(|start| *start <= i);
            (row.saturating_sub(1), self.a.columns[i] as usize)
        };
        let entry_stats = || entry_stats(&self.a.values, place);
        *self.entry_stats.get_or_init(entry_stats)
    }
}

/// Y <- A X.
fn multiply<T: Scalar>(
    a: CompressedRows<'_, T>,
    x: &RowPanel<'_, T>,
    y: &mut RowPanel<'_, T>,
) -> Result<(), Error> {
    let l = y.ncols();
    check_shape((x.nrows(), x.ncols()), (a.ncols(), l))?;
    check_shape((y.nrows(), l), (a.nrows(), l))?;
    y.as_mut_slice()
        .par_chunks_mut(ROWS_PER_TASK * l)
        .enumerate()
        .for_each(|(piece, y)| product_of_rows(a, x, piece * ROWS_PER_TASK, y));
    Ok(())
}

impl<'p, T: Scalar> EntrywiseOperator<RowPanel<'p, T>> for SparseOperator<'_, T> {
    fn distance(
        &self,
        exponent: i32,
        w: &RowPanel<'p, T>,
        h: &RowPanel<'p, T>,
    ) -> Result<T, Error> {
        let (k, order) = (w.ncols(), self.layout.order());
        check_factors((self.a.nrows(), self.a.ncols()), w, h)?;
        let squares: Vec<f64> = (0..self.a.nrows())
            .into_par_iter()
            .map(|i| {
                let (columns, values) = self.a.row(i);
                let mut stored = columns.iter().zip(values).peekable();
                let w = &w.as_slice()[i * k..][..k];
                let row = |j: usize| {
                    let place = order.map_or(j, |order| order.places()[j] as usize);
                    &h.as_slice()[place * k..][..k]
                };
                (0..self.a.ncols())
                    .map(|j| {
                        let a = stored.next_if(|entry| *entry.0 as usize == j);
                        let a = a.map_or(T::ZERO, |(_, a)| a.scale_by_power_of_two(exponent));
                        squared_difference(a, w, row(j))
                    })
                    .sum()
            })
            .collect();
        Ok(T::from_f64(squares.iter().sum::<f64>().sqrt()))
    }
}

impl<'p, T: Scalar> DivergenceOperator<RowPanel<'p, T>> for SparseOperator<'_, T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        first_zero(self.a)
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, RowPanel<'p, T>>,
        side: Side,
        terms: &mut RowPanel<'p, T>,
    ) -> Result<T, Error> {
        let a = match side {
            Side::Rows => self.permuted(),
            Side::Columns => self.transposed(),
        };
        divergence_terms(model, side, Entries::Sparse(a), terms)
    }

    fn divergence_step(
        &self,
        step: MultiplicativeStep<'_, T>,
        exponent: i32,
        w: &RowPanel<'p, T>,
        [h, _]: [&mut RowPanel<'p, T>; 2],
    ) -> Result<bool, Error> {
        let a = Entries::Sparse(self.transposed());
        divergence_step(step, exponent, a, w, h).map(|()| true)
    }
}

/// Returns row and column of the first zero entry, stored or not.
pub(crate) fn first_zero<T: Scalar>(a: &SparseMatrix<T>) -> Option<(usize, usize)> {
    let zero = |i: usize| {
        let (columns, values) = a.row(i);
        let stored = columns.iter().zip(values).enumerate();
        let mut zeros = stored
            .filter(|(j, (column, x))| **column as usize != *j || **x == T::ZERO)
            .map(|(j, _)| (i, j));
        let behind = (columns.len() < a.ncols()).then_some((i, columns.len()));
        zeros.next().or(behind)
    };
    (0..a.nrows()).find_map(zero)
}

/// (a - w . h)^2.
pub(super) fn squared_difference<T: Scalar>(a: T, w: &[T], h: &[T]) -> f64 {
    let mut product = T::ZERO;
    for (w, h) in w.iter().zip(h) {
        product += *w * *h;
    }
    (a - product).to_f64().powi(2)
}
