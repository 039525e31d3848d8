//! Dense views as operators.

use super::divergence_terms::{Terms, product_entry};
use super::panel::multiply_vector;
use crate::dense::{check_shape, dot};
use crate::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, LinearOperator, Side,
};
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, MatRef, Real};

impl<'p, T: Real> LinearOperator<MatMut<'p, T>> for MatRef<'_, T> {
    fn nrows(&self) -> usize {
        MatRef::nrows(self)
    }

    fn ncols(&self) -> usize {
        MatRef::ncols(self)
    }

    fn apply(&self, x: &MatMut<'p, T>, y: &mut MatMut<'p, T>) -> Result<(), Error> {
        check_operands(self, (y.nrows(), y.ncols()), (x.nrows(), x.ncols()))?;
        for (j, y) in (0..y.ncols()).zip(y.columns_mut()) {
            multiply_vector(*self, x.column(j), y);
        }
        Ok(())
    }

    fn apply_transpose(&self, y: &MatMut<'p, T>, x: &mut MatMut<'p, T>) -> Result<(), Error> {
        check_operands(self, (y.nrows(), y.ncols()), (x.nrows(), x.ncols()))?;
        for (j, x) in (0..x.ncols()).zip(x.columns_mut()) {
            for (i, x) in x.iter_mut().enumerate() {
                *x = dot(self.column(i), y.column(j));
            }
        }
        Ok(())
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        EntryStats::of(entries(self))
    }
}

/// Returns (row, column, value) of all entries, column after column.
fn entries<'a, T: Real>(
    a: &MatRef<'a, T>,
) -> impl Iterator<Item = (usize, usize, T)> + Clone + use<'a, T> {
    (0..a.ncols()).zip(a.columns()).flat_map(|(column, x)| {
        let entry = move |(row, x): (usize, &T)| (row, column, *x);
        (0..x.len()).zip(x).map(entry)
    })
}

impl<'p, T: Real> DivergenceOperator<MatMut<'p, T>> for MatRef<'_, T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        first_zero(entries(self))
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, MatMut<'p, T>>,
        side: Side,
        terms: &mut MatMut<'p, T>,
    ) -> Result<T, Error> {
        let (w, h) = (model.w, model.h);
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        Terms { model, side }.of_listed(entries(self), terms)
    }
}

/// Checks that the tall sides of a product fit the m x n operator and each other.
pub(crate) fn check_operands<'p, T: Real>(
    a: &impl LinearOperator<MatMut<'p, T>>,
    tall: (usize, usize),
    wide: (usize, usize),
) -> Result<(), Error> {
    check_shape(tall, (a.nrows(), wide.1))?;
    check_shape(wide, (a.ncols(), wide.1))
}

impl<'p, T: Real> EntrywiseOperator<MatMut<'p, T>> for MatRef<'_, T> {
    fn distance(&self, exponent: i32, w: &MatMut<'p, T>, h: &MatMut<'p, T>) -> Result<T, Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let mut squares = CompensatedSum::default();
        for (j, a) in (0..self.ncols()).zip(self.columns()) {
            for (i, a) in a.iter().enumerate() {
                let difference = a.scale_by_power_of_two(exponent) - product_entry(w, h, i, j);
                squares.add(difference * difference);
            }
        }
        Ok(squares.sum().sqrt())
    }
}

/// Returns row and column of the first zero entry.
pub(crate) fn first_zero<T: Real>(
    entries: impl Iterator<Item = (usize, usize, T)>,
) -> Option<(usize, usize)> {
    for (row, column, x) in entries {
        if x == T::ZERO {
            return Some((row, column));
        }
    }
    None
}
