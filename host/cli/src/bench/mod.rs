//! Benchmarks of the solvers on this machine: their speed and accuracy, and the limits of the machine.
//!
//! A [`Benchmark`] runs every solver on every available backend, in both precisions. The error of each [`Case`] is
//! checked: against the one computed from the factors in f64, against that of the same solver on other backends, and
//! against the minimum for a matrix of that rank.
//!
//! ```
//! use lowrank_cli::bench::{Benchmark, SyntheticMatrix};
//! let a = SyntheticMatrix { rows: 60, columns: 80, density: 0.2, seed: 0 }.matrix()?;
//! let report = Benchmark { rank: 3, runs: 1, ..Default::default() }.run(a.view(), |_| ())?;
//! assert!(report.passed, "{report}");
//! # Ok::<(), lowrank_cli::bench::Error>(())
//! ```

mod error;
mod kernels;
mod limits;
mod measured_error;
mod peak_memory;
mod plan;
mod report;
mod solvers;
mod synthetic;
mod table;
mod timing;
mod verdict;

pub use error::Error;
pub use kernels::Kernel;
pub use limits::Limits;
pub use plan::precision_names;
pub use report::{BenchReport, Case, MatrixSize, Spread};
pub use solvers::{BACKENDS, is_timed};
pub use synthetic::SyntheticMatrix;

use lowrank::method::{Method, Solver};
use lowrank::{Backend, Matrix, Scalar};
use measured_error::squared_norm;
use plan::Task;
use std::time::Duration;

/// The selection of a benchmark; an empty list selects all.
#[derive(Clone, Debug)]
pub struct Benchmark {
    /// The methods.
    pub methods: Vec<Method>,
    /// The solvers.
    pub solvers: Vec<Solver>,
    /// The backends, of [`BACKENDS`].
    pub backends: Vec<Backend>,
    /// The precisions, of [`precision_names`].
    pub precisions: Vec<&'static str>,
    /// k.
    pub rank: usize,
    /// The number of timed runs of each case, after one that is not counted.
    pub runs: usize,
    /// The time after which no further run of a case starts. If the first run exceeds it, that run is counted.
    pub budget: Duration,
    /// The seed of the solvers' random draws.
    pub seed: u64,
}

impl Default for Benchmark {
    /// Selects everything at rank 5, with five runs or three seconds.
    fn default() -> Self {
        Self {
            methods: Vec::new(),
            solvers: Vec::new(),
            backends: Vec::new(),
            precisions: Vec::new(),
            rank: 5,
            runs: 5,
            budget: Duration::from_secs(3),
            seed: 0,
        }
    }
}

impl Benchmark {
    /// Returns the number of cases.
    pub fn cases(&self) -> usize {
        self.tasks().len()
    }

    /// Times all cases on the threads of the current rayon pool.
    ///
    /// `observe` is called before each case with its name.
    ///
    /// # Errors
    /// [`Error::Fit`] if no solver accepts the matrix: the rank is too large, or entries are not finite or, for nmf,
    /// negative. Lack of memory or time for a case is a remark, not an error.
    pub fn run<'a>(
        &self,
        a: impl Into<Matrix<'a, f64>>,
        mut observe: impl FnMut(&str),
    ) -> Result<BenchReport, Error> {
        let a = a.into();
        a.check_rank(self.rank)?;
        let limits = Limits::measure_all();
        observe("kernels");
        let kernels = self.kernels(a, &limits)?;
        let mut cases = Vec::new();
        for task in self.tasks() {
            observe(&task.to_string());
            cases.push(match task.precision {
                f32::NAME => self.time(&task, a.cast::<f32>().view(), &limits)?,
                _ => self.time(&task, a, &limits)?,
            });
        }
        let size = MatrixSize {
            rows: a.nrows(),
            columns: a.ncols(),
            entries: a.entries(),
            dense: matches!(a, Matrix::Dense(_)),
            frobenius_norm: squared_norm(a).sqrt(),
        };
        Ok(BenchReport::new(self, size, (limits, kernels), cases))
    }

    /// Times the kernels of the host, unless only other backends are selected.
    fn kernels(&self, a: Matrix<'_, f64>, limits: &[Limits]) -> Result<Vec<Kernel>, Error> {
        let mut kernels = Vec::new();
        if !(self.backends.is_empty() || self.backends.contains(&Backend::Host)) {
            return Ok(kernels);
        }
        for precision in precision_names() {
            if self.precisions.is_empty() || self.precisions.contains(&precision) {
                kernels.extend(match precision {
                    f32::NAME => Kernel::time_all(a.cast::<f32>().view(), self.rank, limits)?,
                    _ => Kernel::time_all(a, self.rank, limits)?,
                });
            }
        }
        Ok(kernels)
    }

    fn time<T: Scalar>(
        &self,
        task: &Task,
        a: Matrix<'_, T>,
        limits: &[Limits],
    ) -> Result<Case, Error> {
        match timing::time(self, task, a, limits) {
            Err(error @ (lowrank::Error::Memory { .. } | lowrank::Error::FactorMemory { .. })) => {
                Ok(task.skipped(error.to_string()))
            }
            #[cfg(feature = "cuda")]
            Err(lowrank::Error::Cuda(error @ lowrank::cuda::Error::Memory { .. })) => {
                Ok(task.skipped(error.to_string()))
            }
            other => Ok(other?),
        }
    }
}
