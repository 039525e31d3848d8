//! A job, run beside the operator of a matrix in the world that a backend names.

use super::counted::{Counted, Products};
use super::world::{CoreWorld, CpuWorld, HostWorld, World};
use crate::cpu::{ColumnOrder, DenseOperator, ObservedOperator, SparseOperator};
use crate::{Backend, Error, Matrix, Scalar};
use lowrank_core::operator::DivergenceOperator;

/// An operator that tells how its columns are arranged.
pub trait Arranged {
    /// The column of A at each place of a panel; `None` where they are as they are.
    fn columns(&self) -> Option<&[u32]>;
}

/// Something to do with an operator in some world.
pub trait Job<T: Scalar> {
    type Output;

    fn run<W: World<T>, A>(self, a: &A) -> Result<Self::Output, Error>
    where
        A: Arranged + for<'p> DivergenceOperator<W::Panel<'p>>;
}

/// Something to do with an operator and with memory of the CPU.
pub trait CpuJob<T: Scalar> {
    type Output;

    fn run_on_cpu<W: CpuWorld<T>, A>(self, a: &A) -> Result<Self::Output, Error>
    where
        A: Arranged + for<'p> DivergenceOperator<W::Panel<'p>>;
}

/// A job of any world, on the CPU.
struct OnCpu<J>(J);

impl<T: Scalar, J: Job<T>> CpuJob<T> for OnCpu<J> {
    type Output = J::Output;

    fn run_on_cpu<W: CpuWorld<T>, A>(self, a: &A) -> Result<J::Output, Error>
    where
        A: Arranged + for<'p> DivergenceOperator<W::Panel<'p>>,
    {
        self.0.run::<W, A>(a)
    }
}

/// Runs a job where the backend says, which is a [`Placement`](super::Placement)'s, and counts the products with A.
/// What is left to [`Backend::Auto`] here runs on the host.
pub fn run_counted<T: Scalar, J>(
    backend: Backend,
    a: Matrix<'_, T>,
    job: J,
    products: &Products,
) -> Result<J::Output, Error>
where
    J: Job<T> + Send,
    J::Output: Send,
{
    if backend == Backend::Cuda {
        return run_on_gpu(a, job, products);
    }
    let order = match a {
        Matrix::Sparse(s) | Matrix::Observed(s) if backend.on_cpu() != Backend::Core => {
            Some(ColumnOrder::by_frequency(s))
        }
        _ => None,
    };
    run_on_cpu(backend, a, order.as_ref(), OnCpu(job), products)
}

/// Runs a job on the CPU with the columns of A as they are: for panels that outlive A.
pub fn run_as_it_is<T: Scalar, J>(
    backend: Backend,
    a: Matrix<'_, T>,
    job: J,
) -> Result<J::Output, Error>
where
    J: CpuJob<T> + Send,
    J::Output: Send,
{
    run_on_cpu(backend, a, None, job, &Products::default())
}

/// Runs a job, all of it on a thread of the pool: from outside, each of its many short parallel steps
/// would wake one and wait for it.
fn run_on_cpu<T: Scalar, J>(
    backend: Backend,
    a: Matrix<'_, T>,
    order: Option<&ColumnOrder>,
    job: J,
    products: &Products,
) -> Result<J::Output, Error>
where
    J: CpuJob<T> + Send,
    J::Output: Send,
{
    let columns = order.map(ColumnOrder::columns);
    rayon::scope(|_| match (backend.on_cpu(), a) {
        (Backend::Core, Matrix::Sparse(s)) => {
            job.run_on_cpu::<CoreWorld, _>(&counted(s.view()?, a, products, None))
        }
        (Backend::Core, Matrix::Dense(d)) => {
            job.run_on_cpu::<CoreWorld, _>(&counted(d.view()?, a, products, None))
        }
        (Backend::Core, Matrix::Observed(s)) => {
            let known = lowrank_core::operator::Observed(s.view()?);
            job.run_on_cpu::<CoreWorld, _>(&counted(known, a, products, None))
        }
        (_, Matrix::Sparse(s)) => {
            let sparse = SparseOperator::new(s, order);
            job.run_on_cpu::<HostWorld, _>(&counted(sparse, a, products, columns))
        }
        (_, Matrix::Dense(d)) => {
            job.run_on_cpu::<HostWorld, _>(&counted(DenseOperator::new(d)?, a, products, None))
        }
        (_, Matrix::Observed(s)) => {
            let known = ObservedOperator::new(s, order);
            job.run_on_cpu::<HostWorld, _>(&counted(known, a, products, columns))
        }
    })
}

/// Runs a job on this thread, which hands its steps to the GPU.
#[cfg(feature = "cuda")]
fn run_on_gpu<T: Scalar, J: Job<T>>(
    a: Matrix<'_, T>,
    job: J,
    products: &Products,
) -> Result<J::Output, Error> {
    use crate::cuda::{self, CudaWorld};
    let device = cuda::device()?;
    let start = std::time::Instant::now();
    match a {
        Matrix::Sparse(s) => {
            let sparse = cuda::Operator::sparse(device, s)?;
            cuda::loaded(start)?;
            job.run::<CudaWorld, _>(&counted(sparse, a, products, None))
        }
        Matrix::Dense(d) => {
            let dense = cuda::Operator::dense(device, d)?;
            cuda::loaded(start)?;
            job.run::<CudaWorld, _>(&counted(dense, a, products, None))
        }
        Matrix::Observed(s) => {
            let known = cuda::Operator::observed(device, s)?;
            cuda::loaded(start)?;
            job.run::<CudaWorld, _>(&counted(known, a, products, None))
        }
    }
}

#[cfg(not(feature = "cuda"))]
fn run_on_gpu<T: Scalar, J: Job<T>>(
    _: Matrix<'_, T>,
    _: J,
    _: &Products,
) -> Result<J::Output, Error> {
    Err(Error::NoCuda)
}

fn counted<'c, T: Scalar, A>(
    operator: A,
    a: Matrix<'_, T>,
    products: &'c Products,
    columns: Option<&'c [u32]>,
) -> Counted<'c, A> {
    Counted {
        a: operator,
        columns,
        entries: a.entries(),
        bytes: a.bytes(),
        products,
    }
}
