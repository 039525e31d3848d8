//! Sparse rows with missing entries as operators.

use super::dense::{check_operands, first_zero};
use super::divergence_terms::{Terms, product_entry};
use crate::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, LinearOperator, Observed,
    Side,
};
use crate::summation::CompensatedSum;
use crate::{CsrRef, Error, MatMut, Real};

impl<'p, T: Real> LinearOperator<MatMut<'p, T>> for Observed<CsrRef<'_, T>> {
    fn nrows(&self) -> usize {
        self.0.nrows()
    }

    fn ncols(&self) -> usize {
        self.0.ncols()
    }

    fn apply(&self, x: &MatMut<'p, T>, y: &mut MatMut<'p, T>) -> Result<(), Error> {
        self.0.apply(x, y)
    }

    fn apply_transpose(&self, y: &MatMut<'p, T>, x: &mut MatMut<'p, T>) -> Result<(), Error> {
        self.0.apply_transpose(y, x)
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        Ok(EntryStats {
            complete: false,
            ..EntryStats::of(self.0.entries())?
        })
    }
}

impl<'p, T: Real> EntrywiseOperator<MatMut<'p, T>> for Observed<CsrRef<'_, T>> {
    fn distance(&self, exponent: i32, w: &MatMut<'p, T>, h: &MatMut<'p, T>) -> Result<T, Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let mut squares = CompensatedSum::default();
        for (i, j, a) in self.0.entries() {
            let difference = a.scale_by_power_of_two(exponent) - product_entry(w, h, i, j);
            squares.add(difference * difference);
        }
        Ok(squares.sum().sqrt())
    }
}

impl<'p, T: Real> DivergenceOperator<MatMut<'p, T>> for Observed<CsrRef<'_, T>> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        first_zero(self.0.entries())
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, MatMut<'p, T>>,
        side: Side,
        terms: &mut MatMut<'p, T>,
    ) -> Result<T, Error> {
        let (w, h) = (model.w, model.h);
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        Terms { model, side }.of_listed(self.0.entries(), terms)
    }
}
