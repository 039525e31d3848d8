//! Kernels: their names, arguments and launches.

use super::device::Queue;
use crate::Scalar;
use crate::error::cuda::of_core;
use cust::function::{BlockSize, Function, GridSize};
use cust::module::Module as CudaModule;
use lowrank_core::Error;
use lowrank_cuda_kernels::{Module, THREADS as KERNEL_THREADS, kernel_name, strip_kernel_name};
use std::ffi::c_void;

/// The number of columns of a kernel of the widest class.
pub(super) const STRIP: usize = 32;

/// The number of threads of a block, unless a kernel defines its own.
pub(super) const THREADS: u32 = KERNEL_THREADS;

/// A kernel for one scalar type and, if there are several, one class of widths.
pub(super) struct Kernel {
    pub(super) module: &'static Module,
    name: &'static str,
    scalar: &'static str,
    width: Option<usize>,
}

impl Kernel {
    pub(super) fn new<T: Scalar>(module: &'static Module, name: &'static str) -> Self {
        Self {
            module,
            name,
            scalar: T::NAME,
            width: None,
        }
    }

    /// Returns the kernel for `l` columns, at most [`STRIP`].
    pub(super) fn of_width<T: Scalar>(
        module: &'static Module,
        name: &'static str,
        l: usize,
    ) -> Self {
        Self {
            width: Some(width_class(l)),
            ..Self::new::<T>(module, name)
        }
    }

    /// Returns the kernel for `l` columns that tiles a dense matrix, at most [`STRIP`].
    pub(super) fn of_tile_width<T: Scalar>(
        module: &'static Module,
        name: &'static str,
        l: usize,
    ) -> Self {
        Self {
            width: Some(tile_width_class(l)),
            ..Self::new::<T>(module, name)
        }
    }

    pub(super) fn name(&self) -> String {
        match self.width {
            Some(width) => strip_kernel_name(self.name, self.scalar, width),
            None => kernel_name(self.name, self.scalar),
        }
    }
}

const NO_WIDER: &str = "strips are no wider than the widest class";

/// Returns the class of widths for the `l` columns of a strip.
pub(super) fn width_class(l: usize) -> usize {
    lowrank_cuda_kernels::width_class(l).expect(NO_WIDER)
}

/// Returns the class of widths for kernels that tile a dense matrix.
pub(super) fn tile_width_class(l: usize) -> usize {
    lowrank_cuda_kernels::tile_width_class(l).expect(NO_WIDER)
}

/// Returns strips of at most [`STRIP`] columns: the start and the width of each.
pub(super) fn strips(l: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..l)
        .step_by(STRIP)
        .map(move |first| (first, STRIP.min(l - first)))
}

/// An argument that a kernel takes by value.
pub(super) trait Argument {
    fn address(&self) -> *mut c_void {
        std::ptr::from_ref(self).cast_mut().cast()
    }
}

impl Argument for u32 {}
impl Argument for i32 {}
impl Argument for u64 {}
impl Argument for f32 {}
impl Argument for f64 {}

/// A scalar as a kernel takes it.
#[repr(transparent)]
pub(super) struct Value<T>(pub(super) T);

impl<T: Scalar> Argument for Value<T> {}

/// Converts a size to the type of kernels.
pub(super) fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Returns the number of blocks of `per_block` items each.
pub(super) fn blocks(items: usize, per_block: usize) -> u32 {
    size(items.div_ceil(per_block))
}

/// Returns the number of blocks for an elementwise kernel, which covers the other entries with a stride.
pub(super) fn elementwise(entries: usize) -> u32 {
    blocks(entries, THREADS as usize).min(65_535)
}

impl Queue {
    /// The kernel of that name; its module is handed to the driver when the first one is asked for.
    fn function(&mut self, kernel: &Kernel) -> Result<&Function<'static>, Error> {
        let name = kernel.name();
        if !self.functions.contains_key(&name) {
            let module = match self.modules.get(kernel.module.name) {
                Some(module) => module,
                None => {
                    let module = CudaModule::from_ptx(kernel.module.ptx, &[]).map_err(of_core)?;
                    // Kept, as the device is, for as long as the process lives.
                    let module: &'static CudaModule = Box::leak(Box::new(module));
                    self.modules.entry(kernel.module.name).or_insert(module)
                }
            };
            let function = module.get_function(&name).map_err(of_core)?;
            self.functions.insert(name.clone(), function);
        }
        Ok(&self.functions[&name])
    }

    /// Launches a kernel in the queue; empty launches are skipped.
    ///
    /// `arguments` have the order and the types of the kernel's signature in `cuda-kernels`, and the addresses
    /// among them are those of buffers of the sizes that it states.
    pub(super) fn launch(
        &mut self,
        kernel: &Kernel,
        grid: (u32, u32, u32),
        threads: u32,
        arguments: &[&dyn Argument],
    ) -> Result<(), Error> {
        if grid.0 == 0 || grid.1 == 0 || grid.2 == 0 {
            return Ok(());
        }
        let mut addresses = Vec::with_capacity(arguments.len());
        addresses.extend(arguments.iter().map(|argument| argument.address()));
        let function = std::ptr::from_ref(self.function(kernel)?);
        let (grid, block) = (GridSize::xyz(grid.0, grid.1, grid.2), BlockSize::x(threads));
        // SAFETY: the function lives as long as the queue; the driver copies the arguments before it
        // returns; that they are those of the kernel is what the callers in this folder take care of,
        // each beside the kernel's name, and what the tests on the mock driver check.
        unsafe { self.stream.launch(&*function, grid, block, 0, &addresses) }.map_err(of_core)
    }
}
