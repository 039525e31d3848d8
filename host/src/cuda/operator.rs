//! Core's operator traits on matrices in the memory of a GPU.

use super::dense::DeviceDense;
use super::device::Device;
use super::device_matrix::DeviceMatrix;
use super::panel::DevicePanel;
use super::sparse::DeviceSparse;
use crate::error::cuda::Error as CudaError;
use crate::{DenseMatrix, Scalar, SparseMatrix};
use lowrank_core::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, Side,
};
use lowrank_core::{Error, LinearOperator};

/// A, with any kind of storage.
#[derive(Debug)]
pub(crate) struct Operator<M>(M);

impl<'a, T: Scalar> Operator<DeviceDense<'a, T>> {
    /// Copies A to the device.
    ///
    /// # Errors
    /// The errors of the device.
    pub(crate) fn dense(device: &'static Device, a: &'a DenseMatrix<T>) -> Result<Self, CudaError> {
        Ok(Self(DeviceDense::new(device, a)?))
    }
}

impl<'a, T: Scalar> Operator<DeviceSparse<'a, T>> {
    /// Copies A and A^T to the device; entries that are not stored are zeros.
    ///
    /// # Errors
    /// The errors of the device.
    pub(crate) fn sparse(
        device: &'static Device,
        a: &'a SparseMatrix<T>,
    ) -> Result<Self, CudaError> {
        Ok(Self(DeviceSparse::new(device, a, false)?))
    }

    /// Copies A and A^T to the device; entries that are not stored are missing, and zeros only in plain products.
    ///
    /// # Errors
    /// The errors of the device.
    pub(crate) fn observed(
        device: &'static Device,
        a: &'a SparseMatrix<T>,
    ) -> Result<Self, CudaError> {
        Ok(Self(DeviceSparse::new(device, a, true)?))
    }
}

impl<'p, T: Scalar, M: DeviceMatrix<T>> LinearOperator<DevicePanel<'p, T>> for Operator<M> {
    fn nrows(&self) -> usize {
        self.0.shape().0
    }

    fn ncols(&self) -> usize {
        self.0.shape().1
    }

    fn apply(&self, x: &DevicePanel<'p, T>, y: &mut DevicePanel<'p, T>) -> Result<(), Error> {
        self.0.multiply(false, x, y)
    }

    fn apply_transpose(
        &self,
        y: &DevicePanel<'p, T>,
        x: &mut DevicePanel<'p, T>,
    ) -> Result<(), Error> {
        self.0.multiply(true, y, x)
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        self.0.entry_stats()
    }
}

impl<'p, T: Scalar, M: DeviceMatrix<T>> EntrywiseOperator<DevicePanel<'p, T>> for Operator<M> {
    fn distance(
        &self,
        exponent: i32,
        w: &DevicePanel<'p, T>,
        h: &DevicePanel<'p, T>,
    ) -> Result<T, Error> {
        self.0.distance(exponent, w, h)
    }
}

impl<'p, T: Scalar, M: DeviceMatrix<T>> DivergenceOperator<DevicePanel<'p, T>> for Operator<M> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        self.0.first_zero()
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, DevicePanel<'p, T>>,
        side: Side,
        terms: &mut DevicePanel<'p, T>,
    ) -> Result<T, Error> {
        Ok(T::from_f64(self.0.terms(model, side, terms)?))
    }
}
