//! The columns of another table of ratings for a model.

use crate::arguments::ColumnOptions;
use crate::run::Failure;
use csv::ReaderBuilder;
use std::path::Path;

/// Returns the columns with the names of the training table; or else user, item and rating; or else the first ones.
pub fn of_table(path: &Path, trained: &[Option<String>; 3]) -> Result<ColumnOptions, Failure> {
    let said = |error: csv::Error| Failure::Said(format!("{}: {error}", path.display()));
    let delimiter = match path.extension().and_then(|extension| extension.to_str()) {
        Some("tsv" | "tab") => b'\t',
        _ => b',',
    };
    let reader = ReaderBuilder::new().delimiter(delimiter).from_path(path);
    let header = reader.map_err(said)?.headers().map_err(said)?.clone();
    let has = |names: &[Option<String>; 3]| {
        let mut named = names.iter().flatten();
        named.all(|name| header.iter().any(|column| column == name))
    };
    let rated = trained[2].is_some();
    let plain = ["user", "item", "rating"].map(|name| Some(name.to_owned()));
    let plain = [
        plain[0].clone(),
        plain[1].clone(),
        plain[2].clone().filter(|_| rated),
    ];
    let first = [0, 1, 2].map(|place| header.get(place).map(str::to_owned));
    let first = [
        first[0].clone(),
        first[1].clone(),
        first[2].clone().filter(|_| rated),
    ];
    let [user, item, rating] = match (has(trained), has(&plain)) {
        (true, _) => trained.clone(),
        (_, true) => plain,
        _ => first,
    };
    match (user, item, rating) {
        (Some(user), Some(item), rating) if rating.is_some() || !rated => Ok(ColumnOptions {
            user,
            item,
            rating,
            time: None,
        }),
        _ => Err(Failure::Said(format!(
            "{}: columns of users, items{} are needed",
            path.display(),
            if rated { " and ratings" } else { "" }
        ))),
    }
}
