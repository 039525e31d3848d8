//! Sums over the blocks of a kernel. Each block writes a partial sum. These are added in the order of the blocks: by
//! the block that finishes last or, for many sums, by a separate kernel.

use super::device::{Queue, Scratch};
use super::launch::{Kernel, THREADS, blocks, size};
use lowrank_core::Error;
use lowrank_cuda_kernels as kernels;

/// The number of sums up to which the last block adds them faster than another launch.
const MOST_FOR_ONE_BLOCK: usize = 64;

/// The addresses of partial sums and of sums, as kernels take them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reduction {
    blocks: usize,
    count: usize,
    /// `count` numbers of f64 for each block.
    pub(super) partials: u64,
    /// The counter of finished blocks; 0 if the last block is not to add the sums.
    pub(super) arrived: u64,
    /// `count` numbers of f64.
    pub(super) sums: u64,
}

impl Reduction {
    /// Creates a reduction of `count` sums over `blocks` blocks.
    pub(super) fn new(
        queue: &mut Queue,
        blocks: usize,
        count: usize,
        sums: u64,
    ) -> Result<Self, Error> {
        let arrived = if count <= MOST_FOR_ONE_BLOCK {
            queue.counter()?
        } else {
            0
        };
        Ok(Self {
            blocks,
            count,
            partials: queue.scratch::<f64>(Scratch::Partials, blocks * count)?,
            arrived,
            sums,
        })
    }

    /// Returns true if the sums still have to be added after the kernel.
    pub(super) fn is_open(&self) -> bool {
        self.arrived == 0
    }

    /// Adds the sums, if necessary.
    pub(super) fn finish(self, queue: &mut Queue) -> Result<(), Error> {
        if self.is_open() {
            queue.sum_up(self.partials, self.blocks, self.count, self.sums)?;
        }
        Ok(())
    }
}

impl Queue {
    /// sum_j <- the partial sums of number j of `many` blocks, added in the order of the blocks.
    pub(super) fn sum_up(
        &mut self,
        partials: u64,
        many: usize,
        count: usize,
        sums: u64,
    ) -> Result<(), Error> {
        self.launch(
            &Kernel::new::<f64>(&kernels::REDUCTIONS, "sum_partials"),
            (blocks(count, kernels::SUM_COLUMNS as usize), 1, 1),
            THREADS,
            &[&partials, &size(many), &size(count), &sums],
        )
    }

    /// Adds the partial sums and copies the result to the host.
    pub(super) fn add_up(
        &mut self,
        partials: u64,
        blocks: usize,
        out: &mut [f64],
    ) -> Result<(), Error> {
        let sums = self.scratch::<f64>(Scratch::Numbers, out.len())?;
        self.sum_up(partials, blocks, out.len(), sums)?;
        self.read(sums, out)
    }
}
