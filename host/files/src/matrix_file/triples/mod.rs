//! Reader of tables with one entry per line: a row, a column, a value.

mod columns;
mod labels;

use std::io::BufRead;

use csv::StringRecord;

pub use columns::TripleColumns;

use super::coordinates::{Coordinate, check_shape, first_duplicate, sort, to_rows};
use super::error::shown;
use super::table::{self, line_number, not_a_number};
use super::{Entries, Error, MatrixFile, Missing, growing::Growing};
use columns::Places;
use labels::Labels;

/// Reads a matrix in which only the entries in the table are known.
pub(super) fn read(
    place: &str,
    stream: &mut dyn BufRead,
    delimiter: u8,
    columns: &TripleColumns,
    missing: Missing,
) -> Result<MatrixFile, Error> {
    let mut lines = table::Lines::new(place, stream, delimiter);
    let mut line = StringRecord::new();
    if !lines.read(&mut line)? {
        return Err(Error::empty(place));
    }
    let (places, has_header) = columns.find(place, &line)?;
    let mut triples = Triples {
        place,
        places,
        missing,
        rows: Labels::default(),
        columns: Labels::default(),
        entries: Growing::new(place),
    };
    if !has_header {
        triples.push(&line)?;
    }
    while lines.read(&mut line)? {
        triples.push(&line)?;
    }
    triples.finish()
}

struct Triples<'a> {
    place: &'a str,
    places: Places,
    missing: Missing,
    rows: Labels,
    columns: Labels,
    entries: Growing<'a, Coordinate>,
}

impl Triples<'_> {
    fn push(&mut self, line: &StringRecord) -> Result<(), Error> {
        let field = |column: usize| line.get(column).unwrap_or_default();
        let value = field(self.places.value);
        let number = table::number(value).filter(|x| self.missing == Missing::Nan || x.is_finite());
        let number =
            number.ok_or_else(|| not_a_number(self.place, line, self.places.value, value))?;
        let coordinate = Coordinate {
            row: self.rows.code(self.place, field(self.places.row))?,
            column: self.columns.code(self.place, field(self.places.column))?,
            value: number,
            line: line_number(line),
        };
        self.entries.push(coordinate)
    }

    fn finish(self) -> Result<MatrixFile, Error> {
        if self.rows.len() == 0 {
            return Err(Error::empty(self.place));
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
            return Err(Error::Duplicate {
                place: self.place.to_owned(),
                row: shown(&row_labels[first.row as usize]),
                column: shown(&column_labels[first.column as usize]),
                first: first.line,
                second: second.line,
            });
        }
        let shape = (row_labels.len() as u64, column_labels.len() as u64);
        let shape = check_shape(self.place, shape, entries.len())?;
        let observed = to_rows(self.place, shape, &entries)?;
        Ok(MatrixFile {
            row_labels: Some(row_labels),
            column_labels: Some(column_labels),
            ..Entries::Observed(observed).into()
        })
    }
}
