//! The rows of a matrix in the space of given columns.

use crate::backend::{self, Backend, Operator, Task};
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::LinearOperator;

/// A V.
pub fn project<T: Scalar>(a: Matrix<'_, T>, v: &DenseMatrix<T>) -> Result<DenseMatrix<T>, Error> {
    T::of(&PROJECT)(a, v)
}

compiled! {
    static PROJECT: Projected<T> = project_on_host
        as fn(Matrix<'_, T>, &DenseMatrix<T>) -> Result<DenseMatrix<T>, Error>;
}

fn project_on_host<T: Scalar>(
    a: Matrix<'_, T>,
    v: &DenseMatrix<T>,
) -> Result<DenseMatrix<T>, Error> {
    backend::run(Backend::Host, a, Project { v })
}

struct Project<'a, T> {
    v: &'a DenseMatrix<T>,
}

impl<T: Scalar> Task<T> for Project<'_, T> {
    type Output = DenseMatrix<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<DenseMatrix<T>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.v.ncols());
        if self.v.nrows() != n {
            let (expected, found) = ((m, self.v.nrows()), (m, n));
            return Err(lowrank_core::Error::Shape { expected, found }.into());
        }
        a.entry_stats()?;
        let (mut v_buffer, mut buffer) = (S::buffer(n, k)?, S::buffer(m, k)?);
        let mut v = S::permuted(S::panel(&mut v_buffer, n, k)?, a.columns());
        S::load(&mut v, self.v)?;
        let mut out = S::panel(&mut buffer, m, k)?;
        a.apply(&v, &mut out)?;
        S::entries(&out)
    }
}
