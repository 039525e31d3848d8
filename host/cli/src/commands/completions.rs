//! `lowrank completions` and `lowrank man`.

use crate::arguments::{Cli, Completions};
use crate::run::Failure;
use clap::{Command, CommandFactory};
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
    write_pages(&command, "lowrank", &mut pages).map_err(failed)?;
    Ok(String::from_utf8_lossy(&pages).trim_end().to_owned())
}

/// Writes the page of a command, and those of its own.
fn write_pages(command: &Command, name: &str, pages: &mut Vec<u8>) -> io::Result<()> {
    Man::new(command.clone().name(name.to_owned())).render(pages)?;
    let inner = command.get_subcommands();
    for subcommand in inner.filter(|command| command.get_name() != "help") {
        write_pages(
            subcommand,
            &format!("{name}-{}", subcommand.get_name()),
            pages,
        )?;
    }
    Ok(())
}
