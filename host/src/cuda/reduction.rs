//! Sums that the blocks of a kernel share out. Each leaves its share, and these are added up in the order of the
//! blocks: by whichever block is the last to be done, or, where there are many sums, by a kernel of its own.

use super::device::{Queue, Scratch};
use super::launch::{Kernel, THREADS, blocks, size};
use lowrank_core::Error;
use lowrank_cuda_kernels as kernels;

/// So many sums one block adds up in less time than a launch takes.
const MOST_FOR_ONE_BLOCK: usize = 64;

/// Where shares and sums go; addresses as kernels take them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reduction {
    blocks: usize,
    count: usize,
    /// `count` numbers of f64 for each block.
    pub(super) partials: u64,
    /// What blocks count themselves by; 0 where the last one is not to add up.
    pub(super) arrived: u64,
    /// `count` numbers of f64.
    pub(super) sums: u64,
}

impl Reduction {
    /// Of `count` sums, over `blocks` blocks.
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

    /// Whether the sums are still to be made when the kernel is done.
    pub(super) fn is_open(&self) -> bool {
        self.arrived == 0
    }

    /// Makes them, if so.
    pub(super) fn finish(self, queue: &mut Queue) -> Result<(), Error> {
        if self.is_open() {
            queue.sum_up(self.partials, self.blocks, self.count, self.sums)?;
        }
        Ok(())
    }
}

impl Queue {
    /// sum_j <- what the blocks, so `many` of them, left for number j, added in the order of the blocks.
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

    /// The same, read by the host.
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
