//! Reader of Matrix Market's .mtx (Boisvert, Pozo & Remington 1996).
//!
//! Existing readers hold the whole text in memory and accept an entry that occurs twice.

mod array;
mod coordinate;
mod header;

use std::io::BufRead;

use super::{Entries, Error, MatrixFile, lines::Lines};
use header::{Header, Layout};

/// The first bytes of a file, in any case.
const MAGIC: &[u8] = b"%%MatrixMarket";

/// Checks that a file that begins with `head` is in this format.
pub(super) fn has_magic(head: &[u8]) -> bool {
    let head = head.get(..MAGIC.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(MAGIC))
}

/// Reads a matrix: sparse from coordinates, dense from an array.
pub(super) fn read(place: &str, stream: &mut dyn BufRead) -> Result<MatrixFile, Error> {
    let mut lines = Lines::new(place, stream);
    let header = Header::read(&mut lines)?;
    let entries = match header.layout {
        Layout::Coordinate { stored } => {
            Entries::Sparse(coordinate::read(&mut lines, header, stored)?)
        }
        Layout::Array => Entries::Dense(array::read(&mut lines, header)?),
    };
    Ok(entries.into())
}
