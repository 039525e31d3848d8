//! What every command needs to run: failures, threads, progress.

use crate::cli::RunOptions;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use std::time::Duration;

/// Why a command ended without a result.
#[derive(Debug)]
pub enum Failure {
    /// The options do not go together.
    Usage(String),
    /// Something could not be done.
    Run(lowrank::Error),
}

impl Failure {
    /// One line on standard error; the exit status.
    pub fn exit(self) -> ExitCode {
        match self {
            Failure::Usage(message) => {
                eprintln!("lowrank: {message}; see lowrank topics --help");
                ExitCode::from(2)
            }
            Failure::Run(error) => {
                eprintln!("lowrank: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

impl<E: Into<lowrank::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Run(error.into())
    }
}

/// Lets rayon use as many threads as was asked for.
pub fn use_threads(options: &RunOptions) {
    if let Some(threads) = options.threads {
        // Fails only where a pool is there already, and main has made none.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
    }
}

/// A note for people who asked for more.
pub fn say(options: &RunOptions, note: impl FnOnce() -> String) {
    if options.verbose {
        eprintln!("lowrank: {}", note());
    }
}

/// Progress on standard error, on a terminal only.
pub fn spinner(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix} {msg}").expect("a valid template");
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_prefix(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Progress through iterations, with a message.
pub fn iterations(what: &'static str, count: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg}")
        .expect("a valid template");
    ProgressBar::new(count as u64)
        .with_style(style)
        .with_prefix(what)
}
