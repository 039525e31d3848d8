//! Decoding of bytes to text.

use std::io::{self, BufRead, Read};

use super::Error;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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

/// The lines of a stream, checked to be UTF-8, one in memory at a time. As a `Read`, it yields the whole text.
pub(super) struct Utf8Lines<'a, R> {
    place: &'a str,
    stream: R,
    /// The byte that ends a line.
    line_end: u8,
    /// The current line with its line end; `read` has returned a part of it.
    line: Vec<u8>,
    handed_out: usize,
    number: u64,
    offset: u64,
}

impl<'a, R: BufRead> Utf8Lines<'a, R> {
    pub(super) fn new(place: &'a str, stream: R) -> Self {
        Utf8Lines {
            place,
            stream,
            line_end: b'\n',
            line: Vec::new(),
            handed_out: 0,
            number: 0,
            offset: 0,
        }
    }

    /// Ends lines with this byte.
    pub(super) fn ending_with(mut self, line_end: u8) -> Self {
        self.line_end = line_end;
        self
    }

    /// Returns the number and the text of the next line, without its line end (`\n` or `\r\n`). A line end at the very
    /// end of the stream does not start another line.
    pub(super) fn next_line(&mut self) -> Result<Option<(u64, &str)>, Error> {
        if !self.advance()? {
            return Ok(None);
        }
        let text = str::from_utf8(&self.line).unwrap_or_default();
        let ended = text.strip_suffix(char::from(self.line_end));
        let text = ended.map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Some((self.number, text)))
    }

    /// Reads one line into `self.line`; returns false at the end of the stream.
    fn advance(&mut self) -> Result<bool, Error> {
        self.offset += self.line.len() as u64;
        self.line.clear();
        self.handed_out = 0;
        self.stream
            .read_until(self.line_end, &mut self.line)
            .map_err(|error| Error::from_read(self.place, error))?;
        if self.number == 0 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
            self.offset = BYTE_ORDER_MARK.len() as u64;
        }
        if self.line.is_empty() {
            return Ok(false);
        }
        self.number += 1;
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
        let mut lines = Utf8Lines::new("f", b"\xef\xbb\xbfone\r\n\n two \nlast\r".as_slice());
        let mut seen = Vec::new();
        while let Some((number, text)) = lines.next_line().unwrap() {
            seen.push((number, text.to_owned()));
        }
        let expected = [(1, "one"), (2, ""), (3, " two "), (4, "last\r")];
        assert_eq!(seen, expected.map(|(number, text)| (number, text.into())));
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
            let mut lines = Utf8Lines::new("f", bytes);
            let error = loop {
                if let Err(error) = lines.next_line() {
                    break error;
                }
            };
            assert_eq!(error.to_string(), whole);
        }
    }
}
