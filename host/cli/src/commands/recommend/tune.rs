//! The search for the settings of a model on a part of the ratings that is held out for it.

use super::judged::{Candidate, Judged, Ratings, Rule};
use super::model::Model;
use super::model_settings::ModelSettings;
use crate::arguments::{KeptModel, TuningOptions};
use crate::run::Failure;
use lowrank::recommend::{Aim, Border, Search, Trial, Tuning};
use serde_json::{Map, Value, json};
use std::fmt;
use std::time::Duration;

/// The time of a search by default, in seconds.
const BUDGET: f64 = 60.0;

/// Divisions for a search are others than those by which a model is judged in the end.
const OTHER: u64 = 0x7475_6e65;

/// A search, and what it was judged by.
pub struct Tuned {
    model: KeptModel,
    /// The name of the figure.
    figure: String,
    held_out: usize,
    budget: f64,
    tuning: Tuning,
}

/// Searches the settings that are not given, on a part of `all` that is held out; nothing else is looked at.
pub fn tune(
    model: KeptModel,
    (all, rule, seed): (Ratings<'_>, Rule, u64),
    settings: &ModelSettings,
    options: &TuningOptions,
) -> Result<(ModelSettings, Tuned), Failure> {
    let judged = Judged::new(all, rule, seed ^ OTHER)?;
    let learnt = match model.predicts_ratings() {
        true => &judged.division.parts.training,
        false => &judged.liked,
    };
    let axes = settings.axes(model, learnt);
    if axes.is_empty() {
        return Err(Failure::Said(format!(
            "every setting of {} is given, and --tune has nothing to search: leave out one of them, or --tune",
            model.name()
        )));
    }
    let budget = options.budget.unwrap_or(BUDGET);
    let search = Search {
        aim: match model.predicts_ratings() {
            true => Aim::Least,
            false => Aim::Greatest,
        },
        budget: Duration::from_secs_f64(budget),
    };
    let tuning = search.run(&axes, |values| {
        let settings = settings.at(&axes, values);
        let candidate = Candidate::Model(Box::new(Model::fit(model, learnt, &settings)?));
        Ok(match judged.judge_ratings(&candidate)? {
            Some(errors) => errors.rmse,
            None => judged.judge_ranking(&candidate)?.ndcg,
        })
    })?;
    let found = settings.at(&axes, &tuning.chosen().values);
    let tuned = Tuned {
        model,
        figure: match model.predicts_ratings() {
            true => "RMSE".into(),
            false => format!("nDCG@{}", rule.n),
        },
        held_out: judged.division.parts.held_out.nonzeros(),
        budget,
        tuning,
    };
    Ok((found, tuned))
}

impl Tuned {
    /// Returns the settings that were chosen, as options.
    fn chosen(&self) -> String {
        let chosen = self.tuning.axes.iter().zip(&self.tuning.chosen().values);
        let chosen = chosen.map(|(axis, value)| format!("--{} {value}", axis.name));
        chosen.collect::<Vec<_>>().join(" ")
    }

    fn seconds(&self) -> f64 {
        self.tuning.trials.iter().map(|trial| trial.seconds).sum()
    }

    /// Returns the number of points of the grid.
    fn points(&self) -> usize {
        let lengths = self.tuning.axes.iter().map(|axis| axis.values.len());
        lengths.product()
    }

    fn named(&self, values: &[f64]) -> Map<String, Value> {
        let pairs = self.tuning.axes.iter().zip(values);
        pairs
            .map(|(axis, &value)| (axis.name.to_owned(), value.into()))
            .collect()
    }

    pub fn to_json(&self) -> Value {
        let trial = |trial: &Trial| {
            let mut object = self.named(&trial.values);
            match &trial.figure {
                Ok(figure) => object.insert("figure".into(), (*figure).into()),
                Err(reason) => object.insert("failed".into(), reason.clone().into()),
            };
            object.insert("seconds".into(), trial.seconds.into());
            Value::Object(object)
        };
        let grid: Map<String, Value> = self
            .tuning
            .axes
            .iter()
            .map(|axis| (axis.name.to_owned(), axis.values.clone().into()))
            .collect();
        let borders: Map<String, Value> = self
            .tuning
            .borders()
            .into_iter()
            .map(|(name, end)| (name.to_owned(), word(end).into()))
            .collect();
        json!({
            "model": self.model.name(),
            "figure": self.figure,
            "held_out": self.held_out,
            "budget": self.budget,
            "seconds": self.seconds(),
            "settled": self.tuning.settled,
            "grid": grid,
            "trials": self.tuning.trials.iter().map(trial).collect::<Vec<_>>(),
            "chosen": self.named(&self.tuning.chosen().values),
            "borders": borders,
        })
    }
}

fn word(end: Border) -> &'static str {
    match end {
        Border::Least => "smallest",
        Border::Greatest => "largest",
    }
}

/// Writes the curve, a trial a line with a mark at the best, and what was chosen.
impl fmt::Display for Tuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let trials = &self.tuning.trials;
        writeln!(
            f,
            "{} tuned by {} on {} ratings held out for it: {} of {} settings tried in {:.1} s",
            self.model.name(),
            self.figure,
            self.held_out,
            trials.len(),
            self.points(),
            self.seconds()
        )?;
        write!(f, "\n ")?;
        for axis in &self.tuning.axes {
            write!(f, " {:>10}", axis.name)?;
        }
        writeln!(f, " {:>10} {:>8}", self.figure, "s")?;
        for (place, trial) in trials.iter().enumerate() {
            let mark = if place == self.tuning.chosen {
                '*'
            } else {
                ' '
            };
            write!(f, "{mark} ")?;
            for value in &trial.values {
                write!(f, " {value:>10}")?;
            }
            match &trial.figure {
                Ok(figure) => writeln!(f, " {figure:>10.4} {:>8.2}", trial.seconds)?,
                Err(reason) => writeln!(f, " {:>10} {:>8.2}  {reason}", "-", trial.seconds)?,
            }
        }
        write!(f, "\nchosen: {}", self.chosen())?;
        let borders = self.tuning.borders();
        match borders.is_empty() {
            true => write!(f, ", within the grid")?,
            false => {
                let ends = borders
                    .iter()
                    .map(|(name, end)| format!("the {} {name}", word(*end)));
                let ends = ends.collect::<Vec<_>>().join(" and ");
                write!(
                    f,
                    ", at the border of the grid: {ends}, beyond which there may be better ones"
                )?;
            }
        }
        match self.tuning.settled {
            true => Ok(()),
            false => write!(
                f,
                "\nthe {} s of the search were spent before all neighbours were tried: --budget allows more",
                self.budget
            ),
        }
    }
}
