//! Reader of tables of numbers: one row per line.
//!
//! From the ground up: `delimiter` and `records` (fields), `number`, `options`, `dialect` (what the first lines show),
//! `selection` (columns by name), `header`, `layout`.

mod delimiter;
mod dialect;
mod header;
mod layout;
mod number;
mod options;
mod records;
mod selection;

use std::io::{BufRead, Cursor, Read};

pub use delimiter::Delimiter;
pub use options::{ColumnList, Index, TableOptions, list_items};

pub(super) use dialect::{Dialect, Sample};
pub(super) use number::{MissingValues, NumberFormat};
pub(super) use records::Record;
pub(super) use selection::Columns;

use super::{
    Entries, Error, MatrixFile, Note, TableError, error::shown, growing::Growing,
    row_major::from_row_major,
};
use layout::{Layout, is_comment};

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

/// Reads a matrix and the labels of the table.
pub(super) fn read(setting: Setting<'_>, stream: &mut dyn BufRead) -> Result<MatrixFile, Error> {
    let Setting { place, options, .. } = setting;
    let sample = Sample::read(place, stream)?;
    let dialect = Dialect::of(place, &sample, setting.declared, options)?;
    let layout = Layout::of(place, &sample, &dialect, options)?;
    let lines_before = sample.lines_before;
    let stream = &mut Cursor::new(sample.bytes).chain(stream);
    let mut records = dialect.records(place, stream, lines_before);
    let mut rows = Rows {
        setting,
        numbers: dialect.numbers,
        missing: MissingValues::new(options.missing_values.as_deref()),
        entries: Growing::new(place),
        labels: layout.labels.map(|_| Vec::new()),
        layout,
    };
    let mut awaits_header = rows.layout.has_header;
    let (mut comments, mut has_rows) = (0, false);
    let expected = rows.layout.width + usize::from(rows.layout.has_trailing);
    while let Some(record) = records.next()? {
        if record.may_be_comment {
            let fields: Vec<String> = record.fields().map(str::to_owned).collect();
            if is_comment(&fields, true, expected, &dialect) {
                comments += u64::from(has_rows);
                continue;
            }
        }
        if std::mem::take(&mut awaits_header) {
            continue;
        }
        has_rows = true;
        let is_whole = record.len() == expected
            && (!rows.layout.has_trailing || record.field(expected - 1).trim().is_empty());
        if !is_whole {
            return Err(records.ragged(rows.layout.width));
        }
        rows.push(record)?;
    }
    let mut notes = std::mem::take(&mut rows.layout.notes);
    notes.insert(0, dialect.note());
    if comments > 0 {
        notes.push(Note::Comments { count: comments });
    }
    if records.blank_lines() > 0 && expected == 1 {
        let count = records.blank_lines();
        notes.push(Note::BlankLines { count });
    }
    rows.finish(notes)
}

struct Rows<'a> {
    setting: Setting<'a>,
    numbers: NumberFormat,
    missing: MissingValues,
    entries: Growing<'a, f64>,
    labels: Option<Vec<String>>,
    layout: Layout,
}

impl Rows<'_> {
    fn push(&mut self, record: &Record) -> Result<(), Error> {
        if let (Some(labels), Some(at)) = (&mut self.labels, self.layout.labels) {
            labels.push(record.field(at).to_owned());
        }
        for &at in &self.layout.columns {
            let field = record.field(at);
            let x = match self.numbers.parse(field) {
                Some(x) if !self.missing.has_number(x) => x,
                _ => self.not_a_number(record, at)?,
            };
            self.entries.push(x)?;
        }
        Ok(())
    }

    /// Returns NaN for a missing value.
    #[cold]
    fn not_a_number(&self, record: &Record, at: usize) -> Result<f64, Error> {
        let field = record.field(at);
        let (place, line) = (self.setting.place.to_owned(), record.line);
        let column = self.layout.column(at);
        let cell = shown(field);
        if self.missing.has(field) || self.numbers.parse(field).is_some() {
            return match self.setting.may_miss {
                true => Ok(f64::NAN),
                false => Err(TableError::MissingValue {
                    place,
                    line,
                    column,
                    cell,
                }
                .into()),
            };
        }
        if self.layout.texts.get(at) == Some(&true) {
            return Err(TableError::TextColumn {
                place,
                line,
                column,
                cell,
                columns: self.layout.text_columns(),
            }
            .into());
        }
        Err(Error::NotANumber {
            place,
            line,
            column: at + 1,
            field: cell,
        })
    }

    fn finish(self, notes: Vec<Note>) -> Result<MatrixFile, Error> {
        let place = self.setting.place;
        let entries = self.entries.into_vec();
        if entries.is_empty() {
            return Err(Error::empty(place));
        }
        let dense = from_row_major(place, &entries, self.layout.columns.len())?;
        Ok(MatrixFile {
            row_labels: self.labels,
            column_labels: self.layout.column_labels(),
            notes,
            ..Entries::Dense(dense).into()
        })
    }
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
