//! Reader of tables of numbers: one row per line.
//!
//! From the ground up: `progress`, `quotes`, `delimiter` and `records` (fields), `number`, `cells`, `options`, `dialect` (what the first
//! lines show), `selection` (columns by name), `cell_kind`, `index_words`, `header`, `identifiers`, `layout`; `decimal` and
//! `plain` (lines without quotation marks); `blocks` and `threads` (blocks of lines that are read beside each other);
//! `rows`.

mod blocks;
mod cell_kind;
mod cells;
mod decimal;
mod delimiter;
mod dialect;
mod header;
mod identifiers;
mod index_words;
mod layout;
mod number;
mod options;
mod plain;
mod progress;
mod quotes;
mod records;
mod rows;
mod selection;
mod threads;

pub use delimiter::Delimiter;
pub use options::{ColumnList, Index, TableOptions, list_items};

pub(super) use blocks::Blocks;
pub(super) use cells::Cells;
pub(super) use dialect::{Dialect, Sample};
pub(super) use number::{MissingValues, NumberFormat};
pub(super) use plain::{PlainLines, Take};
pub(super) use progress::Progress;
pub(super) use records::{Record, Records};
pub(super) use rows::{line_at, read};
pub(super) use selection::Columns;
pub(super) use threads::for_each_block;

use super::{Error, error::shown};

/// The circumstances under which a table is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    pub(super) place: &'a str,
    /// The delimiter that the name of the file promises.
    pub(super) declared: Option<&'a Delimiter>,
    pub(super) options: &'a TableOptions,
    /// Markers of missing values become NaN.
    pub(super) may_miss: bool,
}

/// Returns the error for a field of `record`; columns are counted from 0.
pub(super) fn not_a_number(place: &str, record: &Record, column: usize) -> Error {
    Error::NotANumber {
        place: place.to_owned(),
        line: record.line,
        column: column + 1,
        field: shown(record.field(column)),
    }
}

#[cfg(test)]
mod tests;
