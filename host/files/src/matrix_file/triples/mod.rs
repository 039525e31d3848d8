//! Reader of tables with one entry per line: a row, a column, a value.
//!
//! From the ground up: `columns`; `labels` (their numbers) and `line_runs` (the lines of entries); `reader` (a block);
//! `sorted` (the rows of the matrix).

mod columns;
mod labels;
mod line_runs;
mod reader;
mod sorted;

use std::io::{BufRead, Cursor, Read};

pub use columns::TripleColumns;

use super::coordinates::{Coordinate, check_shape};
use super::error::shown;
use super::slabs::Slabs;
use super::table::{Blocks, Dialect, MissingValues, Progress, Sample, Setting, for_each_block};
use super::{Duplicates, Entries, Error, MatrixFile, Note};
use labels::Labels;
use line_runs::LineRuns;
use reader::{FirstLine, Part, TripleReader, first_line};
use sorted::{SortedRows, sorted_rows};

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
    let mut records = dialect
        .records(place)
        .start_at(Progress::behind(sample.lines_before));
    let stream = &mut Cursor::new(sample.bytes).chain(stream);
    let mut blocks = Blocks::new(place, &dialect, stream);
    let mut comments = 0;
    let (block, first) = loop {
        let Some(block) = blocks.next() else {
            blocks.finish()?;
            return Err(Error::empty(place));
        };
        if let Some(first) = first_line(&mut records, &block, &mut comments)? {
            break (block, first);
        }
    };
    let is_number = |field: &str| dialect.numbers.parse(field).is_some() || missing.has(field);
    let (places, has_header) = columns.find(place, &first.fields, options.header, is_number)?;
    let FirstLine {
        fields,
        start,
        end,
        before,
        behind,
    } = first;
    let reader = TripleReader::new(setting, &dialect, places, fields.len());
    let mut triples = Triples {
        place,
        progress: if has_header { behind } else { before },
        rows: Labels::default(),
        columns: Labels::default(),
        entries: Slabs::new(place, 1),
        lines: LineRuns::default(),
        comments,
    };
    let rest = block.get(if has_header { end } else { start }..);
    triples.append(reader.read(rest.unwrap_or_default(), triples.progress)?, 0)?;
    let read = |block: &[u8]| reader.read(block, Progress::in_between());
    for_each_block(&mut blocks, read, |block, part| {
        let before = triples.progress;
        match part {
            Ok(mut part) if !before.changes(&part.progress) => {
                let of_block = part.progress;
                part.progress = before;
                part.progress.go_on(&of_block);
                triples.append(part, before.lines())
            }
            // Its lines are numbered from the beginning of the file, and quotation marks before them count.
            _ => triples.append(reader.read(block, before)?, 0),
        }
    })?;
    triples.finish(duplicates, &dialect)
}

/// The triples of all blocks so far.
struct Triples<'a> {
    place: &'a str,
    progress: Progress,
    rows: Labels,
    columns: Labels,
    entries: Slabs<'a, Coordinate>,
    lines: LineRuns,
    comments: u64,
}

impl Triples<'_> {
    /// Appends the triples of a block, whose lines are counted from `lines` on.
    fn append(&mut self, mut part: Part, lines: u64) -> Result<(), Error> {
        let rows = part.entries.iter_mut().map(|entry| &mut entry.row);
        self.rows.adopt(self.place, part.rows, rows)?;
        let columns = part.entries.iter_mut().map(|entry| &mut entry.column);
        self.columns.adopt(self.place, part.columns, columns)?;
        self.lines.append(&part.lines, self.entries.len(), lines);
        self.entries.extend(&part.entries)?;
        self.comments += part.comments;
        self.progress = part.progress;
        Ok(())
    }

    fn finish(mut self, duplicates: Duplicates, dialect: &Dialect) -> Result<MatrixFile, Error> {
        let place = self.place;
        if self.entries.len() == 0 {
            return Err(Error::empty(place));
        }
        let (row_labels, rows) = self.rows.sorted();
        let (column_labels, columns) = self.columns.sorted();
        for entry in self.entries.slabs_mut().iter_mut().flatten() {
            entry.row = rows.of(entry.row);
            entry.column = columns.of(entry.column);
        }
        drop((rows, columns));
        let shape = (row_labels.len() as u64, column_labels.len() as u64);
        let shape = check_shape(place, shape, self.entries.len())?;
        let sorted = sorted_rows(place, shape, self.entries, duplicates)?;
        let SortedRows { rows, merged } = sorted.map_err(|twice| {
            let line = |entry| self.lines.line(entry).unwrap_or(0);
            Error::Duplicate {
                place: place.to_owned(),
                row: shown(&row_labels[twice.row as usize]),
                column: shown(&column_labels[twice.column as usize]),
                first: line(twice.entries.0),
                second: line(twice.entries.1),
            }
        })?;
        let mut notes = dialect.notes();
        for (labels, of_rows) in [(&row_labels, true), (&column_labels, false)] {
            if labels.iter().any(String::is_empty) {
                notes.push(Note::EmptyLabels { of_rows });
            }
        }
        if self.comments > 0 {
            let count = self.comments;
            notes.push(Note::Comments { count });
        }
        if merged > 0 {
            notes.push(Note::Merged {
                count: merged,
                by: duplicates,
            });
        }
        Ok(MatrixFile {
            row_labels: Some(row_labels),
            column_labels: Some(column_labels),
            notes,
            ..Entries::Observed(rows).into()
        })
    }
}
