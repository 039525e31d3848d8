//! `lowrank recommend`.

mod columns;
mod description;
mod evaluate;
mod explain;
mod for_users;
mod judged;
mod kept_model;
mod map;
mod model;
mod model_files;
mod model_settings;
mod names;
mod predict;
mod ratings_table;
mod report;
mod similar;
mod titles;
mod train;
mod tune;

use crate::arguments::{Recommend, RecommendAction};
use crate::run::{Failure, Output};

pub fn run(options: &Recommend) -> Result<Output, Failure> {
    match &options.action {
        RecommendAction::Train(options) => train::run(options),
        RecommendAction::For(options) => for_users::run(options),
        RecommendAction::Similar(options) => similar::run(options),
        RecommendAction::Predict(options) => predict::run(options),
        RecommendAction::Explain(options) => explain::run(options),
        RecommendAction::Map(options) => map::run(options),
        RecommendAction::Evaluate(options) => evaluate::run(options),
    }
}
