//! Matrices with missing entries.

use crate::dense::{check_operands, product_entry};
use crate::divergence_terms::{Model, Side};
use crate::{
    BetaDivergence, Compensated, CsrRef, DivergenceOperator, EntrywiseOperator, Error,
    LinearOperator, MatMut, Real, Survey,
};

/// A matrix of which only the stored entries are known, zeros among them; the others are missing
/// and count in no sum.
///
/// A [`BetaNmf`](crate::BetaNmf) approximates what is known and completes the rest. What needs all
/// entries answers [`Error::Incomplete`]. In plain products missing entries are zeros.
///
/// ```
/// use lowrank_core::{CsrRef, Observed};
/// // Ratings of three things by two people, who rated two each.
/// let ratings = CsrRef::new(&[0, 2, 4], &[0, 1, 1, 2], &[5.0, 0.0, 1.0, 4.0], 3)?;
/// let a = Observed(ratings);
/// # let _ = a;
/// # Ok::<(), lowrank_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Observed<A>(pub A);

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

    fn survey(&self) -> Result<Survey<T>, Error> {
        Ok(Survey {
            complete: false,
            ..Survey::of(self.0.entries())?
        })
    }
}

impl<'p, T: Real> EntrywiseOperator<MatMut<'p, T>> for Observed<CsrRef<'_, T>> {
    fn distance(&self, exponent: i32, w: &MatMut<'p, T>, h: &MatMut<'p, T>) -> Result<T, Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let mut squares = Compensated::default();
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
        divergence: &BetaDivergence<T>,
        exponent: i32,
        w: &MatMut<'p, T>,
        h: &MatMut<'p, T>,
        terms: &mut MatMut<'p, T>,
    ) -> Result<T, Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let side = Side::Rows;
        Model {
            divergence,
            exponent,
            w,
            h,
            side,
        }
        .of_listed(self.0.entries(), terms)
    }

    fn divergence_terms_transpose(
        &self,
        divergence: &BetaDivergence<T>,
        exponent: i32,
        w: &MatMut<'p, T>,
        h: &MatMut<'p, T>,
        terms: &mut MatMut<'p, T>,
    ) -> Result<(), Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let side = Side::Columns;
        Model {
            divergence,
            exponent,
            w,
            h,
            side,
        }
        .of_listed(self.0.entries(), terms)
        .map(drop)
    }
}

/// Row and column of the first entry that is zero.
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
