//! The header of a .npy: a Python dictionary of three keys.

use std::io::BufRead;

use super::super::Error;
use super::read_fully;

/// The first bytes of a .npy.
pub(in crate::matrix_file) const MAGIC: &[u8] = b"\x93NUMPY";
/// The largest header; NumPy's own limit is 10 000 bytes.
const MAX_BYTES: usize = 1 << 16;

/// The shape of an array and the layout of its entries.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::matrix_file) struct Header {
    /// NumPy's code of the entries' type; empty for records.
    pub(in crate::matrix_file) entry_type: String,
    pub(in crate::matrix_file) is_fortran: bool,
    pub(in crate::matrix_file) shape: Vec<u64>,
}

impl Header {
    /// Reads to the end of the header.
    ///
    /// # Errors
    /// [`Error::Header`] with the fault.
    pub(in crate::matrix_file) fn read(
        place: &str,
        stream: &mut dyn BufRead,
    ) -> Result<Self, Error> {
        let malformed = |reason: &str| Error::header(place, reason);
        let mut take = |bytes: &mut [u8]| match read_fully(place, stream, bytes)? == bytes.len() {
            true => Ok(()),
            false => Err(malformed("it breaks off")),
        };
        let (mut magic, mut version) = ([0; 6], [0; 2]);
        take(&mut magic)?;
        take(&mut version)?;
        if magic != MAGIC {
            return Err(malformed("it is not one of NumPy's"));
        }
        let mut length = [0; 4];
        match version[0] {
            1 => take(&mut length[..2])?,
            2 | 3 => take(&mut length)?,
            _ => return Err(malformed("its version is not 1, 2 or 3")),
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX_BYTES {
            return Err(malformed("it is too long"));
        }
        let mut text = vec![0; length];
        take(&mut text)?;
        let text = str::from_utf8(&text).map_err(|_| malformed("it is not text"))?;
        parse(text).ok_or_else(|| malformed("it does not tell descr, fortran_order and shape"))
    }

    /// Returns the number of entries.
    ///
    /// # Errors
    /// [`Error::Header`] if the number exceeds 64 bits.
    pub(super) fn entries(&self, place: &str) -> Result<u64, Error> {
        let mut entries = 1u64;
        // A zero makes an array empty, however large the other sizes are.
        if self.shape.contains(&0) {
            return Ok(0);
        }
        for &length in &self.shape {
            entries = entries
                .checked_mul(length)
                .ok_or_else(|| Error::header(place, "its shape has too many entries to count"))?;
        }
        Ok(entries)
    }
}

fn parse(text: &str) -> Option<Header> {
    let mut literal = Literal { rest: text };
    let (mut entry_type, mut is_fortran, mut shape) = (None, None, None);
    literal.symbol('{')?;
    while literal.symbol('}').is_none() {
        let key = literal.string()?;
        literal.symbol(':')?;
        match key {
            "descr" => entry_type = Some(literal.entry_type()?),
            "fortran_order" => is_fortran = Some(literal.boolean()?),
            "shape" => shape = Some(literal.shape()?),
            _ => return None,
        }
        if literal.symbol(',').is_none() {
            literal.symbol('}')?;
            break;
        }
    }
    let header = Header {
        entry_type: entry_type?,
        is_fortran: is_fortran?,
        shape: shape?,
    };
    literal.rest.trim().is_empty().then_some(header)
}

/// The unread part of a Python literal.
struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn symbol(&mut self, symbol: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(symbol)?;
        Some(())
    }

    /// Parses a string without escapes, which headers do not contain.
    fn string(&mut self) -> Option<&'a str> {
        let text = self.rest.trim_start();
        let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (string, rest) = text.strip_prefix(quote)?.split_once(quote)?;
        self.rest = rest;
        Some(string)
    }

    fn boolean(&mut self) -> Option<bool> {
        let text = self.rest.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = text.strip_prefix(word) {
                self.rest = rest;
                return Some(value);
            }
        }
        None
    }

    /// Parses a string, or a list, which stands for records; the end of the list is found by counting brackets.
    fn entry_type(&mut self) -> Option<String> {
        if !self.rest.trim_start().starts_with('[') {
            return self.string().map(str::to_owned);
        }
        let mut depth = 0usize;
        for (at, symbol) in self.rest.char_indices() {
            match symbol {
                '[' | '(' => depth += 1,
                ']' | ')' => depth = depth.checked_sub(1)?,
                _ => continue,
            }
            if depth == 0 {
                self.rest = self.rest.get(at + 1..)?;
                return Some("|V".to_owned());
            }
        }
        None
    }

    fn shape(&mut self) -> Option<Vec<u64>> {
        let mut shape = Vec::new();
        self.symbol('(')?;
        while self.symbol(')').is_none() {
            shape.push(self.length()?);
            if self.symbol(',').is_none() {
                self.symbol(')')?;
                break;
            }
        }
        Some(shape)
    }

    /// Parses a number; Python 2 wrote `3L`.
    fn length(&mut self) -> Option<u64> {
        let text = self.rest.trim_start();
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at_checked(end)?;
        self.rest = rest.strip_prefix('L').unwrap_or(rest);
        digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_any_order_with_any_space() {
        let expected = Header {
            entry_type: "<f8".to_owned(),
            is_fortran: false,
            shape: vec![3, 4],
        };
        for text in [
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }    \n",
            "{'shape':(3,4,),\"fortran_order\":False,'descr':\"<f8\"}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 4L)}",
        ] {
            assert_eq!(parse(text).as_ref(), Some(&expected), "{text}");
        }
        let scalar = parse("{'descr': '|S3', 'fortran_order': True, 'shape': ()}").unwrap();
        assert_eq!((scalar.shape.len(), scalar.is_fortran), (0, true));
        let records =
            "{'descr': [('a', '<f8'), ('b', '<f8', (2,))], 'fortran_order': False, 'shape': (3,)}";
        assert_eq!(parse(records).unwrap().entry_type, "|V");
    }

    #[test]
    fn other_texts_are_no_headers() {
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4)",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, -4)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 99999999999999999999)}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (3, 4)}",
            "{'descr': '<f8', 'fortran_order': False}",
            "{'descr': [[[[, 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4)} more",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), 'other': 1}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
