//! Titles of items from a table.

use super::columns::{open, place, reason};
use crate::arguments::TitleOptions;
use crate::run::{Failure, speak};
use csv::StringRecord;
use std::collections::HashMap;
use std::fmt::Display;

/// Reads the title of each item; empty where the table has none, which is said.
pub fn read(options: &TitleOptions, items: &[String]) -> Result<Vec<String>, Failure> {
    let shown = options.file.display();
    let said = |what: &dyn Display| Failure::Said(format!("{shown}: {what}"));
    let (mut reader, header) = open(&options.file)?;
    let place = |name: &str| place(&header, "titles", name).map_err(|message| said(&message));
    let [item, title] = [place(&options.columns[0])?, place(&options.columns[1])?];
    let mut titles = HashMap::new();
    let mut line = StringRecord::new();
    while reader
        .read_record(&mut line)
        .map_err(|error| said(&reason(&error)))?
    {
        let field = |place: usize| line.get(place).unwrap_or_default().trim().to_owned();
        titles.insert(field(item), field(title));
    }
    let titles: Vec<String> = items
        .iter()
        .map(|name| titles.remove(name).unwrap_or_default())
        .collect();
    let without = titles.iter().filter(|title| title.is_empty()).count();
    if without == items.len() {
        let column = &options.columns[0];
        return Err(said(&format!(
            "none of the {without} items is in the column {column}"
        )));
    }
    if without > 0 {
        speak(format_args!(
            "{shown} has no title of {without} of {} items: they keep their names",
            items.len()
        ));
    }
    Ok(titles)
}
