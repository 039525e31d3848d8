//! The sums behind multiplicative updates for a beta-divergence, over core's own panels.

use crate::dense::{MatMut, check_shape};
use crate::divergence::BetaDivergence;
use crate::error::Error;
use crate::real::Real;
use crate::summation::Compensated;

/// The factor that [N | D] is for, the other one, and where they meet.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    /// W: rows of [N | D] are rows of A.
    Rows,
    /// H: rows of [N | D] are columns of A.
    Columns,
}

/// W and H, and what is known of A ~ W H^T beside its entries.
pub(crate) struct Model<'m, 'p, T> {
    pub(crate) divergence: &'m BetaDivergence<T>,
    /// Entries are those of 2^e A.
    pub(crate) exponent: i32,
    pub(crate) w: &'m MatMut<'p, T>,
    pub(crate) h: &'m MatMut<'p, T>,
    pub(crate) side: Side,
}

impl<T: Real> Model<'_, '_, T> {
    /// [N | D] and the divergence, where the entries of the iterator are all that counts.
    pub(crate) fn of_listed(
        &self,
        entries: impl Iterator<Item = (usize, usize, T)>,
        terms: &mut MatMut<'_, T>,
    ) -> Result<T, Error> {
        self.check(terms)?;
        terms.fill(T::ZERO);
        let mut sum = Compensated::default();
        for (i, j, a) in entries {
            let a = a.scale_by_power_of_two(self.exponent);
            let v = product_entry(self.w, self.h, i, j);
            let divergence = self.divergence;
            self.add(i, j, divergence.pull(a, v), divergence.push(v), terms);
            sum.add(divergence.between(a, v));
        }
        Ok(sum.sum())
    }

    /// [N | D] and the divergence, where entries that are not listed are zeros.
    pub(crate) fn of_stored(
        &self,
        entries: impl Iterator<Item = (usize, usize, T)>,
        terms: &mut MatMut<'_, T>,
    ) -> Result<T, Error> {
        self.check(terms)?;
        terms.fill(T::ZERO);
        let mut sum = Compensated::default();
        sum.add(if self.divergence.is_linear_at_zero() {
            self.sums_of_model(terms)
        } else {
            self.all_of_model(terms)
        });
        for (i, j, a) in entries {
            let a = a.scale_by_power_of_two(self.exponent);
            let v = product_entry(self.w, self.h, i, j);
            self.add(i, j, self.divergence.pull(a, v), T::ZERO, terms);
            sum.add(self.divergence.between(a, v) - self.divergence.of_zero(v));
        }
        Ok(sum.sum())
    }

    fn check(&self, terms: &MatMut<'_, T>) -> Result<(), Error> {
        let (k, rows) = (
            self.w.ncols(),
            match self.side {
                Side::Rows => self.w.nrows(),
                Side::Columns => self.h.nrows(),
            },
        );
        check_shape((terms.nrows(), terms.ncols()), (rows, k.saturating_mul(2)))
    }

    /// N and D grow by the share of one entry.
    fn add(&self, i: usize, j: usize, pull: T, push: T, terms: &mut MatMut<'_, T>) {
        let (row, other, place) = match self.side {
            Side::Rows => (i, self.h, j),
            Side::Columns => (j, self.w, i),
        };
        let mut columns = terms.columns_mut();
        for factor in [pull, push] {
            for y in other.columns() {
                let entry = columns.next().and_then(|column| column.get_mut(row));
                if let (Some(x), Some(y)) = (entry, y.get(place)) {
                    *x += factor * *y;
                }
            }
        }
    }

    /// D and the sum of d(0 | v) = v for a divergence whose D is a sum of rows.
    fn sums_of_model(&self, terms: &mut MatMut<'_, T>) -> T {
        let (own, other) = match self.side {
            Side::Rows => (self.w, self.h),
            Side::Columns => (self.h, self.w),
        };
        let mut total = Compensated::default();
        let denominators = terms.columns_mut().skip(other.ncols());
        for (d, (x, y)) in denominators.zip(own.columns().zip(other.columns())) {
            let sum = summed(y);
            d.fill(sum);
            total.add(summed(x) * sum);
        }
        total.sum()
    }

    /// D and the sum of d(0 | v) over all entries.
    fn all_of_model(&self, terms: &mut MatMut<'_, T>) -> T {
        let mut sum = Compensated::default();
        for i in 0..self.w.nrows() {
            for j in 0..self.h.nrows() {
                let v = product_entry(self.w, self.h, i, j);
                self.add(i, j, T::ZERO, self.divergence.push(v), terms);
                sum.add(self.divergence.of_zero(v));
            }
        }
        sum.sum()
    }
}

fn summed<T: Real>(x: &[T]) -> T {
    let mut sum = Compensated::default();
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
