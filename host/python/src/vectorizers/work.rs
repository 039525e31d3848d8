use lowrank_text::vectorizer::Error;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::refusal::refused;
use crate::{errors, pool};

/// Runs `work` on the threads of this process, without the interpreter's lock.
///
/// # Errors
/// The exception for an error or a panic of the work.
pub(super) fn on_threads<R: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<R, Error> + Send,
) -> PyResult<R> {
    let threads = pool::threads()
        .map_err(|error| PyRuntimeError::new_err(format!("no threads can be started: {error}")))?;
    let outcome = py.detach(|| catch_unwind(AssertUnwindSafe(|| threads.install(work))));
    match outcome {
        Ok(result) => result.map_err(refused),
        Err(payload) => Err(errors::of_panic(&*payload)),
    }
}
