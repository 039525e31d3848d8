//! The options of `lowrank merge`.

use super::{FolderOptions, OUTPUT, at_least_one};
use clap::Args;
use std::path::PathBuf;

/// Make a model of sketches that devices have sent.
///
/// A device that keeps a sketch of its rows (lowrank-core's FrequentDirections) sends a few kilobytes, and no row.
/// The model is that of the rows of all devices: principal components if the sketches are centered, singular vectors
/// otherwise. lowrank transform and lowrank export take it as any other.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  What is normal for three pumps, for all pumps:
      lowrank merge pump1.sketch pump2.sketch pump3.sketch --rank 4 \\
          --output normal
      lowrank export normal --output normal.rs

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Merge {
    /// Files of bytes that FrequentDirections::write_bytes wrote.
    #[arg(value_name = "SKETCH", required = true)]
    pub sketches: Vec<PathBuf>,
    /// The number of components, half of the l of the sketches or less.
    #[arg(long, value_name = "K", value_parser = at_least_one)]
    pub rank: usize,
    #[command(flatten)]
    pub folder: FolderOptions,
    /// Print one JSON object instead.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}
