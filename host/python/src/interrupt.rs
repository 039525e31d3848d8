//! Progress, and the end of a fit by Ctrl-C.
//!
//! A fit runs on threads of its own, without the interpreter's lock. The thread that called it waits: it looks for signals,
//! which Python delivers to its main thread alone, and calls the callback, so that this runs where its owner expects it.

use super::{errors, pool};
use lowrank::Scalar;
use lowrank::iteration::Progress;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// The time between two looks for signals.
const POLL: Duration = Duration::from_millis(50);

/// Progress of a fit, or its end.
enum Message {
    Progress(Progress<f64>),
    End,
}

/// The observer of a fit: tells its progress to the thread that called it, and stops where that says so.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    /// Where progress goes, and where the answer comes from: true to continue. `None` without a callback.
    callback: Option<(Sender<Message>, Receiver<bool>)>,
}

impl Watch {
    /// Runs work that has no observer, and that a signal ends at its next product.
    pub(crate) fn stoppable<R>(self, work: impl FnOnce() -> R) -> R {
        lowrank::backend::stoppable(self.stop, work)
    }

    /// Tells the progress; breaks after a signal, or when the callback says so.
    pub(crate) fn observe<T: Scalar>(&self, progress: Progress<T>) -> ControlFlow<()> {
        if self.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let Some((sender, answers)) = &self.callback else {
            return ControlFlow::Continue(());
        };
        let progress = Progress {
            iteration: progress.iteration,
            iterations: progress.iterations,
            error: progress.error.to_f64(),
            loss: progress.loss.to_f64(),
        };
        let told = sender.send(Message::Progress(progress));
        match told.is_ok() && answers.recv() == Ok(true) {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}

/// The result of a fit, and the exception that ended it early, if one did.
pub(crate) struct Finished<R> {
    pub(crate) result: R,
    pub(crate) interrupt: Option<PyErr>,
}

/// Runs `work` on the threads of this process.
///
/// - `callback`: called with the iteration, the error and the loss; ends the fit by returning true or raising.
///
/// # Errors
/// The exception for an error or a panic of the work; that of a signal or of the callback if the work has no result.
pub(crate) fn run<R: Send>(
    py: Python<'_>,
    callback: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(Watch) -> Result<R, lowrank::Error> + Send,
) -> PyResult<Finished<R>> {
    let callback: Option<Py<PyAny>> = callback.map(|callback| callback.clone().unbind());
    py.detach(|| {
        let (sender, messages) = mpsc::channel();
        let (answers, answered) = mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let watch = Watch {
            stop: Arc::clone(&stop),
            callback: callback.is_some().then(|| (sender.clone(), answered)),
        };
        thread::scope(|scope| {
            let worker = scope.spawn(move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| in_pool(|| work(watch))));
                // Without a receiver no one waits for it.
                let _ = sender.send(Message::End);
                outcome
            });
            let mut interrupt = None;
            loop {
                let go_on = match messages.recv_timeout(POLL) {
                    Ok(Message::Progress(progress)) => {
                        let go_on = tell(callback.as_ref(), progress);
                        let _ = answers.send(matches!(go_on, Ok(true)));
                        go_on.map(drop)
                    }
                    Err(RecvTimeoutError::Timeout) => Python::attach(|py| py.check_signals()),
                    Ok(Message::End) | Err(RecvTimeoutError::Disconnected) => break,
                };
                if let Err(error) = go_on {
                    stop.store(true, Ordering::Relaxed);
                    interrupt.get_or_insert(error);
                }
            }
            let outcome = worker.join().unwrap_or_else(Err);
            match (outcome, interrupt) {
                (Ok(Ok(result)), interrupt) => Ok(Finished { result, interrupt }),
                (_, Some(interrupt)) => Err(interrupt),
                (Ok(Err(error)), None) => Err(error),
                (Err(payload), None) => Err(errors::of_panic(&*payload)),
            }
        })
    })
}

/// The flag that a signal sets.
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Checks that the work may go on.
    ///
    /// # Errors
    /// [`lowrank::Error::Stopped`].
    pub(crate) fn check(&self) -> Result<(), lowrank::Error> {
        match self.0.load(Ordering::Relaxed) {
            false => Ok(()),
            true => Err(lowrank::Error::Stopped),
        }
    }
}

/// Runs `work`, which has no callbacks; a signal ends it at its next product, or where it looks at the flag.
///
/// # Errors
/// As for [`run`], and the exception of a signal.
pub(crate) fn run_short<R: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Stop) -> Result<R, lowrank::Error> + Send,
) -> PyResult<R> {
    let finished = run(py, None, |watch| {
        let stop = Stop(Arc::clone(&watch.stop));
        watch.stoppable(|| work(&stop))
    })?;
    match finished.interrupt {
        Some(interrupt) => Err(interrupt),
        None => Ok(finished.result),
    }
}

fn in_pool<R: Send>(work: impl FnOnce() -> Result<R, lowrank::Error> + Send) -> PyResult<R> {
    let pool = pool::threads()
        .map_err(|error| PyRuntimeError::new_err(format!("no threads can be started: {error}")))?;
    pool.install(work).map_err(errors::of_fit)
}

/// Calls the callback after a look for signals; false ends the fit.
fn tell(callback: Option<&Py<PyAny>>, progress: Progress<f64>) -> PyResult<bool> {
    Python::attach(|py| {
        py.check_signals()?;
        let Some(callback) = callback else {
            return Ok(true);
        };
        let told = (progress.iteration, progress.error, progress.loss);
        Ok(!callback.bind(py).call1(told)?.is_truthy()?)
    })
}
