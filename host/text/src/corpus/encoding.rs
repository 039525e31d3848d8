//! Decoding of bytes to text.

use std::io::{self, BufRead, Read};

use super::Error;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Appends to `head`, the beginning of a stream, what it lacks of the first line; all of a stream without a line feed.
///
/// # Errors
/// The errors of the stream.
pub(super) fn read_first_line(head: &mut Vec<u8>, stream: &mut impl BufRead) -> io::Result<()> {
    if !head.contains(&b'\n') {
        stream.read_until(b'\n', head)?;
    }
    Ok(())
}

/// Decodes Latin-1: each byte is the character of that number. Carriage returns are kept.
pub(super) fn latin1(bytes: Vec<u8>) -> String {
    if !bytes.is_ascii() {
        return bytes.into_iter().map(char::from).collect();
    }
    // Most posts are ASCII, which is valid UTF-8 and is not copied.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The order of the two bytes of a unit of UTF-16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// Returns the byte order of a text in UTF-16, by the mark at its beginning; `None` for all but UTF-16.
///
/// # Errors
/// [`Error::Encoding`] for UTF-32, and for what looks like UTF-16 and has no mark.
pub(super) fn byte_order(place: &str, head: &[u8]) -> Result<Option<ByteOrder>, Error> {
    let refused = |encoding, name| {
        Err(Error::Encoding {
            place: place.to_owned(),
            encoding,
            name,
        })
    };
    match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => refused("UTF-32", "UTF-32"),
        [0xff, 0xfe, ..] => Ok(Some(ByteOrder::Little)),
        [0xfe, 0xff, ..] => Ok(Some(ByteOrder::Big)),
        _ => match nul_share(head) {
            Some(ByteOrder::Little) => refused("UTF-16 without a byte order mark", "UTF-16LE"),
            Some(ByteOrder::Big) => refused("UTF-16 without a byte order mark", "UTF-16BE"),
            None => Ok(None),
        },
    }
}

/// Returns the byte order of UTF-16 if nearly every second byte is zero and nearly no other is.
fn nul_share(head: &[u8]) -> Option<ByteOrder> {
    let (pairs, _) = head.as_chunks::<2>();
    let zeros = |place: usize| pairs.iter().filter(|pair| pair[place] == 0).count();
    let (first, second, most) = (zeros(0), zeros(1), pairs.len() * 9 / 10);
    match pairs.len() {
        0..4 => None,
        _ if second >= most && first == 0 => Some(ByteOrder::Little),
        _ if first >= most && second == 0 => Some(ByteOrder::Big),
        _ => None,
    }
}

/// Decodes UTF-16 after its byte order mark; returns the number of halves of surrogate pairs, too, which are U+FFFD.
///
/// # Errors
/// [`Error::Damaged`] if it ends within a unit.
pub(super) fn utf16(place: &str, bytes: &[u8], order: ByteOrder) -> Result<(String, usize), Error> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Error::Damaged {
            place: place.to_owned(),
            reason: "half a unit of UTF-16 at its end".into(),
        });
    }
    let unit = |pair: &[u8; 2]| match order {
        ByteOrder::Little => u16::from_le_bytes(*pair),
        ByteOrder::Big => u16::from_be_bytes(*pair),
    };
    let mut lone = 0;
    let text = char::decode_utf16(units.iter().skip(1).map(unit)).map(|decoded| {
        decoded.unwrap_or_else(|_| {
            lone += 1;
            char::REPLACEMENT_CHARACTER
        })
    });
    Ok((text.collect(), lone))
}

/// Decodes the content of a file, UTF-8 or, by its byte order mark, UTF-16.
///
/// # Errors
/// [`Error::NotUtf8`] with the position of the first invalid byte, and [`Error::Encoding`].
pub(super) fn text(place: &str, bytes: Vec<u8>) -> Result<String, Error> {
    match byte_order(place, &bytes)? {
        Some(order) => utf16(place, &bytes, order).map(|(text, _)| text),
        None => utf8(place, bytes),
    }
}

/// Decodes UTF-8, without its byte order mark.
///
/// # Errors
/// [`Error::NotUtf8`] with the position of the first invalid byte.
fn utf8(place: &str, mut bytes: Vec<u8>) -> Result<String, Error> {
    let has_mark = bytes.starts_with(BYTE_ORDER_MARK);
    let mark = BYTE_ORDER_MARK.len() * usize::from(has_mark);
    bytes.drain(..mark);
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(valid);
        let line_ends = before.filter(|&&byte| byte == b'\n').count();
        not_utf8(place, line_ends as u64 + 1, (mark + valid) as u64)
    })
}

fn not_utf8(place: &str, line: u64, offset: u64) -> Error {
    Error::NotUtf8 {
        place: place.to_owned(),
        line,
        offset,
    }
}

/// The lines of a stream, checked to be UTF-8, one in memory at a time. As a `Read`, it yields the whole text, in which
/// lines end with line feeds.
pub(super) struct Utf8Lines<'a, R> {
    pub(super) place: &'a str,
    stream: R,
    /// The byte that ends a line.
    line_end: u8,
    /// The current line with its line end, a line feed; `read` has returned a part of it.
    line: Vec<u8>,
    handed_out: usize,
    number: u64,
    /// The place in the stream at which the line begins.
    offset: u64,
    /// The bytes of the line in the stream.
    bytes: u64,
    /// The carriage returns so far that end no line.
    carriage_returns: usize,
}

impl<'a, R: BufRead> Utf8Lines<'a, R> {
    /// Creates the reader of lines that end with the byte `line_end`.
    pub(super) fn new(place: &'a str, stream: R, line_end: u8) -> Self {
        Utf8Lines {
            place,
            stream,
            line_end,
            line: Vec::new(),
            handed_out: 0,
            number: 0,
            offset: 0,
            bytes: 0,
            carriage_returns: 0,
        }
    }

    /// Returns the number of carriage returns so far that end no line.
    pub(super) fn carriage_returns(&self) -> usize {
        self.carriage_returns
    }

    /// Returns the number and the text of the next line, without its line end (`\n` or `\r\n`). A line end at the very
    /// end of the stream does not start another line.
    pub(super) fn next_line(&mut self) -> Result<Option<(u64, &str)>, Error> {
        if !self.advance()? {
            return Ok(None);
        }
        let text = str::from_utf8(&self.line).unwrap_or_default();
        Ok(Some((self.number, text.strip_suffix('\n').unwrap_or(text))))
    }

    /// Reads one line into `self.line`; returns false at the end of the stream.
    fn advance(&mut self) -> Result<bool, Error> {
        self.offset += self.bytes;
        self.line.clear();
        self.handed_out = 0;
        self.stream
            .read_until(self.line_end, &mut self.line)
            .map_err(|error| Error::from_read(self.place, error))?;
        self.bytes = self.line.len() as u64;
        if self.number == 0 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
            self.offset = BYTE_ORDER_MARK.len() as u64;
            self.bytes -= self.offset;
        }
        if self.line.is_empty() {
            return Ok(false);
        }
        self.number += 1;
        self.end_line();
        // A line end is never part of a longer character, so each line can be checked for itself.
        match str::from_utf8(&self.line) {
            Ok(_) => Ok(true),
            Err(error) => Err(not_utf8(
                self.place,
                self.number,
                self.offset + error.valid_up_to() as u64,
            )),
        }
    }

    /// Makes the end of the line a line feed, and counts the carriage returns before it.
    fn end_line(&mut self) {
        let line = &mut self.line;
        let is_ended = line.ends_with(&[self.line_end]);
        if is_ended {
            line.pop();
            if line.ends_with(b"\r") {
                line.pop();
            }
        }
        self.carriage_returns += line.iter().filter(|byte| **byte == b'\r').count();
        if is_ended {
            line.push(b'\n');
        }
    }
}

impl<R: BufRead> Read for Utf8Lines<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.handed_out == self.line.len() && !self.advance().map_err(io::Error::other)? {
            return Ok(0);
        }
        let mut rest = self.line.get(self.handed_out..).unwrap_or_default();
        let count = rest.read(out)?;
        self.handed_out += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use lowrank_files::gzip;
    use lowrank_files::line_ends::line_end;

    use super::*;

    #[test]
    fn latin1_maps_every_byte_to_the_character_of_its_number() {
        let text = latin1((0..=255).collect());
        assert!(text.chars().map(u32::from).eq(0..=255));
        assert_eq!(latin1(b"plain\r\n".to_vec()), "plain\r\n");
        // Bytes that would also be valid UTF-8 are Latin-1 all the same.
        assert_eq!(latin1("é".into()), "Ã©");
    }

    #[test]
    fn utf8_drops_the_byte_order_mark_and_points_at_the_first_bad_byte() {
        assert_eq!(utf8("f", b"\xef\xbb\xbfa\n".to_vec()).unwrap(), "a\n");
        let error = utf8("f", b"\xef\xbb\xbfab\nc\xe9d".to_vec()).unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with("f, line 2: the byte at offset 7 is not UTF-8"));
    }

    #[test]
    fn lines_lose_their_ends_and_keep_their_blanks() {
        let text = b"\xef\xbb\xbfone\r\n\n two \rthree\nlast\r".as_slice();
        let mut lines = Utf8Lines::new("f", text, b'\n');
        let mut seen = Vec::new();
        while let Some((number, text)) = lines.next_line().unwrap() {
            seen.push((number, text.to_owned()));
        }
        let expected = [(1, "one"), (2, ""), (3, " two \rthree"), (4, "last\r")];
        assert_eq!(seen, expected.map(|(number, text)| (number, text.into())));
        assert_eq!(lines.carriage_returns(), 2);
    }

    #[test]
    fn a_line_end_is_a_line_feed_or_a_carriage_return_where_a_text_has_none() {
        let whole = |text: &[u8]| {
            let mut stream = text;
            let mut head = gzip::take_head(&mut stream, 4).unwrap();
            read_first_line(&mut head, &mut stream).unwrap();
            let end = line_end(&head);
            let mut out = String::new();
            let stream = head.as_slice().chain(stream);
            let mut lines = Utf8Lines::new("f", stream, end);
            lines.read_to_string(&mut out).unwrap();
            (out, lines.carriage_returns())
        };
        for (text, expected, returns) in [
            ("one two\rthree\r\rfour", "one two\nthree\n\nfour", 0),
            ("one\rtwo three\nfour\n", "one\rtwo three\nfour\n", 1),
            ("one two\r\nthree\r\n", "one two\nthree\n", 0),
            ("one two", "one two", 0),
        ] {
            assert_eq!(
                whole(text.as_bytes()),
                (expected.to_owned(), returns),
                "{text:?}"
            );
        }
        let mut lines = Utf8Lines::new("f", &b"a\rb\r\xff"[..], b'\r');
        let error = lines.read_to_end(&mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("line 3: the byte at offset 4"), "{error}");
    }

    #[test]
    fn lines_and_the_whole_point_at_the_same_bad_byte() {
        for bytes in [
            &b"ab\ncd\xff\n"[..],
            b"\xef\xbb\xbfa\n\n\xc3",
            b"\xffa",
            b"a\n\xc3\nb",
        ] {
            let whole = utf8("f", bytes.to_vec()).unwrap_err().to_string();
            let mut lines = Utf8Lines::new("f", bytes, b'\n');
            let error = loop {
                if let Err(error) = lines.next_line() {
                    break error;
                }
            };
            assert_eq!(error.to_string(), whole);
        }
    }
}
