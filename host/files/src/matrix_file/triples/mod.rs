//! Reader of tables with one entry per line: a row, a column, a value.

mod columns;
mod labels;

use std::io::{BufRead, Cursor, Read};

pub use columns::TripleColumns;

use super::coordinates::{Coordinate, check_shape, first_duplicate, sort, to_rows};
use super::error::shown;
use super::table::{Dialect, MissingValues, NumberFormat, Record, Sample, Setting, not_a_number};
use super::{Duplicates, Entries, Error, MatrixFile, Note, TableError, growing::Growing};
use columns::Places;
use labels::Labels;

/// Reads a matrix in which only the entries in the table are known.
pub(super) fn read(
    setting: Setting<'_>,
    stream: &mut dyn BufRead,
    columns: &TripleColumns,
    duplicates: Duplicates,
) -> Result<MatrixFile, Error> {
    let Setting { place, options, .. } = setting;
    let sample = Sample::read(place, stream)?;
    let dialect = Dialect::of(place, &sample, setting.declared, options)?;
    let missing = MissingValues::new(options.missing_values.as_deref());
    let lines_before = sample.lines_before;
    let stream = &mut Cursor::new(sample.bytes).chain(stream);
    let mut records = dialect.records(place, stream, lines_before);
    let mut comments = 0;
    let first: Vec<String> = loop {
        match records.next()? {
            None => return Err(Error::empty(place)),
            Some(record) if record.may_be_comment => comments += 1,
            Some(record) => break record.fields().map(str::to_owned).collect(),
        }
    };
    let is_number = |field: &str| dialect.numbers.parse(field).is_some() || missing.has(field);
    let (places, has_header) = columns.find(place, &first, options.header, is_number)?;
    let mut triples = Triples {
        setting,
        places,
        numbers: dialect.numbers,
        missing: &missing,
        rows: Labels::default(),
        columns: Labels::default(),
        entries: Growing::new(place),
    };
    if !has_header {
        triples.push(records.current())?;
    }
    while let Some(record) = records.next()? {
        if record.len() != first.len() {
            if record.may_be_comment {
                comments += 1;
                continue;
            }
            return Err(records.ragged(first.len()));
        }
        triples.push(record)?;
    }
    let mut notes = vec![dialect.note()];
    if comments > 0 {
        notes.push(Note::Comments { count: comments });
    }
    triples.finish(duplicates, notes)
}

struct Triples<'a> {
    setting: Setting<'a>,
    places: Places,
    numbers: NumberFormat,
    missing: &'a MissingValues,
    rows: Labels,
    columns: Labels,
    entries: Growing<'a, Coordinate>,
}

impl Triples<'_> {
    fn push(&mut self, record: &Record) -> Result<(), Error> {
        let value = match self.numbers.parse(record.field(self.places.value)) {
            Some(x) if x.is_finite() && !self.missing.has_number(x) => x,
            _ => self.not_finite(record)?,
        };
        let place = self.setting.place;
        let coordinate = Coordinate {
            row: self.rows.code(place, record.field(self.places.row))?,
            column: self.columns.code(place, record.field(self.places.column))?,
            value,
            line: record.line,
        };
        self.entries.push(coordinate)
    }

    /// Returns NaN for a missing value.
    #[cold]
    fn not_finite(&self, record: &Record) -> Result<f64, Error> {
        let (place, at) = (self.setting.place, self.places.value);
        let field = record.field(at);
        let number = self.numbers.parse(field);
        let is_missing = match number {
            Some(x) => self.missing.has_number(x),
            None => self.missing.has(field),
        };
        match is_missing {
            true if self.setting.may_miss => Ok(f64::NAN),
            true => Err(TableError::MissingValue {
                place: place.to_owned(),
                line: record.line,
                column: (at + 1).to_string(),
                cell: shown(field),
            }
            .into()),
            false => Err(not_a_number(place, record, at)),
        }
    }

    fn finish(self, duplicates: Duplicates, mut notes: Vec<Note>) -> Result<MatrixFile, Error> {
        let place = self.setting.place;
        if self.rows.len() == 0 {
            return Err(Error::empty(place));
        }
        let (row_labels, row_numbers) = self.rows.sorted();
        let (column_labels, column_numbers) = self.columns.sorted();
        let mut entries = self.entries.into_vec();
        for entry in &mut entries {
            entry.row = row_numbers[entry.row as usize];
            entry.column = column_numbers[entry.column as usize];
        }
        sort(&mut entries);
        if let Some((first, second)) = first_duplicate(&entries) {
            if duplicates == Duplicates::Refuse {
                return Err(Error::Duplicate {
                    place: place.to_owned(),
                    row: shown(&row_labels[first.row as usize]),
                    column: shown(&column_labels[first.column as usize]),
                    first: first.line,
                    second: second.line,
                });
            }
            let count = duplicates.merge(&mut entries);
            notes.push(Note::Merged {
                count,
                by: duplicates,
            });
        }
        let shape = (row_labels.len() as u64, column_labels.len() as u64);
        let shape = check_shape(place, shape, entries.len())?;
        let (observed, _) = to_rows(place, shape, &entries)?;
        Ok(MatrixFile {
            row_labels: Some(row_labels),
            column_labels: Some(column_labels),
            notes,
            ..Entries::Observed(observed).into()
        })
    }
}
