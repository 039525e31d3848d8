//! The trait of a matrix in the memory of a GPU, for any kind of storage.

use super::panel::DevicePanel;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::operator::{DivergenceModel, EntryStats, Side};

/// The operations of a matrix on the device.
pub(super) trait DeviceMatrix<T: Scalar> {
    /// Returns m and n.
    fn shape(&self) -> (usize, usize);

    fn entry_stats(&self) -> Result<EntryStats<T>, Error>;

    fn first_zero(&self) -> Option<(usize, usize)>;

    /// Y <- A X, or Y <- A^T X.
    fn multiply(
        &self,
        transposed: bool,
        x: &DevicePanel<'_, T>,
        y: &mut DevicePanel<'_, T>,
    ) -> Result<(), Error>;

    /// ||2^e A - W H^T||_F over the known entries.
    fn distance(
        &self,
        exponent: i32,
        w: &DevicePanel<'_, T>,
        h: &DevicePanel<'_, T>,
    ) -> Result<T, Error>;

    /// Computes [N | D] of the factor on a side and, for the rows, the divergence.
    fn terms(
        &self,
        model: DivergenceModel<'_, DevicePanel<'_, T>>,
        side: Side,
        terms: &mut DevicePanel<'_, T>,
    ) -> Result<f64, Error>;
}
