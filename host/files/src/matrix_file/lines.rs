//! A reader of text by lines, one of them in memory at a time.

use std::io::{BufRead, Read};

use super::Error;

/// The longest line that is read as numbers.
pub(super) const MAX_LINE_BYTES: u64 = 1 << 16;

/// The lines of a stream, numbered.
pub(super) struct Lines<'a> {
    pub(super) place: &'a str,
    stream: &'a mut dyn BufRead,
    /// The byte that ends a line.
    line_end: u8,
    bytes: Vec<u8>,
    /// The line in UTF-8 if it was not.
    text: String,
    /// The number of the current line, from 1.
    pub(super) number: u64,
}

impl<'a> Lines<'a> {
    /// Creates the reader of a stream with lines that end with the byte `line_end`.
    pub(super) fn new(place: &'a str, stream: &'a mut dyn BufRead, line_end: u8) -> Self {
        Self {
            place,
            stream,
            line_end,
            bytes: Vec::new(),
            text: String::new(),
            number: 0,
        }
    }

    /// Returns the next line, including its line end. Letters of another encoding, as comments in Latin-1 have, are
    /// replaced.
    ///
    /// # Errors
    /// [`Error::Line`] if the line is too long, and the errors of [`Error::from_read`].
    pub(super) fn next(&mut self) -> Result<Option<&str>, Error> {
        self.bytes.clear();
        let mut limited = (&mut *self.stream).take(MAX_LINE_BYTES);
        limited
            .read_until(self.line_end, &mut self.bytes)
            .map_err(|error| Error::from_read(self.place, error))?;
        if self.bytes.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        if self.bytes.len() as u64 == MAX_LINE_BYTES && !self.bytes.ends_with(&[self.line_end]) {
            return Err(self.wrong("it is too long"));
        }
        Ok(Some(match str::from_utf8(&self.bytes) {
            Ok(line) => line,
            Err(_) => {
                self.text = String::from_utf8_lossy(&self.bytes).into_owned();
                &self.text
            }
        }))
    }

    /// Returns an error at the current line.
    pub(super) fn wrong(&self, reason: &str) -> Error {
        Error::line(self.place, self.number, reason)
    }
}
