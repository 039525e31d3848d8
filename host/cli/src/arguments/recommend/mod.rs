//! The options of `lowrank recommend`.

mod columns;
mod evaluate;
mod lists;
mod map;
mod models;
mod scores;
mod train;

pub use columns::{ColumnOptions, TitleOptions};
pub use evaluate::{Evaluate, SplitChoice};
pub use lists::{For, Similar};
pub use map::Map;
pub use models::{KeptModel, ModelChoice, SettingOptions, TuningOptions};
pub use scores::{Explain, Predict};
pub use train::Train;

use clap::{Args, Subcommand};

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
    Map(Map),
    Evaluate(Evaluate),
}
