//! The backends, and the choice between them.

mod operator;
mod stop;
mod task;

pub use operator::{Operator, Products};
pub(crate) use stop::current as current_stop;
pub use stop::stoppable;
pub(crate) use task::run_sharing;
pub use task::{Task, run};

use crate::cpu::HostSchedule;
use crate::memory::gigabytes;
use crate::{Error, Matrix, Scalar};
use std::fmt;

/// Reads the sizes of the processor's caches, as the first fit would otherwise: a millisecond and, with many processors,
/// more. A program may do so on another thread while it reads its data.
pub fn read_cache_sizes() {
    crate::cpu::read_cache_sizes();
}

/// The backend on which an algorithm runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// A GPU if there is one that is expected to finish first, the host otherwise.
    #[default]
    Auto,
    /// Row-major panels on all threads, dense products by faer.
    Host,
    /// The code that runs on a microcontroller, on one thread.
    Core,
    /// An NVIDIA GPU, in a build with the feature `cuda`. Completions and exact SVDs run on the host instead.
    Cuda,
}

impl Backend {
    /// Returns `auto`, `host`, `core` or `cuda`.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Auto => "auto",
            Backend::Host => "host",
            Backend::Core => "core",
            Backend::Cuda => "cuda",
        }
    }

    /// Checks that the backend is available. Only [`Cuda`](Backend::Cuda) may not be.
    ///
    /// # Errors
    /// [`Error::NoCuda`] in a build without the feature `cuda`; with it, the reason why there is no device.
    pub fn check(self) -> Result<(), Error> {
        match self {
            Backend::Cuda => gpu().map(drop),
            Backend::Auto | Backend::Host | Backend::Core => Ok(()),
        }
    }

    /// Returns true for [`Auto`](Backend::Auto) and [`Host`](Backend::Host), which leave it to the host how a matrix is stored
    /// and decomposed.
    pub(crate) fn may_be_host(self) -> bool {
        matches!(self, Backend::Auto | Backend::Host)
    }

    /// Returns [`Host`](Backend::Host) or [`Core`](Backend::Core), for algorithms that run on no GPU.
    pub(crate) fn on_cpu(self) -> Self {
        match self {
            Backend::Core => Backend::Core,
            Backend::Auto | Backend::Host | Backend::Cuda => Backend::Host,
        }
    }

    /// Returns the schedule of the rows of a factor, on no GPU.
    pub(crate) fn row_schedule(self) -> HostSchedule {
        match self.on_cpu() {
            Backend::Core => HostSchedule::in_order(),
            _ => HostSchedule::on_threads(),
        }
    }

    /// Returns the backend of an algorithm that runs on no GPU.
    pub(crate) fn placed_on_cpu(self) -> Placement {
        let reason = match self {
            Backend::Host | Backend::Core => Reason::Asked,
            Backend::Auto | Backend::Cuda => Reason::CpuOnly,
        };
        Placement {
            backend: self.on_cpu(),
            reason,
        }
    }

    /// Returns the backend of batches of rows. Auto selects the CPU, because a batch is little work.
    pub(crate) fn placed_for_batches(self) -> Placement {
        let reason = match self {
            Backend::Auto => Reason::Batches,
            Backend::Host | Backend::Core | Backend::Cuda => Reason::Asked,
        };
        Placement {
            backend: self.or_host(),
            reason,
        }
    }

    /// Returns the backend, with Auto replaced by the host.
    pub(crate) fn or_host(self) -> Self {
        match self {
            Backend::Auto => Backend::Host,
            asked => asked,
        }
    }

    /// Returns the backend for a matrix and an amount of work.
    pub(crate) fn placed<T: Scalar>(self, a: Matrix<'_, T>, work: Work) -> Placement {
        let reason = Reason::Asked;
        match self {
            Backend::Auto => choose(Load::of(a, work, rayon::current_num_threads()), gpu),
            backend => Placement { backend, reason },
        }
    }
}

/// A backend and the reason for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The backend, never [`Auto`](Backend::Auto).
    pub backend: Backend,
    /// The reason.
    pub reason: Reason,
}

/// The reason for a backend. As text it is half a sentence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The backend was requested.
    Asked,
    /// The algorithm runs on no GPU.
    CpuOnly,
    /// A batch of rows is little work.
    Batches,
    /// The CPU is expected to finish before a GPU would start; estimates in seconds.
    LittleWork {
        /// The time of the CPU.
        cpu: f64,
        /// The time until a GPU has started and has the matrix.
        start: f64,
    },
    /// There is no GPU; the text is that of the error.
    NoGpu(String),
    /// The GPU does not have enough memory.
    NoRoom {
        /// The bytes needed.
        needed: u64,
        /// The bytes free.
        free: u64,
    },
    /// The work outweighs the transfer to the GPU; estimate in seconds.
    MuchWork {
        /// The name of the GPU in the driver.
        gpu: String,
        /// The time of the CPU.
        cpu: f64,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Asked => f.write_str("asked for"),
            Reason::CpuOnly => f.write_str("this runs on no GPU"),
            Reason::Batches => f.write_str("a batch is little work for a GPU"),
            Reason::LittleWork { cpu, start } => write!(
                f,
                "about {cpu:.2} s of work, and a GPU begins after {start:.2} s"
            ),
            Reason::NoGpu(why) => f.write_str(why),
            Reason::NoRoom { needed, free } => write!(
                f,
                "the GPU would need {} of memory and {} are free",
                gigabytes(*needed),
                gigabytes(*free)
            ),
            Reason::MuchWork { gpu, cpu } => {
                write!(f, "{gpu}, for about {cpu:.0} s of work on the CPU")
            }
        }
    }
}

/// The approximate work of a factorization, for a matrix that is not yet known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Work {
    /// The number of columns that A or A^T is multiplied with, in all products.
    pub(crate) columns: f64,
    /// Operations outside of products, in units of an operation of a sparse product.
    pub(crate) others: f64,
    /// The bytes of panels on a GPU.
    pub(crate) panels: u64,
}

/// The approximate work for a matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Load {
    /// The estimated seconds on the CPU.
    cpu: f64,
    /// The bytes to be transferred to a GPU.
    bytes: u64,
    /// The bytes of panels there.
    panels: u64,
}

/// Operations per second of a thread in a sparse product.
const SPARSE_RATE: f64 = 2e9;

/// The speed of a dense product relative to a sparse one.
const DENSE_SPEED: f64 = 6.0;

/// The number of threads above which memory bandwidth is the limit.
const USEFUL_THREADS: usize = 16;

/// The seconds that a GPU takes to open and to load its kernels.
const START: f64 = 0.4;

/// Bytes per second of a transfer to it.
const TRANSFER: f64 = 20e9;

impl Work {
    /// Returns all operations, in units of one of a sparse product.
    pub(crate) fn operations<T: Scalar>(self, a: Matrix<'_, T>) -> f64 {
        let speed = match a {
            Matrix::Dense(_) => DENSE_SPEED,
            Matrix::Sparse(_) | Matrix::Observed(_) => 1.0,
        };
        2.0 * a.entries() as f64 * self.columns / speed + self.others
    }
}

impl Load {
    fn of<T: Scalar>(a: Matrix<'_, T>, work: Work, threads: usize) -> Self {
        // A sparse matrix is transferred together with its transpose.
        let copies = match a {
            Matrix::Dense(_) => 1,
            Matrix::Sparse(_) | Matrix::Observed(_) => 2,
        };
        let rate = SPARSE_RATE * threads.clamp(1, USEFUL_THREADS) as f64;
        Self {
            cpu: work.operations(a) / rate,
            bytes: copies * a.bytes() as u64,
            panels: work.panels,
        }
    }
}

/// An available GPU.
struct Gpu {
    name: String,
    /// The bytes of its memory that are free.
    free: u64,
}

/// Chooses for Auto. The GPU is queried last, because opening it takes time.
fn choose(load: Load, gpu: impl FnOnce() -> Result<Gpu, Error>) -> Placement {
    let (cpu, start) = (load.cpu, START + load.bytes as f64 / TRANSFER);
    let host = |reason| Placement {
        backend: Backend::Host,
        reason,
    };
    if cpu <= start {
        return host(Reason::LittleWork { cpu, start });
    }
    let gpu = match gpu() {
        Ok(gpu) => gpu,
        Err(error) => return host(Reason::NoGpu(error.to_string())),
    };
    let (needed, free) = (load.bytes.saturating_add(load.panels), gpu.free);
    if needed > free {
        return host(Reason::NoRoom { needed, free });
    }
    Placement {
        backend: Backend::Cuda,
        reason: Reason::MuchWork { gpu: gpu.name, cpu },
    }
}

#[cfg(feature = "cuda")]
fn gpu() -> Result<Gpu, Error> {
    let device = crate::cuda::device()?;
    let (free, _) = device.memory()?;
    let name = device.name().to_owned();
    Ok(Gpu { name, free })
}

#[cfg(not(feature = "cuda"))]
fn gpu() -> Result<Gpu, Error> {
    Err(Error::NoCuda)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DenseMatrix, SparseMatrix};

    const MUCH: Load = Load {
        cpu: 100.0,
        bytes: 1 << 30,
        panels: 1 << 30,
    };

    fn with_free(free: u64) -> Result<Gpu, Error> {
        let name = "a GPU".to_owned();
        Ok(Gpu { name, free })
    }

    #[test]
    fn much_work_goes_to_a_gpu_that_has_room() {
        let placement = choose(MUCH, || with_free(2 << 30));
        assert_eq!(placement.backend, Backend::Cuda);
        let placement = choose(MUCH, || with_free((2 << 30) - 1));
        assert_eq!(placement.backend, Backend::Host);
        let (needed, free) = (2 << 30, (2 << 30) - 1);
        assert_eq!(placement.reason, Reason::NoRoom { needed, free });
    }

    #[test]
    fn little_work_opens_no_gpu() {
        let asked = || -> Result<Gpu, Error> { panic!("the GPU was asked for") };
        for (cpu, bytes) in [(0.0, 0), (START, 0), (0.5, 4_000_000_000)] {
            let load = Load {
                cpu,
                bytes,
                panels: 0,
            };
            let placement = choose(load, asked);
            assert_eq!(placement.backend, Backend::Host);
            assert!(matches!(placement.reason, Reason::LittleWork { .. }));
        }
        let load = Load {
            cpu: 0.5,
            bytes: 1_000_000_000,
            panels: 0,
        };
        let placement = choose(load, || with_free(u64::MAX));
        assert_eq!(placement.backend, Backend::Cuda);
    }

    #[test]
    fn without_a_gpu_the_host_says_why() {
        let placement = choose(MUCH, || Err(Error::NoCuda));
        assert_eq!(placement.backend, Backend::Host);
        assert_eq!(placement.reason.to_string(), Error::NoCuda.to_string());
    }

    #[test]
    fn a_load_grows_with_its_matrix_and_falls_with_threads() {
        let work = Work {
            columns: 100.0,
            others: 0.0,
            panels: 7,
        };
        let dense = DenseMatrix::from_fn(30, 40, |_, _| 1.0);
        let offsets = (0..=30).map(|i| 40 * i).collect();
        let columns = (0..30 * 40).map(|i| i % 40).collect();
        let sparse = SparseMatrix::new(offsets, columns, vec![1.0; 30 * 40], 40).unwrap();
        let of_dense = Load::of(Matrix::Dense(&dense), work, 1);
        let of_sparse = Load::of(Matrix::Sparse(&sparse), work, 1);
        let equal = |x: f64, y: f64| assert!((x / y - 1.0).abs() < 1e-14, "{x} {y}");
        equal(of_dense.cpu * DENSE_SPEED, of_sparse.cpu);
        equal(of_sparse.cpu, 2.0 * 1200.0 * 100.0 / SPARSE_RATE);
        assert_eq!(of_dense.bytes, 8 * 1200);
        assert_eq!(of_sparse.bytes, 2 * Matrix::Sparse(&sparse).bytes() as u64);
        let on_two = Load::of(Matrix::Sparse(&sparse), work, 2);
        equal(on_two.cpu * 2.0, of_sparse.cpu);
        assert_eq!((on_two.bytes, on_two.panels), (of_sparse.bytes, 7));
    }

    #[test]
    fn what_was_asked_for_is_what_runs() {
        let work = Work {
            columns: 1e12,
            others: 0.0,
            panels: 0,
        };
        let a = DenseMatrix::from_fn(3, 2, |_, _| 1.0);
        for backend in [Backend::Host, Backend::Core, Backend::Cuda] {
            let placement = backend.placed(Matrix::Dense(&a), work);
            assert_eq!(placement.backend, backend);
            assert_eq!(placement.reason, Reason::Asked);
        }
        assert_eq!(Backend::Cuda.placed_on_cpu().backend, Backend::Host);
        assert_eq!(Backend::Core.placed_on_cpu().backend, Backend::Core);
        assert_eq!(Backend::Auto.placed_on_cpu().reason, Reason::CpuOnly);
    }
}
