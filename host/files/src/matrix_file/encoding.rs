//! Byte order marks, and text in UTF-16.

use std::io::{BufRead, Cursor, Read};

use super::{Error, growing::read_to_end};
use crate::gzip::take_head;

/// The bytes of the longest byte order mark, that of UTF-32.
const MARK_BYTES: u64 = 4;

/// Calls `consume` with the text of a stream in UTF-8, without its byte order mark. UTF-16 is converted, where its
/// byte order mark says so, or one of the first two bytes is zero; this text is in memory as a whole.
///
/// # Errors
/// [`Error::NotUtf16`], [`Error::Memory`], and the errors of [`Error::from_read`].
pub(super) fn read_text<T>(
    place: &str,
    stream: &mut dyn BufRead,
    consume: impl FnOnce(&mut dyn BufRead) -> Result<T, Error>,
) -> Result<T, Error> {
    let failed = |error| Error::from_read(place, error);
    let head = take_head(stream, MARK_BYTES).map_err(failed)?;
    let unit = match head.as_slice() {
        [0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff] => {
            return Err(Error::NotUtf16 {
                place: place.to_owned(),
            });
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => return consume(&mut rest.chain(stream)),
        [0xff, 0xfe, ..] | [1..=255, 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, 1..=255, ..] => u16::from_be_bytes,
        _ => return consume(&mut Cursor::new(head).chain(stream)),
    };
    let is_marked = matches!(head.as_slice(), [0xff | 0xfe, 0xff | 0xfe, ..]);
    let mut bytes = head
        .get(if is_marked { 2 } else { 0 }..)
        .unwrap_or_default()
        .to_vec();
    bytes.append(&mut read_to_end(place, stream)?);
    let text = decoded(&bytes, unit).ok_or_else(|| Error::NotUtf16 {
        place: place.to_owned(),
    })?;
    consume(&mut text.as_bytes())
}

fn decoded(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, Error> {
        read_text("f", &mut &bytes[..], |stream| {
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            Ok(text)
        })
    }

    #[test]
    fn marks_are_taken_off_and_sixteen_bits_become_eight() {
        for text_in in ["", "a", "ab", "é,𝄞\n"] {
            let units: Vec<u16> = format!("\u{feff}{text_in}").encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            let marked = format!("\u{feff}{text_in}");
            for bytes in [&little, &big, text_in.as_bytes(), marked.as_bytes()] {
                assert_eq!(text(bytes).unwrap(), text_in);
            }
            if text_in.is_ascii() {
                assert_eq!(text(&little[2..]).unwrap(), text_in);
                assert_eq!(text(&big[2..]).unwrap(), text_in);
            }
        }
    }

    #[test]
    fn half_a_unit_and_half_a_pair_are_refused() {
        let wide = b"\xff\xfe\0\0a\0\0\0";
        for bytes in [&b"\xff\xfea"[..], b"\xff\xfe\x00\xd8a\x00", wide] {
            let error = text(bytes).unwrap_err();
            assert!(matches!(error, Error::NotUtf16 { .. }), "{error}");
        }
    }
}
