use std::str::FromStr;

use super::delimiter::{Delimiter, Quotes};
use super::records::Records;

/// The options of reading a table; each default is what its first lines show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// The text between two fields.
    pub delimiter: Option<Delimiter>,
    /// The decimal mark, `.` or `,`.
    pub decimal: Option<char>,
    /// The mark between groups of three digits.
    pub thousands: Option<char>,
    /// The first line is a header, or is none.
    pub header: Option<bool>,
    /// The column with the labels of the rows.
    pub index: Option<Index>,
    /// The columns of the matrix, in this order.
    pub columns: Option<ColumnList>,
    /// The columns that are left out.
    pub drop: ColumnList,
    /// The cells that stand for missing values, in the place of the usual ones.
    pub missing_values: Option<Vec<String>>,
}

/// The column with the labels of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// No column.
    None,
    /// A column by its name, or by its position as `#3`.
    Column(String),
}

impl FromStr for Index {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Err("must be a column, by its name or as #1, or none"),
            "none" => Ok(Index::None),
            column => Ok(Index::Column(column.to_owned())),
        }
    }
}

/// Columns of a table, separated by commas: each by its name, by its position as `#3`, or several as `#3-#7`.
///
/// Positions count from 1. A name with a comma stands in quotation marks. A number without `#` is a position, too, where
/// no column has this name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnList {
    pub(super) items: Vec<String>,
}

impl FromStr for ColumnList {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let items = list_items(text)?;
        let is_named = !items.is_empty() && items.iter().all(|item| !item.is_empty());
        match is_named {
            true => Ok(Self { items }),
            false => Err("must be columns separated by commas, as age,height or #3-#7"),
        }
    }
}

/// Returns the items of a list that is separated by commas, with quotation marks as in a table.
///
/// # Errors
/// A message for a quotation mark that is left open.
pub fn list_items(text: &str) -> Result<Vec<String>, &'static str> {
    debug_assert_eq!(Delimiter::of(',').quotes(), Quotes::AcrossLines);
    let mut stream = text.as_bytes();
    let mut records = Records::new("", Delimiter::of(','), b'\0');
    match records.next(&mut stream) {
        Ok(Some(record)) => Ok(record.fields().map(|item| item.trim().to_owned()).collect()),
        Ok(None) => Ok(vec![String::new()]),
        Err(_) => Err("has a quotation mark that is left open"),
    }
}
