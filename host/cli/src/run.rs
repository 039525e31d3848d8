//! Results, failures and threads of all commands.

use crate::arguments::{FolderOptions, RunOptions};
use crate::hints;
use crate::interrupt;
use lowrank::backend::{Placement, Reason};
use lowrank::core::stopping::WINDOW;
use lowrank::method::{Entry, Factorization, Setting, Settings, Solver};
use lowrank::{Matrix, Scalar};
use lowrank_files::model_folder::ModelFolder;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// The result of a command.
#[derive(Debug)]
pub struct Output {
    /// The text for standard output.
    pub text: String,
    /// The exit status: zero on success.
    pub status: u8,
}

impl Output {
    pub fn good(text: String) -> Self {
        Self { text, status: 0 }
    }

    /// Returns the output after Ctrl-C.
    pub fn interrupted(text: String) -> Self {
        let status = interrupt::STATUS;
        Self { text, status }
    }

    /// Returns a report, and its verdict as the status.
    pub fn judged(text: String, good: bool) -> Self {
        let status = u8::from(!good);
        Self { text, status }
    }
}

/// The reason why a command has no result.
#[derive(Debug)]
pub enum Failure {
    /// The options are incompatible; the command whose help explains them.
    Usage(&'static str, String),
    /// An operation failed.
    Run(Box<dyn std::error::Error>),
    /// An operation failed; the message is in the terms of the command.
    Said(String),
    /// The threads could not be started.
    Threads(rayon::ThreadPoolBuildError),
}

impl Failure {
    /// Prints one line on standard error and returns the exit status.
    pub fn exit(self) -> ExitCode {
        match self {
            Failure::Usage(command, message) => {
                speak(format_args!("{message}; see lowrank {command} --help"));
                ExitCode::from(2)
            }
            Failure::Run(error) => {
                speak(format_args!("{error}{}", hints::of(&*error)));
                ExitCode::FAILURE
            }
            Failure::Said(message) => {
                speak(message);
                ExitCode::FAILURE
            }
            Failure::Threads(error) => {
                speak(format_args!(
                    "cannot start threads ({error}); ask for fewer with --threads"
                ));
                ExitCode::FAILURE
            }
        }
    }
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Run(Box::new(error))
    }
}

/// Prints one line on standard error; unlike eprintln!, does not panic if that is closed.
pub fn speak(message: impl Display) {
    // A path may contain line ends or control sequences of a terminal.
    let mut line = String::new();
    for character in message.to_string().chars() {
        match character.is_control() {
            true => line.extend(character.escape_default()),
            false => line.push(character),
        }
    }
    let _ = writeln!(std::io::stderr(), "lowrank: {line}");
}

/// Checks the backend and the output folder before the long work; starts threads, and listens to Ctrl-C.
pub fn prepare(run: &RunOptions, folder: &FolderOptions) -> Result<(), Failure> {
    run.backend.check()?;
    start_threads(run.threads)?;
    interrupt::listen();
    if let Some(path) = &folder.output {
        // Nothing is left there in the meantime.
        ModelFolder::create(path, folder.force)?;
    }
    Ok(())
}

/// Starts the requested number of threads, or one for each processor. What the first fit wants to know of the processor is
/// read while the data are.
pub fn start_threads(threads: Option<usize>) -> Result<(), Failure> {
    let beside = std::thread::Builder::new().spawn(lowrank::backend::read_cache_sizes);
    // Without it, the first fit does that.
    drop(beside);
    // rayon's own pool panics if it cannot be created.
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build_global()
        .map_err(Failure::Threads)
}

/// Prints a note with `--verbose`.
pub fn say(options: &RunOptions, note: impl FnOnce() -> String) {
    if options.verbose {
        speak(note());
    }
}

/// Prints what a factorization that has not converged has reached, and what to try.
pub fn warn_unsettled<T: Scalar>(asked: &Settings, found: &Factorization<T>) {
    // What Ctrl-C has ended is said elsewhere.
    if found.converged || interrupt::is_asked() {
        return;
    }
    let (method, solver) = (asked.method(), asked.solver());
    let Some(excess) = found.excess else {
        let (done, error) = (found.iterations, found.approximation.error);
        let (steps, option) = steps(asked);
        let reached = format!(
            "{method} by {solver} has not converged: {done} {steps} reached the error {error:.6}"
        );
        speak(match asked.tolerance() {
            Some(tolerance) if tolerance <= 0.0 => {
                format!(
                    "{reached}; without --tolerance 0 and with enough {option} it stops where it converges"
                )
            }
            // The rule needs more than ten steps, whatever the tolerance is.
            Some(_) if done > WINDOW => {
                format!("{reached}; try more {option}, or a larger --tolerance")
            }
            _ => format!("{reached}; try more {option}"),
        });
        return;
    };
    let more = match Entry::of(method, solver) {
        Some(entry) if entry.has(Setting::Iterations) => "--solver exact, or more --iterations",
        _ if solver == Solver::Exact => "--precision f64",
        _ => "--solver exact",
    };
    speak(format_args!(
        "{method} by {solver} has not converged: the error may be {excess:.1e} above the smallest of this rank; \
         try {more}"
    ));
}

/// Returns the name of the steps of a fit, and the option that limits them.
pub fn steps(settings: &Settings) -> (&'static str, &'static str) {
    match (settings, settings.solver()) {
        (Settings::MiniBatchNmf(_), _) => ("passes", "--passes"),
        (_, Solver::Sgd) => ("epochs", "--iterations"),
        _ => ("iterations", "--iterations"),
    }
}

/// Prints the reason for the backend, unless it was requested.
pub fn say_why(options: &RunOptions, placement: &Placement) {
    if placement.reason != Reason::Asked {
        say(options, || {
            format!("{} backend: {}", placement.backend.name(), placement.reason)
        });
    }
}

/// Prints that a dense matrix has so few nonzeros that the fit works with them alone.
pub fn say_if_sparse<T: Scalar>(options: &RunOptions, settings: &Settings, a: Matrix<'_, T>) {
    if !options.verbose {
        return;
    }
    if let Some(count) = settings.few_nonzeros(a) {
        let share = 100.0 * count as f64 / a.entries() as f64;
        speak(format_args!(
            "sparse rows: {share:.1} % of the entries are not zero, and products skip the others"
        ));
    }
}
