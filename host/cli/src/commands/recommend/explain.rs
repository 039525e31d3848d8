//! `lowrank recommend predict` and `explain`.

use super::for_users::shown;
use super::kept_model::Kept;
use crate::arguments::{Explain, Predict};
use crate::run::{Failure, Output};
use lowrank::recommend::Entries;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

/// A model, and the places of a user and of an item.
struct Pair {
    kept: Kept,
    user: usize,
    item: usize,
}

impl Pair {
    fn read(model: &Path, user: &str, item: &str) -> Result<Self, Failure> {
        let kept = Kept::read(model)?;
        let (user, item) = (kept.users.find(user)?, kept.items.find(item)?);
        Ok(Self { kept, user, item })
    }

    fn entries(&self) -> Entries<'_, f32> {
        self.kept.ratings.row(self.user)
    }
}

pub fn predict(options: &Predict) -> Result<Output, Failure> {
    let pair = Pair::read(&options.model, &options.user, &options.item)?;
    let score = pair.kept.scores(pair.entries())?[pair.item];
    let (items, name) = (&pair.kept.items, pair.kept.model.score_name());
    let user = pair.kept.users.name(pair.user);
    Ok(Output::good(match options.json {
        true => format!(
            "{:#}",
            json!({ "user": user, "item": items.name(pair.item), "title": items.title(pair.item), name: score })
        ),
        false => format!(
            "{name} of {} for {user}: {score:.4}",
            shown(&pair.kept, pair.item as u32)
        ),
    }))
}

pub fn run(options: &Explain) -> Result<Output, Failure> {
    let pair = Pair::read(&options.model, &options.user, &options.item)?;
    let Some(explanation) = pair.kept.explain(pair.entries(), pair.item)? else {
        let model = &pair.kept.description.model;
        return Err(Failure::Said(format!(
            "{model} explains no score: train implicit or als"
        )));
    };
    let (items, name) = (&pair.kept.items, pair.kept.model.score_name());
    let user = pair.kept.users.name(pair.user);
    let shares = &explanation.contributions;
    if options.json {
        let shares: Vec<_> = shares
            .iter()
            .map(|part| {
                let place = part.item as usize;
                json!({ "item": items.name(place), "title": items.title(place), "share": part.share })
            })
            .collect();
        let report = json!({
            "user": user,
            "item": items.name(pair.item),
            "title": items.title(pair.item),
            name: explanation.score,
            "baseline": explanation.baseline,
            "shares": shares,
        });
        return Ok(Output::good(format!("{report:#}")));
    }
    let mut text = format!(
        "{name} of {} for {user}: {:.4}, of which {:.4} without the user's ratings\n",
        shown(&pair.kept, pair.item as u32),
        explanation.score,
        explanation.baseline
    );
    for part in shares.iter().take(options.n) {
        let _ = writeln!(
            text,
            "{:+8.4}  {}",
            part.share,
            shown(&pair.kept, part.item)
        );
    }
    let rest: f64 = shares.iter().skip(options.n).map(|part| part.share).sum();
    if let more @ 1.. = shares.len().saturating_sub(options.n) {
        let _ = writeln!(text, "{rest:+8.4}  {more} more");
    }
    Ok(Output::good(text.trim_end().to_owned()))
}
