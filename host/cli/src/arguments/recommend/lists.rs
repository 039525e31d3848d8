//! The options of `lowrank recommend for` and `similar`.

use super::columns::OtherColumns;
use crate::arguments::{OUTPUT, at_least_one};
use clap::Args;
use std::path::PathBuf;

/// List items for users.
///
/// The score of als, sgd, gibbs and dot-bias is the predicted rating; of other models, it is a number of which more is better. Lists leave out what
/// a user has rated; of equal scores, the item that comes first in the order of the names is first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Ten items for each of two users:
      lowrank recommend for model 7 12
  All users, in bounded memory:
      lowrank recommend for model --all --output lists.csv
  People whom the model has not seen, from their ratings:
      lowrank recommend for model --ratings ratings.csv
  The same, from a table whose columns have other names:
      lowrank recommend for model --ratings guests.csv --user guest --item film

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct For {
    /// The folder that lowrank recommend train wrote.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// Users of the training table, by their names.
    #[arg(value_name = "USER", required_unless_present_any = ["all", "ratings"])]
    pub users: Vec<String>,
    /// All users of the training table, as CSV: to --output, or to standard output.
    #[arg(long, conflicts_with_all = ["users", "ratings", "json"])]
    pub all: bool,
    /// The users of another table of ratings, new or not: only these ratings count.
    #[arg(long, value_name = "FILE", conflicts_with = "users")]
    pub ratings: Option<PathBuf>,
    #[command(flatten)]
    pub columns: OtherColumns,
    /// The length of a list.
    #[arg(short, value_name = "N", value_parser = at_least_one, default_value = "10")]
    pub n: usize,
    /// Recommend items of FILE alone: one a line, by its name or the start of its title.
    #[arg(long, value_name = "FILE")]
    pub candidates: Option<PathBuf>,
    /// Keep items that the user has rated.
    #[arg(long)]
    pub keep_seen: bool,
    /// Write the lists to FILE, a .csv, instead.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,
    /// Print one JSON object instead of a table.
    #[arg(long, conflicts_with = "output", help_heading = OUTPUT)]
    pub json: bool,
}

/// List items that are like another one: the cosine of their factors.
#[derive(Debug, Args)]
pub struct Similar {
    /// The folder that lowrank recommend train wrote.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// An item by its name, its title, or the start of its title.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// The length of the list.
    #[arg(short, value_name = "N", value_parser = at_least_one, default_value = "10")]
    pub n: usize,
    /// Print one JSON object instead of a table.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}
