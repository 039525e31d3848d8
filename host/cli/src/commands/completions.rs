//! `lowrank completions` and `lowrank man`.

use crate::arguments::{Cli, Completions};
use crate::run::Failure;
use clap::CommandFactory;
use clap_mangen::Man;
use std::io;

/// Returns the script that completes options.
pub fn script(options: &Completions) -> String {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "lowrank", &mut script);
    String::from_utf8_lossy(&script).trim_end().to_owned()
}

/// Returns the manual page of lowrank and those of its commands.
pub fn man() -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::Said(format!("cannot write the manual: {error}"));
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    Man::new(command.clone())
        .render(&mut pages)
        .map_err(failed)?;
    for subcommand in command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        let name = format!("lowrank-{}", subcommand.get_name());
        Man::new(subcommand.clone().name(name))
            .render(&mut pages)
            .map_err(failed)?;
    }
    Ok(String::from_utf8_lossy(&pages).trim_end().to_owned())
}
