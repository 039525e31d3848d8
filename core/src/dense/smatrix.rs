//! Views of nalgebra's static matrices.

use super::{MatMut, MatRef};
use crate::real::Real;
use nalgebra::SMatrix;

impl<'a, T: Real, const M: usize, const N: usize> From<&'a SMatrix<T, M, N>> for MatRef<'a, T>
where
    T: nalgebra::Scalar,
{
    /// Borrows the entries: nalgebra stores a static matrix in column-major order, too.
    fn from(a: &'a SMatrix<T, M, N>) -> Self {
        MatRef {
            data: a.as_slice(),
            nrows: M,
            ncols: N,
        }
    }
}

impl<'a, T: Real, const M: usize, const N: usize> From<&'a mut SMatrix<T, M, N>> for MatMut<'a, T>
where
    T: nalgebra::Scalar,
{
    fn from(a: &'a mut SMatrix<T, M, N>) -> Self {
        MatMut {
            data: a.as_mut_slice(),
            nrows: M,
            ncols: N,
        }
    }
}
