//! `lowrank recommend explain`.

use super::kept_model::Kept;
use crate::arguments::Explain;
use crate::run::{Failure, Output};
use serde_json::json;
use std::fmt::Write;

pub fn run(options: &Explain) -> Result<Output, Failure> {
    let kept = Kept::read(&options.model)?;
    let (user, item) = (
        kept.users.find(&options.user)?,
        kept.items.find(&options.item)?,
    );
    let Some(explanation) = kept.explain(user, item)? else {
        let model = &kept.description.model;
        return Err(Failure::Said(format!(
            "{model} explains no score: train implicit, als or sgd"
        )));
    };
    let (items, name) = (&kept.items, kept.model.score_name());
    let user = kept.users.name(user);
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
            "item": items.name(item),
            "title": items.title(item),
            name: explanation.score,
            "baseline": explanation.baseline,
            "shares": shares,
        });
        return Ok(Output::good(format!("{report:#}")));
    }
    let mut text = format!(
        "{name} of {} for {user}: {:.4}, of which {:.4} without the user's ratings\n",
        items.shown(item),
        explanation.score,
        explanation.baseline
    );
    for part in shares.iter().take(options.n) {
        let shown = items.shown(part.item as usize);
        let _ = writeln!(text, "{:+8.4}  {shown}", part.share);
    }
    let rest: f64 = shares.iter().skip(options.n).map(|part| part.share).sum();
    if let more @ 1.. = shares.len().saturating_sub(options.n) {
        let _ = writeln!(text, "{rest:+8.4}  {more} more");
    }
    Ok(Output::good(text.trim_end().to_owned()))
}
