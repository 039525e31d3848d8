//! The reader of a block of triples.

use super::super::coordinates::Coordinate;
use super::super::error::shown;
use super::super::table::{
    Cells, Dialect, PlainLines, Progress, Record, Records, Setting, Take, line_at, not_a_number,
};
use super::super::{Error, TableError};
use super::columns::Places;
use super::labels::BlockLabels;
use super::line_runs::LineRuns;

/// The triples of a block. Their rows and columns are keys of its labels, their lines are counted as its progress is.
pub(super) struct Part {
    pub(super) entries: Vec<Coordinate>,
    pub(super) rows: BlockLabels,
    pub(super) columns: BlockLabels,
    pub(super) lines: LineRuns,
    pub(super) comments: u64,
    pub(super) progress: Progress,
}

pub(super) struct TripleReader<'a> {
    place: &'a str,
    dialect: &'a Dialect,
    places: Places,
    cells: Cells,
    plain: Option<PlainLines>,
    /// The number of fields in a line.
    width: usize,
}

impl<'a> TripleReader<'a> {
    /// Creates the reader of lines with `width` fields.
    pub(super) fn new(
        setting: Setting<'a>,
        dialect: &'a Dialect,
        places: Places,
        width: usize,
    ) -> Self {
        let cells = Cells::new(setting, dialect.numbers);
        let take = |at| match at {
            _ if at == places.row => Take::Text(0),
            _ if at == places.column => Take::Text(1),
            _ if at == places.value => Take::Number(0),
            _ => Take::Nothing,
        };
        let takes = (0..width).map(take).collect();
        Self {
            place: setting.place,
            dialect,
            places,
            plain: PlainLines::new(&dialect.delimiter, &cells, takes, false),
            cells,
            width,
        }
    }

    /// Reads the triples of a block, which begins behind `progress`.
    pub(super) fn read(&self, block: &[u8], progress: Progress) -> Result<Part, Error> {
        let mut records = self.dialect.records(self.place).start_at(progress);
        let mut part = Part {
            entries: Vec::with_capacity(block.len() / 16),
            rows: BlockLabels::default(),
            columns: BlockLabels::default(),
            lines: LineRuns::default(),
            comments: 0,
            progress,
        };
        let text = str::from_utf8(block).ok();
        let plain = self.plain.as_ref().zip(text);
        let mut rest = block;
        while !rest.is_empty() {
            let at = block.len() - rest.len();
            if let Some((plain, text)) = plain
                && let Some((triple, end)) = self.plain_triple(plain, text, at)
            {
                records.pass_line();
                part.push(triple, records.progress().lines());
                rest = block.get(end..).unwrap_or_default();
                continue;
            }
            if records.next(&mut rest)?.is_none() {
                break;
            }
            let record = records.current();
            if record.len() == self.width {
                let triple = self.triple(record)?;
                part.push(triple, record.line);
            } else if record.may_be_comment {
                part.comments += 1;
            } else {
                return Err(records.ragged(self.width));
            }
        }
        part.progress = records.progress();
        Ok(part)
    }

    /// Returns the triple in the line at `at`, and where that ends; `None` if it is not plain.
    fn plain_triple<'b>(
        &self,
        plain: &PlainLines,
        text: &'b str,
        at: usize,
    ) -> Option<(Triple<'b>, usize)> {
        let (line, end) = line_at(text, at, self.dialect.line_end)?;
        let (mut value, mut labels) = ([0.0], [""; 2]);
        plain.read(line, &self.cells, &mut value, &mut labels)?;
        let ([value], [row, column]) = (value, labels);
        (!value.is_infinite()).then_some(((row, column, value), end))
    }

    fn triple<'b>(&self, record: &'b Record) -> Result<Triple<'b>, Error> {
        let [row, column, cell] =
            [self.places.row, self.places.column, self.places.value].map(|at| record.field(at));
        match self.cells.number(cell).filter(|x| !x.is_infinite()) {
            Some(value) => Ok((row, column, value)),
            None => Err(self.refusal(record, cell)),
        }
    }

    #[cold]
    fn refusal(&self, record: &Record, cell: &str) -> Error {
        match self.cells.is_missing(cell) {
            true => TableError::MissingValue {
                place: self.place.to_owned(),
                line: record.line,
                column: (self.places.value + 1).to_string(),
                cell: shown(cell),
            }
            .into(),
            false => not_a_number(self.place, record, self.places.value),
        }
    }
}

/// The labels of a row and a column, and the value.
type Triple<'a> = (&'a str, &'a str, f64);

impl Part {
    fn push(&mut self, (row, column, value): Triple<'_>, line: u64) {
        self.lines.push(self.entries.len(), line);
        self.entries.push(Coordinate {
            row: self.rows.key(row),
            column: self.columns.key(column),
            value,
        });
    }
}

/// The first line that is no comment.
pub(super) struct FirstLine {
    pub(super) fields: Vec<String>,
    /// The bytes of the block before it, and behind it.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The lines before it, and up to its end.
    pub(super) before: Progress,
    pub(super) behind: Progress,
}

/// Looks for the first line that is no comment in a block; `comments`: the number of those before it.
pub(super) fn first_line(
    records: &mut Records<'_>,
    block: &[u8],
    comments: &mut u64,
) -> Result<Option<FirstLine>, Error> {
    let mut rest = block;
    loop {
        let (before, start) = (records.progress(), block.len() - rest.len());
        let Some(record) = records.next(&mut rest)? else {
            return Ok(None);
        };
        if record.may_be_comment {
            *comments += 1;
            continue;
        }
        let fields = record.fields().map(str::to_owned).collect();
        return Ok(Some(FirstLine {
            fields,
            start,
            end: block.len() - rest.len(),
            before,
            behind: records.progress(),
        }));
    }
}
