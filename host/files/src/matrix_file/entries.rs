use lowrank::{DenseMatrix, Matrix, Scalar, SparseMatrix};

/// A matrix that owns its entries; its kind depends on the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Entries<T = f64> {
    /// Compressed sparse rows.
    Sparse(SparseMatrix<T>),
    /// Column-major.
    Dense(DenseMatrix<T>),
    /// Compressed sparse rows; entries that are not stored are missing.
    Observed(SparseMatrix<T>),
}

impl<T: Scalar> Entries<T> {
    /// Borrows the matrix in the form that `fit` takes.
    pub fn view(&self) -> Matrix<'_, T> {
        match self {
            Entries::Sparse(a) => Matrix::Sparse(a),
            Entries::Dense(a) => Matrix::Dense(a),
            Entries::Observed(a) => Matrix::Observed(a),
        }
    }

    /// Converts the entries to another precision.
    pub fn cast<U: Scalar>(&self) -> Entries<U> {
        match self {
            Entries::Sparse(a) => Entries::Sparse(a.cast()),
            Entries::Dense(a) => Entries::Dense(a.cast()),
            Entries::Observed(a) => Entries::Observed(a.cast()),
        }
    }

    /// Returns the number of rows, m.
    pub fn nrows(&self) -> usize {
        self.view().nrows()
    }

    /// Returns the number of columns, n.
    pub fn ncols(&self) -> usize {
        self.view().ncols()
    }
}
