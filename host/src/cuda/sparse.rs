//! Sparse matrices in the memory of a GPU, and their products.

use super::dense::{Entries, dense_terms};
use super::device::{Device, Queue, Scratch};
use super::device_matrix::DeviceMatrix;
use super::divergence::{Divergence, Losses};
use super::kullback_leibler;
use super::launch::{Argument, Kernel, STRIP, THREADS, blocks, size, strips, width_class};
use super::memory::DeviceMemory;
use super::panel::DevicePanel;
use crate::cpu::{check_shape, entry_stats, first_stored_zero, first_zero};
use crate::error::cuda::Error as CudaError;
use crate::{Scalar, SparseMatrix};
use lowrank_core::Error;
use lowrank_core::operator::{DivergenceModel, EntryStats, Side};
use lowrank_core::panel::Panel;
use lowrank_cuda_kernels as kernels;
use std::marker::PhantomData;

/// The number of stored entries that one warp adds; longer rows are divided.
const PIECE: usize = 512;

/// The number of entries up to which pieces are assigned to lanes of a warp, if there are enough of them for a separate
/// launch.
const SHORT_PIECE: u32 = 16;
const WORTH_A_LAUNCH: usize = 8192;

/// The slot of a piece that is a whole row.
const WHOLE: u32 = u32::MAX;

/// The number of scalars from one slot to the next: N and D of a strip.
const SLOT: usize = 2 * STRIP;

/// Compressed sparse rows, divided into pieces of similar length.
#[derive(Debug)]
struct Rows<T> {
    nrows: usize,
    ncols: usize,
    columns: DeviceMemory,
    values: DeviceMemory,
    /// {begin, end, row, slot} of each; short pieces and whole rows last.
    pieces: DeviceMemory,
    piece_count: usize,
    short_count: usize,
    /// {first slot, slots} of the divided row, for each slot.
    cuts: DeviceMemory,
    /// The counters of finished pieces of a divided row, at its first slot; zeros between launches.
    arrived: DeviceMemory,
    slots: usize,
    scalar: PhantomData<T>,
}

impl<T: Scalar> Rows<T> {
    /// Divides the rows of `a`, which start at the `offsets`.
    fn new(
        device: &'static Device,
        a: &SparseMatrix<T>,
        offsets: &[u32],
    ) -> Result<Self, CudaError> {
        let (mut pieces, mut cuts, mut slots) = (Vec::new(), Vec::<[u32; 2]>::new(), 0);
        for (row, bounds) in (0u32..).zip(offsets.windows(2)) {
            let (begin, end) = (bounds[0], bounds[1]);
            if (end - begin) as usize <= PIECE {
                pieces.push([begin, end, row, WHOLE]);
                continue;
            }
            let cut = [slots, (end - begin).div_ceil(PIECE as u32)];
            for start in (begin..end).step_by(PIECE) {
                pieces.push([start, end.min(start + PIECE as u32), row, slots]);
                cuts.push(cut);
                slots += 1;
            }
        }
        let is_short =
            |[begin, end, _, slot]: &[u32; 4]| end - begin <= SHORT_PIECE && *slot == WHOLE;
        let mut short_count = pieces.iter().filter(|piece| is_short(piece)).count();
        if short_count < WORTH_A_LAUNCH {
            short_count = 0;
        } else {
            pieces.sort_by_key(is_short);
        }
        Ok(Self {
            nrows: a.nrows(),
            ncols: a.ncols(),
            columns: DeviceMemory::holding(device, a.columns())?,
            values: DeviceMemory::holding(device, a.values())?,
            pieces: DeviceMemory::holding(device, &pieces)?,
            piece_count: pieces.len(),
            short_count,
            cuts: DeviceMemory::holding(device, &cuts)?,
            arrived: DeviceMemory::zeros::<u32>(device, cuts.len())?,
            slots: cuts.len(),
            scalar: PhantomData,
        })
    }

    /// Returns the number of blocks for so many warps.
    fn warps(count: usize) -> u32 {
        blocks(count, kernels::WARPS as usize)
    }

    /// Y <- A X.
    fn multiply(&self, x: &DevicePanel<'_, T>, y: &mut DevicePanel<'_, T>) -> Result<(), Error> {
        let l = y.ncols();
        check_shape((x.nrows(), x.ncols()), (self.ncols, l))?;
        check_shape((y.nrows(), l), (self.nrows, l))?;
        let mut queue = y.device().queue();
        let partial = queue.scratch::<T>(Scratch::Partials, self.slots * STRIP)?;
        let long_count = self.piece_count - self.short_count;
        for (first, width) in strips(l) {
            let per_block = kernels::short_pieces(size_of::<T>(), width_class(width)) as usize;
            let grid = Self::warps(long_count) + blocks(self.short_count, per_block);
            queue.launch(
                &Kernel::of_width::<T>(&kernels::SPARSE, "csr_apply", width),
                (grid, 1, 1),
                THREADS,
                &[
                    &self.pieces.address(),
                    &size(long_count),
                    &size(self.piece_count),
                    &self.columns.address(),
                    &self.values.address(),
                    &x.address(first),
                    &x.ld(),
                    &size(width),
                    &y.address(first),
                    &y.ld(),
                    &self.cuts.address(),
                    &partial,
                    &self.arrived.address(),
                ],
            )?;
        }
        Ok(())
    }

    /// Checks that X, Y and [N | D] fit.
    fn check(
        &self,
        x: &DevicePanel<'_, T>,
        y: &DevicePanel<'_, T>,
        terms: &DevicePanel<'_, T>,
    ) -> Result<(), Error> {
        let k = x.ncols();
        check_shape((x.nrows(), k), (self.nrows, k))?;
        check_shape((y.nrows(), y.ncols()), (self.ncols, k))?;
        check_shape((terms.nrows(), terms.ncols()), (self.nrows, 2 * k))
    }

    /// Computes N, and D if `listed`, of `x` against `y` over the stored entries; if `summed`, also their divergence,
    /// from which that of zeros is subtracted unless `listed`.
    fn terms(
        &self,
        queue: &mut Queue,
        call: Call<T>,
        (x, y): (&DevicePanel<'_, T>, &DevicePanel<'_, T>),
        terms: &mut DevicePanel<'_, T>,
    ) -> Result<Losses, Error> {
        let k = x.ncols();
        let wide = k > STRIP;
        let kernel = if wide {
            Kernel::new::<T>(&kernels::DIVERGENCE, "sparse_terms_wide")
        } else {
            Kernel::of_width::<T>(&kernels::DIVERGENCE, "sparse_terms", k)
        };
        let partial = queue.scratch::<T>(Scratch::Panel, self.slots * SLOT)?;
        let losses = Losses {
            address: queue.scratch::<f64>(Scratch::Partials, self.piece_count)?,
            count: self.piece_count,
            summed: call.summed,
        };
        for (first, _) in strips(k) {
            let (pieces, columns, values) = (
                self.pieces.address(),
                self.columns.address(),
                self.values.address(),
            );
            let (x_at, x_ld, y_at, y_ld) = (x.address(0), x.ld(), y.address(0), y.ld());
            let (terms_at, terms_ld, k) = (terms.address(0), terms.ld(), size(k));
            let (cuts, arrived) = (self.cuts.address(), self.arrived.address());
            let (count, first_column) = (size(self.piece_count), size(first));
            let (listed, flags) = (u32::from(call.listed), call.summed && first == 0);
            let flags = u32::from(flags);
            let mut arguments: Vec<&dyn Argument> = vec![
                &pieces,
                &count,
                &columns,
                &values,
                &call.exponent,
                &x_at,
                &x_ld,
                &y_at,
                &y_ld,
                &k,
                &call.divergence,
                &listed,
                &flags,
                &terms_at,
                &terms_ld,
                &cuts,
                &partial,
                &arrived,
                &losses.address,
            ];
            if wide {
                arguments.push(&first_column);
            }
            queue.launch(
                &kernel,
                (Self::warps(self.piece_count), 1, 1),
                THREADS,
                &arguments,
            )?;
        }
        Ok(losses)
    }
}

/// A request for the terms of a divergence.
#[derive(Clone, Copy)]
struct Call<T> {
    divergence: Divergence<T>,
    exponent: i32,
    /// D is computed from the stored entries alone.
    listed: bool,
    /// The divergence itself is computed, too.
    summed: bool,
}

/// Returns the start of each row of A, and the end of the last one, in the type of kernels.
fn offsets<T: Scalar>(a: &SparseMatrix<T>) -> Result<Vec<u32>, CudaError> {
    let too_many = |_| CudaError::TooManyEntries {
        entries: a.nonzeros(),
    };
    let offsets = a.row_offsets().iter().copied().map(u32::try_from);
    offsets.collect::<Result<_, _>>().map_err(too_many)
}

/// A and A^T in compressed sparse rows: both products gather, and neither needs an atomic sum.
#[derive(Debug)]
pub(crate) struct DeviceSparse<'a, T> {
    a: &'a SparseMatrix<T>,
    device: &'static Device,
    /// The m + 1 offsets of the rows of A, used for distances.
    offsets: DeviceMemory,
    rows: Rows<T>,
    columns: Rows<T>,
    /// Entries that are not stored are missing; otherwise, and in plain products, they are zeros.
    observed: bool,
    /// Computed once, on the host.
    entry_stats: Result<EntryStats<T>, Error>,
}

impl<'a, T: Scalar> DeviceSparse<'a, T> {
    pub(super) fn new(
        device: &'static Device,
        a: &'a SparseMatrix<T>,
        observed: bool,
    ) -> Result<Self, CudaError> {
        let place = |i: usize| {
            let row = a.row_offsets().partition_point(|start| *start <= i);
            (row.saturating_sub(1), a.columns()[i] as usize)
        };
        let starts = offsets(a)?;
        let transposed = a.transpose();
        Ok(Self {
            a,
            device,
            offsets: DeviceMemory::holding(device, &starts)?,
            rows: Rows::new(device, a, &starts)?,
            columns: Rows::new(device, &transposed, &offsets(&transposed)?)?,
            observed,
            entry_stats: entry_stats(a.values(), place).map(|entry_stats| EntryStats {
                complete: !observed,
                ..entry_stats
            }),
        })
    }

    /// Returns the rows of A, or of A^T.
    fn side(&self, transposed: bool) -> &Rows<T> {
        if transposed {
            &self.columns
        } else {
            &self.rows
        }
    }
}

impl<T: Scalar> DeviceMatrix<T> for DeviceSparse<'_, T> {
    fn shape(&self) -> (usize, usize) {
        (self.a.nrows(), self.a.ncols())
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        self.entry_stats
    }

    fn first_zero(&self) -> Option<(usize, usize)> {
        if self.observed {
            first_stored_zero(self.a)
        } else {
            first_zero(self.a)
        }
    }

    fn multiply(
        &self,
        transposed: bool,
        x: &DevicePanel<'_, T>,
        y: &mut DevicePanel<'_, T>,
    ) -> Result<(), Error> {
        self.side(transposed).multiply(x, y)
    }

    fn distance(
        &self,
        exponent: i32,
        w: &DevicePanel<'_, T>,
        h: &DevicePanel<'_, T>,
    ) -> Result<T, Error> {
        let (m, n, k) = (self.a.nrows(), self.a.ncols(), w.ncols());
        check_shape((w.nrows(), k), (m, k))?;
        check_shape((h.nrows(), h.ncols()), (n, k))?;
        let blocks = size(m).clamp(1, 1 << 12);
        let mut queue = self.device.queue();
        let partials = queue.scratch::<f64>(Scratch::Partials, blocks as usize)?;
        queue.launch(
            &Kernel::new::<T>(&kernels::DISTANCE, "sparse_distance"),
            (blocks, 1, 1),
            THREADS,
            &[
                &self.offsets.address(),
                &self.rows.columns.address(),
                &self.rows.values.address(),
                &size(m),
                &size(n),
                &exponent,
                &w.address(0),
                &w.ld(),
                &h.address(0),
                &h.ld(),
                &size(k),
                &u32::from(self.observed),
                &partials,
            ],
        )?;
        let mut squares = [0.0];
        queue.add_up(partials, blocks as usize, &mut squares)?;
        Ok(T::from_f64(squares[0].sqrt()))
    }

    fn terms(
        &self,
        model: DivergenceModel<'_, DevicePanel<'_, T>>,
        side: Side,
        terms: &mut DevicePanel<'_, T>,
    ) -> Result<f64, Error> {
        let DivergenceModel {
            divergence,
            exponent,
            ..
        } = model;
        let [x, y] = model.factors(side);
        let (transposed, summed) = (side == Side::Columns, side == Side::Rows);
        let rows = self.side(transposed);
        rows.check(x, y, terms)?;
        let call = Call {
            divergence: Divergence::of(divergence),
            exponent,
            listed: self.observed,
            summed,
        };
        let mut queue = self.device.queue();
        if !self.observed && divergence.is_linear_at_zero() {
            return kullback_leibler::terms(&mut queue, (x, y), terms, summed, |queue, terms| {
                rows.terms(queue, call, (x, y), terms)
            });
        }
        let mut of_zeros = 0.0;
        if !self.observed {
            let zeros = Entries {
                address: 0,
                ld: 0,
                transposed,
                exponent,
            };
            let losses = dense_terms(&mut queue, zeros, divergence, (x, y), terms, summed)?;
            of_zeros = losses.add_up(&mut queue)?;
        }
        let stored = rows.terms(&mut queue, call, (x, y), terms)?;
        Ok(of_zeros + stored.add_up(&mut queue)?)
    }
}
