//! The memory space of a GPU.

use super::device::device;
use super::device_matrix::DeviceMatrix;
use super::info;
use super::memory::DeviceMemory;
use super::operator::Operator;
use super::panel::{DevicePanel, panel_len};
use super::small::DeviceSmall;
use crate::error::cuda::Error as CudaError;
use crate::memory_space::{MemorySpace, NewOperator, SECTOR, SpaceOperator};
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::panel::Panel;
use std::time::Instant;

/// Row-major panels in the memory of the first GPU.
pub(crate) struct CudaSpace;

/// The operators of the device do not permute columns.
impl<T: Scalar, M: DeviceMatrix<T>> SpaceOperator<T, CudaSpace> for Operator<M> {}

/// Copies the matrix to the device, as an operator on its panels.
pub(crate) fn cuda_operator<'a, T: Scalar>(a: Matrix<'a, T>) -> NewOperator<'a, T, CudaSpace> {
    let (device, start) = (device()?, Instant::now());
    let operator: Box<dyn SpaceOperator<T, CudaSpace> + 'a> = match a {
        Matrix::Sparse(a) => Box::new(Operator::sparse(device, a)?),
        Matrix::Dense(a) => Box::new(Operator::dense(device, a)?),
        Matrix::Observed(a) => Box::new(Operator::observed(device, a)?),
    };
    info::loaded(start)?;
    Ok(operator)
}

impl<T: Scalar> MemorySpace<T> for CudaSpace {
    type Buffer = DeviceMemory;
    type SmallBuffer = DeviceMemory;
    type Panel<'p> = DevicePanel<'p, T>;
    const ROW_MULTIPLE: usize = SECTOR;

    fn buffer(nrows: usize, ncols: usize) -> Result<DeviceMemory, Error> {
        Ok(DeviceMemory::zeros::<T>(
            device()?,
            panel_len::<T>(nrows, ncols),
        )?)
    }

    fn panel(
        buffer: &mut DeviceMemory,
        nrows: usize,
        ncols: usize,
    ) -> Result<DevicePanel<'_, T>, Error> {
        Ok(DevicePanel::new(buffer, nrows, ncols))
    }

    fn small_buffer(len: usize) -> Result<DeviceMemory, Error> {
        Ok(DeviceMemory::zeros::<T>(device()?, len)?)
    }

    fn small(
        buffer: &mut DeviceMemory,
        nrows: usize,
        ncols: usize,
    ) -> Result<DeviceSmall<'_, T>, Error> {
        Ok(DeviceSmall::new(buffer, nrows, ncols))
    }

    fn permuted<'p>(panel: DevicePanel<'p, T>, _: Option<&'p [u32]>) -> DevicePanel<'p, T> {
        panel
    }

    fn entries(panel: &DevicePanel<'_, T>) -> Result<DenseMatrix<T>, Error> {
        let (nrows, ncols) = (panel.nrows(), panel.ncols());
        let entries = DenseMatrix::new(panel.columns()?, nrows, ncols);
        Ok(entries.expect("as many entries as the panel has"))
    }

    fn load(panel: &mut DevicePanel<'_, T>, columns: &DenseMatrix<T>) -> Result<(), Error> {
        Ok(panel.copy_from_columns(columns.as_slice())?)
    }

    fn available() -> Option<u64> {
        let (free, _) = device().ok()?.memory().ok()?;
        Some(free)
    }

    fn too_large(_: usize, needed: u64, free: u64) -> Error {
        CudaError::Memory { needed, free }.into()
    }
}
