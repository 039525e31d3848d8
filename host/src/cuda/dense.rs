//! Dense matrices in the memory of a GPU, and their products.

use super::device::{Device, Queue, Scratch};
use super::device_matrix::DeviceMatrix;
use super::divergence::{Divergence, Losses};
use super::kullback_leibler;
use super::launch::{
    Argument, Kernel, STRIP, THREADS, Value, blocks, size, strips, tile_width_class,
};
use super::memory::DeviceMemory;
use super::panel::DevicePanel;
use super::splits::{Parts, Splits};
use crate::cpu::check_shape;
use crate::error::cuda::Error as CudaError;
use crate::{DenseMatrix, Scalar};
use lowrank_core::divergence::BetaDivergence;
use lowrank_core::operator::{DivergenceModel, DivergenceOperator, EntryStats, Side};
use lowrank_core::panel::Panel;
use lowrank_core::{Error, MatMut};
use lowrank_cuda_kernels as kernels;

/// A, m x n, column-major.
#[derive(Debug)]
pub(crate) struct DeviceDense<'a, T> {
    a: &'a DenseMatrix<T>,
    memory: DeviceMemory,
    /// Computed once, on the host.
    entry_stats: Result<EntryStats<T>, Error>,
}

impl<'a, T: Scalar> DeviceDense<'a, T> {
    pub(super) fn new(device: &'static Device, a: &'a DenseMatrix<T>) -> Result<Self, CudaError> {
        let place = |i: usize| (i % a.nrows(), i / a.nrows());
        let more = kernels::dense_results(size_of::<T>()) as usize;
        Ok(Self {
            a,
            memory: DeviceMemory::holding_before(device, a.as_slice(), more)?,
            entry_stats: crate::cpu::entry_stats(a.as_slice(), place),
        })
    }

    fn device(&self) -> &'static Device {
        self.memory.device
    }

    fn lda(&self) -> u64 {
        self.a.nrows() as u64
    }
}

impl<T: Scalar> DeviceMatrix<T> for DeviceDense<'_, T> {
    fn shape(&self) -> (usize, usize) {
        (self.a.nrows(), self.a.ncols())
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        self.entry_stats
    }

    fn first_zero(&self) -> Option<(usize, usize)> {
        let view = self.a.view().ok()?;
        DivergenceOperator::<MatMut<'_, T>>::first_zero(&view)
    }

    fn multiply(
        &self,
        transposed: bool,
        x: &DevicePanel<'_, T>,
        y: &mut DevicePanel<'_, T>,
    ) -> Result<(), Error> {
        let (m, n, l) = (self.a.nrows(), self.a.ncols(), y.ncols());
        let (outputs, inner) = if transposed { (n, m) } else { (m, n) };
        check_shape((x.nrows(), x.ncols()), (inner, l))?;
        check_shape((y.nrows(), l), (outputs, l))?;
        let name = if transposed {
            "dense_apply_transpose"
        } else {
            "dense_apply"
        };
        let per_block = kernels::dense_results(size_of::<T>()) as usize;
        let mut queue = self.device().queue();
        for (first, width) in strips(l) {
            let result = y.view().columns(first, width);
            let splits = Splits::new(outputs.div_ceil(per_block), inner, width);
            let parts = Parts::new(&mut queue, Scratch::Partials, splits, result)?;
            queue.launch(
                &Kernel::of_tile_width::<T>(&kernels::DENSE, name, width),
                (blocks(outputs, per_block), size(splits.count), 1),
                kernels::TILE_THREADS,
                &[
                    &self.memory.address(),
                    &self.lda(),
                    &size(m),
                    &size(n),
                    &x.address(first),
                    &x.ld(),
                    &size(width),
                    &size(splits.length),
                    &parts.first.address,
                    &parts.first.ld,
                    &parts.stride,
                ],
            )?;
            parts.add_up(&mut queue, result)?;
        }
        Ok(())
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
        let (m, n) = (self.a.nrows(), self.a.ncols());
        let (outputs, inner) = if transposed { (n, m) } else { (m, n) };
        check_shape((x.nrows(), x.ncols()), (outputs, x.ncols()))?;
        check_shape((y.nrows(), y.ncols()), (inner, x.ncols()))?;
        check_shape((terms.nrows(), terms.ncols()), (outputs, 2 * x.ncols()))?;
        let a = Entries {
            address: self.memory.address(),
            ld: self.lda(),
            transposed,
            exponent,
        };
        let mut queue = self.device().queue();
        if divergence.is_linear_at_zero() && x.ncols() <= STRIP {
            let floor = divergence.model(T::ZERO);
            return kullback_leibler::terms(&mut queue, (x, y), terms, summed, |queue, terms| {
                dense_pulls(queue, a, floor, (x, y), terms, summed)
            });
        }
        let losses = dense_terms(&mut queue, a, divergence, (x, y), terms, summed)?;
        losses.add_up(&mut queue)
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
        let blocks = blocks(m * n, 1 << 14).clamp(1, 1 << 12);
        let mut queue = self.device().queue();
        let partials = queue.scratch::<f64>(Scratch::Partials, blocks as usize)?;
        queue.launch(
            &Kernel::new::<T>(&kernels::DISTANCE, "dense_distance"),
            (blocks, 1, 1),
            THREADS,
            &[
                &self.memory.address(),
                &self.lda(),
                &size(m),
                &size(n),
                &exponent,
                &w.address(0),
                &w.ld(),
                &h.address(0),
                &h.ld(),
                &size(k),
                &partials,
            ],
        )?;
        let mut squares = [0.0];
        queue.add_up(partials, blocks as usize, &mut squares)?;
        Ok(T::from_f64(squares[0].sqrt()))
    }
}

/// The entries in the terms of a divergence.
#[derive(Clone, Copy)]
pub(super) struct Entries {
    /// The address; 0 if all entries are zero.
    pub(super) address: u64,
    pub(super) ld: u64,
    /// Outputs lie along the columns of A.
    pub(super) transposed: bool,
    pub(super) exponent: i32,
}

/// Computes [N | D] of `x` (outputs x k) against `y` (inner x k) over all entries, and the divergence if
/// `summed`.
pub(super) fn dense_terms<T: Scalar>(
    queue: &mut Queue,
    a: Entries,
    divergence: &BetaDivergence<T>,
    (x, y): (&DevicePanel<'_, T>, &DevicePanel<'_, T>),
    terms: &mut DevicePanel<'_, T>,
    summed: bool,
) -> Result<Losses, Error> {
    let (outputs, inner, k) = (x.nrows(), y.nrows(), x.ncols());
    let wide = k > STRIP;
    let (kernel, per_block) = if wide {
        let kernel = Kernel::new::<T>(&kernels::DIVERGENCE, "dense_terms_wide");
        (kernel, kernels::DENSE_TERMS_WIDE_OUTPUTS)
    } else {
        let kernel = Kernel::of_tile_width::<T>(&kernels::DIVERGENCE, "dense_terms", k);
        let per_block = kernels::dense_terms_outputs(size_of::<T>(), tile_width_class(k));
        (kernel, per_block)
    };
    let groups = outputs.div_ceil(per_block as usize);
    let splits = Splits::new(groups, inner, k);
    let parts = Parts::new(queue, Scratch::Panel, splits, terms.view())?;
    let losses = Losses {
        address: queue.scratch::<f64>(Scratch::Partials, groups * splits.count)?,
        count: groups * splits.count,
        summed,
    };
    let divergence = Divergence::of(divergence);
    for (first, _) in strips(k) {
        let (lda, transposed, outputs, inner) =
            (a.ld, u32::from(a.transposed), size(outputs), size(inner));
        let (x_at, x_ld, y_at, y_ld) = (x.address(0), x.ld(), y.address(0), y.ld());
        let (columns, first_column) = (size(k), size(first));
        let (flags, length) = (u32::from(summed && first == 0), size(splits.length));
        let mut arguments: Vec<&dyn Argument> = vec![
            &a.address,
            &lda,
            &transposed,
            &outputs,
            &inner,
            &a.exponent,
            &x_at,
            &x_ld,
            &y_at,
            &y_ld,
            &columns,
            &divergence,
            &flags,
            &length,
            &parts.first.address,
            &parts.first.ld,
            &parts.stride,
            &losses.address,
        ];
        if wide {
            arguments.push(&first_column);
        }
        queue.launch(
            &kernel,
            (size(groups), size(splits.count), 1),
            kernels::TILE_THREADS,
            &arguments,
        )?;
    }
    parts.add_up(queue, terms.view())?;
    Ok(losses)
}

/// Computes N of `x` against `y` for the divergence that is linear at zero, k <= [`STRIP`], and, if `summed`, its part
/// of the divergence without the sum over the model.
fn dense_pulls<T: Scalar>(
    queue: &mut Queue,
    a: Entries,
    floor: T,
    (x, y): (&DevicePanel<'_, T>, &DevicePanel<'_, T>),
    terms: &mut DevicePanel<'_, T>,
    summed: bool,
) -> Result<Losses, Error> {
    let (outputs, inner, k) = (x.nrows(), y.nrows(), x.ncols());
    let per_block = kernels::dense_pulls_outputs(size_of::<T>(), tile_width_class(k));
    let groups = outputs.div_ceil(per_block as usize);
    let splits = Splits::new(groups, inner, k);
    let result = terms.view().columns(0, k);
    let parts = Parts::new(queue, Scratch::Panel, splits, result)?;
    let losses = Losses {
        address: queue.scratch::<f64>(Scratch::Partials, groups * splits.count)?,
        count: groups * splits.count,
        summed,
    };
    queue.launch(
        &Kernel::of_tile_width::<T>(&kernels::KULLBACK_LEIBLER, "dense_pulls", k),
        (size(groups), size(splits.count), 1),
        kernels::TILE_THREADS,
        &[
            &a.address,
            &a.ld,
            &u32::from(a.transposed),
            &size(outputs),
            &size(inner),
            &a.exponent,
            &x.address(0),
            &x.ld(),
            &y.address(0),
            &y.ld(),
            &size(k),
            &Value(floor),
            &u32::from(summed),
            &size(splits.length),
            &parts.first.address,
            &parts.first.ld,
            &parts.stride,
            &losses.address,
        ],
    )?;
    parts.add_up(queue, result)?;
    Ok(losses)
}
