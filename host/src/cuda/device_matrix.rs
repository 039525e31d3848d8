//! A matrix in the memory of a GPU, whichever way it is stored.

use super::panel::DevicePanel;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::operator::{DivergenceModel, Side, Survey};

/// What a matrix on the device does with panels.
pub(super) trait DeviceMatrix<T: Scalar> {
    /// m and n.
    fn shape(&self) -> (usize, usize);

    fn survey(&self) -> Result<Survey<T>, Error>;

    fn first_zero(&self) -> Option<(usize, usize)>;

    /// Y <- A X, or Y <- A^T X.
    fn multiply(
        &self,
        transposed: bool,
        x: &DevicePanel<'_, T>,
        y: &mut DevicePanel<'_, T>,
    ) -> Result<(), Error>;

    /// ||2^e A - W H^T||_F over the entries that are known.
    fn distance(
        &self,
        exponent: i32,
        w: &DevicePanel<'_, T>,
        h: &DevicePanel<'_, T>,
    ) -> Result<T, Error>;

    /// [N | D] of the factor on a side and, for the rows, the divergence.
    fn terms(
        &self,
        model: DivergenceModel<'_, DevicePanel<'_, T>>,
        side: Side,
        terms: &mut DevicePanel<'_, T>,
    ) -> Result<f64, Error>;
}
