use lowrank::{DenseMatrix, Matrix, Scalar, SparseMatrix};

/// A matrix to be factored, owned; which of its kinds, its file decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Entries<T = f64> {
    /// In compressed sparse rows.
    Sparse(SparseMatrix<T>),
    /// Column after column.
    Dense(DenseMatrix<T>),
    /// In compressed sparse rows, where entries that are not stored are missing.
    Observed(SparseMatrix<T>),
}

impl<T: Scalar> Entries<T> {
    /// As `fit` takes it.
    pub fn view(&self) -> Matrix<'_, T> {
        match self {
            Entries::Sparse(a) => Matrix::Sparse(a),
            Entries::Dense(a) => Matrix::Dense(a),
            Entries::Observed(a) => Matrix::Observed(a),
        }
    }

    /// The same matrix in another precision.
    pub fn cast<U: Scalar>(&self) -> Entries<U> {
        match self {
            Entries::Sparse(a) => Entries::Sparse(a.cast()),
            Entries::Dense(a) => Entries::Dense(a.cast()),
            Entries::Observed(a) => Entries::Observed(a.cast()),
        }
    }

    /// The number of rows, m.
    pub fn nrows(&self) -> usize {
        self.view().nrows()
    }

    /// The number of columns, n.
    pub fn ncols(&self) -> usize {
        self.view().ncols()
    }
}
