//! A dense matrix in the memory of a GPU, and its products.

use super::device::{Device, Scratch};
use super::divergence::Divergence;
use super::error::Error as CudaError;
use super::launch::{Kernel, STRIP, THREADS, blocks, elementwise, size, strips, width_class};
use super::memory::DeviceMemory;
use super::operator::DeviceMatrix;
use super::panel::{DevicePanel, leading_dimension};
use super::splits::Splits;
use crate::cpu::check_shape;
use crate::{DenseMatrix, Scalar};
use lowrank_core::{BetaDivergence, DivergenceOperator, Error, MatMut, Panel, Survey};
use lowrank_cuda_kernels as kernels;

/// A, m x n, column after column.
#[derive(Debug)]
pub(crate) struct DeviceDense<'a, T> {
    a: &'a DenseMatrix<T>,
    memory: DeviceMemory,
    /// Computed once, on the host.
    survey: Result<Survey<T>, Error>,
}

impl<'a, T: Scalar> DeviceDense<'a, T> {
    pub(super) fn new(device: &'static Device, a: &'a DenseMatrix<T>) -> Result<Self, CudaError> {
        let place = |i: usize| (i % a.nrows(), i / a.nrows());
        Ok(Self {
            a,
            memory: DeviceMemory::holding(device, a.as_slice())?,
            survey: crate::cpu::survey(a.as_slice(), place),
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

    fn survey(&self) -> Result<Survey<T>, Error> {
        self.survey
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
        let mut queue = self.device().queue();
        for (first, width) in strips(l) {
            let per_block = if transposed {
                kernels::dense_apply_transpose_columns(size_of::<T>())
            } else {
                kernels::dense_apply_rows(size_of::<T>(), width_class(width))
            } as usize;
            let splits = Splits::new(outputs.div_ceil(per_block), inner);
            let ld = leading_dimension::<T>(width);
            let stride = if splits.count > 1 {
                (outputs * ld) as u64
            } else {
                0
            };
            let (target, target_ld) = if splits.count > 1 {
                let partial = queue.scratch::<T>(Scratch::Partials, splits.count * outputs * ld)?;
                (partial, size(ld))
            } else {
                (y.address(first), y.ld())
            };
            queue.launch(
                &Kernel::of_width::<T>(&kernels::DENSE, name, width),
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
                    &target,
                    &target_ld,
                    &stride,
                ],
            )?;
            if splits.count > 1 {
                queue.launch(
                    &Kernel::new::<T>(&kernels::DENSE, "sum_splits"),
                    (elementwise(outputs * width), 1, 1),
                    THREADS,
                    &[
                        &target,
                        &size(splits.count),
                        &stride,
                        &target_ld,
                        &size(outputs),
                        &size(width),
                        &y.address(first),
                        &y.ld(),
                    ],
                )?;
            }
        }
        Ok(())
    }

    fn terms(
        &self,
        transposed: bool,
        divergence: &BetaDivergence<T>,
        exponent: i32,
        (x, y): (&DevicePanel<'_, T>, &DevicePanel<'_, T>),
        terms: &mut DevicePanel<'_, T>,
        summed: bool,
    ) -> Result<f64, Error> {
        let (m, n) = (self.a.nrows(), self.a.ncols());
        let (outputs, inner) = if transposed { (n, m) } else { (m, n) };
        check_shape((x.nrows(), x.ncols()), (outputs, x.ncols()))?;
        check_shape((y.nrows(), y.ncols()), (inner, x.ncols()))?;
        let a = Entries {
            address: self.memory.address(),
            ld: self.lda(),
            transposed,
            exponent,
        };
        dense_terms(self.device(), a, divergence, (x, y), terms, summed)
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

/// The entries that the terms of a divergence come from.
#[derive(Clone, Copy)]
pub(super) struct Entries {
    /// 0: all of them are zero.
    pub(super) address: u64,
    pub(super) ld: u64,
    /// Whether outputs lie along the columns of A.
    pub(super) transposed: bool,
    pub(super) exponent: i32,
}

/// [N | D] of `x` (outputs x k) against `y` (inner x k) over all entries, and the divergence where
/// `summed`.
pub(super) fn dense_terms<T: Scalar>(
    device: &'static Device,
    a: Entries,
    divergence: &BetaDivergence<T>,
    (x, y): (&DevicePanel<'_, T>, &DevicePanel<'_, T>),
    terms: &mut DevicePanel<'_, T>,
    summed: bool,
) -> Result<f64, Error> {
    let (outputs, inner, k) = (x.nrows(), y.nrows(), x.ncols());
    check_shape((y.nrows(), y.ncols()), (inner, k))?;
    check_shape((terms.nrows(), terms.ncols()), (outputs, 2 * k))?;
    let mut queue = device.queue();
    let mut total = 0.0;
    for (first, width) in strips(k) {
        let wide = k > STRIP;
        let per_block = if wide {
            kernels::DENSE_TERMS_WIDE_OUTPUTS
        } else {
            kernels::dense_terms_outputs(size_of::<T>(), width_class(k))
        } as usize;
        let groups = outputs.div_ceil(per_block);
        let splits = Splits::new(groups, inner);
        let ld = leading_dimension::<T>(2 * k);
        let stride = if splits.count > 1 {
            (outputs * ld) as u64
        } else {
            0
        };
        let (target, target_ld) = if splits.count > 1 {
            let partial = queue.scratch::<T>(Scratch::Panel, splits.count * outputs * ld)?;
            (partial, size(ld))
        } else {
            (terms.address(0), terms.ld())
        };
        let summed = summed && first == 0;
        let losses = queue.scratch::<f64>(Scratch::Partials, groups * splits.count)?;
        let kernel = if wide {
            Kernel::new::<T>(&kernels::DIVERGENCE, "dense_terms_wide")
        } else {
            Kernel::of_width::<T>(&kernels::DIVERGENCE, "dense_terms", k)
        };
        let (lda, transposed, outputs_) = (a.ld, u32::from(a.transposed), size(outputs));
        let divergence = Divergence::of(divergence);
        let (inner_, k_, length) = (size(inner), size(k), size(splits.length));
        let (x_at, x_ld, y_at, y_ld) = (x.address(0), x.ld(), y.address(0), y.ld());
        let (flags, first_) = (u32::from(summed), size(first));
        let mut arguments: Vec<&dyn super::launch::Argument> = vec![
            &a.address,
            &lda,
            &transposed,
            &outputs_,
            &inner_,
            &a.exponent,
            &x_at,
            &x_ld,
            &y_at,
            &y_ld,
            &k_,
            &divergence,
            &flags,
            &length,
            &target,
            &target_ld,
            &stride,
            &losses,
        ];
        if wide {
            arguments.push(&first_);
        }
        queue.launch(
            &kernel,
            (size(groups), size(splits.count), 1),
            kernels::TILE_THREADS,
            &arguments,
        )?;
        if splits.count > 1 {
            for part in [first, k + first] {
                let offset = (part * size_of::<T>()) as u64;
                queue.launch(
                    &Kernel::new::<T>(&kernels::DENSE, "sum_splits"),
                    (elementwise(outputs * width), 1, 1),
                    THREADS,
                    &[
                        &(target + offset),
                        &size(splits.count),
                        &stride,
                        &target_ld,
                        &outputs_,
                        &size(width),
                        &terms.address(part),
                        &terms.ld(),
                    ],
                )?;
            }
        }
        if summed {
            let mut sum = [0.0];
            queue.add_up(losses, groups * splits.count, &mut sum)?;
            total = sum[0];
        }
    }
    Ok(total)
}
