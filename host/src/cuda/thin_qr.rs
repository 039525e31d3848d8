//! Thin QR of a panel on a GPU.

use super::device::Queue;
use super::panel::DevicePanel;
use super::small::DeviceSmall;
use crate::Scalar;
use crate::cholesky_qr::{TallPanel, cholesky_qr};
use lowrank_core::panel::Panel;
use lowrank_core::{Error, MatMut};
use std::sync::MutexGuard;

/// Computes X = Q R in place; R is written if requested. Returns the rank.
///
/// Uses Cholesky QR, shifted if columns are nearly dependent. If that is not enough, the
/// panel is copied to the CPU and back, and factored by Householder reflectors.
pub(super) fn thin_qr<T: Scalar>(
    x: &mut DevicePanel<'_, T>,
    r: Option<&mut DeviceSmall<'_, T>>,
) -> Result<usize, Error> {
    let (m, l) = (x.nrows(), x.ncols());
    if m < l {
        let (expected, found) = ((l, l), (m, l));
        return Err(Error::Shape { expected, found });
    }
    let mut entries = vec![T::ZERO; l * l];
    let mut factor = MatMut::new(&mut entries, l, l)?;
    let queue = x.device().queue();
    let found = cholesky_qr(&mut Held { x: &mut *x, queue }, &mut factor)?;
    let rank = match found {
        Some(rank) => rank,
        None => {
            let mut columns = x.columns()?;
            let mut q = MatMut::new(&mut columns, m, l)?;
            let rank = lowrank_core::dense::qr::thin_qr(&mut q, &mut factor)?;
            x.copy_from_columns(&columns)?;
            rank
        }
    };
    if let Some(r) = r {
        r.write(factor.as_ref())?;
    }
    Ok(rank)
}

/// A panel and the locked queue, which protects the scratch.
struct Held<'h, 'p, T> {
    x: &'h mut DevicePanel<'p, T>,
    queue: MutexGuard<'static, Queue>,
}

impl<T: Scalar> TallPanel for Held<'_, '_, T> {
    /// Rows are divided by substitution.
    const EXACT_QUOTIENTS: bool = true;

    fn nrows(&self) -> usize {
        self.x.nrows()
    }

    fn ncols(&self) -> usize {
        self.x.ncols()
    }

    /// Gram matrices in f64 resolve columns down to a sine of about 1e-7; the limit keeps some digits.
    fn least_squared_sine(&self) -> f64 {
        1e-10
    }

    fn gram(&mut self) -> Result<Vec<f64>, Error> {
        self.x.gram_in_f64(&mut self.queue)
    }

    fn keep(&mut self) -> Result<(), Error> {
        self.x.keep(&mut self.queue)
    }

    fn divide(&mut self, r: &[f64]) -> Result<(), Error> {
        self.x.divide_by_triangle(&mut self.queue, r)
    }

    fn restore(&mut self) -> Result<(), Error> {
        self.x.restore(&mut self.queue)
    }
}
