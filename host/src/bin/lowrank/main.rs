//! The command `lowrank`.

mod bench;
mod cli;
mod factorize;
mod interrupt;
mod run;
mod shell;
mod solvers;
mod topics;
mod trace;
mod transform;
mod validate;
mod watch;

use clap::Parser;
use run::Output;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli::Cli { command } = cli::Cli::parse();
    let outcome = match &command {
        cli::Command::Topics(options) => topics::run(options),
        cli::Command::Factorize(options) => factorize::run(options),
        cli::Command::Transform(options) => transform::run(options).map(Output::good),
        cli::Command::Bench(options) => bench::run(options),
        cli::Command::Validate(options) => validate::run(options),
        cli::Command::Completions(options) => Ok(Output::good(shell::completions(options))),
        cli::Command::Man => shell::man().map(Output::good),
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
        _ => ExitCode::from(output.status),
    }
}
