//! `lowrank recommend evaluate`: models beside each other on ratings that are held out.

use super::judged::{Candidate, Judged, Ratings, Rule};
use super::model::Model;
use super::model_settings::ModelSettings;
use super::ratings_table::RatingsTable;
use super::report::{Evaluation, Figures, Held, Sizes};
use super::tune::{Tuned, tune};
use crate::arguments::{Evaluate, ModelChoice, SplitChoice};
use crate::progress::iterations;
use crate::run::{Failure, Output, speak, start_threads};
use lowrank::Error;
use lowrank::recommend::{Popularity, Split};
use std::time::Instant;

/// The share that is held out by default.
const SHARE: f64 = 0.2;

pub fn run(options: &Evaluate) -> Result<Output, Failure> {
    let refused = |message| Failure::Usage("recommend evaluate", message);
    options.columns.check().map_err(refused)?;
    let models = models(options)?;
    let rule = Rule {
        split: split(options)?,
        liked: options.liked,
        n: options.n,
    };
    start_threads(options.threads)?;
    let table = RatingsTable::read(&options.ratings, &options.columns)?;
    if models.iter().any(|model| model.predicts_ratings()) {
        table.check_varies("leave out --rating, so that lists alone are judged")?;
    }
    let bar = iterations("judging", options.seeds * models.len());
    let mut figures: Vec<Figures> = models.iter().map(|&model| Figures::new(model)).collect();
    let mut held = Vec::new();
    for place in 0..options.seeds {
        let seed = options.seed.wrapping_add(place as u64);
        let all = Ratings {
            ratings: &table.ratings,
            times: table.times.as_deref(),
        };
        let judged = Judged::new(all, rule, seed)?;
        for figures in &mut figures {
            let (candidate, tuned) = fitted(figures.model, &judged, (options, rule, seed))?;
            figures.tuned.extend(tuned);
            bar.inc(1);
            let Some(candidate) = candidate else {
                continue;
            };
            let errors = judged.judge_ratings(&candidate.model)?;
            let quality = judged.judge_ranking(&candidate.model)?;
            figures.push(candidate.seconds, errors, quality);
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

/// A model that has learnt, and the time that it took.
struct Fitted {
    model: Candidate,
    seconds: f64,
}

/// Fits a model to the training part: one that predicts ratings to all of them, another one to those that are liked, each of
/// which is one. With `--tune`, its settings come from a part of that part. A descent that diverges has no model, which is said.
fn fitted(
    model: ModelChoice,
    judged: &Judged,
    (options, rule, seed): (&Evaluate, Rule, u64),
) -> Result<(Option<Fitted>, Option<Tuned>), Failure> {
    let mut settings = ModelSettings {
        rank: options.rank,
        seed,
        ..ModelSettings::default()
    };
    let Some(kept) = model.kept() else {
        let start = Instant::now();
        let model = Candidate::Popularity(Popularity::of(&judged.liked));
        let seconds = start.elapsed().as_secs_f64();
        return Ok((Some(Fitted { model, seconds }), None));
    };
    let learnt = match kept.predicts_ratings() {
        true => &judged.division.parts.training,
        false => &judged.liked,
    };
    let mut tuned = None;
    if options.tuning.tune && !settings.axes(kept, learnt).is_empty() {
        let of = (judged.training(), rule, seed);
        let (found, search) = tune(kept, of, &settings, &options.tuning)?;
        (settings, tuned) = (found, Some(search));
    }
    let start = Instant::now();
    let model = match Model::fit(kept, learnt, &settings) {
        Err(Error::Factorization(error @ lowrank::core::Error::Diverged { .. })) => {
            speak(format_args!(
                "{} has no figures for seed {seed}: {error}; recommend train has --learning-rate",
                kept.name()
            ));
            return Ok((None, tuned));
        }
        model => Candidate::Model(Box::new(model?)),
    };
    let seconds = start.elapsed().as_secs_f64();
    Ok((Some(Fitted { model, seconds }), tuned))
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
