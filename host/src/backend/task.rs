//! Tasks on a matrix, run in the memory space of a backend.

use super::{Backend, Operator, stop};
use crate::cpu::{CoreSpace, HostSpace, SharedLayout, Usage, core_operator, host_operator};
use crate::memory_space::{MemorySpace, SpaceOperator};
use crate::{Error, Matrix, Scalar};

/// A task on a matrix in any memory space.
pub trait Task<T: Scalar>: Send {
    /// The result of the task.
    type Output: Send;

    /// The columns of A may be permuted, which pays off for many products.
    const PERMUTED: bool = true;

    /// Returns if the task multiplies by A^T only a few times, which a copy of A^T is not worth.
    fn has_few_products(&self) -> bool {
        false
    }

    /// Runs the task.
    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<Self::Output, Error>;
}

/// Runs a task on a backend, which is usually a [`Placement`](super::Placement)'s. [`Backend::Auto`] is the host here.
///
/// On the CPU, the task runs on a thread of the pool: called from outside, each of its many short parallel steps
/// would wake a thread and wait for it.
pub fn run<T: Scalar, K: Task<T>>(
    backend: Backend,
    a: Matrix<'_, T>,
    task: K,
) -> Result<K::Output, Error> {
    run_sharing(backend, a, &SharedLayout::default(), task)
}

/// [`run`] that shares the layout of a sparse matrix with other tasks on it, in any precision.
pub(crate) fn run_sharing<T: Scalar, K: Task<T>>(
    backend: Backend,
    a: Matrix<'_, T>,
    layout: &SharedLayout,
    task: K,
) -> Result<K::Output, Error> {
    // The flag belongs to the thread of the caller.
    let flag = stop::current();
    match backend {
        Backend::Core => rayon::scope(|_| {
            stop::with(flag, || {
                run_in::<T, CoreSpace, K>(a, core_operator(a)?, task)
            })
        }),
        Backend::Auto | Backend::Host => rayon::scope(|_| {
            let usage = Usage {
                permuted: K::PERMUTED,
                few_products: task.has_few_products(),
            };
            let operator = host_operator(a, usage, layout)?;
            stop::with(flag, || run_in::<T, HostSpace, K>(a, operator, task))
        }),
        #[cfg(feature = "cuda")]
        Backend::Cuda => {
            run_in::<T, crate::cuda::CudaSpace, K>(a, crate::cuda::cuda_operator(a)?, task)
        }
        #[cfg(not(feature = "cuda"))]
        Backend::Cuda => Err(Error::NoCuda),
    }
}

fn run_in<'a, T: Scalar, S: MemorySpace<T>, K: Task<T>>(
    a: Matrix<'a, T>,
    operator: Box<dyn SpaceOperator<T, S> + 'a>,
    task: K,
) -> Result<K::Output, Error> {
    task.run(&Operator::<T, S>::new(a, operator))
}
