//! The options of `lowrank recommend`.

use super::{OUTPUT, at_least_one, number, share, threads, tolerance, whole};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Recommend items to users from a table of ratings, plays or purchases, and judge how good that is.
#[derive(Debug, Args)]
pub struct Recommend {
    #[command(subcommand)]
    pub action: RecommendAction,
}

#[derive(Debug, Subcommand)]
pub enum RecommendAction {
    Train(Train),
    For(For),
    Similar(Similar),
    Predict(Predict),
    Explain(Explain),
    Evaluate(Evaluate),
}

/// Learn a model from a table, and keep it in a folder.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Lists for people, with titles:
      lowrank recommend train ratings.csv --user userId --item movieId \\
          --rating rating --titles movies.csv:movieId:title --output model
      lowrank recommend for model 7
      lowrank recommend similar model 'item 12'
  Ratings, predicted:
      lowrank recommend train ratings.csv --user userId --item movieId \\
          --rating rating --model als --output stars
      lowrank recommend predict stars 7 12

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
    #[arg(long, value_enum, default_value_t = KeptModel::Implicit, help_heading = "Models")]
    pub model: KeptModel,
    /// The number of factors [default: 64 of implicit, 20 of als and svd, or as many as there are users or items if they
    /// are fewer].
    #[arg(long, value_name = "K", value_parser = at_least_one, help_heading = "Models")]
    pub rank: Option<usize>,
    /// The penalty of the factors, or of the weights of ease [default: that of the model].
    #[arg(long, value_name = "L", value_parser = tolerance, help_heading = "Models")]
    pub l2: Option<f64>,
    /// implicit: how much more an entry that is there counts than one that is not [default: that of the model].
    #[arg(long, value_name = "A", value_parser = tolerance, help_heading = "Models")]
    pub confidence: Option<f64>,
    /// implicit, svd and ease: learn from ratings of at least X alone [default: every rating counts].
    #[arg(long, value_name = "X", value_parser = finite, requires = "rating",
          allow_negative_numbers = true, help_heading = "Models")]
    pub liked: Option<f64>,
    /// The new folder for the model.
    #[arg(long, value_name = "DIR", help_heading = OUTPUT)]
    pub output: PathBuf,
    /// Replace DIR where it exists and is not empty.
    #[arg(long, help_heading = OUTPUT)]
    pub force: bool,
    /// Seed of the random draws; equal seeds give equal results, on any number of threads.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u64>, help_heading = "Run")]
    pub seed: u64,
    /// Threads, up to 1024 [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = threads, help_heading = "Run")]
    pub threads: Option<usize>,
}

/// List items for users.
///
/// The score of als is the predicted rating; of other models, it is a number of which more is better. Lists leave out what
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
    /// The users of another table of ratings, new or not: only these ratings count. Its columns have the names of the training
    /// table, or else user, item and rating, or are its first ones.
    #[arg(long, value_name = "FILE", conflicts_with = "users")]
    pub ratings: Option<PathBuf>,
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

/// Predict how a user would rate an item, or the score of a model of lists.
#[derive(Debug, Args)]
pub struct Predict {
    /// The folder that lowrank recommend train wrote.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// A user of the training table.
    #[arg(value_name = "USER")]
    pub user: String,
    /// An item by its name, its title, or the start of its title.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// Print one JSON object instead.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}

/// Explain the score of an item for a user: the share of each of the user's ratings in it, and what it is without them.
///
/// For implicit and als. The shares add up to the score.
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

/// A model that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeptModel {
    /// Factors of implicit feedback by weighted alternating least squares.
    Implicit,
    /// The truncated SVD.
    Svd,
    /// Weights between items in closed form.
    Ease,
    /// Ratings by alternating least squares with biases.
    Als,
}

/// A table of titles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleOptions {
    pub file: PathBuf,
    /// The columns of items and of titles.
    pub columns: [String; 2],
}

fn titles(text: &str) -> Result<TitleOptions, String> {
    // A path may have colons, too.
    let mut parts = text.rsplitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(title), Some(item), Some(file)) if ![title, item, file].contains(&"") => {
            Ok(TitleOptions {
                file: file.into(),
                columns: [item.into(), title.into()],
            })
        }
        _ => Err("must be a file and two of its columns, such as movies.csv:movieId:title".into()),
    }
}

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
        help_heading = "Models"
    )]
    pub models: Vec<ModelChoice>,
    /// The number of factors of each model that has them [default: 64 of implicit, 20 of als, sgd and svd, 10 of gibbs, 50 of
    /// dot-bias, or as many as there are users or items if they are fewer].
    #[arg(long, value_name = "K", value_parser = at_least_one, help_heading = "Models")]
    pub rank: Option<usize>,
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

/// The columns of a table of ratings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns")]
pub struct ColumnOptions {
    /// The column of users, by its name.
    #[arg(long, value_name = "NAME")]
    pub user: String,
    /// The column of items, by its name.
    #[arg(long, value_name = "NAME")]
    pub item: String,
    /// The column of ratings, by its name; without it, what counts is that there is a line: equal ones count once.
    #[arg(long, value_name = "NAME")]
    pub rating: Option<String>,
    /// The column of times, whole numbers that grow, such as seconds since 1970; for the splits time and leave-last.
    #[arg(long, value_name = "NAME")]
    pub time: Option<String>,
}

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModelChoice {
    /// The same list for everybody: what most users have.
    Popularity,
    /// Factors of implicit feedback by weighted alternating least squares.
    Implicit,
    /// The truncated SVD.
    Svd,
    /// Weights between items in closed form.
    Ease,
    /// Ratings by alternating least squares with biases.
    Als,
    /// Ratings by stochastic gradient descent with biases.
    Sgd,
    /// Ratings by Gibbs sampling.
    Gibbs,
    /// Ratings within their range, by Adam.
    DotBias,
}

impl ModelChoice {
    pub const ALL: [Self; 8] = [
        Self::Popularity,
        Self::Implicit,
        Self::Svd,
        Self::Ease,
        Self::Als,
        Self::Sgd,
        Self::Gibbs,
        Self::DotBias,
    ];

    /// Returns its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Popularity => "popularity",
            Self::Implicit => "implicit",
            Self::Svd => "svd",
            Self::Ease => "ease",
            Self::Als => "als",
            Self::Sgd => "sgd",
            Self::Gibbs => "gibbs",
            Self::DotBias => "dot-bias",
        }
    }

    /// Returns true if the model predicts ratings, for which it needs some.
    pub fn predicts_ratings(self) -> bool {
        matches!(self, Self::Als | Self::Sgd | Self::Gibbs | Self::DotBias)
    }
}

fn finite(text: &str) -> Result<f64, String> {
    number(text, f64::is_finite, "must be a number")
}
