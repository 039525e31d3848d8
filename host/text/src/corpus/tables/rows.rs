use std::borrow::Cow;
use std::io::BufRead;

use csv::StringRecord;

use super::dialect::Dialect;
use super::quotes::OpenQuote;
use crate::corpus::encoding::Utf8Lines;
use crate::corpus::{Error, Notes};

/// The rows of a table, each with the line where it begins; empty lines are none.
pub(super) enum Rows<'a, R> {
    /// Quoted fields may hold line ends.
    Csv {
        place: &'a str,
        reader: csv::Reader<OpenQuote<Utf8Lines<'a, R>>>,
        has_quotes: bool,
    },
    Tsv(TsvRows<'a, R>),
}

impl<'a, R: BufRead> Rows<'a, R> {
    /// Creates the reader of the rows, behind a line that names the delimiter.
    pub(super) fn new(place: &'a str, stream: R, dialect: Dialect) -> Result<Self, Error> {
        let mut lines = Utf8Lines::new(place, stream, dialect.line_end);
        if dialect.is_tsv {
            if dialect.has_separator_line {
                lines.next_line()?;
            }
            return Ok(Rows::Tsv(TsvRows {
                place,
                lines,
                has_quotes: dialect.has_quotes,
                width: None,
                open: None,
            }));
        }
        let mut rows = Rows::Csv {
            place,
            reader: csv::ReaderBuilder::new()
                .delimiter(dialect.delimiter)
                .quoting(dialect.has_quotes)
                .has_headers(false)
                .flexible(true)
                .from_reader(OpenQuote::new(lines, dialect.delimiter)),
            has_quotes: dialect.has_quotes,
        };
        if dialect.has_separator_line {
            rows.next_row(&mut StringRecord::new())?;
        }
        Ok(rows)
    }

    /// row <- the next row; returns the line where it begins.
    pub(super) fn next_row(&mut self, row: &mut StringRecord) -> Result<Option<u64>, Error> {
        match self {
            Rows::Tsv(rows) => rows.next_row(row),
            Rows::Csv { place, reader, .. } => {
                let read = reader.read_record(row);
                let is_there = read.map_err(|error| table_error(place, error))?;
                let line = row.position().map_or(0, |position| position.line());
                Ok(is_there.then_some(line))
            }
        }
    }

    /// Tells the carriage returns so far that have no line feed behind them: those in quotation marks do not count; others
    /// end a row, as in pandas, but in a table of tabs.
    pub(super) fn tell_carriage_returns(&self, notes: &mut Notes) {
        match self {
            Rows::Tsv(rows) => notes.carriage_returns = rows.lines.carriage_returns(),
            Rows::Csv { reader, .. } => notes.odd_row_ends = reader.get_ref().carriage_returns(),
        }
    }

    /// Returns the error of a quotation mark that is open where a row has a wrong number of fields.
    pub(super) fn open_quote(&self) -> Option<Error> {
        match self {
            Rows::Tsv(rows) => rows.open.map(|line| quoted_line_end(rows.place, line)),
            Rows::Csv { .. } => None,
        }
    }

    /// Checks after the last row that no quotation mark is open.
    ///
    /// # Errors
    /// [`Error::UnclosedQuote`].
    pub(super) fn check_end(&self) -> Result<(), Error> {
        match self {
            Rows::Csv {
                place,
                reader,
                has_quotes: true,
            } => match reader.get_ref().line() {
                Some(line) => Err(Error::UnclosedQuote {
                    place: (*place).to_owned(),
                    line,
                }),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

fn table_error(place: &str, error: csv::Error) -> Error {
    let reason = error.to_string();
    match error.into_kind() {
        // Utf8Lines wraps the errors of this module to pass them through `Read`.
        csv::ErrorKind::Io(error) => error
            .downcast()
            .unwrap_or_else(|error| Error::from_read(place, error)),
        _ => Error::Damaged {
            place: place.to_owned(),
            reason,
        },
    }
}

/// The rows of a table whose fields are separated by tabs: a row is a line. A field is quoted if both of its ends have a
/// quotation mark.
pub(super) struct TsvRows<'a, R> {
    place: &'a str,
    lines: Utf8Lines<'a, R>,
    has_quotes: bool,
    /// The number of fields of the first row.
    width: Option<usize>,
    /// The line of a quotation mark at the beginning of a field that may end in a later line.
    open: Option<u64>,
}

impl<R: BufRead> TsvRows<'_, R> {
    fn next_row(&mut self, row: &mut StringRecord) -> Result<Option<u64>, Error> {
        row.clear();
        let (number, line) = loop {
            match self.lines.next_line()? {
                None => return Ok(None),
                Some((_, "")) => {}
                Some(found) => break found,
            }
        };
        if !self.has_quotes || self.open.is_none() && !line.contains('"') {
            row.extend(line.split('\t'));
            self.width = self.width.or(Some(row.len()));
            return Ok(Some(number));
        }
        match (self.open, first_mark(line)) {
            (Some(opened), Some(Mark::Closing)) => {
                return Err(quoted_line_end(self.place, opened));
            }
            (_, Some(Mark::Inside)) => self.open = None,
            _ => {}
        }
        let mut fields: Vec<&str> = line.split('\t').collect();
        if self.width.is_some_and(|width| width != fields.len()) {
            let quoted = split_outside_quotes(line);
            if self.width == Some(quoted.len()) {
                fields = quoted;
            }
        }
        self.width = self.width.or(Some(fields.len()));
        if leaves_a_mark_open(&fields, line) {
            self.open = Some(number);
        }
        for field in fields {
            row.push_field(&unquoted(field));
        }
        Ok(Some(number))
    }
}

fn quoted_line_end(place: &str, line: u64) -> Error {
    Error::QuotedLineEnd {
        place: place.to_owned(),
        line,
    }
}

/// A quotation mark that is not doubled, in a line that begins within a quoted field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// Before a tab or the end of the line.
    Closing,
    Inside,
}

fn first_mark(line: &str) -> Option<Mark> {
    let mut rest = line;
    loop {
        rest = rest.split_once('"')?.1;
        match rest.strip_prefix('"') {
            Some(after) => rest = after,
            None if rest.is_empty() || rest.starts_with('\t') => return Some(Mark::Closing),
            None => return Some(Mark::Inside),
        }
    }
}

/// Returns true if the first field that begins with a quotation mark, and does not end with one, may end in a later line:
/// nothing in this one closes it.
fn leaves_a_mark_open(fields: &[&str], line: &str) -> bool {
    let mut start = 0;
    for field in fields {
        if field.starts_with('"') && (field.len() < 2 || !field.ends_with('"')) {
            return line.get(start + 1..).and_then(first_mark).is_none();
        }
        start += field.len() + 1;
    }
    false
}

/// Splits a line at the tabs outside of quoted fields.
fn split_outside_quotes(line: &str) -> Vec<&str> {
    let (mut fields, mut start, mut is_quoted) = (Vec::new(), 0, false);
    for (place, byte) in line.bytes().enumerate() {
        match byte {
            b'"' if is_quoted || place == start => is_quoted = !is_quoted,
            b'\t' if !is_quoted => {
                fields.push(line.get(start..place).unwrap_or_default());
                start = place + 1;
            }
            _ => {}
        }
    }
    fields.push(line.get(start..).unwrap_or_default());
    fields
}

/// Returns a field without the quotation marks at both ends, those within it no longer doubled.
fn unquoted(field: &str) -> Cow<'_, str> {
    let inner = field
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if inner.contains('"') => inner.replace("\"\"", "\"").into(),
        inner => inner.unwrap_or(field).into(),
    }
}
