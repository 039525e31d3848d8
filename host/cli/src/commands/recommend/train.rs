//! `lowrank recommend train`.

use super::description::{Description, Settings};
use super::judged::{Ratings, Rule};
use super::kept_model::Kept;
use super::model::Model;
use super::model_settings::ModelSettings;
use super::names::Names;
use super::ratings_table::RatingsTable;
use super::titles;
use super::tune::{Tuned, tune};
use crate::arguments::Train;
use crate::progress::spinner;
use crate::run::{Failure, Output, start_threads};
use lowrank::recommend::Split;
use lowrank_files::model_folder::ModelFolder;
use serde_json::json;
use std::path::Path;
use std::time::Instant;

/// The share of each user's ratings that a search holds out, and the length of the lists by which it judges.
const SHARE: f64 = 0.2;
const N: usize = 10;

/// The curve of a search, in the folder of the model.
const TUNING: &str = "tuning.json";

pub fn run(options: &Train) -> Result<Output, Failure> {
    let settings = ModelSettings::new(&options.settings, options.seed);
    check(options, &settings)?;
    start_threads(options.threads)?;
    let mut folder = ModelFolder::create(&options.output, options.force)?;
    let start = Instant::now();
    let table = RatingsTable::read(&options.ratings, &options.columns)?;
    if options.model.predicts_ratings() {
        table.check_varies("take a model of lists, such as --model implicit")?;
    }
    if let Some(range) = settings.range {
        table.check_within(range)?;
    }
    let titles = match &options.titles {
        Some(titles) => titles::read(titles, &table.items)?,
        None => Vec::new(),
    };
    let bar = spinner("learning");
    let (kept, tuned) = learn(options, settings, (table, titles))?;
    bar.finish_and_clear();
    kept.write(&mut folder)?;
    if let Some(tuned) = &tuned {
        let json = format!("{:#}\n", tuned.to_json());
        folder.write(TUNING, json.as_bytes())?;
    }
    let path = folder.commit()?;
    let report = Report {
        kept: &kept,
        tuned: tuned.as_ref(),
        path: &path,
        seconds: start.elapsed().as_secs_f64(),
    };
    Ok(Output::good(match options.json {
        true => report.to_json(),
        false => report.to_text(),
    }))
}

fn check(options: &Train, settings: &ModelSettings) -> Result<(), Failure> {
    let refused = |message: String| Err(Failure::Usage("recommend train", message));
    options.columns.check().or_else(refused)?;
    let (name, rates) = (options.model.name(), options.model.predicts_ratings());
    if rates && options.columns.rating.is_none() {
        return refused(format!(
            "--model {name} learns from ratings: name their column with --rating, or take another model"
        ));
    }
    if rates && options.liked.is_some() {
        return refused(format!(
            "--liked belongs to the models of lists, and {name} learns from all ratings"
        ));
    }
    settings.check(options.model).or_else(refused)
}

fn learn(
    options: &Train,
    mut settings: ModelSettings,
    (table, titles): (RatingsTable, Vec<String>),
) -> Result<(Kept, Option<Tuned>), Failure> {
    let ratings = table.ratings;
    let mut description =
        Description::new(options.model, options.liked, &options.columns, &ratings);
    let learnt = description.learnt_of(&ratings)?;
    let mut tuned = None;
    if options.tuning.tune {
        let all = Ratings {
            ratings: &ratings,
            times: None,
        };
        let rule = Rule {
            split: Split::EachUser { share: SHARE },
            liked: options.liked,
            n: N,
        };
        let of = (all, rule, options.seed);
        let (found, search) = tune(options.model, of, &settings, &options.tuning)?;
        (settings, tuned) = (found, Some(search));
    }
    let model = Model::fit(options.model, &learnt, &settings)?;
    description.settings = Settings::of(&model);
    let kept = Kept {
        description,
        users: Names::new("user", table.users, Vec::new()),
        items: Names::new("item", table.items, titles),
        ratings,
        model,
    };
    Ok((kept, tuned))
}

/// What was learnt.
struct Report<'a> {
    kept: &'a Kept,
    tuned: Option<&'a Tuned>,
    path: &'a Path,
    seconds: f64,
}

impl Report<'_> {
    fn to_text(&self) -> String {
        let kept = self.kept;
        let line = format!(
            "{} of {} ratings of {} items by {} users in {}, {:.1} s; {}",
            kept.description.model,
            kept.ratings.nonzeros(),
            kept.items.len(),
            kept.users.len(),
            self.path.display(),
            self.seconds,
            kept.description.settings.as_options()
        );
        match self.tuned {
            Some(tuned) => format!("{tuned}\n\n{line}"),
            None => line,
        }
    }

    fn to_json(&self) -> String {
        let kept = self.kept;
        let report = json!({
            "model": kept.description.model,
            "users": kept.users.len(),
            "items": kept.items.len(),
            "ratings": kept.ratings.nonzeros(),
            "settings": kept.description.settings,
            "folder": self.path.display().to_string(),
            "tuning": self.tuned.map(Tuned::to_json),
            "seconds": self.seconds,
        });
        format!("{report:#}")
    }
}
