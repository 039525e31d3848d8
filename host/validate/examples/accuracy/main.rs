//! Measures the accuracy of lowrank-core's factorizations and writes the tables of docs/accuracy.md. Exits with 1 if a
//! bound stated there is exceeded.
//!
//! ```text
//! cargo run --release -p lowrank-validate --example accuracy -- --write
//! ```

mod by_family;
mod peers;
mod relative;
mod report;
mod small_svd;
mod truncated;
mod worst;

use clap::Parser;
use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Measures the accuracy of lowrank-core
#[derive(Debug, Parser)]
struct Options {
    /// Write the tables into docs/accuracy.md
    #[arg(long)]
    write: bool,

    /// Matrices of each family for the small SVD
    #[arg(long, default_value_t = 3000)]
    matrices: u64,

    /// Matrices of each family for truncated decompositions and for other libraries
    #[arg(long, default_value_t = 300)]
    fewer: u64,

    /// Matrices of each kind for the relative accuracy of small values
    #[arg(long, default_value_t = 100)]
    graded: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let start = Instant::now();
    let reports = [
        small_svd::measure(options.matrices),
        truncated::measure(options.fewer),
        relative::promised(options.graded),
        relative::beyond(options.graded),
        peers::measure(options.fewer),
    ];
    for report in &reports {
        println!("{}\n", report.text());
    }
    eprintln!("{:.0} s", start.elapsed().as_secs_f64());
    if options.write
        && let Err(error) = write(&document(), &reports)
    {
        eprintln!("{}: {error}", document().display());
        return ExitCode::FAILURE;
    }
    let broken: Vec<&String> = reports.iter().flat_map(Report::broken).collect();
    for promise in &broken {
        eprintln!("broken: {promise}");
    }
    if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn document() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/accuracy.md")
}

fn write(path: &Path, reports: &[Report]) -> std::io::Result<()> {
    let mut text = std::fs::read_to_string(path)?;
    for report in reports {
        text = report.replace_in(&text)?;
    }
    std::fs::write(path, text)
}
