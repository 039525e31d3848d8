//! The memory spaces of the CPU: core's own panels, and row-major ones for many threads.

use super::{DenseOperator, ObservedOperator, RowPanel, SharedLayout, SparseOperator, Usage};
use crate::memory_space::{MemorySpace, NewOperator, SpaceOperator};
use crate::recycling::Recycled;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::operator::Observed;
use lowrank_core::panel::Panel;
use lowrank_core::{CsrRef, MatMut, MatRef};

/// Core's own panels, on one thread.
pub(crate) struct CoreSpace;

impl<T: Scalar> SpaceOperator<T, CoreSpace> for CsrRef<'_, T> {}

impl<T: Scalar> SpaceOperator<T, CoreSpace> for MatRef<'_, T> {}

impl<T: Scalar> SpaceOperator<T, CoreSpace> for Observed<CsrRef<'_, T>> {}

impl<T: Scalar> MemorySpace<T> for CoreSpace {
    type Buffer = Vec<T>;
    type SmallBuffer = Vec<T>;
    type Panel<'p> = MatMut<'p, T>;

    fn buffer(nrows: usize, ncols: usize) -> Result<Vec<T>, Error> {
        Ok(vec![T::ZERO; nrows * ncols])
    }

    fn panel(buffer: &mut Vec<T>, nrows: usize, ncols: usize) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(buffer, nrows, ncols)?)
    }

    fn small_buffer(len: usize) -> Result<Vec<T>, Error> {
        Ok(vec![T::ZERO; len])
    }

    fn small(buffer: &mut Vec<T>, nrows: usize, ncols: usize) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(buffer, nrows, ncols)?)
    }

    /// Returns the panel unchanged: core's operators do not permute columns.
    fn permuted<'p>(panel: MatMut<'p, T>, _: Option<&'p [u32]>) -> MatMut<'p, T> {
        panel
    }

    fn entries(panel: &MatMut<'_, T>) -> Result<DenseMatrix<T>, Error> {
        DenseMatrix::new(panel.as_slice().to_vec(), panel.nrows(), panel.ncols())
    }

    fn load(panel: &mut MatMut<'_, T>, columns: &DenseMatrix<T>) -> Result<(), Error> {
        panel.as_mut_slice().copy_from_slice(columns.as_slice());
        Ok(())
    }
}

/// Row-major panels, on all threads.
pub(crate) struct HostSpace;

compiled! {
    static CORE_OPERATOR: OperatorOfCore<T> = new_core_operator
        as for<'a> fn(Matrix<'a, T>) -> NewOperator<'a, T, CoreSpace>;
}

/// Returns the matrix as an operator on core's panels.
pub(crate) fn core_operator<T: Scalar>(a: Matrix<'_, T>) -> NewOperator<'_, T, CoreSpace> {
    T::of(&CORE_OPERATOR)(a)
}

fn new_core_operator<'a, T: Scalar>(a: Matrix<'a, T>) -> NewOperator<'a, T, CoreSpace> {
    Ok(match a {
        Matrix::Sparse(a) => Box::new(a.view()?),
        Matrix::Dense(a) => Box::new(a.view()?),
        Matrix::Observed(a) => Box::new(Observed(a.view()?)),
    })
}

compiled! {
    static HOST_OPERATOR: OperatorOfHost<T> = new_host_operator
        as for<'a> fn(Matrix<'a, T>, Usage, &SharedLayout) -> NewOperator<'a, T, HostSpace>;
}

/// Returns the matrix as an operator on row-major panels. A sparse matrix shares the layout with its other operators.
pub(crate) fn host_operator<'a, T: Scalar>(
    a: Matrix<'a, T>,
    usage: Usage,
    layout: &SharedLayout,
) -> NewOperator<'a, T, HostSpace> {
    T::of(&HOST_OPERATOR)(a, usage, layout)
}

fn new_host_operator<'a, T: Scalar>(
    a: Matrix<'a, T>,
    usage: Usage,
    layout: &SharedLayout,
) -> NewOperator<'a, T, HostSpace> {
    Ok(match a {
        Matrix::Sparse(a) => Box::new(SparseOperator::sharing(a, layout, usage)),
        Matrix::Dense(a) => Box::new(DenseOperator::new(a)?),
        Matrix::Observed(a) => Box::new(ObservedOperator::sharing(a, layout, usage)),
    })
}

impl<T: Scalar> SpaceOperator<T, HostSpace> for SparseOperator<'_, T> {
    fn columns(&self) -> Option<&[u32]> {
        self.columns()
    }
}

impl<T: Scalar> SpaceOperator<T, HostSpace> for DenseOperator<'_, T> {}

impl<T: Scalar> SpaceOperator<T, HostSpace> for ObservedOperator<'_, T> {
    fn columns(&self) -> Option<&[u32]> {
        self.columns()
    }
}

impl<T: Scalar> MemorySpace<T> for HostSpace {
    type Buffer = Recycled<T>;
    type SmallBuffer = Recycled<T>;
    type Panel<'p> = RowPanel<'p, T>;

    fn buffer(nrows: usize, ncols: usize) -> Result<Recycled<T>, Error> {
        Ok(Recycled::unset(nrows * ncols))
    }

    fn panel(
        buffer: &mut Recycled<T>,
        nrows: usize,
        ncols: usize,
    ) -> Result<RowPanel<'_, T>, Error> {
        Ok(RowPanel::new(buffer, nrows, ncols))
    }

    fn small_buffer(len: usize) -> Result<Recycled<T>, Error> {
        Ok(Recycled::unset(len))
    }

    fn small(buffer: &mut Recycled<T>, nrows: usize, ncols: usize) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(buffer, nrows, ncols)?)
    }

    fn permuted<'p>(panel: RowPanel<'p, T>, order: Option<&'p [u32]>) -> RowPanel<'p, T> {
        panel.permuted(order)
    }

    fn entries(panel: &RowPanel<'_, T>) -> Result<DenseMatrix<T>, Error> {
        DenseMatrix::new(panel.columns(), panel.nrows(), panel.ncols())
    }

    fn load(panel: &mut RowPanel<'_, T>, columns: &DenseMatrix<T>) -> Result<(), Error> {
        panel.copy_from_columns(columns.as_slice());
        Ok(())
    }
}
