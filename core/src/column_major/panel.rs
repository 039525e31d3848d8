//! Implementation of [`Panel`] on column-major slices, core's own memory.

use crate::dense::lu::{largest_entry, lu_normalize};
use crate::dense::qr::thin_qr;
use crate::dense::{axpy, check_shape, copy, dot, scale};
use crate::panel::{Jacobi, Panel};
use crate::random::RandomEntries;
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, MatRef, Real};

impl<'a, T: Real> Panel for MatMut<'a, T> {
    type Scalar = T;
    type Small = MatMut<'a, T>;
    type Decompositions = Jacobi;

    fn nrows(&self) -> usize {
        self.nrows()
    }

    fn ncols(&self) -> usize {
        self.ncols()
    }

    fn set_ncols(&mut self, ncols: usize) -> Result<(), Error> {
        MatMut::set_ncols(self, ncols)
    }

    fn fill_random(&mut self, random: &RandomEntries) -> Result<(), Error> {
        for (j, column) in (0..self.ncols()).zip(self.columns_mut()) {
            for (i, x) in column.iter_mut().enumerate() {
                *x = random.at(i, j);
            }
        }
        Ok(())
    }

    fn fill(&mut self, value: T) -> Result<(), Error> {
        MatMut::fill(self, value);
        Ok(())
    }

    fn append(&mut self, block: &Self) -> Result<(), Error> {
        check_shape(
            (block.nrows(), block.ncols()),
            (self.nrows(), block.ncols()),
        )?;
        let held = self.ncols();
        MatMut::set_ncols(self, held.saturating_add(block.ncols()))?;
        for (x, y) in self.columns_mut().skip(held).zip(block.as_ref().columns()) {
            copy(y, x);
        }
        Ok(())
    }

    fn scale(&mut self, factor: T) -> Result<(), Error> {
        scale(factor, self.as_mut_slice());
        Ok(())
    }

    fn scale_columns(&mut self, factors: &[T]) -> Result<(), Error> {
        crate::buffer::require(factors.len(), self.ncols())?;
        for (x, factor) in self.columns_mut().zip(factors) {
            scale(*factor, x);
        }
        Ok(())
    }

    fn combine(&mut self, [c, a, b]: [T; 3], y: &Self, z: &Self) -> Result<(), Error> {
        check_same_shape(self, y)?;
        check_same_shape(self, z)?;
        let others = y.as_slice().iter().zip(z.as_slice());
        for (x, (y, z)) in self.as_mut_slice().iter_mut().zip(others) {
            *x = c * *x + a * *y + b * *z;
        }
        Ok(())
    }

    fn axpby(&mut self, a: T, x: &Self, b: T) -> Result<(), Error> {
        check_same_shape(self, x)?;
        for (y, x) in self.as_mut_slice().iter_mut().zip(x.as_slice()) {
            *y = a * *x + b * *y;
        }
        Ok(())
    }

    fn thin_qr(&mut self, r: &mut MatMut<'a, T>) -> Result<usize, Error> {
        r.reshape(self.ncols(), self.ncols())?;
        thin_qr(self, r)
    }

    fn normalize(&mut self) -> Result<(), Error> {
        lu_normalize(self)
    }

    fn gram(&self, gram: &mut MatMut<'a, T>) -> Result<(), Error> {
        gram.reshape(self.ncols(), self.ncols())?;
        for (j, column) in (0..self.ncols()).zip(gram.columns_mut()) {
            for (i, g) in column.iter_mut().enumerate() {
                *g = dot(self.column(i), self.column(j));
            }
        }
        Ok(())
    }

    fn cross_gram(&self, other: &Self, cross: &mut MatMut<'a, T>) -> Result<(), Error> {
        check_shape(
            (other.nrows(), other.ncols()),
            (self.nrows(), other.ncols()),
        )?;
        cross.reshape(self.ncols(), other.ncols())?;
        for (y, column) in other.as_ref().columns().zip(cross.columns_mut()) {
            for (x, s) in self.columns().zip(column) {
                *s = dot(x, y);
            }
        }
        Ok(())
    }

    fn subtract_product(&mut self, x: &Self, small: &MatMut<'a, T>) -> Result<(), Error> {
        check_shape((x.nrows(), small.nrows()), (self.nrows(), x.ncols()))?;
        check_shape(
            (small.nrows(), small.ncols()),
            (small.nrows(), self.ncols()),
        )?;
        for (y, s) in self.columns_mut().zip(small.columns()) {
            for (x, s) in x.columns().zip(s) {
                axpy(-*s, x, y);
            }
        }
        Ok(())
    }

    fn mul_small(&self, small: &MatMut<'a, T>, out: &mut Self) -> Result<(), Error> {
        check_shape((out.nrows(), small.nrows()), (self.nrows(), self.ncols()))?;
        if out.ncols() > small.ncols() {
            return check_shape((small.nrows(), small.ncols()), (small.nrows(), out.ncols()));
        }
        for (j, y) in (0..out.ncols()).zip(out.columns_mut()) {
            multiply_vector(self.as_ref(), small.column(j), y);
        }
        Ok(())
    }

    fn inner_product(&self, other: &Self) -> Result<T, Error> {
        check_same_shape(self, other)?;
        let mut sum = CompensatedSum::default();
        for (x, y) in self.as_slice().iter().zip(other.as_slice()) {
            sum.add(*x * *y);
        }
        Ok(sum.sum())
    }

    fn inner_products(
        &self,
        other: &Self,
        [gram, other_gram]: [&Self; 2],
    ) -> Result<[T; 2], Error> {
        Ok([self.inner_product(other)?, gram.inner_product(other_gram)?])
    }

    fn align_signs(&mut self, partner: &mut Self) -> Result<(), Error> {
        for (x, y) in self.columns_mut().zip(partner.columns_mut()) {
            if largest_entry(x).is_some_and(|(_, value)| value < T::ZERO) {
                scale(-T::ONE, x);
                scale(-T::ONE, y);
            }
        }
        Ok(())
    }

    fn distances(&self, factors: &[T], other: &Self, norms: &mut [T]) -> Result<(), Error> {
        check_same_shape(self, other)?;
        for (j, (norm, factor)) in (0..self.ncols()).zip(norms.iter_mut().zip(factors)) {
            *norm = distance(self.column(j), *factor, other.column(j));
        }
        Ok(())
    }

    fn read_small(small: &MatMut<'a, T>, mut out: MatMut<'_, T>) -> Result<(), Error> {
        for (out, x) in out.columns_mut().zip(small.columns()) {
            copy(x, out);
        }
        Ok(())
    }

    fn write_small(values: MatRef<'_, T>, small: &mut MatMut<'a, T>) -> Result<(), Error> {
        small.reshape(values.nrows(), values.ncols())?;
        small.copy_from(values)
    }
}

pub(super) fn check_same_shape<T: Real>(x: &MatMut<'_, T>, y: &MatMut<'_, T>) -> Result<(), Error> {
    check_shape((y.nrows(), y.ncols()), (x.nrows(), x.ncols()))
}

/// y <- A x.
#[inline(always)]
pub(crate) fn multiply_vector<T: Real>(a: MatRef<'_, T>, x: &[T], y: &mut [T]) {
    y.fill(T::ZERO);
    for (column, x) in a.columns().zip(x) {
        axpy(*x, column, y);
    }
}

/// ||x - factor y||, for entries whose squares are in range.
fn distance<T: Real>(x: &[T], factor: T, y: &[T]) -> T {
    let mut squares = T::ZERO;
    for (x, y) in x.iter().zip(y) {
        let difference = *x - factor * *y;
        squares += difference * difference;
    }
    squares.sqrt()
}
