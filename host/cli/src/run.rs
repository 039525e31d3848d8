//! What every command needs to run: failures, threads, progress.

use crate::arguments::RunOptions;
use crate::hints;
use crate::interrupt;
use indicatif::{ProgressBar, ProgressStyle};
use lowrank::backend::{Placement, Reason};
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// The result of a command.
#[derive(Debug)]
pub struct Output {
    /// For standard output.
    pub text: String,
    /// The exit status: zero where the command found what it should.
    pub status: u8,
}

impl Output {
    pub fn good(text: String) -> Self {
        Self { text, status: 0 }
    }

    /// What there was when Ctrl-C came.
    pub fn interrupted(text: String) -> Self {
        let status = interrupt::STATUS;
        Self { text, status }
    }

    /// A report that is good or not.
    pub fn judged(text: String, good: bool) -> Self {
        let status = u8::from(!good);
        Self { text, status }
    }
}

/// Why a command ended without a result.
#[derive(Debug)]
pub enum Failure {
    /// The options do not go together; the command whose help explains them.
    Usage(&'static str, String),
    /// Something could not be done.
    Run(Box<dyn std::error::Error>),
    /// The same, in the words of the command.
    Said(String),
    /// The system grants no threads.
    Threads(rayon::ThreadPoolBuildError),
}

impl Failure {
    /// One line on standard error; the exit status.
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

/// One line on standard error; eprintln! would panic where nobody can read it.
pub fn speak(message: impl Display) {
    // A path may hold a line end, or what makes a terminal do things.
    let mut line = String::new();
    for character in message.to_string().chars() {
        match character.is_control() {
            true => line.extend(character.escape_default()),
            false => line.push(character),
        }
    }
    let _ = writeln!(std::io::stderr(), "lowrank: {line}");
}

/// Starts as many threads as were asked for, or one for each processor.
pub fn start_threads(threads: Option<usize>) -> Result<(), Failure> {
    // The pool that rayon would make by itself panics where it cannot be made.
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build_global()
        .map_err(Failure::Threads)
}

/// A note for people who asked for more.
pub fn say(options: &RunOptions, note: impl FnOnce() -> String) {
    if options.verbose {
        speak(note());
    }
}

/// Why a backend was taken, if it was not asked for.
pub fn say_why(options: &RunOptions, placement: &Placement) {
    if placement.reason != Reason::Asked {
        say(options, || {
            format!("{} backend: {}", placement.backend.name(), placement.reason)
        });
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
