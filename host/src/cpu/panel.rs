//! Tall blocks of columns in row-major order, for which a product with a sparse matrix reads and
//! writes whole cache lines.

use super::cholesky_qr::TallRows;
use super::rows::{
    ROWS_PER_TASK, Rows, cross_sums, inner_product, multiply_rows, subtract_rows, transposed,
};
use super::small_decompositions::FaerDecompositions;
use crate::Scalar;
use crate::cholesky_qr::cholesky_qr;
use lowrank_core::panel::Panel;
use lowrank_core::random::RandomEntries;
use lowrank_core::{Error, MatMut, MatRef};
use rayon::prelude::*;

/// The columns that are copied in one pass over the rows: those of a cache line.
const LINE: usize = 8;

/// X, rows x l, row-major.
#[derive(Debug)]
pub(crate) struct RowPanel<'a, T> {
    buffer: &'a mut [T],
    nrows: usize,
    ncols: usize,
    /// The numbers from one row to the next: more than `ncols` if columns are to be appended.
    stride: usize,
    /// The row of the matrix for each row; `None` if rows are not permuted.
    order: Option<&'a [u32]>,
}

impl<'a, T: Scalar> RowPanel<'a, T> {
    /// Creates a panel in the first `nrows` * `ncols` scalars of `buffer`.
    pub(crate) fn new(buffer: &'a mut [T], nrows: usize, ncols: usize) -> Self {
        assert!(buffer.len() >= nrows * ncols);
        Self {
            buffer,
            nrows,
            ncols,
            stride: ncols,
            order: None,
        }
    }

    /// Returns the same panel, whose row i is row `order`\[i\] of the matrix.
    pub(crate) fn permuted(self, order: Option<&'a [u32]>) -> Self {
        assert!(order.is_none_or(|order| order.len() == self.nrows));
        Self { order, ..self }
    }

    /// Returns the row of the matrix for row `i`.
    fn number(&self, i: usize) -> usize {
        self.order.map_or(i, |order| order[i] as usize)
    }

    /// Returns the place of each row of the matrix; `None` if rows are not permuted.
    fn places(&self) -> Option<Vec<u32>> {
        let order = self.order?;
        let mut places = vec![0; self.nrows];
        for (place, number) in (0..).zip(order) {
            places[*number as usize] = place;
        }
        Some(places)
    }

    /// Returns the rows in the order of the matrix, column-major.
    pub(crate) fn columns(&self) -> Vec<T> {
        let (m, l, places) = (self.nrows, self.ncols, self.places());
        let mut columns = vec![T::ZERO; m * l];
        // A cache line of each row at a time: the rows are read in any order, and the columns written one number after
        // the other.
        let groups = columns.par_chunks_mut(m.max(1) * LINE).enumerate();
        groups.for_each(|(group, columns)| {
            for i in 0..m {
                let place = places.as_ref().map_or(i, |places| places[i] as usize);
                let row = &self.as_slice()[place * l..][..l];
                for (j, x) in row[group * LINE..].iter().take(LINE).enumerate() {
                    columns[j * m + i] = *x;
                }
            }
        });
        columns
    }

    /// Copies the rows from a column-major matrix.
    pub(crate) fn copy_from_columns(&mut self, columns: &[T]) {
        let (m, l) = (self.nrows, self.ncols);
        let places = self.places();
        for i in 0..m {
            let place = places.as_ref().map_or(i, |places| places[i] as usize);
            for (j, x) in self.buffer[place * l..][..l].iter_mut().enumerate() {
                *x = columns[j * m + i];
            }
        }
    }

    /// Returns the rows, which have to be adjacent.
    pub(crate) fn as_slice(&self) -> &[T] {
        debug_assert_eq!(self.stride, self.ncols);
        &self.buffer[..self.nrows * self.ncols]
    }

    /// Returns the rows, which have to be adjacent.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        debug_assert_eq!(self.stride, self.ncols);
        &mut self.buffer[..self.nrows * self.ncols]
    }

    /// Returns the rows, whatever lies between them.
    fn rows(&self) -> Rows<'_, T> {
        Rows {
            x: &self.buffer[..self.nrows * self.stride],
            l: self.ncols,
            stride: self.stride,
        }
    }

    /// Moves the rows to a longer stride.
    fn spread(&mut self, stride: usize) -> Result<(), Error> {
        let (needed, found) = (self.nrows.saturating_mul(stride), self.buffer.len());
        if needed > found {
            return Err(Error::BufferTooSmall { needed, found });
        }
        let (held, before) = (self.ncols, self.stride);
        for i in (1..self.nrows).rev() {
            self.buffer
                .copy_within(i * before..i * before + held, i * stride);
        }
        self.stride = stride;
        Ok(())
    }

    /// Returns the number of entries of a task, in whole rows: sums over them are added in a fixed order.
    pub(super) fn rows_per_task(&self) -> usize {
        ROWS_PER_TASK * self.ncols.max(1)
    }

    /// Sums `partial` over pieces of the rows of two panels, in a fixed order.
    pub(super) fn sum_over_rows(
        &self,
        other: &Self,
        partial: impl Fn(&[T], &[T]) -> f64 + Sync,
    ) -> f64 {
        let partials: Vec<f64> = self
            .as_slice()
            .par_chunks(self.rows_per_task())
            .zip(other.as_slice().par_chunks(self.rows_per_task()))
            .map(|(x, y)| partial(x, y))
            .collect();
        partials.iter().sum()
    }

    /// Returns the row of the entry of greatest magnitude in column `j`, the first of several in the order of the
    /// matrix; `None` if all are zero.
    fn largest_in_column(&self, j: usize) -> Option<usize> {
        let (x, l) = (self.as_slice(), self.ncols);
        let mut found = None;
        let mut largest = T::ZERO;
        for (i, x) in x[j.min(x.len())..].iter().step_by(l).enumerate() {
            let magnitude = lowrank_core::Real::abs(*x);
            let before = || found.is_some_and(|first| self.number(i) < self.number(first));
            if magnitude > largest || (magnitude == largest && before()) {
                largest = magnitude;
                found = Some(i);
            }
        }
        found
    }

    pub(super) fn check_same_shape(&self, other: &Self) -> Result<(), Error> {
        check_shape((other.nrows, other.ncols), (self.nrows, self.ncols))
    }
}

/// Checks that a matrix has the expected shape.
pub(crate) fn check_shape(found: (usize, usize), expected: (usize, usize)) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::Shape { expected, found })
    }
}

/// Checks that W and H are factors of an m x n matrix.
pub(super) fn check_factors<T: Scalar>(
    (m, n): (usize, usize),
    w: &RowPanel<'_, T>,
    h: &RowPanel<'_, T>,
) -> Result<(), Error> {
    let k = w.ncols();
    check_shape((w.nrows(), k), (m, k))?;
    check_shape((h.nrows(), h.ncols()), (n, k))
}

impl<'a, T: Scalar> Panel for RowPanel<'a, T> {
    type Scalar = T;
    type Small = MatMut<'a, T>;
    type Decompositions = FaerDecompositions;

    fn nrows(&self) -> usize {
        self.nrows
    }

    fn ncols(&self) -> usize {
        self.ncols
    }

    fn set_ncols(&mut self, ncols: usize) -> Result<(), Error> {
        let needed = self.nrows.saturating_mul(ncols);
        let found = self.buffer.len();
        if needed > found {
            return Err(Error::BufferTooSmall { needed, found });
        }
        (self.ncols, self.stride) = (ncols, ncols);
        Ok(())
    }

    fn reserve(&mut self, ncols: usize) -> Result<(), Error> {
        match ncols > self.stride {
            true => self.spread(ncols),
            false => Ok(()),
        }
    }

    fn fill_random(&mut self, random: &RandomEntries) -> Result<(), Error> {
        let (l, order) = (self.ncols, self.order);
        self.as_mut_slice()
            .par_chunks_mut(l)
            .with_min_len(ROWS_PER_TASK)
            .enumerate()
            .for_each(|(i, row)| {
                let number = order.map_or(i, |order| order[i] as usize);
                random.fill_row(number, row);
            });
        Ok(())
    }

    fn fill(&mut self, value: T) -> Result<(), Error> {
        self.as_mut_slice().fill(value);
        Ok(())
    }

    fn append(&mut self, block: &Self) -> Result<(), Error> {
        let (m, held, width) = (self.nrows, self.ncols, block.ncols);
        check_shape((block.nrows, width), (m, width))?;
        let l = held.saturating_add(width);
        if l > self.stride {
            self.spread(l)?;
        }
        self.ncols = l;
        let rows = self.buffer.chunks_exact_mut(self.stride.max(1));
        for (row, new) in rows.zip(block.as_slice().chunks_exact(width.max(1))) {
            row[held..l].copy_from_slice(new);
        }
        Ok(())
    }

    fn scale(&mut self, factor: T) -> Result<(), Error> {
        self.as_mut_slice()
            .par_iter_mut()
            .for_each(|x| *x *= factor);
        Ok(())
    }

    fn scale_columns(&mut self, factors: &[T]) -> Result<(), Error> {
        let l = self.ncols;
        check_shape((factors.len().min(l), 1), (l, 1))?;
        let piece = self.rows_per_task();
        self.as_mut_slice().par_chunks_mut(piece).for_each(|rows| {
            for row in rows.chunks_exact_mut(l.max(1)) {
                for (x, factor) in row.iter_mut().zip(factors) {
                    *x *= *factor;
                }
            }
        });
        Ok(())
    }

    fn combine(&mut self, [c, a, b]: [T; 3], y: &Self, z: &Self) -> Result<(), Error> {
        self.check_same_shape(y)?;
        self.check_same_shape(z)?;
        let piece = self.rows_per_task();
        let others = y.as_slice().par_chunks(piece);
        let others = others.zip(z.as_slice().par_chunks(piece));
        self.as_mut_slice()
            .par_chunks_mut(piece)
            .zip(others)
            .for_each(|(x, (y, z))| {
                for (x, (y, z)) in x.iter_mut().zip(y.iter().zip(z)) {
                    *x = c * *x + a * *y + b * *z;
                }
            });
        Ok(())
    }

    fn axpby(&mut self, a: T, x: &Self, b: T) -> Result<(), Error> {
        self.check_same_shape(x)?;
        self.as_mut_slice()
            .par_iter_mut()
            .zip(x.as_slice())
            .for_each(|(y, x)| *y = a * *x + b * *y);
        Ok(())
    }

    fn thin_qr(&mut self, r: &mut MatMut<'a, T>) -> Result<usize, Error> {
        let (m, l) = (self.nrows, self.ncols);
        if m < l {
            return check_shape((m, l), (l, l)).map(|()| 0);
        }
        r.reshape(l, l)?;
        if let Some(rank) = cholesky_qr(&mut TallRows::new(self.as_mut_slice(), l), r)? {
            return Ok(rank);
        }
        let mut columns = transposed(self.as_slice(), m, l);
        let mut q = MatMut::new(&mut columns, m, l)?;
        let rank = lowrank_core::dense::qr::thin_qr(&mut q, r)?;
        for (j, column) in q.columns().enumerate() {
            for (row, x) in self.as_mut_slice().chunks_exact_mut(l).zip(column) {
                row[j] = *x;
            }
        }
        Ok(rank)
    }

    fn normalize(&mut self) -> Result<(), Error> {
        let l = self.ncols;
        let mut pivot_row = vec![T::ZERO; l];
        for j in 0..l {
            let Some(row) = self.largest_in_column(j) else {
                continue;
            };
            pivot_row.copy_from_slice(&self.as_slice()[row * l..][..l]);
            let (pivot, later) = pivot_row[j..].split_first().expect("j < l");
            self.as_mut_slice()
                .par_chunks_mut(l)
                .with_min_len(ROWS_PER_TASK)
                .for_each(|row| eliminate(&mut row[j..], *pivot, later));
        }
        Ok(())
    }

    fn gram(&self, gram: &mut MatMut<'a, T>) -> Result<(), Error> {
        let l = self.ncols;
        gram.reshape(l, l)?;
        let sums = cross_sums(self.rows(), self.rows());
        for (g, sum) in gram.as_mut_slice().iter_mut().zip(sums) {
            *g = T::from_f64(sum);
        }
        Ok(())
    }

    fn cross_gram(&self, other: &Self, cross: &mut MatMut<'a, T>) -> Result<(), Error> {
        let (l, k) = (self.ncols, other.ncols);
        check_shape((other.nrows, k), (self.nrows, k))?;
        cross.reshape(l, k)?;
        let sums = cross_sums(self.rows(), other.rows());
        for (s, sum) in cross.as_mut_slice().iter_mut().zip(sums) {
            *s = T::from_f64(sum);
        }
        Ok(())
    }

    fn subtract_product(&mut self, x: &Self, small: &MatMut<'a, T>) -> Result<(), Error> {
        let (l, k) = (x.ncols, self.ncols);
        check_shape((x.nrows, small.nrows()), (self.nrows, l))?;
        check_shape((l, small.ncols()), (l, k))?;
        subtract_rows(x.rows(), small.as_ref(), self.as_mut_slice());
        Ok(())
    }

    fn mul_small(&self, small: &MatMut<'a, T>, out: &mut Self) -> Result<(), Error> {
        check_shape((out.nrows, small.nrows()), (self.nrows, self.ncols))?;
        if out.ncols > small.ncols() {
            return check_shape((small.nrows(), small.ncols()), (small.nrows(), out.ncols));
        }
        let small = small.as_ref().first_columns(out.ncols);
        multiply_rows(self.rows(), small, out.as_mut_slice());
        Ok(())
    }

    fn inner_product(&self, other: &Self) -> Result<T, Error> {
        self.check_same_shape(other)?;
        Ok(T::from_f64(self.sum_over_rows(other, inner_product)))
    }

    fn inner_products(
        &self,
        other: &Self,
        [gram, other_gram]: [&MatMut<'a, T>; 2],
    ) -> Result<[T; 2], Error> {
        let grams = Panel::inner_product(gram, other_gram)?;
        Ok([self.inner_product(other)?, grams])
    }

    fn align_signs(&mut self, partner: &mut Self) -> Result<(), Error> {
        let l = self.ncols;
        let signs: Vec<T> = (0..l)
            .map(|j| match self.largest_in_column(j) {
                Some(row) if self.as_slice()[row * l + j] < T::ZERO => -T::ONE,
                _ => T::ONE,
            })
            .collect();
        for panel in [self, partner] {
            for row in panel.as_mut_slice().chunks_exact_mut(l) {
                for (x, sign) in row.iter_mut().zip(&signs) {
                    *x *= *sign;
                }
            }
        }
        Ok(())
    }

    fn distances(&self, factors: &[T], other: &Self, norms: &mut [T]) -> Result<(), Error> {
        self.check_same_shape(other)?;
        let l = self.ncols;
        for (j, (factor, norm)) in factors.iter().zip(norms).enumerate().take(l) {
            let squares = self.sum_over_rows(other, |x, y| {
                let pairs = x[j..].iter().step_by(l).zip(y[j..].iter().step_by(l));
                let square = |(x, y): (&T, &T)| (*x - *factor * *y).to_f64().powi(2);
                pairs.map(square).sum()
            });
            *norm = T::from_f64(squares.sqrt());
        }
        Ok(())
    }

    fn read_small(small: &MatMut<'a, T>, out: MatMut<'_, T>) -> Result<(), Error> {
        MatMut::read_small(small, out)
    }

    fn write_small(values: MatRef<'_, T>, small: &mut MatMut<'a, T>) -> Result<(), Error> {
        MatMut::write_small(values, small)
    }
}

/// Eliminates a column from one row: subtracts the multiple of the pivot's row from later columns.
#[inline]
fn eliminate<T: Scalar>(row: &mut [T], pivot: T, later: &[T]) {
    let (first, rest) = row.split_first_mut().expect("one column at least");
    *first /= pivot;
    for (x, pivot_row) in rest.iter_mut().zip(later) {
        *x += -*pivot_row * *first;
    }
}
