//! The models, and their settings.

use crate::arguments::{BiasesChoice, at_least_one, learning_rate, number, tolerance};
use clap::{Args, ValueEnum};

pub(super) const MODELS: &str = "Models";

/// The settings of a model; each is its default unless given.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = MODELS)]
pub struct SettingOptions {
    /// The number of factors [default: 64 of implicit, 20 of als, sgd and svd, 10 of gibbs, 50 of dot-bias, or as many as there
    /// are users or items if they are fewer].
    #[arg(long, value_name = "K", value_parser = at_least_one)]
    pub rank: Option<usize>,
    /// The penalty of the factors, or of the weights of ease [default: 300 of ease, 2e-4 of dot-bias, 20 of implicit and less
    /// where there are few ratings; of als and sgd one that suits their number and spread; it is told].
    #[arg(long, value_name = "L", value_parser = tolerance)]
    pub l2: Option<f64>,
    /// implicit: how much more an entry that is there counts than one that is not [default: 1].
    #[arg(long, value_name = "A", value_parser = tolerance)]
    pub confidence: Option<f64>,
    /// als, sgd and gibbs: the biases, those of rows being of users, those of columns of items; gibbs has both or none
    /// [default: both].
    #[arg(long, value_name = "WHICH", value_enum)]
    pub biases: Option<BiasesChoice>,
    /// gibbs: the number of draws, all of which are kept [default: 200].
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub samples: Option<usize>,
    /// sgd and dot-bias: the size of the first step; smaller where a descent diverges [default: 0.01].
    #[arg(long, value_name = "RATE", value_parser = learning_rate)]
    pub learning_rate: Option<f64>,
    /// dot-bias: the lowest and the highest prediction, which are never quite reached; all ratings lie between them
    /// [default: the lowest rating and the highest].
    #[arg(long, value_name = "LOW..HIGH", value_parser = interval, allow_hyphen_values = true)]
    pub range: Option<(f64, f64)>,
}

/// The search for settings.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Tuning")]
pub struct TuningOptions {
    /// Search the settings that are not given, on a fifth of the ratings that is held out for this: penalty and number of
    /// factors, and for implicit the confidence.
    ///
    /// Models of ratings are judged by RMSE, models of lists by nDCG. What a model is judged on in the end, here or elsewhere, is
    /// never touched: evaluate divides the training part once more.
    #[arg(long)]
    pub tune: bool,
    /// The time for it; of evaluate, for each model in each division. A trial that has begun ends [default: 60].
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "tune")]
    pub budget: Option<f64>,
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
    /// Ratings by stochastic gradient descent with biases.
    Sgd,
    /// Ratings by Gibbs sampling, with standard deviations.
    Gibbs,
    /// Ratings within their range, by Adam.
    DotBias,
}

impl KeptModel {
    pub const ALL: [Self; 7] = [
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

/// A model that is judged.
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

    /// Returns the model that can be kept; `None` for popularity.
    pub fn kept(self) -> Option<KeptModel> {
        match self {
            Self::Popularity => None,
            Self::Implicit => Some(KeptModel::Implicit),
            Self::Svd => Some(KeptModel::Svd),
            Self::Ease => Some(KeptModel::Ease),
            Self::Als => Some(KeptModel::Als),
            Self::Sgd => Some(KeptModel::Sgd),
            Self::Gibbs => Some(KeptModel::Gibbs),
            Self::DotBias => Some(KeptModel::DotBias),
        }
    }

    /// Returns its name on the command line.
    pub fn name(self) -> &'static str {
        self.kept().map_or("popularity", KeptModel::name)
    }

    /// Returns true if the model predicts ratings, for which it needs some.
    pub fn predicts_ratings(self) -> bool {
        self.kept().is_some_and(KeptModel::predicts_ratings)
    }
}

pub(super) fn finite(text: &str) -> Result<f64, String> {
    number(text, f64::is_finite, "must be a number")
}

/// Parses two different numbers such as 0.5..5, the lower one first.
fn interval(text: &str) -> Result<(f64, f64), String> {
    let ends = text
        .split_once("..")
        .map(|(low, high)| (finite(low), finite(high)));
    match ends {
        Some((Ok(low), Ok(high))) if low < high && (high - low).is_finite() => Ok((low, high)),
        _ => Err("must be two numbers, the lower one first, such as 0.5..5".into()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    // A year, so that a time can be added to it.
    let within = |x: f64| x > 0.0 && x <= 3e7;
    number(text, within, "must be a number of seconds above 0")
}
