//! Tasks on a matrix, run in the memory space of a backend.

use super::{Backend, Operator, stop};
use crate::cpu::{CoreSpace, HostSpace};
use crate::memory_space::MemorySpace;
use crate::{Error, Matrix, Scalar};

/// A task on a matrix in any memory space.
pub trait Task<T: Scalar>: Send {
    /// The result of the task.
    type Output: Send;

    /// The columns of A may be permuted, which pays off for many products.
    const PERMUTED: bool = true;

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
    // The flag belongs to the thread of the caller.
    let flag = stop::current();
    match backend {
        Backend::Core => rayon::scope(|_| stop::with(flag, || run_in::<T, CoreSpace, K>(a, task))),
        Backend::Auto | Backend::Host => {
            rayon::scope(|_| stop::with(flag, || run_in::<T, HostSpace, K>(a, task)))
        }
        #[cfg(feature = "cuda")]
        Backend::Cuda => run_in::<T, crate::cuda::CudaSpace, K>(a, task),
        #[cfg(not(feature = "cuda"))]
        Backend::Cuda => Err(Error::NoCuda),
    }
}

fn run_in<T: Scalar, S: MemorySpace<T>, K: Task<T>>(
    a: Matrix<'_, T>,
    task: K,
) -> Result<K::Output, Error> {
    task.run(&Operator::<T, S>::new(a, K::PERMUTED)?)
}
