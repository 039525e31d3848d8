use csv::StringRecord;

use crate::corpus::error::quoted_list;
use crate::corpus::{CorpusReader, Error};

/// The most characters of a cell in a message.
const SHOWN: usize = 30;

/// The places of the columns that are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) text: usize,
    pub(super) id: Option<usize>,
}

/// What the columns of a table are called in a message, and in the options.
struct Table<'a> {
    place: &'a str,
    header: Option<&'a StringRecord>,
    first_row: Option<&'a StringRecord>,
    width: usize,
}

impl Columns {
    /// Finds the columns that `reader` asks for.
    pub(super) fn choose(
        reader: &CorpusReader,
        place: &str,
        header: Option<&StringRecord>,
        first_row: Option<&StringRecord>,
    ) -> Result<Self, Error> {
        let table = Table {
            place,
            header,
            first_row,
            width: header.or(first_row).map_or(0, StringRecord::len),
        };
        let text = match &reader.text_column {
            Some(column) => table.find(column)?,
            None if table.width == 1 => 0,
            None => {
                return Err(Error::UnnamedColumn {
                    place: place.to_owned(),
                    columns: table.columns(),
                });
            }
        };
        let id = reader.id_column.as_deref().map(|column| table.find(column));
        let id = id.transpose()?;
        Ok(Columns { text, id })
    }
}

impl Table<'_> {
    /// Returns the column of this name, blanks around it ignored, or of this number from 1; with `#` a number is never a name.
    fn find(&self, column: &str) -> Result<usize, Error> {
        let numbered = |digits: &str| {
            let number: Option<usize> = digits.parse().ok();
            number
                .filter(|number| (1..=self.width).contains(number))
                .map(|number| number - 1)
        };
        let names = self.header.into_iter().flatten().enumerate();
        let mut named = names
            .filter(|(_, name)| name.trim() == column.trim())
            .map(|(place, _)| place);
        let found = match column.strip_prefix('#') {
            Some(digits)
                if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() =>
            {
                numbered(digits)
            }
            _ => match (named.next(), named.count()) {
                (Some(first), 0) => Some(first),
                (Some(first), others) => {
                    return Err(Error::RepeatedColumn {
                        place: self.place.to_owned(),
                        column: column.to_owned(),
                        count: others + 1,
                        first: first + 1,
                    });
                }
                (None, _) => numbered(column),
            },
        };
        found.ok_or_else(|| Error::UnknownColumn {
            place: self.place.to_owned(),
            column: column.to_owned(),
            columns: self.columns(),
        })
    }

    /// Returns the names, or the numbers and what the first row has there.
    fn columns(&self) -> String {
        if let Some(header) = self.header {
            let names: Vec<String> = header.iter().map(shortened).collect();
            return quoted_list(names.iter().map(String::as_str));
        }
        let cells = self.first_row.into_iter().flatten().enumerate();
        let numbered = cells.map(|(place, cell)| format!("#{} ({:?})", place + 1, shortened(cell)));
        numbered.collect::<Vec<_>>().join(", ")
    }
}

fn shortened(cell: &str) -> String {
    match cell.chars().count() > SHOWN {
        true => cell.chars().take(SHOWN).chain(['…']).collect(),
        false => cell.to_owned(),
    }
}
