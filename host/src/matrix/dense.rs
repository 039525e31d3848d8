use super::storage::{Lender, Storage};
use crate::{Error, Scalar, recycling};
use lowrank_core::{MatMut, MatRef};

/// A dense m x n matrix, column-major; its entries are owned, or [`lent`](Self::lent).
#[derive(Clone, Debug, PartialEq)]
pub struct DenseMatrix<T> {
    data: Storage<T>,
    nrows: usize,
    ncols: usize,
}

impl<T: Scalar> DenseMatrix<T> {
    /// Creates the m x n matrix with the column-major entries `data`.
    ///
    /// # Errors
    /// [`Error::Factorization`] if their number is not m n.
    pub fn new(data: Vec<T>, nrows: usize, ncols: usize) -> Result<Self, Error> {
        Self::with(data.into(), nrows, ncols)
    }

    /// Creates the m x n matrix of the column-major entries that `lender` owns, without a copy.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn lent(lender: Lender<T>, nrows: usize, ncols: usize) -> Result<Self, Error> {
        Self::with(Storage::Lent(lender), nrows, ncols)
    }

    fn with(data: Storage<T>, nrows: usize, ncols: usize) -> Result<Self, Error> {
        if nrows.checked_mul(ncols) != Some(data.len()) {
            return Err(lowrank_core::Error::Shape {
                expected: (nrows, ncols),
                found: (data.len(), 1),
            }
            .into());
        }
        Ok(Self { data, nrows, ncols })
    }

    /// Creates the m x n matrix with the m n column-major entries `data`.
    ///
    /// # Panics
    /// Panics if their number is not m n.
    pub fn from_columns(data: Vec<T>, nrows: usize, ncols: usize) -> Self {
        assert_eq!(Some(data.len()), nrows.checked_mul(ncols), "m n entries");
        Self {
            data: data.into(),
            nrows,
            ncols,
        }
    }

    /// Creates the m x n matrix with the entries `entry(i, j)`.
    pub fn from_fn(nrows: usize, ncols: usize, mut entry: impl FnMut(usize, usize) -> T) -> Self {
        let mut data = Vec::with_capacity(nrows * ncols);
        for j in 0..ncols {
            data.extend((0..nrows).map(|i| entry(i, j)));
        }
        Self {
            data: data.into(),
            nrows,
            ncols,
        }
    }

    /// Creates the m x n matrix of zeros.
    pub(crate) fn zeros(nrows: usize, ncols: usize) -> Self {
        Self::from_columns(vec![T::ZERO; nrows * ncols], nrows, ncols)
    }

    /// Returns the number of rows, m.
    pub fn nrows(&self) -> usize {
        self.nrows
    }

    /// Returns the number of columns, n.
    pub fn ncols(&self) -> usize {
        self.ncols
    }

    /// Returns the entries, column after column.
    pub fn as_slice(&self) -> &[T] {
        &self.data
    }

    /// Returns the entries, column after column, without a copy unless they are lent.
    pub fn into_vec(self) -> Vec<T> {
        self.data.into_vec()
    }

    /// Returns column `j`.
    ///
    /// # Panics
    /// Panics if there is no such column.
    pub fn column(&self, j: usize) -> &[T] {
        &self.data[j * self.nrows..][..self.nrows]
    }

    /// Returns the columns.
    pub(crate) fn columns_mut(&mut self) -> std::slice::ChunksExactMut<'_, T> {
        self.data.chunks_exact_mut(self.nrows.max(1))
    }

    /// Returns the entry at row `i` and column `j`.
    ///
    /// # Panics
    /// Panics if there is no such entry.
    pub fn at(&self, i: usize, j: usize) -> T {
        self.column(j)[i]
    }

    /// Returns the entry at row `i` and column `j`, or `None` outside the matrix.
    pub fn get(&self, i: usize, j: usize) -> Option<T> {
        if i < self.nrows && j < self.ncols {
            Some(self.at(i, j))
        } else {
            None
        }
    }

    /// Returns A^T.
    pub fn transpose(&self) -> Self {
        Self::from_fn(self.ncols, self.nrows, |i, j| self.at(j, i))
    }

    /// Returns A diag(s).
    pub(crate) fn times_diagonal(&self, s: &[T]) -> Self {
        Self::from_fn(self.nrows, self.ncols, |i, j| self.at(i, j) * s[j])
    }

    /// Converts the entries to another precision.
    pub fn cast<U: Scalar>(&self) -> DenseMatrix<U> {
        let mut data: Vec<U> = recycling::unset(self.data.len());
        for (entry, x) in data.iter_mut().zip(&self.data) {
            *entry = U::from_f64(x.to_f64());
        }
        DenseMatrix {
            data: data.into(),
            nrows: self.nrows,
            ncols: self.ncols,
        }
    }

    /// Keeps the memory for the next computation.
    pub(crate) fn recycle(self) {
        if let Storage::Owned(entries) = self.data {
            recycling::give_back(entries);
        }
    }

    /// Returns this matrix as a panel of core.
    pub(crate) fn view_mut(&mut self) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(&mut self.data, self.nrows, self.ncols)?)
    }

    /// Returns this matrix as core's operator.
    pub(crate) fn view(&self) -> Result<MatRef<'_, T>, Error> {
        Ok(MatRef::new(&self.data, self.nrows, self.ncols)?)
    }
}
