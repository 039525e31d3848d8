//! Views of panels in the layout of kernels.

use super::device::Queue;
use super::launch::{Argument, Kernel, THREADS, Value, elementwise, size};
use crate::Scalar;
use lowrank_core::Error;
use lowrank_cuda_kernels::{self as kernels, Module};
use std::marker::PhantomData;

/// X, rows x l: a panel, or some of its columns, row-major.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<T> {
    pub(super) address: u64,
    /// The number of scalars from one row to the next.
    pub(super) ld: u32,
    pub(super) nrows: usize,
    pub(super) ncols: usize,
    scalar: PhantomData<T>,
}

impl<T: Scalar> View<T> {
    pub(super) fn new(address: u64, ld: u32, nrows: usize, ncols: usize) -> Self {
        Self {
            address,
            ld,
            nrows,
            ncols,
            scalar: PhantomData,
        }
    }

    pub(super) fn entries(self) -> usize {
        self.nrows * self.ncols
    }

    /// Returns the `ncols` columns from `first` on.
    pub(super) fn columns(self, first: usize, ncols: usize) -> Self {
        Self {
            address: self.address + (first * size_of::<T>()) as u64,
            ncols,
            ..self
        }
    }

    /// Starts a kernel whose arguments are X and the `others`, each by address and leading dimension, then
    /// the shape of X, then the `rest`.
    pub(super) fn launch(
        self,
        queue: &mut Queue,
        kernel: &Kernel,
        (blocks, threads): (u32, u32),
        others: &[Self],
        rest: &[&dyn Argument],
    ) -> Result<(), Error> {
        let (m, l) = (size(self.nrows), size(self.ncols));
        let mut arguments: Vec<&dyn Argument> = vec![&self.address, &self.ld];
        for other in others {
            arguments.extend([&other.address as &dyn Argument, &other.ld]);
        }
        arguments.extend([&m as &dyn Argument, &l]);
        arguments.extend(rest);
        queue.launch(kernel, (blocks, 1, 1), threads, &arguments)
    }

    /// [`launch`](Self::launch) of an elementwise kernel.
    pub(super) fn each_entry(
        self,
        queue: &mut Queue,
        module: &'static Module,
        name: &'static str,
        others: &[Self],
        rest: &[&dyn Argument],
    ) -> Result<(), Error> {
        let grid = (elementwise(self.entries()), THREADS);
        self.launch(queue, &Kernel::new::<T>(module, name), grid, others, rest)
    }

    /// x_ij <- `value`.
    pub(super) fn fill(self, queue: &mut Queue, value: T) -> Result<(), Error> {
        self.each_entry(queue, &kernels::PANEL, "fill", &[], &[&Value(value)])
    }

    /// x_ij <- `values`_j, f64 numbers that are on the device.
    pub(super) fn fill_rows(self, queue: &mut Queue, values: u64) -> Result<(), Error> {
        self.each_entry(queue, &kernels::PANEL, "fill_rows", &[], &[&values])
    }

    /// x_j <- d_j x_j with factors that are on the device.
    pub(super) fn scale_columns(self, queue: &mut Queue, factors: u64) -> Result<(), Error> {
        self.each_entry(queue, &kernels::PANEL, "scale_columns", &[], &[&factors])
    }
}
