//! `lowrank recommend evaluate`: models beside each other on ratings that are held out.

use super::judged_model::{FitOptions, Fitted};
use super::ratings_table::RatingsTable;
use super::report::{Evaluation, Figures, Held, Sizes};
use crate::arguments::{Evaluate, ModelChoice, SplitChoice};
use crate::progress::iterations;
use crate::run::{Failure, Output, speak, start_threads};
use lowrank::SparseMatrix;
use lowrank::completion::HeldOut;
use lowrank::recommend::{Division, Split};
use std::time::Instant;

/// The share that is held out by default.
const SHARE: f64 = 0.2;

/// Ratings in two parts, and which of them are liked.
struct Judged {
    division: Division<f32>,
    /// Ones where a training rating is liked.
    liked: SparseMatrix<f32>,
    /// The training ratings, and the held-out ones that are liked.
    lists: HeldOut<f32>,
}

pub fn run(options: &Evaluate) -> Result<Output, Failure> {
    let (models, split) = (models(options)?, split(options)?);
    start_threads(options.threads)?;
    let table = RatingsTable::read(&options.ratings, &options.columns)?;
    let bar = iterations("judging", options.seeds * models.len());
    let mut figures: Vec<Figures> = models.iter().map(|&model| Figures::new(model)).collect();
    let mut held = Vec::new();
    for place in 0..options.seeds {
        let seed = options.seed.wrapping_add(place as u64);
        let judged = judged(&table, split, options.liked, seed)?;
        for figures in &mut figures {
            let start = Instant::now();
            let learnt = (&judged.division.parts.training, &judged.liked);
            let rank = options.rank;
            let fitted = Fitted::of(figures.model, learnt, FitOptions { rank, seed })?;
            let seconds = start.elapsed().as_secs_f64();
            let errors = fitted.judge_ratings(&judged.division.parts.held_out)?;
            let quality = fitted.judge_ranking(&judged.lists, options.n)?;
            figures.push(seconds, errors, quality);
            bar.inc(1);
        }
        held.push(Held::of(&judged.division, &judged.lists));
    }
    bar.finish_and_clear();
    let evaluation = Evaluation {
        sizes: Sizes {
            users: table.users.len(),
            items: table.items.len(),
            ratings: table.ratings.nonzeros(),
        },
        n: options.n,
        held,
        figures,
    };
    if let Some(note) = evaluation.note() {
        speak(note);
    }
    Ok(Output::good(match options.json {
        true => evaluation.to_json(),
        false => evaluation.to_string(),
    }))
}

/// Returns the models, each once, popularity first.
fn models(options: &Evaluate) -> Result<Vec<ModelChoice>, Failure> {
    let rated = options.columns.rating.is_some();
    let mut models = vec![ModelChoice::Popularity];
    match &options.models[..] {
        [] => models.extend(
            ModelChoice::ALL
                .into_iter()
                .filter(|model| rated || !model.predicts_ratings()),
        ),
        asked => {
            if let Some(model) = asked
                .iter()
                .find(|model| !rated && model.predicts_ratings())
            {
                let message = format!(
                    "--models {} learns from ratings: name their column with --rating, or leave it out",
                    model.name()
                );
                return Err(Failure::Usage("recommend evaluate", message));
            }
            models.extend(asked);
        }
    }
    let mut once = Vec::new();
    for model in models {
        if !once.contains(&model) {
            once.push(model);
        }
    }
    Ok(once)
}

fn split(options: &Evaluate) -> Result<Split, Failure> {
    let refused = |message: &str| Failure::Usage("recommend evaluate", message.into());
    let by_time = matches!(options.split, SplitChoice::Time | SplitChoice::LeaveLast);
    if by_time && options.columns.time.is_none() {
        return Err(refused(
            "--split time and leave-last need --time, the column of times",
        ));
    }
    let share = options.share.unwrap_or(SHARE);
    match options.split {
        SplitChoice::Random => Ok(Split::Random { share }),
        SplitChoice::User => Ok(Split::EachUser { share }),
        SplitChoice::Time => Ok(Split::Time { share }),
        SplitChoice::LeaveLast if options.share.is_some() => Err(refused(
            "--share belongs to the other splits than leave-last",
        )),
        SplitChoice::LeaveLast => Ok(Split::LeaveLast),
    }
}

/// Divides the ratings.
fn judged(
    table: &RatingsTable,
    split: Split,
    liked: Option<f64>,
    seed: u64,
) -> Result<Judged, Failure> {
    let times = table.times.as_deref();
    let division = split.divide(&table.ratings, times, seed)?;
    let is_liked = |value: f32| liked.is_none_or(|least| f64::from(value) >= least);
    let of = |a: &SparseMatrix<f32>| a.keep(|index| is_liked(a.values()[index]));
    let training = of(&division.parts.training);
    let nothing = |which: &str| {
        Failure::Said(format!(
            "no {which} rating is left: hold out another share with --share, or ask for less with --liked"
        ))
    };
    if training.nonzeros() == 0 {
        return Err(nothing("training"));
    }
    let held_out = of(&division.parts.held_out);
    if held_out.nonzeros() == 0 {
        return Err(nothing("held-out"));
    }
    let ones = vec![1.0; training.nonzeros()];
    let (offsets, columns) = (training.row_offsets().to_vec(), training.columns().to_vec());
    Ok(Judged {
        liked: SparseMatrix::new(offsets, columns, ones, training.ncols())?,
        lists: HeldOut {
            training: division.parts.training.clone(),
            held_out,
        },
        division,
    })
}
