//! Blocks of whole records of a table, so that threads can read them beside each other.

use std::io::{BufRead, ErrorKind};
use std::mem;

use super::super::Error;
use super::delimiter::{Delimiter, Quotes};
use super::dialect::Dialect;
use super::quotes::whole_records;

/// The bytes of a block, unless a record is longer; small enough for a second-level cache, numbers included.
const BLOCK_BYTES: usize = 256 << 10;
/// The bytes of the first block, which a small table fits into.
const FIRST_BYTES: usize = 32 << 10;

/// The reader of blocks. In each of them records are whole: where a quoted field may run over line ends, none of these
/// ends a block.
pub(in super::super) struct Blocks<'a> {
    place: &'a str,
    stream: &'a mut dyn BufRead,
    line_end: u8,
    /// The delimiter, if a quotation mark behind it opens a field that may run over line ends.
    quoting: Option<u8>,
    /// The bytes behind the last block.
    rest: Vec<u8>,
    bytes: usize,
    has_ended: bool,
    failure: Option<Error>,
}

impl<'a> Blocks<'a> {
    pub(in super::super) fn new(
        place: &'a str,
        dialect: &Dialect,
        stream: &'a mut dyn BufRead,
    ) -> Self {
        let quoting = match (&dialect.delimiter, dialect.delimiter.quotes()) {
            (Delimiter::Text(text), Quotes::AcrossLines) => text.bytes().next(),
            _ => None,
        };
        Self {
            place,
            stream,
            line_end: dialect.line_end,
            quoting,
            rest: Vec::new(),
            bytes: FIRST_BYTES,
            has_ended: false,
            failure: None,
        }
    }

    /// Returns the next block; `None` at the end, and where reading fails, which [`Blocks::finish`] tells.
    pub(in super::super) fn next(&mut self) -> Option<Vec<u8>> {
        let mut block = mem::take(&mut self.rest);
        let mut wanted = mem::replace(&mut self.bytes, BLOCK_BYTES);
        loop {
            self.fill(&mut block, wanted);
            if self.has_ended && self.failure.is_none() {
                return (!block.is_empty()).then_some(block);
            }
            let whole = whole_records(&block, self.line_end, self.quoting);
            if self.failure.is_some() {
                block.truncate(whole);
                return (!block.is_empty()).then_some(block);
            }
            if whole > 0 {
                self.rest = block.split_off(whole);
                return Some(block);
            }
            wanted = 2 * block.len();
        }
    }

    /// Returns up to `count` blocks.
    pub(super) fn several(&mut self, count: usize) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.next()).take(count).collect()
    }

    /// Ends reading.
    ///
    /// # Errors
    /// That of the stream, in the form of [`Error::from_read`].
    pub(in super::super) fn finish(&mut self) -> Result<(), Error> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Appends what the stream has until there are `wanted` bytes.
    fn fill(&mut self, block: &mut Vec<u8>, wanted: usize) {
        block.reserve(wanted.saturating_sub(block.len()));
        while block.len() < wanted && !self.has_ended {
            match self.stream.fill_buf() {
                Ok([]) => self.has_ended = true,
                Ok(bytes) => {
                    let count = bytes.len().min(wanted - block.len());
                    block.extend_from_slice(&bytes[..count]);
                    self.stream.consume(count);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(Error::from_read(self.place, error));
                    self.has_ended = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    /// A stream that fails behind its bytes.
    struct Failing<'a>(&'a [u8]);

    impl Read for Failing<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(out)? {
                0 => Err(std::io::Error::other("broken")),
                count => Ok(count),
            }
        }
    }

    #[test]
    fn blocks_are_all_there_is_and_a_failure_comes_last() {
        let dialect = Dialect {
            delimiter: Delimiter::of(','),
            line_end: b'\n',
            numbers: super::super::NumberFormat::PLAIN,
            doubtful_point: None,
        };
        let lines: Vec<String> = (0..90_000).map(|i| format!("{i},\"\n\"\n")).collect();
        let text = lines.concat() + &"9".repeat(2 * BLOCK_BYTES) + "\n";
        let mut stream = text.as_bytes();
        let mut blocks = Blocks::new("f", &dialect, &mut stream);
        let all = blocks.several(100);
        assert!(all.len() > 3 && all.concat() == text.as_bytes());
        for block in all {
            assert!(block.ends_with(b"\"\n") || block.ends_with(b"9\n"));
        }
        assert!(blocks.finish().is_ok());
        let mut stream = BufReader::new(Failing(b"1,2\n3,4\n5"));
        let mut blocks = Blocks::new("f", &dialect, &mut stream);
        assert_eq!(blocks.several(9), [b"1,2\n3,4\n"]);
        assert!(matches!(blocks.finish(), Err(Error::Damaged { .. })));
    }
}
