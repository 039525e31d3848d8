//! A hash of numbers by their bits.

use core::fmt;
use lowrank_core::operator::EntryStats;
use lowrank_core::{Error, MatMut, Real};

/// A scalar and its bits.
pub trait Scalar: Real + nalgebra::Scalar {
    /// The bits; of NaN, whose payload IEEE 754 leaves open, always the same ones.
    fn bits(self) -> u64;
}

impl Scalar for f32 {
    fn bits(self) -> u64 {
        u64::from(if self.is_nan() { f32::NAN } else { self }.to_bits())
    }
}

impl Scalar for f64 {
    fn bits(self) -> u64 {
        if self.is_nan() { f64::NAN } else { self }.to_bits()
    }
}

/// FNV-1a.
pub struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Hash {
    pub fn value(&self) -> u64 {
        self.0
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }

    pub fn word(&mut self, word: u64) {
        for byte in word.to_le_bytes() {
            self.byte(byte);
        }
    }

    /// The low half of a size: the largest one differs from machine to machine.
    pub fn size(&mut self, size: usize) {
        self.word(u64::from(size as u32));
    }

    pub fn scalar<T: Scalar>(&mut self, x: T) {
        self.word(x.bits());
    }

    pub fn slice<T: Scalar>(&mut self, x: &[T]) {
        self.size(x.len());
        for x in x {
            self.scalar(*x);
        }
    }

    pub fn matrix<T: Scalar>(&mut self, a: &MatMut<'_, T>) {
        self.size(a.nrows());
        self.size(a.ncols());
        self.slice(a.as_slice());
    }

    pub fn entry_stats<T: Scalar>(&mut self, entry_stats: &EntryStats<T>) {
        self.word(entry_stats.exponent as u64);
        self.scalar(entry_stats.norm);
        self.scalar(entry_stats.sum);
        let (row, column) = entry_stats.negative.unwrap_or((usize::MAX, usize::MAX));
        self.size(row);
        self.size(column);
    }

    /// Hashes the success or the error, and returns the value.
    pub fn outcome<V>(&mut self, outcome: Result<V, Error>) -> Option<V> {
        match outcome {
            Ok(value) => {
                self.word(0);
                Some(value)
            }
            Err(error) => {
                self.error(error);
                None
            }
        }
    }

    pub fn error(&mut self, error: Error) {
        let (kind, a, b) = match error {
            Error::Shape { expected, found } => {
                self.size(found.0);
                self.size(found.1);
                (1, expected.0, expected.1)
            }
            Error::BufferTooSmall { needed, found } => (2, needed, found),
            Error::Rank { rank, limit } => (3, rank, limit),
            Error::Empty => (4, 0, 0),
            Error::NonFinite { row, column } => (5, row, column),
            Error::Negative { row, column } => (6, row, column),
            Error::SparseStructure { row } => (7, row, 0),
            Error::Setting { .. } => (8, 0, 0),
            Error::Overflow => (9, 0, 0),
            Error::NotConverged { sweeps } => (10, sweeps, 0),
            Error::Backend { code } => (11, code as usize, 0),
            Error::Diverged { iteration } => (12, iteration, 0),
            _ => (13, 0, 0),
        };
        self.word(kind);
        self.size(a);
        self.size(b);
    }
}

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.byte(byte);
        }
        Ok(())
    }
}
