//! A sparse matrix whose unstored entries are missing, on a GPU.

use super::device::Device;
use super::error::Error as CudaError;
use super::panel::DevicePanel;
use super::sparse::SparseOperator;
use crate::{Scalar, SparseMatrix};
use lowrank_core::{
    BetaDivergence, DivergenceOperator, EntrywiseOperator, Error, LinearOperator, Survey,
};

/// What is known of A; in plain products, what is missing is zero.
#[derive(Debug)]
pub(crate) struct ObservedOperator<'a, T>(SparseOperator<'a, T>);

impl<'a, T: Scalar> ObservedOperator<'a, T> {
    /// As [`SparseOperator::new`].
    pub(crate) fn new(device: &'static Device, a: &'a SparseMatrix<T>) -> Result<Self, CudaError> {
        Ok(Self(SparseOperator::new(device, a)?))
    }
}

impl<'p, T: Scalar> LinearOperator<DevicePanel<'p, T>> for ObservedOperator<'_, T> {
    fn nrows(&self) -> usize {
        self.0.nrows()
    }

    fn ncols(&self) -> usize {
        self.0.ncols()
    }

    fn apply(&self, x: &DevicePanel<'p, T>, y: &mut DevicePanel<'p, T>) -> Result<(), Error> {
        self.0.apply(x, y)
    }

    fn apply_transpose(
        &self,
        y: &DevicePanel<'p, T>,
        x: &mut DevicePanel<'p, T>,
    ) -> Result<(), Error> {
        self.0.apply_transpose(y, x)
    }

    fn survey(&self) -> Result<Survey<T>, Error> {
        Ok(Survey {
            complete: false,
            ..self.0.survey()?
        })
    }
}

impl<'p, T: Scalar> EntrywiseOperator<DevicePanel<'p, T>> for ObservedOperator<'_, T> {
    fn distance(
        &self,
        exponent: i32,
        w: &DevicePanel<'p, T>,
        h: &DevicePanel<'p, T>,
    ) -> Result<T, Error> {
        self.0.distance_over(true, exponent, w, h)
    }
}

impl<'p, T: Scalar> DivergenceOperator<DevicePanel<'p, T>> for ObservedOperator<'_, T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        crate::cpu::first_stored_zero(self.0.matrix())
    }

    fn divergence_terms(
        &self,
        divergence: &BetaDivergence<T>,
        exponent: i32,
        w: &DevicePanel<'p, T>,
        h: &DevicePanel<'p, T>,
        terms: &mut DevicePanel<'p, T>,
    ) -> Result<T, Error> {
        let sum = self
            .0
            .terms(false, true, divergence, exponent, (w, h), terms, true)?;
        Ok(T::from_f64(sum))
    }

    fn divergence_terms_transpose(
        &self,
        divergence: &BetaDivergence<T>,
        exponent: i32,
        w: &DevicePanel<'p, T>,
        h: &DevicePanel<'p, T>,
        terms: &mut DevicePanel<'p, T>,
    ) -> Result<(), Error> {
        self.0
            .terms(true, true, divergence, exponent, (h, w), terms, false)
            .map(drop)
    }
}
