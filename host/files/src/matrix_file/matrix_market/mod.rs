//! Reader of Matrix Market's .mtx (Boisvert, Pozo & Remington 1996).
//!
//! It reads what SciPy reads: letters of Latin-1 in comments, a third number in a pattern, entries at the same place,
//! which are added, comments behind an entry. Beyond it, comments may stand between entries, exponents of Fortran
//! (`1.0D+02`) have their value, and a banner may lack its symmetry.

mod array;
mod coordinate;
mod header;

use std::io::{BufRead, Cursor, Read};

use super::{
    Entries, Error, MatrixFile, Note, NumberFormat,
    lines::{Lines, MAX_LINE_BYTES},
};
use crate::gzip::take_head;
use crate::line_ends::line_end;
use header::{Header, Layout};

/// The first bytes of a file, in any case; some programs write one `%`.
const MAGICS: [&[u8]; 2] = [b"%%MatrixMarket", b"%MatrixMarket"];

/// Checks that a file that begins with `head` is in this format.
pub(super) fn has_magic(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let begins = |magic: &[u8]| {
        let head = head.get(..magic.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(magic))
    };
    MAGICS.into_iter().any(begins)
}

/// Returns what a line of entries has before a comment.
fn without_comment(line: &str) -> &str {
    line.split('%').next().unwrap_or_default()
}

/// Returns a number, which Fortran may have written.
fn number(word: &str) -> Option<f64> {
    let word = word.trim_ascii();
    if let Some(x) = NumberFormat::PLAIN.parse(word) {
        return Some(x);
    }
    let unsigned = word.trim_start_matches(['+', '-']);
    if unsigned.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    // Of three digits, Fortran's exponent has no letter: 1.0-100.
    let sign = unsigned.rfind(['+', '-'])?;
    let at = word.len() - unsigned.len() + sign;
    let (mantissa, exponent) = (word.get(..at)?, word.get(at..)?);
    let ends_as_number = mantissa.ends_with(|c: char| c.is_ascii_digit() || c == '.');
    let text = ends_as_number.then(|| format!("{mantissa}e{exponent}"))?;
    NumberFormat::PLAIN.parse(&text)
}

/// Reads a matrix: sparse from coordinates, dense from an array.
pub(super) fn read(place: &str, stream: &mut dyn BufRead) -> Result<MatrixFile, Error> {
    let head = take_head(stream, MAX_LINE_BYTES).map_err(|error| Error::from_read(place, error))?;
    let line_end = line_end(&head);
    let mut stream = Cursor::new(head).chain(stream);
    let mut lines = Lines::new(place, &mut stream, line_end);
    let header = Header::read(&mut lines)?;
    let stored = match header.layout {
        Layout::Array => {
            return Ok(Entries::Dense(array::read(&mut lines, header)?).into());
        }
        Layout::Coordinate { stored } => stored,
    };
    let found = coordinate::read(&mut lines, header, stored)?;
    let mut file = MatrixFile::from(Entries::Sparse(found.entries));
    if found.added > 0 {
        let count = found.added;
        file.notes.push(Note::Added { count });
    }
    if found.has_values {
        file.notes.push(Note::PatternValues);
    }
    Ok(file)
}
