//! The cases of a benchmark and their names.

use super::solvers::{BACKENDS, is_timed, runs_on};
use super::{Benchmark, Case};
use lowrank::method::{CATALOG, Entry, Options, Settings};
use lowrank::{Backend, Scalar};
use std::fmt;

/// A solver on a backend in a precision.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) settings: Settings,
    pub(super) precision: &'static str,
}

/// Returns the backends that are available on this machine.
fn backends() -> impl Iterator<Item = Backend> {
    let is_there = |backend: &Backend| backend.check().is_ok();
    BACKENDS.into_iter().filter(is_there)
}

/// Returns the precisions.
pub fn precision_names() -> [&'static str; 2] {
    [f64::NAME, f32::NAME]
}

fn wanted<X: PartialEq>(given: &[X], one: &X) -> bool {
    given.is_empty() || given.contains(one)
}

impl Benchmark {
    /// Returns the tasks in the order of the report.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let entries = CATALOG.iter().filter(|entry| {
            let named = wanted(&self.methods, &entry.method);
            is_timed(entry) && named && wanted(&self.solvers, &entry.solver)
        });
        entries.flat_map(|entry| self.tasks_of(entry)).collect()
    }

    fn tasks_of(&self, entry: &Entry) -> Vec<Task> {
        let mut tasks = Vec::new();
        let backends = backends().filter(|backend| runs_on(entry, *backend));
        for backend in backends.filter(|backend| wanted(&self.backends, backend)) {
            let options = Options {
                method: entry.method,
                solver: Some(entry.solver),
                rank: Some(self.rank),
                backend,
                seed: self.seed,
                ..Options::default()
            };
            if let Ok(settings) = options.settings() {
                let precisions = precision_names().into_iter();
                let precisions = precisions.filter(|name| wanted(&self.precisions, name));
                tasks.extend(precisions.map(|precision| Task {
                    settings: settings.clone(),
                    precision,
                }));
            }
        }
        tasks
    }
}

impl Task {
    /// Returns the number of threads: one for core, and one that drives a GPU.
    pub(super) fn threads(&self) -> usize {
        match self.settings.backend() {
            Backend::Core | Backend::Cuda => 1,
            Backend::Auto | Backend::Host => rayon::current_num_threads(),
        }
    }

    /// Returns a case without figures, with the reason.
    pub(super) fn skipped(&self, reason: String) -> Case {
        Case {
            method: self.settings.method(),
            solver: self.settings.solver(),
            backend: self.settings.backend().name(),
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
            of_limit: None,
            peak_bytes: None,
            passed: true,
            remark: Some(format!("skipped: {reason}")),
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, solver) = (self.settings.method(), self.settings.solver());
        let (backend, precision) = (self.settings.backend().name(), self.precision);
        write!(f, "{method} {solver} {backend} {precision}")
    }
}
