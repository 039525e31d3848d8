//! The lines of a table, divided into fields.
//!
//! The crate csv knows one byte as delimiter, and quotation marks that may run over all lines that follow.

use std::io::BufRead;
use std::mem;
use std::ops::Range;

use super::super::{Error, TableError};
use super::delimiter::{Delimiter, Quotes};
use super::progress::Progress;
use super::quotes::closing;

/// The reader of a table's lines.
pub(in super::super) struct Records<'a> {
    pub(in super::super) place: &'a str,
    delimiter: Delimiter,
    quotes: Quotes,
    /// The byte that ends a line.
    line_end: u8,
    record: Record,
    progress: Progress,
}

/// A field: its bytes in the line, or in the text without its quotation marks.
#[derive(Clone, Debug)]
struct Field {
    bytes: Range<usize>,
    /// It stood in quotation marks.
    is_quoted: bool,
    /// It is in the text without quotation marks.
    is_unquoted: bool,
}

/// The fields of a line.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Record {
    text: String,
    /// Quoted fields with quotation marks inside, without those that stand for nothing.
    unquoted: String,
    fields: Vec<Field>,
    /// The line of the file in which it begins, from 1.
    pub(in super::super) line: u64,
    /// The line begins with `#` or `%`.
    pub(in super::super) may_be_comment: bool,
}

impl Record {
    pub(in super::super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Returns the field at `column`, from 0; nothing where there is none.
    pub(in super::super) fn field(&self, column: usize) -> &str {
        let Some(field) = self.fields.get(column) else {
            return "";
        };
        let text = match field.is_unquoted {
            true => &self.unquoted,
            false => &self.text,
        };
        text.get(field.bytes.clone()).unwrap_or_default()
    }

    /// Returns the number of fields in quotation marks.
    pub(super) fn quoted(&self) -> usize {
        let quoted = self.fields.iter().filter(|field| field.is_quoted);
        quoted.count()
    }

    pub(in super::super) fn fields(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.fields.len()).map(|column| self.field(column))
    }
}

impl<'a> Records<'a> {
    pub(in super::super) fn new(place: &'a str, delimiter: Delimiter, line_end: u8) -> Self {
        Self {
            place,
            quotes: delimiter.quotes(),
            delimiter,
            line_end,
            record: Record::default(),
            progress: Progress::default(),
        }
    }

    /// Goes on behind lines that were read elsewhere.
    pub(in super::super) fn start_at(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// Returns how far the reader has come.
    pub(in super::super) fn progress(&self) -> Progress {
        self.progress
    }

    /// Counts a line that somebody else divided.
    pub(in super::super) fn pass_line(&mut self) {
        self.progress.pass_lines(1);
        self.progress.begin_record();
    }

    /// Returns the fields of the next line of `stream` that is not empty.
    ///
    /// # Errors
    /// [`Error::NotUtf8`], [`TableError::OpenQuote`], and the errors of [`Error::from_read`].
    pub(in super::super) fn next(
        &mut self,
        stream: &mut dyn BufRead,
    ) -> Result<Option<&Record>, Error> {
        let mut bytes = mem::take(&mut self.record.text).into_bytes();
        bytes.clear();
        loop {
            if !self.append_line(&mut bytes, stream)? {
                return Ok(None);
            }
            if !self.delimiter.is_blank(&bytes) {
                break;
            }
            self.progress.pass_blank_line();
            bytes.clear();
        }
        self.progress.begin_record();
        self.record.line = self.progress.lines();
        self.record.may_be_comment = matches!(bytes.trim_ascii_start(), [b'#' | b'%', ..]);
        self.record.fields.clear();
        self.record.unquoted.clear();
        let delimiter = mem::replace(&mut self.delimiter, Delimiter::Blanks);
        let divided = match &delimiter {
            Delimiter::Blanks => self.divide_at_blanks(&bytes),
            Delimiter::Text(text) => self.divide(&mut bytes, text.as_bytes(), stream),
        };
        self.delimiter = delimiter;
        divided?;
        self.record.text = self.utf8(bytes)?;
        Ok(Some(&self.record))
    }

    /// Returns the line that was read last.
    pub(in super::super) fn current(&self) -> &Record {
        &self.record
    }

    /// Returns the error for the current line, which does not have `expected` fields.
    pub(in super::super) fn ragged(&self, expected: usize) -> Error {
        let line = self.record.line;
        if self.progress.open_quote() == Some(line) {
            return self.left_open(line);
        }
        Error::RaggedRow {
            place: self.place.to_owned(),
            line,
            expected: expected as u64,
            found: self.record.len() as u64,
        }
    }

    /// Appends the next line, without its end; returns false at the end of the stream.
    fn append_line(
        &mut self,
        bytes: &mut Vec<u8>,
        stream: &mut dyn BufRead,
    ) -> Result<bool, Error> {
        let before = bytes.len();
        stream
            .read_until(self.line_end, bytes)
            .map_err(|error| Error::from_read(self.place, error))?;
        if bytes.len() == before {
            return Ok(false);
        }
        self.progress.pass_lines(1);
        if bytes.ends_with(&[self.line_end]) {
            bytes.pop();
        }
        if bytes.len() > before && bytes.ends_with(b"\r") {
            bytes.pop();
        }
        Ok(true)
    }

    fn divide_at_blanks(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if is_blank(byte) {
                at += 1;
                continue;
            }
            if *byte == b'"'
                && let Some(end) = closing(bytes, at + 1)
                && bytes.get(end + 1).is_none_or(is_blank)
            {
                self.push_quoted(bytes, at + 1..end, &[])?;
                at = end + 1;
                continue;
            }
            let length = bytes[at..].iter().position(is_blank);
            let end = length.map_or(bytes.len(), |length| at + length);
            self.push(at..end, false);
            at = end;
        }
        Ok(())
    }

    fn divide(
        &mut self,
        bytes: &mut Vec<u8>,
        delimiter: &[u8],
        stream: &mut dyn BufRead,
    ) -> Result<(), Error> {
        let mut at = 0;
        loop {
            let quoted = match bytes.get(at) {
                Some(b'"') => self.quoted(bytes, at, delimiter, stream)?,
                _ => None,
            };
            let end = match quoted {
                Some(end) => end,
                None => {
                    let end = find(bytes, at, delimiter);
                    self.check_stray_quotes(&bytes[at..end])?;
                    self.push(at..end, false);
                    end
                }
            };
            if end == bytes.len() {
                return Ok(());
            }
            at = end + delimiter.len();
        }
    }

    /// Reads the field whose quotation mark is at `at`, and returns its end; `None` if the mark is a character like any
    /// other.
    fn quoted(
        &mut self,
        bytes: &mut Vec<u8>,
        at: usize,
        delimiter: &[u8],
        stream: &mut dyn BufRead,
    ) -> Result<Option<usize>, Error> {
        if self.quotes == Quotes::Never {
            return Ok(None);
        }
        let spans = self.quotes == Quotes::AcrossLines && !self.record.may_be_comment;
        let mut from = at + 1;
        let closed = loop {
            if let Some(closed) = closing(bytes, from) {
                break closed;
            }
            if !spans {
                self.progress.leave_open(self.record.line);
                return Ok(None);
            }
            // The marks so far are pairs, and each line begins outside of a pair.
            from = bytes.len() + 1;
            bytes.push(b'\n');
            if !self.append_line(bytes, stream)? {
                return Err(self.left_open(self.record.line));
            }
        };
        let end = find(bytes, closed + 1, delimiter);
        let behind = bytes[closed + 1..end].trim_ascii();
        if !behind.is_empty() && !spans {
            return Ok(None);
        }
        self.push_quoted(bytes, at + 1..closed, behind)?;
        Ok(Some(end))
    }

    /// Refuses a quotation mark that may close a field of an earlier line, which would have swallowed the lines between.
    fn check_stray_quotes(&mut self, field: &[u8]) -> Result<(), Error> {
        if self.quotes != Quotes::WithinLine || !field.contains(&b'"') {
            return Ok(());
        }
        let count = field.iter().filter(|byte| **byte == b'"').count();
        let closes = field.trim_ascii_end().ends_with(b"\"") && !field.starts_with(b"\"");
        if !closes || count % 2 == 0 {
            return Ok(());
        }
        match self
            .progress
            .open_quote()
            .filter(|line| *line < self.record.line)
        {
            Some(line) => Err(self.left_open(line)),
            None => {
                self.progress.find_closing_quote();
                Ok(())
            }
        }
    }

    fn push(&mut self, bytes: Range<usize>, is_quoted: bool) {
        self.record.fields.push(Field {
            bytes,
            is_quoted,
            is_unquoted: false,
        });
    }

    /// Appends the field between two quotation marks, and what stands behind the second one.
    fn push_quoted(
        &mut self,
        bytes: &[u8],
        between: Range<usize>,
        behind: &[u8],
    ) -> Result<(), Error> {
        let inside = bytes.get(between.clone()).unwrap_or_default();
        if behind.is_empty() && !inside.contains(&b'"') {
            self.push(between, true);
            return Ok(());
        }
        let start = self.record.unquoted.len();
        let inside = self.utf8(inside.to_vec())?.replace("\"\"", "\"");
        self.record.unquoted.push_str(&inside);
        let behind = self.utf8(behind.to_vec())?;
        self.record.unquoted.push_str(&behind);
        self.record.fields.push(Field {
            bytes: start..self.record.unquoted.len(),
            is_quoted: true,
            is_unquoted: true,
        });
        Ok(())
    }

    fn utf8(&self, bytes: Vec<u8>) -> Result<String, Error> {
        String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = error.as_bytes().iter().take(valid);
            let lines = before.filter(|byte| **byte == b'\n').count();
            Error::NotUtf8 {
                place: self.place.to_owned(),
                line: self.record.line + lines as u64,
            }
        })
    }

    fn left_open(&self, line: u64) -> Error {
        let place = self.place.to_owned();
        TableError::OpenQuote { place, line }.into()
    }
}

/// Returns the place of the next delimiter, or the end.
fn find(bytes: &[u8], at: usize, delimiter: &[u8]) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let found = match delimiter {
        [byte] => rest.iter().position(|other| other == byte),
        several => rest.windows(several.len()).position(|next| next == several),
    };
    found.map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, delimiter: &str) -> Result<Vec<Vec<String>>, Error> {
        let mut stream = text.as_bytes();
        let delimiter = delimiter.parse().unwrap();
        let mut records = Records::new("f", delimiter, b'\n');
        let mut all = Vec::new();
        while let Some(record) = records.next(&mut stream)? {
            all.push(record.fields().map(str::to_owned).collect());
        }
        Ok(all)
    }

    #[test]
    fn lines_are_divided_by_any_delimiter() {
        let cases = [
            (",", "a,b\r\n1,\n", [["a", "b"], ["1", ""]]),
            (
                ";",
                "a;\"b;\"\n\n1;\"\"\"2\"\n",
                [["a", "b;"], ["1", "\"2"]],
            ),
            ("::", "a::\"b\n1::2:", [["a", "\"b"], ["1", "2:"]]),
            ("blanks", "  a \t b \n\"1 2\" 3", [["a", "b"], ["1 2", "3"]]),
            ("tab", "a\t\"b\tc\"\n\t 2", [["a", "b\tc"], ["", " 2"]]),
            (
                ",",
                "\"a\nb\" ,\"\n\n\"\n\"c\"d,e",
                [["a\nb", "\n\n"], ["cd", "e"]],
            ),
            (
                "tab",
                "12\"\t\"\n\"a\" b\t\"",
                [["12\"", "\""], ["\"a\" b", "\""]],
            ),
        ];
        for (delimiter, text, expected) in cases {
            assert_eq!(records(text, delimiter).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_quotation_mark_that_swallows_lines_is_named_by_its_own() {
        let line = |text, delimiter| match records(text, delimiter).unwrap_err() {
            Error::Table(TableError::OpenQuote { line, .. }) => line,
            other => panic!("{other}"),
        };
        assert_eq!(line("a,b\n1,\"2\n3,4\n", ","), 2);
        assert_eq!(line("a\tb\n1\t\"two\nlines\"\t4\n", "tab"), 2);
        assert_eq!(records("a\t\"b\n1\t2\n", "tab").unwrap()[0][1], "\"b");
    }
}
