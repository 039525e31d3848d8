use crate::{DenseMatrix, Error, Scalar, SparseMatrix};
use faer::sparse::{SparseColMatRef, SparseRowMatRef};
use faer::{Mat, MatRef};

impl<T: Scalar> From<MatRef<'_, T>> for DenseMatrix<T> {
    /// Copies a view with any strides.
    fn from(a: MatRef<'_, T>) -> Self {
        Self::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)])
    }
}

impl<T: Scalar> From<&Mat<T>> for DenseMatrix<T> {
    fn from(a: &Mat<T>) -> Self {
        Self::from(a.as_ref())
    }
}

impl<T: Scalar> From<Mat<T>> for DenseMatrix<T> {
    fn from(a: Mat<T>) -> Self {
        Self::from(a.as_ref())
    }
}

impl<T: Scalar> From<&DenseMatrix<T>> for Mat<T> {
    fn from(a: &DenseMatrix<T>) -> Self {
        Self::from_fn(a.nrows(), a.ncols(), |i, j| a.at(i, j))
    }
}

impl<T: Scalar> TryFrom<SparseRowMatRef<'_, usize, T>> for SparseMatrix<T> {
    type Error = Error;

    /// Copies compressed rows, whose columns may be unsorted.
    ///
    /// # Errors
    /// [`Error::Factorization`] if two entries have the same place.
    fn try_from(a: SparseRowMatRef<'_, usize, T>) -> Result<Self, Error> {
        let row = |i| {
            let columns = a.col_idx_of_row(i).zip(a.val_of_row(i));
            columns.map(move |(j, x)| (i, j, *x))
        };
        Self::from_triplets(a.nrows(), a.ncols(), (0..a.nrows()).flat_map(row))
    }
}

impl<T: Scalar> TryFrom<SparseColMatRef<'_, usize, T>> for SparseMatrix<T> {
    type Error = Error;

    /// Copies compressed columns, whose rows may be unsorted.
    ///
    /// # Errors
    /// [`Error::Factorization`] if two entries have the same place.
    fn try_from(a: SparseColMatRef<'_, usize, T>) -> Result<Self, Error> {
        let column = |j| {
            let rows = a.row_idx_of_col(j).zip(a.val_of_col(j));
            rows.map(move |(i, x)| (i, j, *x))
        };
        Self::from_triplets(a.nrows(), a.ncols(), (0..a.ncols()).flat_map(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::sparse::{SymbolicSparseColMat, SymbolicSparseRowMat};

    #[test]
    fn dense_matrices_and_their_views_are_those_of_faer() {
        let a = Mat::from_fn(2, 3, |i, j| (3 * i + j) as f64);
        let expected = DenseMatrix::from_fn(2, 3, |i, j| a[(i, j)]);
        assert_eq!(DenseMatrix::from(&a), expected);
        assert_eq!(DenseMatrix::from(a.transpose()), expected.transpose());
        assert_eq!(Mat::from(&expected), a);
        assert_eq!(DenseMatrix::from(a), expected);
    }

    #[test]
    fn rows_and_columns_in_any_order_are_sorted() {
        let (offsets, places, values) = ([0, 2, 3], [2, 0, 1], [3.0, 1.0, 2.0]);
        let expected =
            SparseMatrix::from_triplets(2, 3, [(0, 0, 1.0), (0, 2, 3.0), (1, 1, 2.0)]).unwrap();
        let rows =
            SymbolicSparseRowMat::new_unsorted_checked(2, 3, offsets.into(), None, places.into());
        let found = SparseMatrix::try_from(SparseRowMatRef::new(rows.as_ref(), &values)).unwrap();
        assert_eq!(found, expected);
        let columns =
            SymbolicSparseColMat::new_unsorted_checked(3, 2, offsets.into(), None, places.into());
        let found =
            SparseMatrix::try_from(SparseColMatRef::new(columns.as_ref(), &values)).unwrap();
        assert_eq!(found, expected.transpose());
    }
}
