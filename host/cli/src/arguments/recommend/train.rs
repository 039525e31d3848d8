//! The options of `lowrank recommend train`.

use super::columns::{ColumnOptions, TitleOptions, titles};
use super::models::{KeptModel, MODELS, SettingOptions, TuningOptions, finite};
use crate::arguments::{OUTPUT, threads, whole};
use clap::Args;
use std::path::PathBuf;

/// Learn a model from a table, and keep it in a folder.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Lists for people, with titles:
      lowrank recommend train ratings.csv --user userId --item movieId \\
          --rating rating --titles movies.csv:movieId:title --output model
      lowrank recommend for model 7
      lowrank recommend similar model 'item 12'
  Ratings, predicted, with their deviations:
      lowrank recommend train ratings.csv --user userId --item movieId \\
          --rating rating --model gibbs --output stars
      lowrank recommend predict stars 7 12
  Settings that suit these ratings, searched for two minutes:
      lowrank recommend train ratings.csv --user userId --item movieId \\
          --rating rating --tune --budget 120 --output model

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Train {
    /// A table with a header, a rating a line: .csv, or .tsv.
    #[arg(value_name = "RATINGS")]
    pub ratings: PathBuf,
    #[command(flatten)]
    pub columns: ColumnOptions,
    /// Titles of the items: a table, and the names of its columns of items and of titles.
    #[arg(long, value_name = "FILE:ITEM:TITLE", value_parser = titles, help_heading = "Columns")]
    pub titles: Option<TitleOptions>,
    /// The model.
    #[arg(long, value_enum, default_value_t = KeptModel::Implicit, help_heading = MODELS)]
    pub model: KeptModel,
    #[command(flatten)]
    pub settings: SettingOptions,
    /// implicit, svd and ease: learn from ratings of at least X alone [default: every rating counts].
    #[arg(long, value_name = "X", value_parser = finite, requires = "rating",
          allow_negative_numbers = true, help_heading = MODELS)]
    pub liked: Option<f64>,
    #[command(flatten)]
    pub tuning: TuningOptions,
    /// The new folder for the model.
    #[arg(long, value_name = "DIR", help_heading = OUTPUT)]
    pub output: PathBuf,
    /// Replace DIR where it exists and is not empty.
    #[arg(long, help_heading = OUTPUT)]
    pub force: bool,
    /// Print one JSON object instead of the report.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
    /// Seed of the random draws; equal seeds give equal results, on any number of threads.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u64>, help_heading = "Run")]
    pub seed: u64,
    /// Threads, up to 1024 [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = threads, help_heading = "Run")]
    pub threads: Option<usize>,
}
