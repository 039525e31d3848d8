//! The sums of the multiplicative updates for a beta-divergence, over core's own panels.

use crate::dense::check_shape;
use crate::operator::{DivergenceModel, Side};
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, Real};

/// [N | D] of the factor on one side of a model.
pub(crate) struct Terms<'m, 'p, T: Real> {
    pub(crate) model: DivergenceModel<'m, MatMut<'p, T>>,
    pub(crate) side: Side,
}

impl<T: Real> Terms<'_, '_, T> {
    /// Computes [N | D] and the divergence over the entries of the iterator alone.
    pub(crate) fn of_listed(
        &self,
        entries: impl Iterator<Item = (usize, usize, T)>,
        terms: &mut MatMut<'_, T>,
    ) -> Result<T, Error> {
        self.clear(terms)?;
        let divergence = self.model.divergence;
        let mut sum = CompensatedSum::default();
        self.visit(entries, |place, a, v| {
            self.add(place, [divergence.pull(a, v), divergence.push(v)], terms);
            sum.add(divergence.between(a, v));
        });
        Ok(sum.sum())
    }

    /// Computes [N | D] and the divergence, where entries that are not listed are zeros.
    pub(crate) fn of_stored(
        &self,
        entries: impl Iterator<Item = (usize, usize, T)>,
        terms: &mut MatMut<'_, T>,
    ) -> Result<T, Error> {
        self.clear(terms)?;
        let divergence = self.model.divergence;
        let mut sum = CompensatedSum::default();
        sum.add(if divergence.is_linear_at_zero() {
            self.sums_of_model(terms)
        } else {
            self.all_of_model(terms)
        });
        self.visit(entries, |place, a, v| {
            self.add(place, [divergence.pull(a, v), T::ZERO], terms);
            sum.add(divergence.between(a, v) - divergence.of_zero(v));
        });
        Ok(sum.sum())
    }

    /// Calls `visit` with the place, the entry of 2^e A and that of the model.
    fn visit(
        &self,
        entries: impl Iterator<Item = (usize, usize, T)>,
        mut visit: impl FnMut((usize, usize), T, T),
    ) {
        for (i, j, a) in entries {
            let a = a.scale_by_power_of_two(self.model.exponent);
            visit((i, j), a, product_entry(self.model.w, self.model.h, i, j));
        }
    }

    /// Fills the terms with zeros, after checking their shape.
    fn clear(&self, terms: &mut MatMut<'_, T>) -> Result<(), Error> {
        let [own, _] = self.model.factors(self.side);
        let width = own.ncols().saturating_mul(2);
        check_shape((terms.nrows(), terms.ncols()), (own.nrows(), width))?;
        terms.fill(T::ZERO);
        Ok(())
    }

    /// Adds the shares of one entry to N and D.
    fn add(&self, (i, j): (usize, usize), shares: [T; 2], terms: &mut MatMut<'_, T>) {
        let [_, other] = self.model.factors(self.side);
        let (row, place) = match self.side {
            Side::Rows => (i, j),
            Side::Columns => (j, i),
        };
        let mut columns = terms.columns_mut();
        for factor in shares {
            for y in other.columns() {
                let entry = columns.next().and_then(|column| column.get_mut(row));
                if let (Some(x), Some(y)) = (entry, y.get(place)) {
                    *x += factor * *y;
                }
            }
        }
    }

    /// Computes D and the sum of d(0 | v) = v for a divergence whose D is a sum of rows.
    fn sums_of_model(&self, terms: &mut MatMut<'_, T>) -> T {
        let [own, other] = self.model.factors(self.side);
        let mut total = CompensatedSum::default();
        let denominators = terms.columns_mut().skip(other.ncols());
        for (d, (x, y)) in denominators.zip(own.columns().zip(other.columns())) {
            let sum = summed(y);
            d.fill(sum);
            total.add(summed(x) * sum);
        }
        total.sum()
    }

    /// Computes D and the sum of d(0 | v) over all entries.
    fn all_of_model(&self, terms: &mut MatMut<'_, T>) -> T {
        let DivergenceModel {
            divergence, w, h, ..
        } = self.model;
        let mut sum = CompensatedSum::default();
        for i in 0..w.nrows() {
            for j in 0..h.nrows() {
                let v = product_entry(w, h, i, j);
                self.add((i, j), [T::ZERO, divergence.push(v)], terms);
                sum.add(divergence.of_zero(v));
            }
        }
        sum.sum()
    }
}

fn summed<T: Real>(x: &[T]) -> T {
    let mut sum = CompensatedSum::default();
    for x in x {
        sum.add(*x);
    }
    sum.sum()
}

/// (W H^T)_ij.
#[inline(always)]
pub(crate) fn product_entry<T: Real>(
    w: &MatMut<'_, T>,
    h: &MatMut<'_, T>,
    i: usize,
    j: usize,
) -> T {
    let mut sum = T::ZERO;
    for (w, h) in w.columns().zip(h.columns()) {
        let (w, h) = (w.get(i), h.get(j));
        sum += w.copied().unwrap_or(T::ZERO) * h.copied().unwrap_or(T::ZERO);
    }
    sum
}
