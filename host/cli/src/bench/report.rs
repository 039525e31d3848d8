//! The report of a benchmark, as JSON for machines.

use super::{Benchmark, Kernel, Limits, verdict};
use crate::report::by_name;
use lowrank::method::{Method, Solver};
use serde::Serialize;
use sysinfo::{CpuRefreshKind, System};

/// The result of a benchmark. The names of the fields are those of JSON, on which scripts rely; as text it is a table.
#[derive(Clone, Debug, Serialize)]
pub struct BenchReport {
    /// The version of lowrank.
    pub version: &'static str,
    /// The name of the processor; empty if the system does not report it.
    pub processor: String,
    /// The number of processors that the process may use.
    pub processors: usize,
    /// The number of threads of the host backend.
    pub threads: usize,
    /// The limits on one thread and on all.
    pub limits: Vec<Limits>,
    /// The kernels of the host backend, in panels of k columns.
    pub kernels: Vec<Kernel>,
    /// The size of the matrix.
    pub matrix: MatrixSize,
    /// k.
    pub rank: usize,
    /// The seed of the solvers' draws.
    pub seed: u64,
    /// The smallest error of a truncated SVD, if one was timed.
    pub optimum: Option<f64>,
    /// All cases passed.
    pub passed: bool,
    /// The cases, sorted by method, solver, backend and precision.
    pub cases: Vec<Case>,
}

/// The size of the matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatrixSize {
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
    /// The number of stored entries.
    pub entries: usize,
    /// All entries are stored.
    pub dense: bool,
    /// ||A||_F.
    pub frobenius_norm: f64,
}

/// The result of a solver on a backend in a precision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// The method.
    #[serde(serialize_with = "by_name")]
    pub method: Method,
    /// The solver.
    #[serde(serialize_with = "by_name")]
    pub solver: Solver,
    /// The backend.
    pub backend: &'static str,
    /// `f64` or `f32`.
    pub precision: &'static str,
    /// The number of threads that it may use.
    pub threads: usize,
    /// The number of timed runs; zero if the case was skipped.
    pub runs: usize,
    /// The time of a fit, from the matrix in memory to the factors and their error.
    pub seconds: Option<Spread>,
    /// The iterations of an NMF.
    pub iterations: Option<usize>,
    /// The number of products with A or A^T, including those for the start and for the error.
    pub products: Option<u64>,
    /// ||A - W H^T||_F or ||A - U S V^T||_F, as the solver reports it.
    pub error: Option<f64>,
    /// The same computed from the factors in f64, exact to sqrt((m + n) eps) ||A||_F.
    pub measured_error: Option<f64>,
    /// The error over the smallest of the method, if that is more than rounding.
    pub error_over_best: Option<f64>,
    /// 10^9 flops a second: the products with A and, for an NMF, Gram matrices and updates.
    pub gflops: Option<f64>,
    /// 10^9 bytes a second: the matrix and the panels of these steps, each moved once per step. Data that stay in a
    /// cache are counted, too, so that small matrices exceed the memory bandwidth.
    pub gigabytes_per_second: Option<f64>,
    /// The larger of these two as shares of [`Limits`]: of what the machine allows.
    pub of_limit: Option<f64>,
    /// The largest resident set of the process during the runs.
    pub peak_bytes: Option<u64>,
    /// The error passed all checks.
    pub passed: bool,
    /// The fault, or the reason why runs are missing.
    pub remark: Option<String>,
}

/// The median and the range of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The minimum.
    pub min: f64,
    /// The maximum.
    pub max: f64,
}

impl Spread {
    /// Returns the spread of at least one number.
    pub(super) fn of(numbers: &[f64]) -> Self {
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        Self {
            median: (low + high) / 2.0,
            min: sorted[0],
            max: sorted[sorted.len() - 1],
        }
    }
}

impl BenchReport {
    pub(super) fn new(
        benchmark: &Benchmark,
        matrix: MatrixSize,
        (limits, kernels): (Vec<Limits>, Vec<Kernel>),
        mut cases: Vec<Case>,
    ) -> Self {
        verdict::judge(&mut cases, &matrix);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            processor: processor(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            threads: rayon::current_num_threads(),
            limits,
            kernels,
            matrix,
            rank: benchmark.rank,
            seed: benchmark.seed,
            optimum: verdict::optimum(&cases),
            passed: cases.iter().all(|case| case.passed),
            cases,
        }
    }

    /// Returns the JSON object, indented.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings are JSON")
    }
}

fn processor() -> String {
    let Ok(mut system) = System::new() else {
        return String::new();
    };
    system.refresh_cpu_list(CpuRefreshKind::nothing());
    let first = system.cpus().first();
    first.map_or_else(String::new, |cpu| cpu.brand().trim().to_owned())
}
