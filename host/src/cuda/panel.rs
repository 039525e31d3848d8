//! Tall blocks of columns in the memory of a GPU.

use super::device::{Device, Queue, Scratch};
use super::launch::{Kernel, STRIP, THREADS, blocks, size};
use super::memory::DeviceMemory;
use super::reduction::Reduction;
use super::small::DeviceSmall;
use super::view::View;
use crate::Scalar;
use crate::cpu::check_shape;
use crate::memory_space::SECTOR;
use lowrank_core::Error;
use lowrank_cuda_kernels as kernels;
use std::marker::PhantomData;

/// X, rows x l, row-major. Each row is padded to whole sectors of 32 bytes, which a sparse product
/// gathers without waste.
#[derive(Debug)]
pub(crate) struct DevicePanel<'p, T> {
    memory: &'p mut DeviceMemory,
    pub(super) nrows: usize,
    pub(super) ncols: usize,
    /// The number of columns for which there is memory.
    pub(super) capacity: usize,
    /// The number of scalars from one row to the next.
    pub(super) ld: usize,
    scalar: PhantomData<T>,
}

/// Returns the number of scalars from one row of a panel of that width to the next.
pub(super) fn leading_dimension<T>(ncols: usize) -> usize {
    ncols.next_multiple_of(SECTOR / size_of::<T>())
}

/// Returns the number of scalars of a panel.
pub(crate) fn panel_len<T>(nrows: usize, ncols: usize) -> usize {
    nrows.saturating_mul(leading_dimension::<T>(ncols))
}

/// The maximum number of partial sums of a column or of all entries: one for each block.
const MOST_PARTIALS: usize = 256;

/// The number of entries that justify a block.
const ENTRIES_PER_BLOCK: usize = 4096;

/// The number of rows that justify a block of a Gram matrix.
const GRAM_ROWS: usize = 256;

/// The number of f64 scalars for partial Gram matrices.
const GRAM_PARTIALS: usize = 1 << 21;

impl<'p, T: Scalar> DevicePanel<'p, T> {
    /// Creates a panel at the start of `memory`, which holds at least [`panel_len`] scalars.
    pub(crate) fn new(memory: &'p mut DeviceMemory, nrows: usize, ncols: usize) -> Self {
        assert!(memory.bytes() >= panel_len::<T>(nrows, ncols) * size_of::<T>());
        Self {
            memory,
            nrows,
            ncols,
            capacity: ncols,
            ld: leading_dimension::<T>(ncols),
            scalar: PhantomData,
        }
    }

    pub(super) fn device(&self) -> &'static Device {
        self.memory.device
    }

    /// Returns the address of column `first`.
    pub(super) fn address(&self, first: usize) -> u64 {
        self.memory.address() + (first * size_of::<T>()) as u64
    }

    pub(super) fn ld(&self) -> u32 {
        size(self.ld)
    }

    pub(super) fn view(&self) -> View<T> {
        View::new(self.address(0), self.ld(), self.nrows, self.ncols)
    }

    /// Copies the entries to the host, column-major.
    pub(crate) fn columns(&self) -> Result<Vec<T>, Error> {
        let (m, l, ld) = (self.nrows, self.ncols, self.ld);
        let mut rows = vec![T::ZERO; m * ld];
        self.device().queue().read(self.address(0), &mut rows)?;
        let mut columns = Vec::with_capacity(m * l);
        for j in 0..l {
            columns.extend(rows.iter().skip(j).step_by(ld.max(1)));
        }
        Ok(columns)
    }

    /// Copies the entries of a column-major matrix to the device.
    pub(crate) fn copy_from_columns(&mut self, columns: &[T]) -> Result<(), Error> {
        let (m, ld) = (self.nrows, self.ld);
        let mut rows = vec![T::ZERO; m * ld];
        for (j, column) in columns.chunks_exact(m.max(1)).enumerate() {
            for (x, y) in rows.iter_mut().skip(j).step_by(ld.max(1)).zip(column) {
                *x = *y;
            }
        }
        self.device().queue().write(self.address(0), &rows)
    }

    pub(super) fn check_same_shape(&self, other: &Self) -> Result<(), Error> {
        check_shape((other.nrows, other.ncols), (self.nrows, self.ncols))
    }

    /// Returns the sum of the partial sums of a kernel, which `start` starts on so many blocks.
    pub(super) fn sum(
        &self,
        start: impl FnOnce(&mut Queue, (u32, u32), Reduction) -> Result<(), Error>,
    ) -> Result<f64, Error> {
        let blocks = self.blocks();
        let mut queue = self.device().queue();
        let at = queue.scratch::<f64>(Scratch::Numbers, 1)?;
        let reduction = Reduction::new(&mut queue, blocks, 1, at)?;
        start(&mut queue, (size(blocks), THREADS), reduction)?;
        let mut sum = [0.0];
        queue.read(at, &mut sum)?;
        Ok(sum[0])
    }

    /// Returns the number of blocks for a sum over all entries.
    pub(super) fn blocks(&self) -> usize {
        let entries = self.nrows * self.ncols;
        entries.div_ceil(ENTRIES_PER_BLOCK).clamp(1, MOST_PARTIALS)
    }

    /// Returns the number of rows that one of at most [`MOST_PARTIALS`] blocks sums.
    pub(super) fn rows_per_block(&self) -> usize {
        let least = ENTRIES_PER_BLOCK.div_ceil(self.ncols.max(1));
        self.nrows.div_ceil(MOST_PARTIALS).max(least)
    }

    /// Returns one sum for each column, of the quantity `what`. Y and its factors are passed
    /// if the quantity depends on them.
    pub(super) fn column_sums_of(
        &self,
        what: u32,
        other: Option<(&Self, &[T])>,
    ) -> Result<Vec<f64>, Error> {
        let l = self.ncols;
        let mut queue = self.device().queue();
        let sums = queue.scratch::<f64>(Scratch::Numbers, 2 * l)?;
        let (y, factors) = match other {
            Some((y, factors)) => {
                let behind = sums + (l * size_of::<f64>()) as u64;
                queue.write(behind, factors)?;
                (y.view(), behind)
            }
            None => (self.view(), 0),
        };
        self.reduce_columns(&mut queue, what, y, factors, sums)?;
        let mut found = vec![0.0; l];
        queue.read(sums, &mut found)?;
        Ok(found)
    }

    /// sums_j <- the sum of the quantity `what` over column j.
    fn reduce_columns(
        &self,
        queue: &mut Queue,
        what: u32,
        y: View<T>,
        factors: u64,
        sums: u64,
    ) -> Result<(), Error> {
        let rows = self.rows_per_block();
        let blocks = self.nrows.div_ceil(rows);
        let to = Reduction::new(queue, blocks, self.ncols, sums)?;
        self.view().launch(
            queue,
            &Kernel::new::<T>(&kernels::REDUCTIONS, "column_reduce"),
            (size(blocks), THREADS),
            &[y],
            &[
                &factors,
                &what,
                &size(rows),
                &to.partials,
                &to.arrived,
                &to.sums,
            ],
        )?;
        to.finish(queue)
    }

    /// Returns the sums of the columns.
    pub(super) fn sums_of_columns(&self) -> Result<Vec<f64>, Error> {
        self.column_sums_of(ENTRIES, None)
    }

    /// Computes the sums of the columns on the device.
    pub(super) fn sum_columns(&self, queue: &mut Queue, sums: u64) -> Result<(), Error> {
        self.reduce_columns(queue, ENTRIES, self.view(), 0, sums)
    }

    /// X^T Y in f64, column-major, left in the numbers of the queue or written as T.
    pub(super) fn cross(
        &self,
        queue: &mut Queue,
        other: &Self,
        out: Gram<'_, '_, T>,
    ) -> Result<(), Error> {
        let (la, lb) = (self.ncols, other.ncols);
        let count = la * lb;
        if count == 0 {
            return Ok(());
        }
        let most = (GRAM_PARTIALS / count).clamp(1, MOST_PARTIALS);
        let rows = self.nrows.div_ceil(most).max(GRAM_ROWS);
        let blocks = self.nrows.div_ceil(rows);
        let (values, doubles) = match &out {
            Gram::Small(small) => (small.address(), 0),
            Gram::Read(_) => (0, queue.scratch::<f64>(Scratch::Numbers, count)?),
        };
        let to = Reduction::new(queue, blocks, count, doubles)?;
        let tiles = |l: usize| size(l.div_ceil(STRIP));
        queue.launch(
            &Kernel::new::<T>(&kernels::GRAM, "gram_partial"),
            (size(blocks), tiles(la), tiles(lb)),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &size(la),
                &other.address(0),
                &other.ld(),
                &size(lb),
                &size(self.nrows),
                &size(rows),
                &to.partials,
                &to.arrived,
                &values,
                &doubles,
            ],
        )?;
        if to.is_open() {
            queue.launch(
                &Kernel::new::<T>(&kernels::GRAM, "gram_sum"),
                (
                    super::launch::blocks(count, kernels::SUM_COLUMNS as usize),
                    1,
                    1,
                ),
                THREADS,
                &[&to.partials, &size(blocks), &size(count), &values, &doubles],
            )?;
        }
        match out {
            Gram::Small(_) => Ok(()),
            Gram::Read(sums) => queue.read(doubles, sums),
        }
    }

    /// X^T X in f64, on the host.
    pub(super) fn gram_in_f64(&self, queue: &mut Queue) -> Result<Vec<f64>, Error> {
        let mut sums = vec![0.0; self.ncols * self.ncols];
        self.cross(queue, self, Gram::Read(&mut sums))?;
        Ok(sums)
    }

    /// Copies X to the scratch.
    pub(super) fn keep(&self, queue: &mut Queue) -> Result<(), Error> {
        let len = self.nrows * self.ld;
        let kept = queue.scratch::<T>(Scratch::Panel, len)?;
        queue.copy(self.address(0), kept, len * size_of::<T>())
    }

    /// X <- its copy; in between, the queue may only compute quotients and Gram matrices.
    pub(super) fn restore(&mut self, queue: &mut Queue) -> Result<(), Error> {
        let len = self.nrows * self.ld;
        let kept = queue.scratch::<T>(Scratch::Panel, len)?;
        queue.copy(kept, self.address(0), len * size_of::<T>())
    }

    /// X <- X R^-1, for an upper triangular R on the host, column-major.
    pub(super) fn divide_by_triangle(&mut self, queue: &mut Queue, r: &[f64]) -> Result<(), Error> {
        let r = queue.send(r)?;
        self.view().launch(
            queue,
            &Kernel::new::<T>(&kernels::PRODUCTS, "divide_by_triangle"),
            (blocks(self.nrows, kernels::WARPS as usize), THREADS),
            &[],
            &[&r],
        )
    }
}

/// Y <- X S, or Y <- Y - X S.
pub(super) fn multiply<T: Scalar>(
    queue: &mut Queue,
    x: View<T>,
    small: &DeviceSmall<'_, T>,
    y: View<T>,
    subtract: bool,
) -> Result<(), Error> {
    let grid = (
        blocks(x.nrows, kernels::MUL_SMALL_ROWS as usize),
        blocks(y.ncols, STRIP),
        1,
    );
    queue.launch(
        &Kernel::new::<T>(&kernels::PRODUCTS, "mul_small"),
        grid,
        THREADS,
        &[
            &x.address,
            &x.ld,
            &size(x.nrows),
            &size(x.ncols),
            &small.address(),
            &size(small.nrows()),
            &y.address,
            &y.ld,
            &size(y.ncols),
            &u32::from(subtract),
        ],
    )
}

/// The destination of a Gram matrix.
pub(super) enum Gram<'s, 'p, T> {
    Small(&'s mut DeviceSmall<'p, T>),
    Read(&'s mut [f64]),
}

/// <X, Y> and <G, H>, where G and H are numbers at two other addresses.
pub(super) fn inner_products<T: Scalar>(
    queue: &mut Queue,
    grid: (u32, u32),
    x: View<T>,
    y: View<T>,
    (g, h, count): (u64, u64, usize),
    to: Reduction,
) -> Result<(), Error> {
    x.launch(
        queue,
        &Kernel::new::<T>(&kernels::REDUCTIONS, "inner_products"),
        grid,
        &[y],
        &[&g, &h, &size(count), &to.partials, &to.arrived, &to.sums],
    )
}

/// Quantities of `column_reduce`: the entries.
pub(super) const ENTRIES: u32 = 0;
/// (x - d_j y)^2.
pub(super) const SQUARED_DIFFERENCES: u32 = 1;
/// max(x, 0)^2.
pub(super) const POSITIVE_SQUARES: u32 = 2;
/// max(-x, 0)^2.
pub(super) const NEGATIVE_SQUARES: u32 = 3;
