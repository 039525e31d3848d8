//! The command `lowrank`.

mod bench;
mod cli;
mod run;
mod topics;
mod validate;

use clap::Parser;
use run::Output;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli::Cli { command } = cli::Cli::parse();
    let outcome = match &command {
        cli::Command::Topics(options) => topics::run(options).map(Output::good),
        cli::Command::Bench(options) => bench::run(options),
        cli::Command::Validate(options) => validate::run(options),
    };
    match outcome {
        Ok(output) => print(&output),
        Err(failure) => failure.exit(),
    }
}

/// Prints the result in one piece; a reader that has gone away is no failure of ours.
fn print(output: &Output) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", output.text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            run::speak(format_args!("cannot write the result: {error}"));
            ExitCode::FAILURE
        }
        _ if output.good => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
