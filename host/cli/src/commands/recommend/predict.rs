//! `lowrank recommend predict`.

use super::columns::{Wanted, open, place, reason};
use super::kept_model::Kept;
use super::model::Prediction;
use crate::arguments::Predict;
use crate::run::{Failure, Output, speak};
use csv::StringRecord;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The names of the standard deviations, of the prediction and of a rating about it.
const DEVIATIONS: [&str; 2] = ["deviation", "rating_deviation"];

pub fn run(options: &Predict) -> Result<Output, Failure> {
    let is_named = options.columns.user.is_some() || options.columns.item.is_some();
    if is_named && options.pairs.is_none() {
        let message = "--user and --item are the columns of --pairs FILE";
        return Err(Failure::Usage("recommend predict", message.into()));
    }
    let refused = |message| Failure::Usage("recommend predict", message);
    options.columns.check().map_err(refused)?;
    let kept = Kept::read(&options.model)?;
    if let Some(path) = &options.pairs {
        return pairs(options, path, &kept);
    }
    let named = |name: &Option<String>| name.clone().unwrap_or_default();
    let user = kept.users.find(&named(&options.user))?;
    let item = kept.items.find(&named(&options.item))?;
    let predicted = kept.predict(user, &[item])?[0];
    let name = kept.model.score_name();
    let user = kept.users.name(user);
    if options.json {
        let mut object = Map::new();
        object.insert("user".into(), user.into());
        object.insert("item".into(), kept.items.name(item).into());
        object.insert("title".into(), kept.items.title(item).into());
        object.insert(name.into(), predicted.score.into());
        for (name, x) in DEVIATIONS.iter().zip(predicted.deviations.iter().flatten()) {
            object.insert((*name).into(), (*x).into());
        }
        return Ok(Output::good(format!("{:#}", Value::Object(object))));
    }
    let deviations = match predicted.deviations {
        Some([of_mean, of_rating]) => {
            format!(", standard deviation {of_mean:.4}; {of_rating:.4} of a single rating")
        }
        None => String::new(),
    };
    Ok(Output::good(format!(
        "{name} of {} for {user}: {:.4}{deviations}",
        kept.items.shown(item),
        predicted.score
    )))
}

/// A line of the table of pairs.
struct Pair {
    user: String,
    item: String,
}

/// Predicts for all lines of a table.
fn pairs(options: &Predict, path: &Path, kept: &Kept) -> Result<Output, Failure> {
    let pairs = read(options, path, kept)?;
    let (predictions, unknown) = predict(&pairs, kept)?;
    let lines = lines(&pairs, &predictions, kept)?;
    if unknown > 0 {
        speak(format_args!(
            "{unknown} of {} pairs have a user or an item that the model knows nothing of: they have no number",
            pairs.len()
        ));
    }
    match &options.output {
        None => Ok(Output::good(lines.trim_end().to_owned())),
        Some(output) => {
            let written = fs::write(output, lines);
            let failed = |error: io::Error| Failure::Said(format!("{}: {error}", output.display()));
            written.map_err(failed)?;
            let count = pairs.len();
            Ok(Output::good(format!(
                "{count} pairs in {}",
                output.display()
            )))
        }
    }
}

fn read(options: &Predict, path: &Path, kept: &Kept) -> Result<Vec<Pair>, Failure> {
    let wanted = Wanted {
        given: [
            options.columns.user.clone(),
            options.columns.item.clone(),
            None,
        ],
        trained: &kept.description.columns,
        rated: false,
    };
    let columns = wanted.of_table(path)?;
    let said = |error: csv::Error| Failure::Said(format!("{}: {}", path.display(), reason(&error)));
    let (mut reader, header) = open(path)?;
    let place = |option: &str, name: &str| {
        place(&header, option, name)
            .map_err(|message| Failure::Said(format!("{}: {message}", path.display())))
    };
    let (user, item) = (place("user", &columns.user)?, place("item", &columns.item)?);
    let field =
        |line: &StringRecord, place: usize| line.get(place).unwrap_or_default().trim().to_owned();
    let pair = |line: Result<StringRecord, csv::Error>| {
        let line = line.map_err(said)?;
        Ok(Pair {
            user: field(&line, user),
            item: field(&line, item),
        })
    };
    let pairs: Vec<Pair> = reader.records().map(pair).collect::<Result<_, Failure>>()?;
    match pairs.is_empty() {
        true => Err(Failure::Said(format!(
            "{}: there are no pairs below the header",
            path.display()
        ))),
        false => Ok(pairs),
    }
}

/// Returns a prediction for each pair whose user and item the model knows, and the number of the others. Each user is folded in
/// once.
fn predict(pairs: &[Pair], kept: &Kept) -> Result<(Vec<Option<Prediction>>, usize), Failure> {
    let mut of_users: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (line, pair) in pairs.iter().enumerate() {
        if let (Some(user), Some(item)) =
            (kept.users.place(&pair.user), kept.items.place(&pair.item))
        {
            of_users.entry(user).or_default().push((line, item));
        }
    }
    let mut found = vec![None; pairs.len()];
    for (user, lines) in of_users {
        // Nothing is said of users who have nothing to learn from.
        if kept.learnt(kept.ratings.row(user)).0.is_empty() {
            continue;
        }
        let items: Vec<usize> = lines.iter().map(|line| line.1).collect();
        for ((line, _), prediction) in lines.iter().zip(kept.predict(user, &items)?) {
            found[*line] = Some(prediction);
        }
    }
    let unknown = found
        .iter()
        .filter(|prediction| prediction.is_none())
        .count();
    Ok((found, unknown))
}

fn lines(
    pairs: &[Pair],
    predictions: &[Option<Prediction>],
    kept: &Kept,
) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let has = predictions
        .iter()
        .flatten()
        .any(|found| found.deviations.is_some());
    let more = if has { &DEVIATIONS[..] } else { &[] };
    let header = ["user", "item", "title", kept.model.score_name()];
    writer.write_record(header.iter().chain(more))?;
    for (pair, found) in pairs.iter().zip(predictions) {
        let title = kept
            .items
            .place(&pair.item)
            .and_then(|item| kept.items.title(item));
        let mut line = vec![
            pair.user.clone(),
            pair.item.clone(),
            title.unwrap_or_default().to_owned(),
        ];
        let numbers = found.map(|found| {
            let deviations = found.deviations.into_iter().flatten();
            std::iter::once(found.score)
                .chain(deviations)
                .collect::<Vec<f32>>()
        });
        match numbers {
            Some(numbers) => line.extend(numbers.iter().map(f32::to_string)),
            None => line.extend(vec![String::new(); 1 + more.len()]),
        }
        writer.write_record(line)?;
    }
    let bytes = writer.into_inner();
    let bytes = bytes.map_err(|error| Failure::Said(format!("cannot write a table: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
