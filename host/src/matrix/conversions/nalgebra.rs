use crate::{DenseMatrix, Scalar};
use nalgebra::{DMatrix, Dim, Matrix, RawStorage};

impl<T: Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>> From<&Matrix<T, R, C, S>>
    for DenseMatrix<T>
{
    /// Copies a matrix or a view, of static or dynamic size.
    fn from(a: &Matrix<T, R, C, S>) -> Self {
        Self::from_columns(a.iter().copied().collect(), a.nrows(), a.ncols())
    }
}

impl<T: Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>> From<Matrix<T, R, C, S>>
    for DenseMatrix<T>
{
    fn from(a: Matrix<T, R, C, S>) -> Self {
        Self::from(&a)
    }
}

impl<T: Scalar> From<DenseMatrix<T>> for DMatrix<T> {
    fn from(a: DenseMatrix<T>) -> Self {
        Self::from_vec(a.nrows(), a.ncols(), a.into_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::SMatrix;

    #[test]
    fn matrices_and_their_views_are_those_of_nalgebra() {
        let fixed = SMatrix::<f64, 2, 3>::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        let expected = DenseMatrix::from_fn(2, 3, |i, j| fixed[(i, j)]);
        assert_eq!(DenseMatrix::from(&fixed), expected);
        let dynamic = DMatrix::from(expected.clone());
        assert_eq!(dynamic, fixed);
        let columns = DenseMatrix::from(dynamic.columns(1, 2));
        assert_eq!(columns.as_slice(), [2.0, 5.0, 3.0, 6.0]);
        assert_eq!(
            DenseMatrix::from(dynamic.rows(1, 1)).as_slice(),
            [4.0, 5.0, 6.0]
        );
        assert_eq!(DenseMatrix::from(dynamic), expected);
    }
}
