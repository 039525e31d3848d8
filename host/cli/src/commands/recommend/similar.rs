//! `lowrank recommend similar`.

use super::kept_model::Kept;
use crate::arguments::Similar;
use crate::run::{Failure, Output};
use lowrank::recommend::TopN;
use serde_json::json;
use std::fmt::Write;

pub fn run(options: &Similar) -> Result<Output, Failure> {
    let kept = Kept::read(&options.model)?;
    let item = kept.items.find(&options.item)?;
    let top = TopN {
        n: options.n,
        candidates: None,
    };
    let list = kept.similar(item, top)?;
    if list.is_empty() {
        return Err(Failure::Said(format!(
            "the model knows nothing of {}: nobody has it among the ratings that it learnt from",
            kept.items.shown(item)
        )));
    }
    if options.json {
        let entries: Vec<_> = list
            .iter()
            .map(|entry| {
                let place = entry.item as usize;
                json!({ "item": kept.items.name(place), "title": kept.items.title(place), "cosine": entry.score })
            })
            .collect();
        let report = json!({ "item": kept.items.name(item), "title": kept.items.title(item), "similar": entries });
        return Ok(Output::good(format!("{report:#}")));
    }
    let mut text = format!("like {}, by cosine:\n", kept.items.shown(item));
    for (rank, entry) in list.iter().enumerate() {
        let _ = writeln!(
            text,
            "{:4}  {:7.4}  {}",
            rank + 1,
            entry.score,
            kept.items.shown(entry.item as usize)
        );
    }
    Ok(Output::good(text.trim_end().to_owned()))
}
