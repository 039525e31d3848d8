//! The rows of a table, read block by block into a dense matrix.

use std::io::{BufRead, Cursor, Read};

use memchr::memchr;

use super::super::{
    Entries, Error, MatrixFile, Note, TableError, error::shown, row_major::from_slabs, slabs::Slabs,
};
use super::layout::{Layout, is_comment};
use super::plain::{PlainLines, Take};
use super::threads::for_each_block;
use super::{Blocks, Cells, Dialect, Progress, Record, Records, Sample, Setting};

/// Reads a matrix and the labels of the table.
pub(in super::super) fn read(
    setting: Setting<'_>,
    stream: &mut dyn BufRead,
) -> Result<MatrixFile, Error> {
    let Setting { place, options, .. } = setting;
    let sample = Sample::read(place, stream)?;
    let dialect = Dialect::of(place, &sample, setting.declared, options)?;
    let layout = Layout::of(place, &sample, &dialect, options)?;
    let mut state = State {
        progress: Progress::behind(sample.lines_before),
        awaits_header: layout.has_header,
        has_rows: false,
    };
    let stream = &mut Cursor::new(sample.bytes).chain(stream);
    let mut blocks = Blocks::new(place, &dialect, stream);
    let reader = RowReader::new(setting, &dialect, layout);
    let mut rows = Rows {
        entries: Slabs::new(place, reader.layout.columns.len()),
        labels: reader.layout.labels.map(|_| Vec::new()),
        comments: 0,
    };
    // The first block, which is all of a small table, and more as long as no row has come.
    while !state.has_rows
        && let Some(block) = blocks.next()
    {
        let part = reader.read(&block, state)?;
        state = rows.append(part)?;
    }
    let among_rows = State {
        progress: Progress::in_between(),
        awaits_header: false,
        has_rows: true,
    };
    let read = |block: &[u8]| reader.read(block, among_rows);
    for_each_block(&mut blocks, read, |block, part| {
        let part = match part {
            Ok(mut part) if !state.progress.changes(&part.state.progress) => {
                state.progress.go_on(&part.state.progress);
                part.state.progress = state.progress;
                part
            }
            // Its lines are numbered from the beginning of the file, and quotation marks before them count.
            _ => reader.read(block, state)?,
        };
        state = rows.append(part)?;
        Ok(())
    })?;
    finish(reader, rows, state.progress)
}

/// The state behind some lines, by which the next ones are read.
#[derive(Clone, Copy, Debug)]
struct State {
    progress: Progress,
    awaits_header: bool,
    has_rows: bool,
}

/// The rows of a block.
struct Part {
    entries: Vec<f64>,
    labels: Vec<String>,
    /// The comments behind the first row.
    comments: u64,
    state: State,
}

struct RowReader<'a> {
    setting: Setting<'a>,
    dialect: &'a Dialect,
    layout: Layout,
    cells: Cells,
    plain: Option<PlainLines>,
    /// The number of fields in a line.
    expected: usize,
}

impl<'a> RowReader<'a> {
    fn new(setting: Setting<'a>, dialect: &'a Dialect, layout: Layout) -> Self {
        let cells = Cells::new(setting, dialect.numbers);
        let mut takes = vec![Take::Nothing; layout.width];
        let of_labels = layout.labels.map(|at| (at, Take::Text(0)));
        let numbers = layout.columns.iter().enumerate();
        let numbers = numbers.map(|(place, at)| (*at, Take::Number(place)));
        for (at, take) in of_labels.into_iter().chain(numbers) {
            if let Some(to) = takes.get_mut(at) {
                *to = take;
            }
        }
        Self {
            setting,
            dialect,
            expected: layout.width + usize::from(layout.has_trailing),
            plain: PlainLines::new(&dialect.delimiter, &cells, takes, layout.has_trailing),
            cells,
            layout,
        }
    }

    /// Reads the rows of a block.
    fn read(&self, block: &[u8], mut state: State) -> Result<Part, Error> {
        let records = self.dialect.records(self.setting.place);
        let mut records = records.start_at(state.progress);
        let mut part = Part {
            entries: Vec::with_capacity(block.len() / 8),
            labels: Vec::new(),
            comments: 0,
            state,
        };
        let text = str::from_utf8(block).ok();
        let plain = self.plain.as_ref().zip(text);
        let mut rest = block;
        while !rest.is_empty() {
            let at = block.len() - rest.len();
            if let Some((plain, text)) = plain
                && !state.awaits_header
                && let Some(end) = self.read_plain(plain, (text, at), &mut part)
            {
                records.pass_line();
                state.has_rows = true;
                rest = block.get(end..).unwrap_or_default();
                continue;
            }
            if records.next(&mut rest)?.is_none() {
                break;
            }
            let record = records.current();
            if record.may_be_comment {
                let fields: Vec<String> = record.fields().map(str::to_owned).collect();
                if is_comment(&fields, true, self.expected, self.dialect) {
                    part.comments += u64::from(state.has_rows);
                    continue;
                }
            }
            if std::mem::take(&mut state.awaits_header) {
                continue;
            }
            state.has_rows = true;
            self.push(&records, &mut part)?;
        }
        state.progress = records.progress();
        part.state = state;
        Ok(part)
    }

    /// Reads the line of a block at `at`, and returns where it ends; `None` if it is not plain.
    fn read_plain(
        &self,
        plain: &PlainLines,
        (text, at): (&str, usize),
        part: &mut Part,
    ) -> Option<usize> {
        let (line, end) = line_at(text, at, self.dialect.line_end)?;
        let count = part.entries.len();
        part.entries.resize(count + self.layout.columns.len(), 0.0);
        let mut label = [""];
        let row = part.entries.get_mut(count..).unwrap_or_default();
        if plain.read(line, &self.cells, row, &mut label).is_none() {
            part.entries.truncate(count);
            return None;
        }
        if self.layout.labels.is_some() {
            part.labels.extend(label.map(str::to_owned));
        }
        Some(end)
    }

    /// Appends the current record.
    fn push(&self, records: &Records<'_>, part: &mut Part) -> Result<(), Error> {
        let record = records.current();
        let is_whole = record.len() == self.expected
            && (!self.layout.has_trailing || record.field(self.expected - 1).trim().is_empty());
        if !is_whole {
            return Err(records.ragged(self.layout.width));
        }
        if let Some(at) = self.layout.labels {
            part.labels.push(record.field(at).to_owned());
        }
        for &at in &self.layout.columns {
            let x = self.cells.number(record.field(at));
            part.entries
                .push(x.map_or_else(|| Err(self.refusal(record, at)), Ok)?);
        }
        Ok(())
    }

    /// Returns the error for a cell that holds neither a number nor a missing value that is allowed.
    #[cold]
    fn refusal(&self, record: &Record, at: usize) -> Error {
        let field = record.field(at);
        let (place, line) = (self.setting.place.to_owned(), record.line);
        let column = self.layout.column(at);
        let cell = shown(field);
        if self.cells.is_missing(field) {
            return TableError::MissingValue {
                place,
                line,
                column,
                cell,
            }
            .into();
        }
        if self.layout.texts.get(at) == Some(&true) {
            return TableError::TextColumn {
                place,
                line,
                column,
                cell,
                columns: self.layout.text_columns(),
            }
            .into();
        }
        Error::NotANumber {
            place,
            line,
            column: at + 1,
            field: cell,
        }
    }
}

/// Returns the line at `at`, without its end, and where the next one begins.
pub(in super::super) fn line_at(text: &str, at: usize, line_end: u8) -> Option<(&str, usize)> {
    let bytes = text.as_bytes().get(at..)?;
    let (length, next) = match memchr(line_end, bytes) {
        Some(length) => (length, at + length + 1),
        None => (bytes.len(), text.len()),
    };
    let line = text.get(at..at + length)?;
    Some((line.strip_suffix('\r').unwrap_or(line), next))
}

/// The rows of all blocks so far.
struct Rows<'a> {
    entries: Slabs<'a, f64>,
    labels: Option<Vec<String>>,
    comments: u64,
}

impl Rows<'_> {
    /// Appends the rows of a block, and returns what they say about the next one.
    fn append(&mut self, part: Part) -> Result<State, Error> {
        self.entries.extend(&part.entries)?;
        if let Some(labels) = &mut self.labels {
            labels.extend(part.labels);
        }
        self.comments += part.comments;
        Ok(part.state)
    }
}

fn finish(reader: RowReader<'_>, rows: Rows<'_>, progress: Progress) -> Result<MatrixFile, Error> {
    let RowReader {
        setting,
        dialect,
        mut layout,
        expected,
        ..
    } = reader;
    let place = setting.place;
    if rows.entries.len() == 0 {
        return Err(Error::empty(place));
    }
    let mut notes = dialect.notes();
    notes.append(&mut layout.notes);
    if rows.comments > 0 {
        let count = rows.comments;
        notes.push(Note::Comments { count });
    }
    if progress.blank_lines() > 0 && expected == 1 {
        let count = progress.blank_lines();
        notes.push(Note::BlankLines { count });
    }
    let dense = from_slabs(place, rows.entries, layout.columns.len())?;
    Ok(MatrixFile {
        row_labels: rows.labels,
        column_labels: layout.column_labels(),
        notes,
        ..Entries::Dense(dense).into()
    })
}
