//! The small matrices of panels, in the memory of the device.

use super::device::Device;
use super::memory::DeviceMemory;
use crate::Scalar;
use lowrank_core::{Error, MatMut, MatRef};
use std::marker::PhantomData;

/// A small column-major matrix.
#[derive(Debug)]
pub(crate) struct DeviceSmall<'p, T> {
    memory: &'p mut DeviceMemory,
    nrows: usize,
    ncols: usize,
    scalar: PhantomData<T>,
}

impl<'p, T: Scalar> DeviceSmall<'p, T> {
    /// Creates a matrix in `memory`, which holds at least as many scalars.
    pub(crate) fn new(memory: &'p mut DeviceMemory, nrows: usize, ncols: usize) -> Self {
        assert!(memory.bytes() >= nrows * ncols * size_of::<T>());
        Self {
            memory,
            nrows,
            ncols,
            scalar: PhantomData,
        }
    }

    fn device(&self) -> &'static Device {
        self.memory.device
    }

    pub(super) fn address(&self) -> u64 {
        self.memory.address()
    }

    pub(super) fn nrows(&self) -> usize {
        self.nrows
    }

    pub(super) fn ncols(&self) -> usize {
        self.ncols
    }

    /// Changes the shape within the memory; the entries are lost.
    pub(super) fn reshape(&mut self, nrows: usize, ncols: usize) -> Result<(), Error> {
        let (needed, found) = (
            nrows.saturating_mul(ncols),
            self.memory.bytes() / size_of::<T>(),
        );
        if needed > found {
            return Err(Error::BufferTooSmall { needed, found });
        }
        (self.nrows, self.ncols) = (nrows, ncols);
        Ok(())
    }

    /// out <- the leading block.
    pub(super) fn read(&self, mut out: MatMut<'_, T>) -> Result<(), Error> {
        let mut entries = vec![T::ZERO; self.nrows * self.ncols];
        self.device().queue().read(self.address(), &mut entries)?;
        for (out, column) in out
            .columns_mut()
            .zip(entries.chunks_exact(self.nrows.max(1)))
        {
            for (out, x) in out.iter_mut().zip(column) {
                *out = *x;
            }
        }
        Ok(())
    }

    /// Copies entries and shape of `values`.
    pub(super) fn write(&mut self, values: MatRef<'_, T>) -> Result<(), Error> {
        self.reshape(values.nrows(), values.ncols())?;
        self.device()
            .queue()
            .write(self.address(), values.as_slice())
    }
}
