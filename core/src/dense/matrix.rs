//! Views of dense column-major matrices.

use super::columns::{self, Columns, ColumnsMut};
use super::vector::copy;
use crate::{Error, Real};

/// A borrowed m x n matrix, column-major.
#[derive(Clone, Copy, Debug)]
pub struct MatRef<'a, T> {
    pub(super) data: &'a [T],
    pub(super) nrows: usize,
    pub(super) ncols: usize,
}

/// A mutably borrowed m x n matrix, column-major.
///
/// Scalars of the buffer beyond m n are kept as capacity, see [`set_ncols`](MatMut::set_ncols).
#[derive(Debug)]
pub struct MatMut<'a, T> {
    pub(super) data: &'a mut [T],
    pub(super) nrows: usize,
    pub(super) ncols: usize,
}

fn check_length(found: usize, nrows: usize, ncols: usize) -> Result<usize, Error> {
    match nrows.checked_mul(ncols) {
        Some(needed) if needed <= found => Ok(needed),
        needed => Err(Error::BufferTooSmall {
            needed: needed.unwrap_or(usize::MAX),
            found,
        }),
    }
}

impl<'a, T: Real> MatRef<'a, T> {
    /// Creates the m x n matrix of the first m n scalars of `data`.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if there are fewer.
    pub fn new(data: &'a [T], nrows: usize, ncols: usize) -> Result<Self, Error> {
        let needed = check_length(data.len(), nrows, ncols)?;
        let data = data.get(..needed).unwrap_or_default();
        Ok(Self { data, nrows, ncols })
    }

    /// Returns the number of rows, m.
    #[inline(always)]
    pub fn nrows(&self) -> usize {
        self.nrows
    }

    /// Returns the number of columns, n.
    #[inline(always)]
    pub fn ncols(&self) -> usize {
        self.ncols
    }

    /// Returns the m n scalars, column after column.
    #[inline(always)]
    pub fn as_slice(&self) -> &'a [T] {
        self.data
    }

    /// Returns column `j`; empty if there is none.
    #[inline(always)]
    pub fn column(&self, j: usize) -> &'a [T] {
        columns::column(self.data, self.nrows, j)
    }

    /// Returns the columns, from the first to the last.
    #[inline(always)]
    pub fn columns(&self) -> Columns<'a, T> {
        Columns::new(self.data, self.nrows)
    }

    /// Returns the entry at row `i` and column `j`; `None` outside the matrix.
    #[inline(always)]
    pub fn get(&self, i: usize, j: usize) -> Option<T> {
        self.column(j).get(i).copied()
    }

    /// Returns the entry at row `i` and column `j`, zero outside the matrix. For inner loops: no branch panics.
    #[inline(always)]
    pub fn get_or_zero(&self, i: usize, j: usize) -> T {
        self.get(i, j).unwrap_or(T::ZERO)
    }

    /// Returns the first `ncols` columns, or all if there are fewer.
    pub fn first_columns(&self, ncols: usize) -> MatRef<'a, T> {
        let ncols = ncols.min(self.ncols);
        MatRef {
            data: self
                .data
                .get(..self.nrows.wrapping_mul(ncols))
                .unwrap_or_default(),
            nrows: self.nrows,
            ncols,
        }
    }
}

impl<'a, T: Real> MatMut<'a, T> {
    /// Creates the m x n matrix of the first m n scalars of `data`.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if there are fewer.
    pub fn new(data: &'a mut [T], nrows: usize, ncols: usize) -> Result<Self, Error> {
        check_length(data.len(), nrows, ncols)?;
        Ok(Self { data, nrows, ncols })
    }

    /// Returns the number of rows, m.
    #[inline(always)]
    pub fn nrows(&self) -> usize {
        self.nrows
    }

    /// Returns the number of columns, n.
    #[inline(always)]
    pub fn ncols(&self) -> usize {
        self.ncols
    }

    /// Changes the number of columns within the capacity of the buffer.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if the capacity is too small.
    pub fn set_ncols(&mut self, ncols: usize) -> Result<(), Error> {
        check_length(self.data.len(), self.nrows, ncols)?;
        self.ncols = ncols;
        Ok(())
    }

    /// Changes the shape within the capacity of the buffer; entries are not moved.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if the capacity is too small.
    pub fn reshape(&mut self, nrows: usize, ncols: usize) -> Result<(), Error> {
        check_length(self.data.len(), nrows, ncols)?;
        self.nrows = nrows;
        self.ncols = ncols;
        Ok(())
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.nrows.wrapping_mul(self.ncols)
    }

    /// Reborrows this matrix for reading.
    #[inline(always)]
    pub fn as_ref(&self) -> MatRef<'_, T> {
        MatRef {
            data: self.as_slice(),
            nrows: self.nrows,
            ncols: self.ncols,
        }
    }

    /// Reborrows this matrix.
    #[inline(always)]
    pub fn as_mut(&mut self) -> MatMut<'_, T> {
        MatMut {
            data: self.data,
            nrows: self.nrows,
            ncols: self.ncols,
        }
    }

    /// Returns the m n scalars, column after column.
    #[inline(always)]
    pub fn as_slice(&self) -> &[T] {
        self.data.get(..self.len()).unwrap_or_default()
    }

    /// Returns the m n scalars, column after column.
    #[inline(always)]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        let len = self.len();
        self.data.get_mut(..len).unwrap_or_default()
    }

    /// Returns column `j`; empty if there is none.
    #[inline(always)]
    pub fn column(&self, j: usize) -> &[T] {
        columns::column(self.as_slice(), self.nrows, j)
    }

    /// Returns column `j`; empty if there is none.
    #[inline(always)]
    pub fn column_mut(&mut self, j: usize) -> &mut [T] {
        let nrows = self.nrows;
        columns::column_mut(self.as_mut_slice(), nrows, j)
    }

    /// Returns the columns, from the first to the last.
    #[inline(always)]
    pub fn columns(&self) -> Columns<'_, T> {
        Columns::new(self.as_slice(), self.nrows)
    }

    /// Returns the columns, from the first to the last.
    #[inline(always)]
    pub fn columns_mut(&mut self) -> ColumnsMut<'_, T> {
        let nrows = self.nrows;
        ColumnsMut::new(self.as_mut_slice(), nrows)
    }

    /// Returns columns `p` and `q` > `p` together; empty if there are none.
    #[inline(always)]
    pub fn column_pair_mut(&mut self, p: usize, q: usize) -> (&mut [T], &mut [T]) {
        let nrows = self.nrows;
        columns::column_pair_mut(self.as_mut_slice(), nrows, p, q)
    }

    /// Returns columns `..j` and columns `j..`.
    #[inline(always)]
    pub fn split_columns_mut(&mut self, j: usize) -> (ColumnsMut<'_, T>, ColumnsMut<'_, T>) {
        let nrows = self.nrows;
        let at = nrows.wrapping_mul(j);
        let (left, right) = self
            .as_mut_slice()
            .split_at_mut_checked(at)
            .unwrap_or_default();
        (ColumnsMut::new(left, nrows), ColumnsMut::new(right, nrows))
    }

    /// Returns the entry at row `i` and column `j`; `None` outside the matrix.
    #[inline(always)]
    pub fn get(&self, i: usize, j: usize) -> Option<T> {
        self.column(j).get(i).copied()
    }

    /// Returns the entry at row `i` and column `j`, zero outside the matrix. For inner loops: no branch panics.
    #[inline(always)]
    pub fn get_or_zero(&self, i: usize, j: usize) -> T {
        self.get(i, j).unwrap_or(T::ZERO)
    }

    /// Sets every entry to `value`.
    #[inline(always)]
    pub fn fill(&mut self, value: T) {
        for x in self.as_mut_slice() {
            *x = value;
        }
    }

    /// Copies the entries of a matrix of the same shape.
    ///
    /// # Errors
    /// [`Error::Shape`] if the shapes differ.
    pub fn copy_from(&mut self, source: MatRef<'_, T>) -> Result<(), Error> {
        check_shape((source.nrows, source.ncols), (self.nrows, self.ncols))?;
        copy(source.data, self.as_mut_slice());
        Ok(())
    }
}

/// Checks that the shape `found` is the `expected` one.
#[inline(always)]
pub(crate) fn check_shape(found: (usize, usize), expected: (usize, usize)) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::Shape { expected, found })
    }
}

/// Checks that every entry is finite.
pub(super) fn check_finite<T: Real>(a: &MatMut<'_, T>) -> Result<(), Error> {
    for (column, x) in (0..a.ncols()).zip(a.columns()) {
        for (row, x) in x.iter().enumerate() {
            if !x.is_finite() {
                return Err(Error::NonFinite { row, column });
            }
        }
    }
    Ok(())
}

impl<'a, T: Real, const M: usize, const N: usize> From<&'a [[T; M]; N]> for MatRef<'a, T> {
    /// N columns of M entries.
    fn from(a: &'a [[T; M]; N]) -> Self {
        MatRef {
            data: a.as_flattened(),
            nrows: M,
            ncols: N,
        }
    }
}

impl<'a, T: Real, const M: usize, const N: usize> From<&'a mut [[T; M]; N]> for MatMut<'a, T> {
    /// N columns of M entries.
    fn from(a: &'a mut [[T; M]; N]) -> Self {
        MatMut {
            data: a.as_flattened_mut(),
            nrows: M,
            ncols: N,
        }
    }
}
