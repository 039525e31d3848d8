//! The command `lowrank`.

mod arguments;
mod commands;
mod hints;
mod interrupt;
mod progress;
mod refusal;
mod run;
mod trace;

use arguments::{Cli, Command};
use clap::Parser;
use commands::{
    bench, completions, export, factorize, merge, recommend, topics, transform, validate,
};
use run::Output;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let outcome = match &command {
        Command::Topics(options) => topics::run(options),
        Command::Factorize(options) => factorize::run(options),
        Command::Transform(options) => transform::run(options).map(Output::good),
        Command::Recommend(options) => recommend::run(options),
        Command::Export(options) => export::run(options).map(Output::good),
        Command::Merge(options) => merge::run(options).map(Output::good),
        Command::Bench(options) => bench::run(options),
        Command::Validate(options) => validate::run(options),
        Command::Completions(options) => Ok(Output::good(completions::script(options))),
        Command::Man => completions::man().map(Output::good),
    };
    match outcome {
        Ok(output) => print(&output),
        Err(failure) => failure.exit(),
    }
}

/// Prints the result in one piece; a closed pipe is not an error.
fn print(output: &Output) -> ExitCode {
    if output.text.is_empty() {
        // All was written as it was found.
        return ExitCode::from(output.status);
    }
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", output.text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            run::speak(format_args!("cannot write the result: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::from(output.status),
    }
}
