//! Sketches as bytes, to be sent.

use super::FrequentDirections;
use crate::Error;
use crate::buffer::require;
use crate::model::{ModelError, PREFIX_LEN, Rest, VERSION, crc32};

/// The first bytes of a sketch.
const MAGIC: [u8; 4] = *b"LRSK";

/// The length of the header.
const HEADER_LEN: usize = 40;

impl FrequentDirections<'_, f32> {
    /// Returns the number of bytes that [`write_bytes`](Self::write_bytes) writes: 40, and 4 for each number.
    pub fn bytes_len(&self) -> usize {
        let summary = self.summary();
        let numbers = summary.rows.len().saturating_add(summary.means.len());
        numbers.saturating_mul(4).saturating_add(HEADER_LEN)
    }

    /// Writes the content as bytes, which `lowrank merge` and [`SketchView`] read; returns their number.
    ///
    /// They are little-endian: `LRSK`; five u32: the version (1), the length of all, the CRC-32 of all that follows
    /// it, d, the number of rows; u32: its bit 0 says whether the sketch is centered, and the others are the high bits of
    /// the number of rows of A; u32: the 32 low bits of that; two f32: its squares, the bound; the d means and the rows,
    /// in f32.
    ///
    /// # Errors
    /// - [`Error::BufferTooSmall`], in bytes.
    /// - [`Error::Overflow`] for 4 GiB or more, whose length has no room in the header.
    pub fn write_bytes(&self, out: &mut [u8]) -> Result<usize, Error> {
        let needed = self.bytes_len();
        require(out.len(), needed)?;
        let summary = self.summary();
        let d = summary.means.len();
        let out = out.get_mut(..needed).unwrap_or_default();
        let rows = summary.rows.len().checked_div(d).unwrap_or(0);
        let (high, low) = (summary.count >> 32, summary.count & u64::from(u32::MAX));
        let flags = u64::from(summary.is_centered) | high << 1;
        let header = [
            u32::from_le_bytes(MAGIC),
            VERSION,
            word(needed)?,
            0,
            word(d)?,
            word(rows)?,
            word(flags)?,
            word(low)?,
            summary.squares.to_bits(),
            summary.bound.to_bits(),
        ];
        let (words, _) = out.as_chunks_mut::<4>();
        let numbers = summary.means.iter().chain(summary.rows);
        let numbers = header.into_iter().chain(numbers.map(|x| x.to_bits()));
        for (word, number) in words.iter_mut().zip(numbers) {
            *word = number.to_le_bytes();
        }
        let checksum = crc32(out.get(PREFIX_LEN..).unwrap_or_default());
        let (words, _) = out.as_chunks_mut::<4>();
        if let Some(place) = words.get_mut(3) {
            *place = checksum.to_le_bytes();
        }
        Ok(needed)
    }
}

/// Returns a number of the header.
fn word(number: impl TryInto<u32>) -> Result<u32, Error> {
    number.try_into().map_err(|_| Error::Overflow)
}

/// A sketch in the bytes that a device sent.
#[derive(Clone, Copy, Debug)]
pub struct SketchView<'a> {
    d: usize,
    rows: &'a [[u8; 4]],
    means: &'a [[u8; 4]],
    /// The means were subtracted.
    pub is_centered: bool,
    /// The number of rows of A; below 2^63.
    pub count: u64,
    /// ||A||_F^2, less the means.
    pub squares: f32,
    /// [`FrequentDirections::bound`].
    pub bound: f32,
}

impl<'a> SketchView<'a> {
    /// Reads a sketch in place.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`], [`ModelError::Endianness`], [`ModelError::Version`], [`ModelError::Cut`],
    /// [`ModelError::Checksum`], [`ModelError::Layout`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let mut rest = Rest::checked(bytes, MAGIC, HEADER_LEN)?;
        let (d, rows) = (rest.size()?, rest.size()?);
        let flags = rest.u32()?;
        let is_centered = flags & 1 == 1;
        let count = u64::from(flags >> 1) << 32 | u64::from(rest.u32()?);
        let (squares, bound) = (rest.f32()?, rest.f32()?);
        let means = rest.words(d)?;
        let numbers = rows.checked_mul(d).ok_or(ModelError::Layout)?;
        let rows = rest.words(numbers)?;
        rest.end()?;
        if d == 0 {
            return Err(ModelError::Layout);
        }
        Ok(Self {
            d,
            rows,
            means,
            is_centered,
            count,
            squares,
            bound,
        })
    }

    /// Returns d, the length of the rows.
    pub fn ncols(&self) -> usize {
        self.d
    }

    /// Returns the numbers of the rows, one row after the other.
    pub fn rows(&self) -> impl Iterator<Item = f32> + 'a {
        self.rows.iter().map(|x| f32::from_le_bytes(*x))
    }

    /// Returns the means of the columns of A.
    pub fn means(&self) -> impl Iterator<Item = f32> + 'a {
        self.means.iter().map(|x| f32::from_le_bytes(*x))
    }
}
