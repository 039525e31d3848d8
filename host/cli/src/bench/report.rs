//! What a benchmark found, as JSON for machines.

use super::{Benchmark, Limits, verdict};
use serde::Serialize;
use sysinfo::{CpuRefreshKind, System};

/// The names of the fields are those of JSON, on which scripts rely. As text it is a table.
#[derive(Clone, Debug, Serialize)]
pub struct BenchReport {
    /// Of lowrank.
    pub version: &'static str,
    /// The processor by its own name; empty where the system does not tell.
    pub processor: String,
    /// Processors that the process may use.
    pub processors: usize,
    /// Threads of the host backend.
    pub threads: usize,
    /// On one thread and on all.
    pub limits: Vec<Limits>,
    /// What is factored.
    pub matrix: MatrixSize,
    /// k.
    pub rank: usize,
    /// Of the draws of the solvers.
    pub seed: u64,
    /// The smallest error of a truncated SVD, if one was timed.
    pub optimum: Option<f64>,
    /// Whether every case is.
    pub passed: bool,
    /// By method, solver, backend and precision.
    pub cases: Vec<Case>,
}

/// The matrix that is factored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatrixSize {
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
    /// Those that are stored: of a sparse matrix its nonzeros.
    pub entries: usize,
    /// Whether all are.
    pub dense: bool,
    /// ||A||_F.
    pub frobenius_norm: f64,
}

/// One solver on one backend in one precision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// What is computed.
    pub method: &'static str,
    /// How.
    pub solver: &'static str,
    /// Where.
    pub backend: &'static str,
    /// `f64` or `f32`.
    pub precision: &'static str,
    /// Threads that it may use.
    pub threads: usize,
    /// Runs that were timed; none where the case was skipped.
    pub runs: usize,
    /// Of a fit, from the matrix in memory to the factors and their error.
    pub seconds: Option<Spread>,
    /// Of an NMF.
    pub iterations: Option<usize>,
    /// Products with A or A^T, those for the start and for the error among them.
    pub products: Option<u64>,
    /// ||A - W H^T||_F or ||A - U S V^T||_F, as the solver reports it.
    pub error: Option<f64>,
    /// The same from the factors, in f64: exact to sqrt((m + n) eps) ||A||_F.
    pub measured_error: Option<f64>,
    /// The error over the smallest of the method, where that is more than rounding.
    pub error_over_best: Option<f64>,
    /// 10^9 flops a second: the products with A and, for an NMF, Gram matrices and updates.
    pub gflops: Option<f64>,
    /// 10^9 bytes a second: the matrix and the panels of these steps, each moved once a step. What
    /// stays in a cache is counted too, so that small matrices exceed the limit of memory.
    pub gigabytes_per_second: Option<f64>,
    /// The largest resident set of the process during the runs.
    pub peak_bytes: Option<u64>,
    /// Whether the error is what it has to be.
    pub passed: bool,
    /// What is wrong, or why runs are missing.
    pub remark: Option<String>,
}

/// The middle and the ends of what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Half are above.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Of at least one number.
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
        limits: Vec<Limits>,
        mut cases: Vec<Case>,
    ) -> Self {
        verdict::judge(&mut cases, &matrix);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            processor: processor(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            threads: rayon::current_num_threads(),
            limits,
            matrix,
            rank: benchmark.rank,
            seed: benchmark.seed,
            optimum: verdict::optimum(&cases),
            passed: cases.iter().all(|case| case.passed),
            cases,
        }
    }

    /// The JSON object, indented.
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
