use std::str::FromStr;

use csv::StringRecord;

use super::super::{Error, error::shown, table};

/// The most columns that an error lists.
const COLUMNS_SHOWN: usize = 12;

/// The columns of a table with one entry per line: names in its header, or numbers, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TripleColumns {
    /// The column of the rows' labels.
    pub row: String,
    /// The column of the columns' labels.
    pub column: String,
    /// The column of the values.
    pub value: String,
}

impl FromStr for TripleColumns {
    type Err = Error;

    fn from_str(names: &str) -> Result<Self, Error> {
        let parts: Vec<&str> = names.split(',').map(str::trim).collect();
        let is_repeated = |name: &&str| parts.iter().filter(|other| other == &name).count() > 1;
        match parts.as_slice() {
            [row, column, value]
                if !parts
                    .iter()
                    .any(|name| name.is_empty() || is_repeated(name)) =>
            {
                Ok(Self {
                    row: (*row).to_owned(),
                    column: (*column).to_owned(),
                    value: (*value).to_owned(),
                })
            }
            _ => Err(Error::TripleColumns {
                names: names.to_owned(),
            }),
        }
    }
}

/// The positions of a triple's fields in a line, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) value: usize,
}

impl TripleColumns {
    /// Finds the positions of the columns, and whether the first line is a header: it is one if a column is given by
    /// name, or if the value in it is not a number.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`], and [`Error::TripleColumns`] if two columns are the same.
    pub(super) fn find(&self, place: &str, first: &StringRecord) -> Result<(Places, bool), Error> {
        let place_of = |name: &str| {
            let at = match name.parse::<usize>() {
                Ok(number) => number.checked_sub(1).filter(|&at| at < first.len()),
                Err(_) => first.iter().position(|field| field.trim() == name),
            };
            at.ok_or_else(|| unknown_column(place, name, first))
        };
        let row = place_of(&self.row)?;
        let column = place_of(&self.column)?;
        let value = place_of(&self.value)?;
        if row == column || row == value || column == value {
            return Err(Error::TripleColumns {
                names: format!("{},{},{}", self.row, self.column, self.value),
            });
        }
        let places = Places { row, column, value };
        let mut names = [&self.row, &self.column, &self.value].into_iter();
        let has_name = names.any(|name| name.parse::<usize>().is_err());
        let is_number = first.get(value).is_some_and(|x| table::number(x).is_some());
        Ok((places, has_name || !is_number))
    }
}

fn unknown_column(place: &str, name: &str, first: &StringRecord) -> Error {
    let mut columns: Vec<String> = first
        .iter()
        .take(COLUMNS_SHOWN)
        .map(|column| format!("\"{}\"", shown(column)))
        .collect();
    if first.len() > COLUMNS_SHOWN {
        columns.push(format!("{} more", first.len() - COLUMNS_SHOWN));
    }
    Error::UnknownColumn {
        place: place.to_owned(),
        column: name.to_owned(),
        columns: columns.join(", "),
    }
}
