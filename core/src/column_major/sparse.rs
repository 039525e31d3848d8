//! Sparse rows as operators.

use super::dense::check_operands;
use super::divergence_terms::{Terms, product_entry};
use crate::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, LinearOperator, Side,
};
use crate::summation::CompensatedSum;
use crate::{CsrRef, Error, MatMut, Real};

impl<'p, T: Real> LinearOperator<MatMut<'p, T>> for CsrRef<'_, T> {
    fn nrows(&self) -> usize {
        CsrRef::nrows(self)
    }

    fn ncols(&self) -> usize {
        self.ncols()
    }

    fn apply(&self, x: &MatMut<'p, T>, y: &mut MatMut<'p, T>) -> Result<(), Error> {
        check_operands(self, (y.nrows(), y.ncols()), (x.nrows(), x.ncols()))?;
        for (j, y) in (0..y.ncols()).zip(y.columns_mut()) {
            let x = x.column(j);
            for (y, (columns, values)) in y.iter_mut().zip(self.rows()) {
                let mut sum = T::ZERO;
                for (&column, &a) in columns.iter().zip(values) {
                    sum += a * x.get(column as usize).copied().unwrap_or(T::ZERO);
                }
                *y = sum;
            }
        }
        Ok(())
    }

    fn apply_transpose(&self, y: &MatMut<'p, T>, x: &mut MatMut<'p, T>) -> Result<(), Error> {
        check_operands(self, (y.nrows(), y.ncols()), (x.nrows(), x.ncols()))?;
        for (j, x) in (0..x.ncols()).zip(x.columns_mut()) {
            x.fill(T::ZERO);
            for (&y, (columns, values)) in y.column(j).iter().zip(self.rows()) {
                for (&column, &a) in columns.iter().zip(values) {
                    if let Some(x) = x.get_mut(column as usize) {
                        *x += a * y;
                    }
                }
            }
        }
        Ok(())
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        EntryStats::of(self.entries())
    }
}

impl<'p, T: Real> EntrywiseOperator<MatMut<'p, T>> for CsrRef<'_, T> {
    /// Compares each row of W H^T with the stored entries of the row; entries that are not stored are zero. Rows whose
    /// columns are not sorted cost a search for every entry.
    fn distance(&self, exponent: i32, w: &MatMut<'p, T>, h: &MatMut<'p, T>) -> Result<T, Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let mut squares = CompensatedSum::default();
        for (i, (columns, values)) in self.rows().enumerate() {
            let ordered = columns.iter().is_sorted();
            let mut stored = columns.iter().zip(values).peekable();
            for j in 0..self.ncols() {
                let mut a = T::ZERO;
                if ordered {
                    while let Some((_, &value)) = stored.next_if(|entry| *entry.0 as usize == j) {
                        a += value;
                    }
                } else {
                    for (_, &value) in stored.clone().filter(|entry| *entry.0 as usize == j) {
                        a += value;
                    }
                }
                let difference = a.scale_by_power_of_two(exponent) - product_entry(w, h, i, j);
                squares.add(difference * difference);
            }
        }
        Ok(squares.sum().sqrt())
    }
}

impl<'p, T: Real> DivergenceOperator<MatMut<'p, T>> for CsrRef<'_, T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        for (row, (columns, values)) in (0..self.nrows()).zip(self.rows()) {
            let stored = columns.iter().zip(values);
            for column in 0..self.ncols() {
                let mut here = stored.clone().filter(|entry| *entry.0 as usize == column);
                if !here.any(|entry| *entry.1 != T::ZERO) {
                    return Some((row, column));
                }
            }
        }
        None
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, MatMut<'p, T>>,
        side: Side,
        terms: &mut MatMut<'p, T>,
    ) -> Result<T, Error> {
        let (w, h) = (model.w, model.h);
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        Terms { model, side }.of_stored(self.entries(), terms)
    }
}
