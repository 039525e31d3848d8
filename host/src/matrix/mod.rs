//! Matrices in memory.

mod conversions;
mod dense;
mod few_nonzeros;
pub(crate) mod held_out;
mod sparse;
mod storage;

pub use dense::DenseMatrix;
pub use sparse::SparseMatrix;
pub use storage::Lender;

use crate::{Error, Scalar};

/// A borrowed matrix, dense or sparse.
#[derive(Clone, Copy, Debug)]
pub enum Matrix<'a, T> {
    /// Compressed sparse rows.
    Sparse(&'a SparseMatrix<T>),
    /// Column-major.
    Dense(&'a DenseMatrix<T>),
    /// Compressed sparse rows; entries that are not stored are missing.
    Observed(&'a SparseMatrix<T>),
}

/// A sparse matrix of which only the stored entries are known, including stored zeros. The others are
/// missing, and a non-negative factorization of it completes them.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a, T>(pub &'a SparseMatrix<T>);

impl<'a, T> From<Observed<'a, T>> for Matrix<'a, T> {
    fn from(a: Observed<'a, T>) -> Self {
        Matrix::Observed(a.0)
    }
}

impl<'a, T> From<&'a SparseMatrix<T>> for Matrix<'a, T> {
    fn from(a: &'a SparseMatrix<T>) -> Self {
        Matrix::Sparse(a)
    }
}

impl<'a, T> From<&'a DenseMatrix<T>> for Matrix<'a, T> {
    fn from(a: &'a DenseMatrix<T>) -> Self {
        Matrix::Dense(a)
    }
}

impl<T: Scalar> Matrix<'_, T> {
    /// Returns the number of rows, m.
    pub fn nrows(&self) -> usize {
        match self {
            Matrix::Sparse(a) | Matrix::Observed(a) => a.nrows(),
            Matrix::Dense(a) => a.nrows(),
        }
    }

    /// Returns the number of columns, n.
    pub fn ncols(&self) -> usize {
        match self {
            Matrix::Sparse(a) | Matrix::Observed(a) => a.ncols(),
            Matrix::Dense(a) => a.ncols(),
        }
    }

    /// Checks that 1 <= rank <= min(m, n).
    ///
    /// # Errors
    /// [`Error::Factorization`] with [`Empty`](lowrank_core::Error::Empty) or
    /// [`Rank`](lowrank_core::Error::Rank).
    pub fn check_rank(&self, rank: usize) -> Result<(), Error> {
        Ok(check_rank((self.nrows(), self.ncols()), rank)?)
    }

    /// Converts the entries to another precision.
    pub fn cast<U: Scalar>(&self) -> OwnedMatrix<U> {
        match self {
            Matrix::Sparse(a) | Matrix::Observed(a) => OwnedMatrix::Sparse(a.cast()),
            Matrix::Dense(a) => OwnedMatrix::Dense(a.cast()),
        }
    }

    /// Returns the number of entries in memory.
    pub fn entries(&self) -> usize {
        match self {
            Matrix::Sparse(a) | Matrix::Observed(a) => a.nonzeros(),
            Matrix::Dense(a) => a.as_slice().len(),
        }
    }

    /// Returns the bytes of the entries and, for a sparse matrix, of their places.
    pub fn bytes(&self) -> usize {
        match self {
            Matrix::Sparse(a) | Matrix::Observed(a) => {
                size_of_val(a.values()) + size_of_val(a.columns()) + size_of_val(a.row_offsets())
            }
            Matrix::Dense(a) => size_of_val(a.as_slice()),
        }
    }
}

/// An owned matrix, dense or sparse.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnedMatrix<T> {
    /// Compressed sparse rows.
    Sparse(SparseMatrix<T>),
    /// Column-major.
    Dense(DenseMatrix<T>),
}

impl<T> OwnedMatrix<T> {
    /// Borrows the matrix in the form that `fit` takes.
    pub fn view(&self) -> Matrix<'_, T> {
        match self {
            OwnedMatrix::Sparse(a) => Matrix::Sparse(a),
            OwnedMatrix::Dense(a) => Matrix::Dense(a),
        }
    }
}

impl<T: Scalar> OwnedMatrix<T> {
    /// Keeps the memory of the entries for the next computation.
    pub(crate) fn recycle(self) {
        match self {
            OwnedMatrix::Sparse(a) => a.recycle(),
            OwnedMatrix::Dense(a) => a.recycle(),
        }
    }
}

/// Checks that the rank of non-negative factors, which may exceed m and n, is not zero.
pub(crate) fn check_nonnegative_rank(
    (m, n): (usize, usize),
    rank: usize,
) -> Result<(), lowrank_core::Error> {
    let limit = m.min(n);
    if limit == 0 {
        return Err(lowrank_core::Error::Empty);
    }
    if rank == 0 {
        return Err(lowrank_core::Error::Rank { rank, limit });
    }
    Ok(())
}

/// Checks that 1 <= rank <= min(m, n).
pub(crate) fn check_rank((m, n): (usize, usize), rank: usize) -> Result<(), lowrank_core::Error> {
    let limit = m.min(n);
    if limit == 0 {
        return Err(lowrank_core::Error::Empty);
    }
    if rank == 0 || rank > limit {
        return Err(lowrank_core::Error::Rank { rank, limit });
    }
    Ok(())
}
