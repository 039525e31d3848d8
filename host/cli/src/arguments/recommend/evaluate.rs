//! The options of `lowrank recommend evaluate`.

use super::columns::ColumnOptions;
use super::models::{MODELS, ModelChoice, TuningOptions, finite};
use crate::arguments::{OUTPUT, at_least_one, share, threads, whole};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Judge models on ratings that they have not seen.
///
/// A part of the ratings is held out, every model learns from the others, and all are judged on the same part: how well
/// they predict the ratings (RMSE, MAE), and how good their lists of N items are. Popularity is judged, too, always: the
/// same list for everybody. Lists leave out what a user has rated in the training part; of equal scores, the item that
/// comes first in the order of the names is listed first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Ratings of MovieLens, all models, five divisions:
      lowrank recommend evaluate ratings.csv --user userId --item movieId \\
          --rating rating --seeds 5
  What people would like, not what they would watch:
      lowrank recommend evaluate ratings.csv --user userId --item movieId \\
          --rating rating --liked 4 --models implicit,ease,svd
  Each model at the settings that suit these ratings best:
      lowrank recommend evaluate ratings.csv --user userId --item movieId \\
          --rating rating --models als,implicit --tune --budget 30
  The next thing each user takes:
      lowrank recommend evaluate plays.csv --user who --item what --time when \\
          --split leave-last

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Evaluate {
    /// A table with a header, a rating a line: .csv, or .tsv.
    #[arg(value_name = "RATINGS")]
    pub ratings: PathBuf,
    #[command(flatten)]
    pub columns: ColumnOptions,
    /// The ratings that are held out.
    #[arg(long, value_enum, default_value_t = SplitChoice::User, help_heading = JUDGEMENT)]
    pub split: SplitChoice,
    /// The share that is held out; of leave-last, it has none [default: 0.2].
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = JUDGEMENT)]
    pub share: Option<f64>,
    /// The number of divisions, of which mean and standard deviation are printed; divisions by time are all the same, and
    /// only the starts of the models differ.
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value = "3", help_heading = JUDGEMENT)]
    pub seeds: usize,
    /// The length of a list, N.
    #[arg(short, value_name = "N", value_parser = at_least_one, default_value = "10", help_heading = JUDGEMENT)]
    pub n: usize,
    /// An item is relevant where its rating is at least X, and models of lists learn from such ratings alone [default: every
    /// rating counts].
    #[arg(long, value_name = "X", value_parser = finite, requires = "rating",
          allow_negative_numbers = true, help_heading = JUDGEMENT)]
    pub liked: Option<f64>,
    /// The models [default: all that the columns allow].
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        value_enum,
        help_heading = MODELS
    )]
    pub models: Vec<ModelChoice>,
    /// The number of factors of each model that has them [default: 64 of implicit, 20 of als, sgd and svd, 10 of gibbs, 50 of
    /// dot-bias, or as many as there are users or items if they are fewer].
    #[arg(long, value_name = "K", value_parser = at_least_one, help_heading = MODELS)]
    pub rank: Option<usize>,
    #[command(flatten)]
    pub tuning: TuningOptions,
    /// The first seed; equal seeds give equal results, on any number of threads.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u64>, help_heading = "Run")]
    pub seed: u64,
    /// Threads, up to 1024 [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = threads, help_heading = "Run")]
    pub threads: Option<usize>,
    /// Print one JSON object instead of a table.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}

const JUDGEMENT: &str = "Judgement";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SplitChoice {
    /// A share of all ratings, at random.
    Random,
    /// The same share of each user's ratings, at random.
    User,
    /// The latest ratings of all.
    Time,
    /// The latest rating of each user who has two or more.
    LeaveLast,
}
