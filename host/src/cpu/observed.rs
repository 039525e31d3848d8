//! A sparse matrix whose unstored entries are missing.

#[cfg(test)]
use super::ColumnOrder;
use super::RowPanel;
use super::divergence::{divergence_step, divergence_terms};
use super::divergence_model::Entries;
use super::panel::check_factors;
use super::sparse::SparseOperator;
use super::sparse_layout::{SharedLayout, Usage};
use crate::Scalar;
use crate::SparseMatrix;
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, Side,
};
use lowrank_core::panel::Panel;
use lowrank_core::{Error, LinearOperator};
use rayon::prelude::*;

/// The known entries of A; in plain products, missing entries are zero.
#[derive(Debug)]
pub(crate) struct ObservedOperator<'a, T: Scalar>(SparseOperator<'a, T>);

impl<'a, T: Scalar> ObservedOperator<'a, T> {
    /// As [`SparseOperator::sharing`].
    pub(crate) fn sharing(a: &'a SparseMatrix<T>, layout: &SharedLayout, usage: Usage) -> Self {
        Self(SparseOperator::sharing(a, layout, usage))
    }

    /// As [`SparseOperator::new`].
    #[cfg(test)]
    pub(crate) fn new(a: &'a SparseMatrix<T>, order: Option<ColumnOrder>) -> Self {
        Self(SparseOperator::new(a, order))
    }

    /// As [`SparseOperator::columns`].
    pub(crate) fn columns(&self) -> Option<&[u32]> {
        self.0.columns()
    }
}

impl<'p, T: Scalar> LinearOperator<RowPanel<'p, T>> for ObservedOperator<'_, T> {
    fn nrows(&self) -> usize {
        self.0.nrows()
    }

    fn ncols(&self) -> usize {
        self.0.ncols()
    }

    fn apply(&self, x: &RowPanel<'p, T>, y: &mut RowPanel<'p, T>) -> Result<(), Error> {
        self.0.apply(x, y)
    }

    fn apply_transpose(&self, y: &RowPanel<'p, T>, x: &mut RowPanel<'p, T>) -> Result<(), Error> {
        self.0.apply_transpose(y, x)
    }

    fn apply_row_gram(
        &self,
        x: &RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
        y: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        self.0.apply_row_gram(x, across, y)
    }

    fn apply_column_gram(
        &self,
        y: &RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
        x: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        self.0.apply_column_gram(y, across, x)
    }

    fn replace_by_row_gram(
        &self,
        x: &mut RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        self.0.replace_by_row_gram(x, across)
    }

    fn replace_by_column_gram(
        &self,
        y: &mut RowPanel<'p, T>,
        across: &mut RowPanel<'p, T>,
    ) -> Result<(), Error> {
        self.0.replace_by_column_gram(y, across)
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        Ok(EntryStats {
            complete: false,
            ..self.0.entry_stats()?
        })
    }
}

impl<'p, T: Scalar> EntrywiseOperator<RowPanel<'p, T>> for ObservedOperator<'_, T> {
    fn distance(
        &self,
        exponent: i32,
        w: &RowPanel<'p, T>,
        h: &RowPanel<'p, T>,
    ) -> Result<T, Error> {
        let (a, k) = (self.0.permuted(), w.ncols());
        check_factors((a.nrows(), a.ncols()), w, h)?;
        let squares: Vec<f64> = (0..a.nrows())
            .into_par_iter()
            .map(|i| {
                let (columns, values) = a.row(i);
                let w = &w.as_slice()[i * k..][..k];
                let square = |(&j, a): (&u32, &T)| {
                    let h = &h.as_slice()[j as usize * k..][..k];
                    super::sparse::squared_difference(a.scale_by_power_of_two(exponent), w, h)
                };
                columns.iter().zip(values).map(square).sum()
            })
            .collect();
        Ok(T::from_f64(squares.iter().sum::<f64>().sqrt()))
    }
}

impl<'p, T: Scalar> DivergenceOperator<RowPanel<'p, T>> for ObservedOperator<'_, T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        first_stored_zero(self.0.matrix())
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, RowPanel<'p, T>>,
        side: Side,
        terms: &mut RowPanel<'p, T>,
    ) -> Result<T, Error> {
        let a = match side {
            Side::Rows => self.0.permuted(),
            Side::Columns => self.0.transposed(),
        };
        divergence_terms(model, side, Entries::Observed(a), terms)
    }

    fn divergence_step(
        &self,
        step: MultiplicativeStep<'_, T>,
        exponent: i32,
        w: &RowPanel<'p, T>,
        [h, _]: [&mut RowPanel<'p, T>; 2],
    ) -> Result<bool, Error> {
        let a = Entries::Observed(self.0.transposed());
        divergence_step(step, exponent, a, w, h).map(|()| true)
    }
}

/// Returns row and column of the first stored entry that is zero.
pub(crate) fn first_stored_zero<T: Scalar>(a: &SparseMatrix<T>) -> Option<(usize, usize)> {
    let zero = |i: usize| {
        let (columns, values) = a.row(i);
        let place = values.iter().position(|x| *x == T::ZERO)?;
        Some((i, columns[place] as usize))
    };
    (0..a.nrows()).find_map(zero)
}
