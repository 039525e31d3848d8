//! The runs of one case.

use super::measured_error::measured_error;
use super::peak_memory::PeakMemory;
use super::plan::Task;
use super::solvers::{left, work};
use super::verdict::same_error;
use super::{Benchmark, Case, Limits, Spread};
use lowrank::method::{Factorization, Method, Solver};
use lowrank::{Error, Matrix, Scalar};
use std::time::Instant;

/// The multiple of a case's budget beyond which an exact SVD is skipped.
const PATIENCE: f64 = 10.0;

/// The share of peak throughput that faer's decompositions reach.
const EFFICIENCY: f64 = 0.5;

/// The results of the runs of a case.
struct Runs<T> {
    seconds: Vec<f64>,
    errors: Vec<f64>,
    found: Factorization<T>,
    peak_bytes: Option<u64>,
}

pub(super) fn time<T: Scalar>(
    benchmark: &Benchmark,
    task: &Task,
    a: Matrix<'_, T>,
    limits: &[Limits],
) -> Result<Case, Error> {
    if let Some(seconds) = too_slow(benchmark, task, a, limits) {
        return Ok(task.skipped(format!("about {seconds:.0} s a run")));
    }
    let runs = runs(benchmark, task, a)?;
    let found = &runs.found;
    let measured = measured_error(a, &left(&found.factors), found.factors.components());
    let spread = Spread::of(&runs.seconds);
    let work = work(a, found);
    let rate = |x: f64| x / spread.median / 1e9;
    let mut case = Case {
        runs: runs.seconds.len(),
        seconds: Some(spread),
        iterations: (task.settings.method() == Method::Nmf).then_some(found.iterations),
        products: work.map(|_| found.products.count),
        error: Some(found.approximation.error),
        measured_error: Some(measured),
        gflops: work.map(|work| rate(work.flops)),
        gigabytes_per_second: work.map(|work| rate(work.bytes)),
        of_limit: work.map(|work| {
            let rates = (rate(work.flops), rate(work.bytes));
            Limits::share(limits, (task.precision, task.threads()), rates)
        }),
        peak_bytes: runs.peak_bytes,
        remark: None,
        ..task.skipped(String::new())
    };
    if let Some(other) = runs.errors.iter().find(|e| !same_error(a, **e, measured)) {
        case.condemn(format!("error {other} reported, {measured} measured"));
    } else if case.runs < benchmark.runs {
        case.remark = Some("budget used up".into());
    }
    Ok(case)
}

/// Runs a case once to warm up, and then for the measurement.
fn runs<T: Scalar>(benchmark: &Benchmark, task: &Task, a: Matrix<'_, T>) -> Result<Runs<T>, Error> {
    let peak = PeakMemory::since_now();
    let start = Instant::now();
    let (mut seconds, mut errors) = (Vec::new(), Vec::new());
    let mut run = || {
        let start = Instant::now();
        let found = task.settings.fit(a)?;
        seconds.push(start.elapsed().as_secs_f64());
        errors.push(found.approximation.error);
        Ok::<_, Error>(found)
    };
    let mut found = run()?;
    let mut counted = 0;
    while counted < benchmark.runs && start.elapsed() < benchmark.budget {
        found = run()?;
        counted += 1;
    }
    if counted > 0 {
        seconds.remove(0);
    }
    Ok(Runs {
        seconds,
        errors,
        found,
        peak_bytes: peak.and_then(|peak| peak.bytes()),
    })
}

/// Returns the seconds of an exact SVD, from the flops in docs/algorithms.md, if they are too many.
fn too_slow<T: Scalar>(
    benchmark: &Benchmark,
    task: &Task,
    a: Matrix<'_, T>,
    limits: &[Limits],
) -> Option<f64> {
    if task.settings.solver() != Solver::Exact {
        return None;
    }
    let (m, n) = (a.nrows() as f64, a.ncols() as f64);
    let (long, short) = (m.max(n), m.min(n));
    let flops = match a {
        Matrix::Sparse(_) | Matrix::Observed(_) => 9.0 * short.powi(3),
        Matrix::Dense(_) => 6.0 * long * short.powi(2) + 20.0 * short.powi(3),
    };
    let peak = limits.last()?.gflops_f64 * 1e9;
    let seconds = flops / (EFFICIENCY * peak);
    (seconds > PATIENCE * benchmark.budget.as_secs_f64()).then_some(seconds)
}
