//! Matrix Market's .mtx (Boisvert, Pozo & Remington 1996).
//!
//! Own code, because readers elsewhere hold the whole text in memory, and take a second entry at the same place for granted.

mod array;
mod coordinate;
mod header;

use std::io::BufRead;

use super::{Entries, Error, MatrixFile, lines::Lines};
use header::{Header, Layout};

/// What a file begins with, in any case.
const MAGIC: &[u8] = b"%%MatrixMarket";

/// Whether a file that begins with `head` is one.
pub(super) fn has_magic(head: &[u8]) -> bool {
    let head = head.get(..MAGIC.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(MAGIC))
}

/// A matrix: sparse of coordinates, dense of an array.
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
