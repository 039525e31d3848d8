//! `lowrank recommend`.

mod columns;
mod evaluate;
mod explain;
mod for_users;
mod judged_model;
mod kept_model;
mod names;
mod ratings_table;
mod report;
mod similar;
mod titles;
mod train;

use crate::arguments::{Recommend, RecommendAction};
use crate::run::{Failure, Output};

pub fn run(options: &Recommend) -> Result<Output, Failure> {
    match &options.action {
        RecommendAction::Train(options) => train::run(options),
        RecommendAction::For(options) => for_users::run(options),
        RecommendAction::Similar(options) => similar::run(options),
        RecommendAction::Predict(options) => explain::predict(options),
        RecommendAction::Explain(options) => explain::run(options),
        RecommendAction::Evaluate(options) => evaluate::run(options),
    }
}
