//! The Kullback-Leibler divergence, which is linear at zero: N only depends on positive entries, and D is the same in
//! each row.

use super::device::{Queue, Scratch};
use super::divergence::Losses;
use super::panel::DevicePanel;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::panel::Panel;

/// Computes [N | D] of X against Y, and the divergence if `summed`. D holds the column sums of Y, and `pulls` starts
/// the computation of N. It also computes the losses without the sum over all of X Y^T, which is added here.
///
/// The host waits once, if the divergence is requested.
pub(super) fn terms<T: Scalar>(
    queue: &mut Queue,
    (x, y): (&DevicePanel<'_, T>, &DevicePanel<'_, T>),
    terms: &mut DevicePanel<'_, T>,
    summed: bool,
    pulls: impl FnOnce(&mut Queue, &mut DevicePanel<'_, T>) -> Result<Losses, Error>,
) -> Result<f64, Error> {
    let k = x.ncols();
    let numbers = queue.scratch::<f64>(Scratch::Numbers, 2 * k + 1)?;
    let place = |i: usize| numbers + (i * size_of::<f64>()) as u64;
    y.sum_columns(queue, place(0))?;
    terms.view().columns(k, k).fill_rows(queue, place(0))?;
    if !summed {
        return pulls(queue, terms).map(|_| 0.0);
    }
    x.sum_columns(queue, place(k))?;
    let losses = pulls(queue, terms)?;
    queue.sum_up(losses.address, losses.count, 1, place(2 * k))?;
    let mut read = vec![0.0; 2 * k + 1];
    queue.read(numbers, &mut read)?;
    let (of_y, rest) = read.split_at(k);
    let of_all: f64 = of_y.iter().zip(rest).map(|(y, x)| x * y).sum();
    Ok(of_all + rest[k])
}
