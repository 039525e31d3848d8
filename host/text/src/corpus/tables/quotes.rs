use std::io::{self, Read};

/// Where a parser of CSV stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quotation mark in a quoted field: the end of the field, unless another one follows.
    MarkInQuoted,
}

/// A stream of CSV that remembers the quotation mark that is open, and counts carriage returns.
#[derive(Debug)]
pub(super) struct OpenQuote<R> {
    stream: R,
    delimiter: u8,
    state: State,
    line: u64,
    opened: u64,
    /// Those outside of quoted fields.
    carriage_returns: usize,
}

impl<R> OpenQuote<R> {
    pub(super) fn new(stream: R, delimiter: u8) -> Self {
        OpenQuote {
            stream,
            delimiter,
            state: State::FieldStart,
            line: 1,
            opened: 0,
            carriage_returns: 0,
        }
    }

    /// Returns the line where a quotation mark is open, at the end of what was read.
    pub(super) fn line(&self) -> Option<u64> {
        (self.state == State::Quoted).then_some(self.opened)
    }

    /// Returns the number of carriage returns so far that are in no quoted field.
    pub(super) fn carriage_returns(&self) -> usize {
        self.carriage_returns
    }

    fn see(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::FieldStart, b'"') => {
                self.opened = self.line;
                State::Quoted
            }
            (State::Quoted, b'"') => State::MarkInQuoted,
            (State::MarkInQuoted, b'"') => State::Quoted,
            (State::Quoted, _) => State::Quoted,
            (_, b'\n' | b'\r') => State::FieldStart,
            (_, byte) if byte == self.delimiter => State::FieldStart,
            _ => State::Plain,
        };
        self.line += u64::from(byte == b'\n');
        self.carriage_returns += usize::from(byte == b'\r' && self.state != State::Quoted);
    }
}

impl<R: Read> Read for OpenQuote<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(out)?;
        for byte in out.iter().take(count) {
            self.see(*byte);
        }
        Ok(count)
    }
}
