//! Tall blocks of columns in the memory of a GPU.

use super::device::{Device, Queue, Scratch};
use super::launch::{Argument, Kernel, STRIP, THREADS, blocks, elementwise, size};
use super::memory::DeviceMemory;
use super::reduction::Reduction;
use super::small::DeviceSmall;
use super::thin_qr::thin_qr;
use super::view::View;
use crate::Scalar;
use crate::cpu::{check_shape, small_eigen, small_svd};
use crate::memory_space::SECTOR;
use lowrank_core::panel::Panel;
use lowrank_core::random::{Draws, Law};
use lowrank_core::{Error, MatMut, MatRef};
use lowrank_cuda_kernels as kernels;
use std::marker::PhantomData;

/// X, rows x l, row-major. Each row is padded to whole sectors of 32 bytes, which a sparse product
/// gathers without waste.
#[derive(Debug)]
pub(crate) struct DevicePanel<'p, T> {
    memory: &'p mut DeviceMemory,
    nrows: usize,
    ncols: usize,
    /// The number of columns for which there is memory.
    capacity: usize,
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
    fn blocks(&self) -> usize {
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
    fn cross(&self, queue: &mut Queue, other: &Self, out: Gram<'_, '_, T>) -> Result<(), Error> {
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
enum Gram<'s, 'p, T> {
    Small(&'s mut DeviceSmall<'p, T>),
    Read(&'s mut [f64]),
}

/// <X, Y> and <G, H>, where G and H are numbers at two other addresses.
fn inner_products<T: Scalar>(
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

impl<'p, T: Scalar> Panel for DevicePanel<'p, T> {
    type Scalar = T;
    type Small = DeviceSmall<'p, T>;

    fn nrows(&self) -> usize {
        self.nrows
    }

    fn ncols(&self) -> usize {
        self.ncols
    }

    fn set_ncols(&mut self, ncols: usize) -> Result<(), Error> {
        if ncols > self.capacity {
            let (needed, found) = (self.nrows * ncols, self.nrows * self.capacity);
            return Err(Error::BufferTooSmall { needed, found });
        }
        self.ncols = ncols;
        Ok(())
    }

    fn fill_random(&mut self, draws: &Draws) -> Result<(), Error> {
        let law: u32 = match draws.law() {
            Law::Uniform => 0,
            Law::Sign => 1,
            Law::Gaussian => 2,
            Law::HalfGaussian => 3,
        };
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::RANDOM,
            "fill_random",
            &[],
            &[&law, &draws.key()],
        )
    }

    fn fill(&mut self, value: T) -> Result<(), Error> {
        self.view().fill(&mut self.device().queue(), value)
    }

    fn append(&mut self, block: &Self) -> Result<(), Error> {
        let (held, width) = (self.ncols, block.ncols);
        check_shape((block.nrows, width), (self.nrows, width))?;
        self.set_ncols(held.saturating_add(width))?;
        self.device().queue().launch(
            &Kernel::new::<T>(&kernels::PANEL, "copy_columns"),
            (elementwise(block.view().entries()), 1, 1),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &size(held),
                &size(self.nrows),
                &size(width),
                &block.address(0),
                &block.ld(),
            ],
        )
    }

    fn scale(&mut self, factor: T) -> Result<(), Error> {
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::PANEL,
            "scale",
            &[],
            &[&Value(factor)],
        )
    }

    fn scale_columns(&mut self, factors: &[T]) -> Result<(), Error> {
        let l = self.ncols;
        check_shape((factors.len().min(l), 1), (l, 1))?;
        let mut queue = self.device().queue();
        let factors = queue.send(&factors[..l])?;
        self.view().scale_columns(&mut queue, factors)
    }

    fn combine(&mut self, [c, a, b]: [T; 3], y: &Self, z: &Self) -> Result<(), Error> {
        self.check_same_shape(y)?;
        self.check_same_shape(z)?;
        let (y, z) = (y.view(), z.view());
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::PANEL,
            "combine",
            &[],
            &[
                &Value(c),
                &Value(a),
                &y.address,
                &y.ld,
                &Value(b),
                &z.address,
                &z.ld,
            ],
        )
    }

    fn axpby(&mut self, a: T, x: &Self, b: T) -> Result<(), Error> {
        if a != T::ONE {
            return self.combine([b, a, T::ZERO], x, x);
        }
        self.check_same_shape(x)?;
        let x = x.view();
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::PANEL,
            "scale_add",
            &[],
            &[&Value(b), &x.address, &x.ld],
        )
    }

    fn thin_qr(&mut self, r: &mut DeviceSmall<'p, T>) -> Result<usize, Error> {
        thin_qr(self, Some(r))
    }

    /// Computes an orthonormal basis: a search for pivots would wait for the CPU.
    fn normalize(&mut self) -> Result<(), Error> {
        thin_qr(self, None).map(drop)
    }

    fn gram(&self, gram: &mut DeviceSmall<'p, T>) -> Result<(), Error> {
        self.cross_gram(self, gram)
    }

    fn cross_gram(&self, other: &Self, cross: &mut DeviceSmall<'p, T>) -> Result<(), Error> {
        check_shape((other.nrows, other.ncols), (self.nrows, other.ncols))?;
        cross.reshape(self.ncols, other.ncols)?;
        self.cross(&mut self.device().queue(), other, Gram::Small(cross))
    }

    fn subtract_product(&mut self, x: &Self, small: &DeviceSmall<'p, T>) -> Result<(), Error> {
        let (l, k) = (x.ncols, self.ncols);
        check_shape((x.nrows, small.nrows()), (self.nrows, l))?;
        check_shape((l, small.ncols()), (l, k))?;
        let mut queue = self.device().queue();
        multiply(&mut queue, x.view(), small, self.view(), true)
    }

    fn mul_small(&self, small: &DeviceSmall<'p, T>, out: &mut Self) -> Result<(), Error> {
        check_shape((out.nrows, small.nrows()), (self.nrows, self.ncols))?;
        if out.ncols > small.ncols() {
            return check_shape((small.nrows(), small.ncols()), (small.nrows(), out.ncols));
        }
        let mut queue = self.device().queue();
        multiply(&mut queue, self.view(), small, out.view(), false)
    }

    fn inner_product(&self, other: &Self) -> Result<T, Error> {
        self.check_same_shape(other)?;
        let sum = self.sum(|queue, grid, to| {
            inner_products(queue, grid, self.view(), other.view(), (0, 0, 0), to)
        })?;
        Ok(T::from_f64(sum))
    }

    fn inner_products(
        &self,
        other: &Self,
        [gram, other_gram]: [&DeviceSmall<'p, T>; 2],
    ) -> Result<[T; 2], Error> {
        self.check_same_shape(other)?;
        let k = gram.nrows();
        check_shape((gram.nrows(), gram.ncols()), (k, k))?;
        check_shape((other_gram.nrows(), other_gram.ncols()), (k, k))?;
        let blocks = self.blocks();
        let mut queue = self.device().queue();
        let sums = queue.scratch::<f64>(Scratch::Numbers, 2)?;
        let to = Reduction::new(&mut queue, blocks, 1, sums)?;
        inner_products(
            &mut queue,
            (size(blocks), THREADS),
            self.view(),
            other.view(),
            (gram.address(), other_gram.address(), k * k),
            to,
        )?;
        let mut found = [0.0; 2];
        queue.read(sums, &mut found)?;
        Ok(found.map(T::from_f64))
    }

    fn align_signs(&mut self, partner: &mut Self) -> Result<(), Error> {
        let (rows, l) = (self.rows_per_block(), self.ncols);
        let blocks = self.nrows.div_ceil(rows);
        let mut queue = self.device().queue();
        let peaks = queue.scratch::<T>(Scratch::Partials, blocks * l)?;
        let signs = queue.scratch::<T>(Scratch::Numbers, l)?;
        self.view().launch(
            &mut queue,
            &Kernel::new::<T>(&kernels::REDUCTIONS, "column_peak"),
            (size(blocks), THREADS),
            &[],
            &[&size(rows), &peaks, &size(blocks)],
        )?;
        queue.launch(
            &Kernel::new::<T>(&kernels::REDUCTIONS, "column_signs"),
            (
                super::launch::blocks(l, kernels::SUM_COLUMNS as usize),
                1,
                1,
            ),
            THREADS,
            &[&peaks, &size(blocks), &size(l), &signs],
        )?;
        self.view().scale_columns(&mut queue, signs)?;
        partner.view().scale_columns(&mut queue, signs)
    }

    fn distances(&self, factors: &[T], other: &Self, norms: &mut [T]) -> Result<(), Error> {
        self.check_same_shape(other)?;
        let l = self.ncols.min(factors.len());
        let mut all = factors[..l].to_vec();
        all.resize(self.ncols, T::ZERO);
        let squares = self.column_sums_of(SQUARED_DIFFERENCES, Some((other, &all)))?;
        for (norm, squares) in norms.iter_mut().zip(&squares[..l]) {
            *norm = T::from_f64(squares.sqrt());
        }
        Ok(())
    }

    fn small_svd(
        r: &mut MatMut<'_, T>,
        u: &mut MatMut<'_, T>,
        s: &mut [T],
        v: &mut MatMut<'_, T>,
        scratch: &mut [T],
    ) -> Result<(), Error> {
        small_svd(r, u, s, v, scratch)
    }

    fn small_eigen(
        t: &mut MatMut<'_, T>,
        v: &mut MatMut<'_, T>,
        d: &mut [T],
        spare: &mut MatMut<'_, T>,
        scratch: &mut [T],
    ) -> Result<(), Error> {
        small_eigen(t, v, d, spare, scratch)
    }

    fn read_small(small: &DeviceSmall<'p, T>, out: MatMut<'_, T>) -> Result<(), Error> {
        small.read(out)
    }

    fn write_small(values: MatRef<'_, T>, small: &mut DeviceSmall<'p, T>) -> Result<(), Error> {
        small.write(values)
    }
}

/// Quantities of `column_reduce`: the entries.
pub(super) const ENTRIES: u32 = 0;
/// (x - d_j y)^2.
const SQUARED_DIFFERENCES: u32 = 1;
/// max(x, 0)^2.
pub(super) const POSITIVE_SQUARES: u32 = 2;
/// max(-x, 0)^2.
pub(super) const NEGATIVE_SQUARES: u32 = 3;

/// A scalar as a kernel takes it.
#[repr(transparent)]
pub(super) struct Value<T>(pub(super) T);

impl<T: Scalar> Argument for Value<T> {}
