use crate::{DenseMatrix, Scalar, SparseMatrix};

/// A matrix to be factored, dense or sparse, borrowed.
#[derive(Clone, Copy, Debug)]
pub enum Matrix<'a, T> {
    /// In compressed sparse rows.
    Sparse(&'a SparseMatrix<T>),
    /// Column after column.
    Dense(&'a DenseMatrix<T>),
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
    /// The number of rows, m.
    pub fn nrows(&self) -> usize {
        match self {
            Matrix::Sparse(a) => a.nrows(),
            Matrix::Dense(a) => a.nrows(),
        }
    }

    /// The number of columns, n.
    pub fn ncols(&self) -> usize {
        match self {
            Matrix::Sparse(a) => a.ncols(),
            Matrix::Dense(a) => a.ncols(),
        }
    }
}
