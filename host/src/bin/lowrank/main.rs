//! The command `lowrank`.

mod cli;
mod run;
mod topics;

use clap::Parser;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli::Cli { command } = cli::Cli::parse();
    let outcome = match &command {
        cli::Command::Topics(options) => topics::run(options),
    };
    match outcome {
        Ok(text) => print(&text),
        Err(failure) => failure.exit(),
    }
}

/// Prints the result in one piece; a reader that has gone away is no failure of ours.
fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            run::speak(format_args!("cannot write the result: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
