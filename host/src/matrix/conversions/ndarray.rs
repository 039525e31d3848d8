use crate::{DenseMatrix, Scalar};
use ndarray::{Array2, ArrayBase, Data, Ix2, ShapeBuilder};

impl<T: Scalar, S: Data<Elem = T>> From<&ArrayBase<S, Ix2>> for DenseMatrix<T> {
    /// Copies an array or a view with any strides.
    fn from(a: &ArrayBase<S, Ix2>) -> Self {
        Self::from_columns(a.t().iter().copied().collect(), a.nrows(), a.ncols())
    }
}

impl<T: Scalar, S: Data<Elem = T>> From<ArrayBase<S, Ix2>> for DenseMatrix<T> {
    fn from(a: ArrayBase<S, Ix2>) -> Self {
        Self::from(&a)
    }
}

impl<T: Scalar> From<DenseMatrix<T>> for Array2<T> {
    /// Creates an array in column-major order without a copy.
    fn from(a: DenseMatrix<T>) -> Self {
        let shape = (a.nrows(), a.ncols());
        Self::from_shape_vec(shape.f(), a.into_vec()).expect("m n entries")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{array, s};

    #[test]
    fn rows_columns_and_strides_of_arrays_are_those_of_the_matrix() {
        let rows = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let expected = DenseMatrix::from_fn(2, 3, |i, j| rows[(i, j)]);
        assert_eq!(DenseMatrix::from(&rows), expected);
        assert_eq!(DenseMatrix::from(rows.t()), expected.transpose());
        let second = DenseMatrix::from(rows.slice(s![..;-1, ..;2]));
        assert_eq!(second.as_slice(), [4.0, 1.0, 6.0, 3.0]);
        assert_eq!(Array2::from(expected), rows);
        assert_eq!(DenseMatrix::from(rows.clone()).get(1, 0), Some(4.0));
        assert_eq!(DenseMatrix::from(rows).get(2, 0), None);
    }
}
