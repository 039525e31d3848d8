//! Reader of NumPy's .npy, versions 1 to 3.
//!
//! Existing readers multiply the sizes of a hostile shape without a check, and depend on a Python parser whose stack
//! handling is assembler.

mod entry_type;
mod header;
mod write;

use std::io::{BufRead, Read};

pub(super) use entry_type::EntryType;
pub(super) use header::{Header, MAGIC};
pub use write::to_npy;
pub(crate) use write::vector_to_npy;

use super::{Entries, Error, MatrixFile, growing::Growing, row_major::from_row_major};
use lowrank::DenseMatrix;

const CHUNK_BYTES: usize = 64 << 10;

/// An array of any number of dimensions.
pub(super) struct Array {
    pub(super) shape: Vec<u64>,
    /// The first index varies fastest.
    pub(super) is_fortran: bool,
    pub(super) entries: Vec<f64>,
}

/// Reads a matrix from the whole stream.
pub(super) fn read(place: &str, stream: &mut dyn BufRead) -> Result<MatrixFile, Error> {
    let array = read_array(place, stream)?;
    let &[nrows, ncols] = array.shape.as_slice() else {
        return Err(Error::dimensions(place, array.shape.len()));
    };
    // Both fit: their product is the number of entries that were read.
    let (nrows, ncols) = (nrows as usize, ncols as usize);
    if array.entries.is_empty() {
        return Err(Error::empty(place));
    }
    let dense = if array.is_fortran {
        DenseMatrix::from_columns(array.entries, nrows, ncols)
    } else {
        from_row_major(place, &array.entries, ncols)?
    };
    Ok(Entries::Dense(dense).into())
}

/// Reads an array from the whole stream, as f64.
pub(super) fn read_array(place: &str, stream: &mut dyn BufRead) -> Result<Array, Error> {
    let header = Header::read(place, stream)?;
    let entry_type = EntryType::parse(place, &header.entry_type)?;
    let expected = header.entries(place)?;
    let mut entries = Growing::new(place);
    let mut chunk = vec![0; CHUNK_BYTES - CHUNK_BYTES % entry_type.size()];
    let mut left = expected;
    while left > 0 {
        let wanted =
            left.min((chunk.len() / entry_type.size()) as u64) as usize * entry_type.size();
        let found = read_fully(place, stream, &mut chunk[..wanted])?;
        entry_type.decode(&chunk[..found], |x| entries.push(x))?;
        if found < wanted {
            return Err(Error::truncated(place, expected, entries.len() as u64));
        }
        left -= (wanted / entry_type.size()) as u64;
    }
    refuse_surplus(place, stream, expected)?;
    Ok(Array {
        shape: header.shape,
        is_fortran: header.is_fortran,
        entries: entries.into_vec(),
    })
}

/// Fills `buffer`, except at the end of the stream; returns the number of bytes read.
fn read_fully(place: &str, stream: &mut dyn BufRead, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut cursor = std::io::Cursor::new(buffer);
    let mut limited = stream.take(cursor.get_ref().len() as u64);
    let copied = std::io::copy(&mut limited, &mut cursor);
    Ok(copied.map_err(|error| Error::from_read(place, error))? as usize)
}

/// Checks that the stream ends here. Reading to the end also verifies the checksum of a compressed stream.
fn refuse_surplus(place: &str, stream: &mut dyn BufRead, expected: u64) -> Result<(), Error> {
    let rest = stream
        .fill_buf()
        .map_err(|error| Error::from_read(place, error))?;
    if rest.is_empty() {
        return Ok(());
    }
    Err(Error::surplus(place, expected))
}
