//! The columns of another table for a model.

use crate::arguments::ColumnOptions;
use crate::run::Failure;
use csv::{Reader, ReaderBuilder, StringRecord};
use lowrank::method::listed;
use std::fs::File;
use std::path::Path;

/// The names of the columns of users, items and ratings.
pub type Named = [Option<String>; 3];

/// The rule by which columns are found.
pub struct Wanted<'a> {
    /// Those that are given.
    pub given: Named,
    /// Those of the training table.
    pub trained: &'a Named,
    /// There has to be a column of ratings.
    pub rated: bool,
}

/// Opens a table with a header, divided by tabs where its name ends in .tsv or .tab, else by commas; returns the header, too.
pub fn open(path: &Path) -> Result<(Reader<File>, StringRecord), Failure> {
    let said = |error: csv::Error| Failure::Said(format!("{}: {error}", path.display()));
    let delimiter = match path.extension().and_then(|extension| extension.to_str()) {
        Some("tsv" | "tab") => b'\t',
        _ => b',',
    };
    let reader = ReaderBuilder::new().delimiter(delimiter).from_path(path);
    let mut reader = reader.map_err(said)?;
    let header = reader.headers().map_err(said)?.clone();
    let refused = |what: &str| Err(Failure::Said(format!("{}: {what}", path.display())));
    if header.is_empty() {
        return refused("the file is empty: a table has a header, and a line for each rating");
    }
    if header.len() == 1 && header[0].contains([';', '\t', '|', ',']) {
        return refused(&format!(
            "the header {} is one column: fields are divided by commas, in a .tsv by tabs",
            header[0].escape_debug()
        ));
    }
    Ok((reader, header))
}

/// Returns what is wrong with a line.
pub fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => format!(
            "line {}: {len} fields where the header has {expected_len}: correct or remove the line",
            pos.as_ref().map_or(0, csv::Position::line)
        ),
        _ => error.to_string(),
    }
}

/// Returns the place of a column that an option names.
pub fn place(header: &StringRecord, option: &str, name: &str) -> Result<usize, String> {
    let mut places = (0..header.len()).filter(|&place| header.get(place) == Some(name));
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => Err(format!(
            "the header has {name} twice, and --{option} may be either: rename one of them"
        )),
        (None, _) => Err(format!(
            "there is no column {name} for --{option}: the header has {}",
            listed(header.iter())
        )),
    }
}

impl Wanted<'_> {
    /// Returns the columns: those that are given, and for the others those with the names of the training table; or else user,
    /// item and rating; or else the first ones that are left. A column that is given for one is never another by default.
    pub fn of_table(&self, path: &Path) -> Result<ColumnOptions, Failure> {
        let said = |what: String| Failure::Said(format!("{}: {what}", path.display()));
        let (_, header) = open(path)?;
        let has = |name: &String| header.iter().any(|column| column == name);
        if let Some(absent) = self.given.iter().flatten().find(|name| !has(name)) {
            return Err(said(format!(
                "there is no column {absent}: the header has {}",
                listed(header.iter())
            )));
        }
        let plain = ["user", "item", "rating"].map(|name| Some(name.to_owned()));
        let is_given = |name: &str| self.given.iter().flatten().any(|given| given == name);
        let mut left = header.iter().filter(|name| !is_given(name));
        let first = [0, 1, 2].map(|place| match self.given[place] {
            Some(_) => None,
            None => left.next().map(str::to_owned),
        });
        for names in [self.trained, &plain, &first] {
            let [user, item, rating] = [0, 1, 2].map(|place| {
                let default = names[place].as_ref().filter(|name| !is_given(name));
                self.given[place].as_ref().or(default)
            });
            // Where ratings are not needed, they count if they are there by name.
            let rating = rating.filter(|name| {
                has(name) && (self.rated || self.given[2].is_some() || names == self.trained)
            });
            let (Some(user), Some(item)) = (user, item) else {
                continue;
            };
            if has(user) && has(item) && (rating.is_some() || !self.rated) {
                return Ok(ColumnOptions {
                    user: user.clone(),
                    item: item.clone(),
                    rating: rating.cloned(),
                    time: None,
                });
            }
        }
        Err(said(format!(
            "columns of users, items{} are needed: the header has {}",
            if self.rated { " and ratings" } else { "" },
            listed(header.iter())
        )))
    }
}
