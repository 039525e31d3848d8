//! The columns of a table that are wanted, found by their names and positions.

use std::ops::Range;

use super::super::{Error, TableError, error::shown};
use super::options::ColumnList;

/// The most columns that an error lists.
const COLUMNS_SHOWN: usize = 12;

/// The columns of a table.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Columns<'a> {
    pub(in super::super) place: &'a str,
    /// The names of all of them, if the table has a header.
    pub(in super::super) names: Option<&'a [String]>,
    pub(in super::super) count: usize,
}

impl Columns<'_> {
    /// Returns the positions of a column, or of several, from 0: those of a name, else those of numbers.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`], [`TableError::NoSuchPositions`], and [`TableError::RepeatedName`] if several columns have
    /// the name.
    pub(in super::super) fn find(self, item: &str) -> Result<Range<usize>, Error> {
        let names = self.names.unwrap_or_default();
        let mut of_name = names
            .iter()
            .enumerate()
            .filter(|(_, name)| name.trim() == item);
        let found = of_name.next();
        if let (Some((first, _)), Some((second, _))) = (found, of_name.next()) {
            return Err(TableError::RepeatedName {
                place: self.place.to_owned(),
                name: shown(item),
                columns: (first + 1, second + 1),
            }
            .into());
        }
        let positions = || match item.split_once('-') {
            Some((first, last)) => Some((position(first)?, position(last)?)),
            None => position(item).map(|at| (at, at)),
        };
        let positions = match found {
            Some((at, _)) => Some((at + 1, at + 1)),
            None => positions(),
        };
        match positions {
            Some((first, last)) if (1..=last).contains(&first) && last <= self.count => {
                Ok(first - 1..last)
            }
            Some(_) if self.count > 0 => Err(TableError::NoSuchPositions {
                place: self.place.to_owned(),
                positions: item.to_owned(),
                count: self.count,
            }
            .into()),
            _ => Err(self.unknown(item)),
        }
    }

    /// Returns the position of one column.
    ///
    /// # Errors
    /// Those of [`Columns::find`].
    pub(in super::super) fn find_one(self, item: &str) -> Result<usize, Error> {
        let found = self.find(item)?;
        match found.len() {
            1 => Ok(found.start),
            _ => Err(self.unknown(item)),
        }
    }

    /// Returns the positions of a list, in its order.
    ///
    /// # Errors
    /// Those of [`Columns::find`], and [`TableError::RepeatedColumn`].
    pub(super) fn find_all(self, list: &ColumnList) -> Result<Vec<usize>, Error> {
        let mut all: Vec<usize> = Vec::new();
        let mut is_taken = vec![false; self.count];
        for item in &list.items {
            for at in self.find(item)? {
                if std::mem::replace(&mut is_taken[at], true) {
                    return Err(TableError::RepeatedColumn {
                        place: self.place.to_owned(),
                        column: at + 1,
                    }
                    .into());
                }
                all.push(at);
            }
        }
        Ok(all)
    }

    fn unknown(self, item: &str) -> Error {
        let columns = match self.names {
            Some(names) => listed(names),
            None => format!("no names, and {} columns", self.count),
        };
        Error::UnknownColumn {
            place: self.place.to_owned(),
            column: item.to_owned(),
            columns,
        }
    }
}

fn position(text: &str) -> Option<usize> {
    let text = text.trim();
    text.strip_prefix('#').unwrap_or(text).parse().ok()
}

/// Returns names in quotation marks, not too many.
fn listed(names: &[String]) -> String {
    let first = names.iter().take(COLUMNS_SHOWN);
    let mut listed: Vec<String> = first.map(|name| format!("\"{}\"", shown(name))).collect();
    if names.len() > COLUMNS_SHOWN {
        listed.push(format!("{} more", names.len() - COLUMNS_SHOWN));
    }
    listed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_wins_over_a_number_and_a_hash_is_a_position() {
        let names = ["b", "2", "2-3", "a,b", "b"].map(str::to_owned);
        let columns = Columns {
            place: "f",
            names: Some(&names),
            count: 5,
        };
        let of = |list: &str| columns.find_all(&list.parse().unwrap());
        assert_eq!(of("2").unwrap(), [1]);
        assert_eq!(of("#2,#5").unwrap(), [1, 4]);
        assert_eq!(of("3").unwrap(), [2]);
        assert_eq!(of("2-3").unwrap(), [2]);
        assert_eq!(of("#2-#4").unwrap(), [1, 2, 3]);
        assert_eq!(of("4-5,#1").unwrap(), [3, 4, 0]);
        assert_eq!(of("\"a,b\"").unwrap(), [3]);
        for (list, says) in [
            ("x", "no column \"x\""),
            ("#0", "no columns #0: they are #1 to #5"),
            ("#6", "no columns #6: they are #1 to #5"),
            (
                "#3-#2",
                "a range goes from the smaller number to the larger",
            ),
            ("b", "columns 1 and 5 have the name"),
            ("#1-#2,2", "column 2 twice"),
        ] {
            let error = of(list).unwrap_err().to_string();
            assert!(error.contains(says), "{list}: {error}");
        }
        for wrong in ["", "a,", "\"a"] {
            assert!(wrong.parse::<ColumnList>().is_err(), "{wrong}");
        }
    }
}
