//! The cases of a benchmark and their names.

use super::solvers::{BACKENDS, SOLVERS, Solver};
use super::{Benchmark, Case};
use lowrank::{Backend, Scalar};
use std::fmt;

/// A solver on a backend in a precision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) solver: Solver,
    pub(super) backend: Backend,
    pub(super) precision: &'static str,
}

/// Returns the methods, as on the command line and in JSON.
pub fn method_names() -> Vec<&'static str> {
    distinct(SOLVERS.iter().map(|solver| solver.method))
}

/// Returns the solvers of all methods.
pub fn solver_names() -> Vec<&'static str> {
    distinct(SOLVERS.iter().map(|solver| solver.name))
}

/// Returns the backends, available or not.
pub fn backend_names() -> Vec<&'static str> {
    BACKENDS.map(Backend::name).to_vec()
}

/// Returns the backends that are available on this machine.
fn backends() -> impl Iterator<Item = Backend> {
    let is_there = |backend: &Backend| backend.check().is_ok();
    BACKENDS.into_iter().filter(is_there)
}

/// Returns the precisions.
pub fn precision_names() -> Vec<&'static str> {
    vec![f64::NAME, f32::NAME]
}

fn distinct(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

impl Benchmark {
    /// Returns the tasks in the order of the report.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let wanted = |names: &[String], name: &str| {
            names.is_empty() || names.iter().any(|wanted| wanted == name)
        };
        let mut tasks = Vec::new();
        for solver in SOLVERS {
            if !wanted(&self.methods, solver.method) || !wanted(&self.solvers, solver.name) {
                continue;
            }
            for backend in backends() {
                if !solver.runs_on(backend) || !wanted(&self.backends, backend.name()) {
                    continue;
                }
                for precision in precision_names() {
                    if wanted(&self.precisions, precision) {
                        tasks.push(Task {
                            solver,
                            backend,
                            precision,
                        });
                    }
                }
            }
        }
        tasks
    }
}

impl Task {
    /// Returns the number of threads: one for core, and one that drives a GPU.
    pub(super) fn threads(&self) -> usize {
        match self.backend {
            Backend::Core | Backend::Cuda => 1,
            Backend::Auto | Backend::Host => rayon::current_num_threads(),
        }
    }

    /// Returns a case without figures, with the reason.
    pub(super) fn skipped(&self, reason: String) -> Case {
        Case {
            method: self.solver.method,
            solver: self.solver.name,
            backend: self.backend.name(),
            precision: self.precision,
            threads: self.threads(),
            runs: 0,
            seconds: None,
            iterations: None,
            products: None,
            error: None,
            measured_error: None,
            error_over_best: None,
            gflops: None,
            gigabytes_per_second: None,
            peak_bytes: None,
            passed: true,
            remark: Some(format!("skipped: {reason}")),
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, solver) = (self.solver.method, self.solver.name);
        let (backend, precision) = (self.backend.name(), self.precision);
        write!(f, "{method} {solver} {backend} {precision}")
    }
}
