//! The options of `lowrank recommend predict` and `explain`.

use super::columns::PairColumns;
use crate::arguments::{OUTPUT, at_least_one};
use clap::Args;
use std::path::PathBuf;

/// Predict how a user would rate an item, or the score of a model of lists.
///
/// gibbs tells two standard deviations: that of the prediction, and that of a single rating about it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  One rating:
      lowrank recommend predict stars 7 12
  All pairs of a table with the columns user and item, as CSV:
      lowrank recommend predict stars --pairs pairs.csv --output predicted.csv

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Predict {
    /// The folder that lowrank recommend train wrote.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// A user of the training table.
    #[arg(
        value_name = "USER",
        required_unless_present = "pairs",
        conflicts_with = "pairs"
    )]
    pub user: Option<String>,
    /// An item by its name, its title, or the start of its title.
    #[arg(
        value_name = "ITEM",
        required_unless_present = "pairs",
        conflicts_with = "pairs"
    )]
    pub item: Option<String>,
    /// Predict for each line of a table, as CSV in the same order: the names of a user and of an item. A line whose user or item
    /// the model does not know gets no number, and is counted.
    #[arg(long, value_name = "FILE")]
    pub pairs: Option<PathBuf>,
    #[command(flatten)]
    pub columns: PairColumns,
    /// --pairs: write the lines to FILE, a .csv, instead.
    #[arg(long, value_name = "FILE", requires = "pairs", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,
    /// Print one JSON object instead.
    #[arg(long, conflicts_with = "pairs", help_heading = OUTPUT)]
    pub json: bool,
}

/// Explain the score of an item for a user: the share of each of the user's ratings in it, and what it is without them.
///
/// For implicit, als and sgd. The shares add up to the score.
#[derive(Debug, Args)]
pub struct Explain {
    /// The folder that lowrank recommend train wrote.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// A user of the training table.
    #[arg(value_name = "USER")]
    pub user: String,
    /// An item by its name, its title, or the start of its title.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// How many shares are shown, the largest first; JSON has them all.
    #[arg(short, value_name = "N", value_parser = at_least_one, default_value = "10")]
    pub n: usize,
    /// Print one JSON object instead of a table.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}
