//! The lines of a text, one in memory at a time.

use std::io::{BufRead, Read};

use super::Error;

/// What is longer is no line of numbers.
const MAX_LINE_BYTES: u64 = 1 << 16;

/// Counts the lines that it hands out.
pub(super) struct Lines<'a> {
    pub(super) place: &'a str,
    stream: &'a mut dyn BufRead,
    bytes: Vec<u8>,
    /// That of the line at hand, from 1.
    pub(super) number: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(place: &'a str, stream: &'a mut dyn BufRead) -> Self {
        Self {
            place,
            stream,
            bytes: Vec::new(),
            number: 0,
        }
    }

    /// The next line, with its end.
    ///
    /// # Errors
    /// [`Error::Line`] where it is longer than any, [`Error::NotUtf8`], and those of [`Error::from_read`].
    pub(super) fn next(&mut self) -> Result<Option<&str>, Error> {
        self.bytes.clear();
        let mut limited = (&mut *self.stream).take(MAX_LINE_BYTES);
        limited
            .read_until(b'\n', &mut self.bytes)
            .map_err(|error| Error::from_read(self.place, error))?;
        if self.bytes.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        if self.bytes.len() as u64 == MAX_LINE_BYTES && !self.bytes.ends_with(b"\n") {
            return Err(self.wrong("it is too long"));
        }
        match str::from_utf8(&self.bytes) {
            Ok(line) => Ok(Some(line)),
            Err(_) => Err(Error::NotUtf8 {
                place: self.place.to_owned(),
                line: self.number,
            }),
        }
    }

    /// The error of the line at hand.
    pub(super) fn wrong(&self, reason: &str) -> Error {
        wrong_line(self.place, self.number, reason)
    }
}

/// The error of line `line`.
pub(super) fn wrong_line(place: &str, line: u64, reason: &str) -> Error {
    Error::Line {
        place: place.to_owned(),
        line,
        reason: reason.to_owned(),
    }
}
