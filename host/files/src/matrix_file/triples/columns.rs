use std::str::FromStr;

use super::super::{Error, table::Columns};

/// The columns of a table with one entry per line: names in its header, or positions from 1, as `3` or `#3`.
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
    /// Finds the positions of the columns in the first line, and whether that is a header: it is one if a column has a
    /// name of it that is no position, or if the field above the values is neither a number nor missing.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`], and [`Error::TripleColumns`] if two columns are the same.
    pub(super) fn find(
        &self,
        place: &str,
        first: &[String],
        header: Option<bool>,
        is_number: impl Fn(&str) -> bool,
    ) -> Result<(Places, bool), Error> {
        let named = [&self.row, &self.column, &self.value];
        let columns = |has_names: bool| Columns {
            place,
            names: has_names.then_some(first),
            count: first.len(),
        };
        let find = |has_names: bool| -> Result<Places, Error> {
            let columns = columns(has_names);
            let [row, column, value] = named.map(|name| columns.find_one(name));
            let (row, column, value) = (row?, column?, value?);
            if row == column || row == value || column == value {
                return Err(Error::TripleColumns {
                    names: format!("{},{},{}", self.row, self.column, self.value),
                });
            }
            Ok(Places { row, column, value })
        };
        if let Some(has_header) = header {
            return Ok((find(has_header)?, has_header));
        }
        // As positions if they can be, and the first line does not say otherwise.
        if let Ok(places) = find(false) {
            let is_row = first
                .get(places.value)
                .is_some_and(|field| is_number(field));
            if is_row {
                return Ok((places, false));
            }
        }
        Ok((find(true)?, true))
    }
}
