//! Plain lines, as most of most tables are: a record each, divided by one character or by blanks, without a quotation mark
//! but at both ends of a field. They are read in one pass; all others are left to [`Records`](super::records::Records),
//! and mean the same to it.

use memchr::memchr;

use super::cells::Cells;
use super::decimal::decimal;
use super::delimiter::Delimiter;

/// The use of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Take {
    Nothing,
    /// As a number, at this place among them.
    Number(usize),
    /// As a text, at this place among them.
    Text(usize),
}

/// The reader of plain lines.
#[derive(Clone, Debug)]
pub(in super::super) struct PlainLines {
    /// The character between two fields; none: blanks.
    delimiter: Option<u8>,
    decimal: u8,
    /// The uses of the fields.
    takes: Vec<Take>,
    /// An empty field follows on them.
    has_trailing: bool,
}

impl PlainLines {
    /// Returns `None` if no line of the table is plain.
    pub(in super::super) fn new(
        delimiter: &Delimiter,
        cells: &Cells,
        takes: Vec<Take>,
        has_trailing: bool,
    ) -> Option<Self> {
        let delimiter = match delimiter {
            Delimiter::Blanks => None,
            Delimiter::Text(text) => match text.as_bytes() {
                [byte] => Some(*byte),
                _ => return None,
            },
        };
        let decimal = u8::try_from(cells.numbers.decimal).ok()?;
        (!takes.is_empty()).then_some(Self {
            delimiter,
            decimal,
            takes,
            has_trailing,
        })
    }

    /// Reads a line without its end. Returns `None` if it is not plain, is empty or may be a comment, if it has more fields
    /// or less, or if one to be a number is none.
    pub(in super::super) fn read<'b>(
        &self,
        line: &'b str,
        cells: &Cells,
        numbers: &mut [f64],
        texts: &mut [&'b str],
    ) -> Option<()> {
        let bytes = line.as_bytes();
        if matches!(bytes.trim_ascii_start(), [] | [b'#' | b'%', ..]) {
            return None;
        }
        let has_quotes = memchr(b'"', bytes).is_some();
        let mut at = self.skip_blanks(bytes, 0);
        for (place, take) in self.takes.iter().enumerate() {
            if place > 0 {
                at = self.next_field(bytes, at)?;
            }
            at = match *take {
                Take::Number(to) => {
                    let (number, end) = self.number((line, at), cells, has_quotes)?;
                    *numbers.get_mut(to)? = number;
                    end
                }
                Take::Text(to) => {
                    let (text, end) = self.field(line, at, has_quotes)?;
                    *texts.get_mut(to)? = text;
                    end
                }
                Take::Nothing => self.field(line, at, has_quotes)?.1,
            };
        }
        at = self.skip_blanks(bytes, at);
        let rest = bytes.get(at..)?;
        match self.has_trailing {
            false => rest.is_empty().then_some(()),
            true => {
                let (delimiter, behind) = rest.split_first()?;
                let is_blank = behind.iter().all(|byte| *byte == b' ');
                (Some(*delimiter) == self.delimiter && is_blank).then_some(())
            }
        }
    }

    fn number(
        &self,
        (line, at): (&str, usize),
        cells: &Cells,
        has_quotes: bool,
    ) -> Option<(f64, usize)> {
        let bytes = line.as_bytes();
        if let Some((x, length)) = decimal(bytes.get(at..)?, self.decimal)
            && self.is_end(bytes, at + length)
            && !cells.missing.has_number(x)
        {
            return Some((x, at + length));
        }
        let (cell, end) = self.field(line, at, has_quotes)?;
        Some((cells.number(cell)?, end))
    }

    /// Returns the field at `at`, and its end.
    fn field<'b>(&self, line: &'b str, at: usize, has_quotes: bool) -> Option<(&'b str, usize)> {
        let bytes = line.as_bytes();
        if has_quotes && bytes.get(at) == Some(&b'"') {
            let length = memchr(b'"', bytes.get(at + 1..)?)?;
            let end = at + 1 + length + 1;
            let field = line.get(at + 1..end - 1)?;
            return self.is_end(bytes, end).then_some((field, end));
        }
        let rest = bytes.get(at..)?;
        let length = match self.delimiter {
            Some(delimiter) => rest.iter().position(|byte| *byte == delimiter),
            None => rest.iter().position(|byte| matches!(byte, b' ' | b'\t')),
        };
        let end = length.map_or(bytes.len(), |length| at + length);
        let field = line.get(at..end)?;
        (!has_quotes || !field.contains('"')).then_some((field, end))
    }

    /// Returns the start of the field behind the one that ends at `at`; `None` if there is none.
    fn next_field(&self, bytes: &[u8], at: usize) -> Option<usize> {
        if self.delimiter.is_some() {
            return (at < bytes.len()).then_some(at + 1);
        }
        let next = self.skip_blanks(bytes, at);
        (next < bytes.len()).then_some(next)
    }

    fn is_end(&self, bytes: &[u8], at: usize) -> bool {
        match (bytes.get(at), self.delimiter) {
            (None, _) => true,
            (Some(byte), Some(delimiter)) => *byte == delimiter,
            (Some(byte), None) => matches!(byte, b' ' | b'\t'),
        }
    }

    /// Returns the place behind blanks, where these divide the fields.
    fn skip_blanks(&self, bytes: &[u8], at: usize) -> usize {
        if self.delimiter.is_some() {
            return at;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        at + blanks.count()
    }
}
