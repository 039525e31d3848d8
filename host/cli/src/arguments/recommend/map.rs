//! The options of `lowrank recommend map`.

use crate::arguments::{OUTPUT, at_least_one, plot_file};
use clap::Args;
use std::path::PathBuf;

/// Show what the factors of the items have in common: their principal components, and the items at the ends of each.
///
/// Of models with biases of the items, the best and the worst by bias are listed, too: those that are rated higher or lower than
/// who rates them would explain. --plot draws the best known items by the first two components.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Lists, and a picture of the fifty items with the most ratings:
      lowrank recommend map stars --plot map.svg
  Of the best known ones alone, and longer lists:
      lowrank recommend map stars --items 500 -n 20

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Map {
    /// The folder that lowrank recommend train wrote.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// The number of items that count, those with the most ratings; fewer if the model has fewer.
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value = "3000")]
    pub items: usize,
    /// The length of a list.
    #[arg(short, value_name = "N", value_parser = at_least_one, default_value = "10")]
    pub n: usize,
    /// Draw the items with the most ratings, with their titles, as FILE: .svg or .png.
    #[arg(long, value_name = "FILE", value_parser = plot_file(), help_heading = OUTPUT)]
    pub plot: Option<PathBuf>,
    /// How many items are drawn.
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value = "50", help_heading = OUTPUT)]
    pub titles: usize,
    /// Print one JSON object instead of lists.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}
