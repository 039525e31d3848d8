//! The division of long sums, for outputs that are too few to occupy a GPU.

use super::device::{Queue, Scratch};
use super::launch::{Kernel, THREADS, elementwise, size};
use super::panel::leading_dimension;
use super::view::View;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_cuda_kernels as kernels;

/// The number of blocks that fills a large device twice.
const ENOUGH_BLOCKS: usize = 1024;

/// The number of blocks if a block keeps the sums of more than [`NARROW`] columns in registers: half as many run at
/// once, and each part of a result costs more.
const ENOUGH_WIDE_BLOCKS: usize = 512;

/// The number of columns up to which the sums leave registers for four blocks per multiprocessor.
const NARROW: usize = 8;

/// The length of a part of a sum from which on it justifies a block.
const SHORTEST: usize = 128;

/// The parts of a sum over `inner` terms. They depend on the shape alone, so that results have the same
/// bits on every device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Splits {
    /// The number of parts.
    pub(super) count: usize,
    /// The number of terms of each part except the last, which may have fewer.
    pub(super) length: usize,
}

/// The tile of a kernel; parts consist of whole tiles.
const TILE: usize = 32;

impl Splits {
    /// Computes the parts for `groups` blocks of results, `width` columns of them.
    pub(super) fn new(groups: usize, inner: usize, width: usize) -> Self {
        let enough = if width > NARROW {
            ENOUGH_WIDE_BLOCKS
        } else {
            ENOUGH_BLOCKS
        };
        let wanted = enough / groups.max(1);
        let most = inner / SHORTEST;
        let count = wanted.min(most).max(1);
        let length = inner.div_ceil(count).max(1).next_multiple_of(TILE);
        Self {
            count: inner.div_ceil(length).max(1),
            length,
        }
    }
}

/// The destination of the parts of a result: scratch, or the result itself if there is only one.
pub(super) struct Parts<T> {
    splits: Splits,
    /// The first part.
    pub(super) first: View<T>,
    /// The number of scalars from one part to the next.
    pub(super) stride: u64,
}

impl<T: Scalar> Parts<T> {
    pub(super) fn new(
        queue: &mut Queue,
        which: Scratch,
        splits: Splits,
        result: View<T>,
    ) -> Result<Self, Error> {
        if splits.count == 1 {
            return Ok(Self {
                splits,
                first: result,
                stride: 0,
            });
        }
        let ld = leading_dimension::<T>(result.ncols);
        let stride = result.nrows * ld;
        let address = queue.scratch::<T>(which, splits.count * stride)?;
        Ok(Self {
            splits,
            first: View::new(address, size(ld), result.nrows, result.ncols),
            stride: stride as u64,
        })
    }

    /// result <- the sum of its parts, in order.
    pub(super) fn add_up(self, queue: &mut Queue, result: View<T>) -> Result<(), Error> {
        if self.splits.count == 1 {
            return Ok(());
        }
        queue.launch(
            &Kernel::new::<T>(&kernels::DENSE, "sum_splits"),
            (elementwise(result.entries()), 1, 1),
            THREADS,
            &[
                &self.first.address,
                &size(self.splits.count),
                &self.stride,
                &self.first.ld,
                &size(result.nrows),
                &size(result.ncols),
                &result.address,
                &result.ld,
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_sum_and_none_is_empty() {
        for (width, enough) in [(8, ENOUGH_BLOCKS), (9, ENOUGH_WIDE_BLOCKS)] {
            for groups in [1, 3, 64, 5000] {
                for inner in [1, 31, 127, 128, 129, 2034, 26_576, 1_000_003] {
                    let Splits { count, length } = Splits::new(groups, inner, width);
                    assert!(count * length >= inner, "{groups} {inner}");
                    assert!((count - 1) * length < inner, "{groups} {inner}");
                    assert!(groups * count <= enough.max(groups));
                }
            }
            assert_eq!(Splits::new(5000, 1_000_003, width).count, 1);
        }
    }
}
