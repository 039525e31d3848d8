//! The components of a model: n rows of k numbers, wherever and however they are stored.

use super::format::{Encoding, Method};
use super::numbers::{dot, row};

/// The components of a model, H or V: n rows of k numbers.
///
/// A number is q_ij s_j, where q is what is stored and s the scale of a component: k multiplications for a row of A,
/// not for each entry.
pub trait Components {
    /// n.
    fn nrows(&self) -> usize;
    /// k.
    fn ncols(&self) -> usize;
    /// y <- y + x q_i.
    fn add_row(&self, i: usize, x: f32, y: &mut [f32]);
    /// y_j <- s_j y_j.
    fn scale(&self, y: &mut [f32]);
    /// Returns h_i . y = sum_j q_ij s_j y_j.
    fn dot_row(&self, i: usize, y: &[f32]) -> f32;
    /// Returns G_j . y, where G = H^T H.
    fn gram_dot(&self, j: usize, y: &[f32]) -> f32;
    /// Returns G_jj.
    fn gram_diagonal(&self, j: usize) -> f32;
}

/// The components in a blob, in its encoding.
#[derive(Clone, Copy, Debug)]
pub struct StoredComponents<'a> {
    entries: Entries<'a>,
    n: usize,
    k: usize,
    scales: &'a [[u8; 4]],
    gram: &'a [[u8; 4]],
}

#[derive(Clone, Copy, Debug)]
enum Entries<'a> {
    Single(&'a [[u8; 4]]),
    SixteenBits(&'a [[u8; 2]]),
    Root(&'a [u8]),
    SignedRoot(&'a [u8]),
}

impl<'a> StoredComponents<'a> {
    pub(super) fn new(
        (n, k): (usize, usize),
        (method, encoding): (Method, Encoding),
        bytes: &'a [u8],
        (scales, gram): (&'a [[u8; 4]], &'a [[u8; 4]]),
    ) -> Self {
        let entries = match (encoding, method) {
            (Encoding::Single, _) => Entries::Single(bytes.as_chunks().0),
            (Encoding::SixteenBits, _) => Entries::SixteenBits(bytes.as_chunks().0),
            (Encoding::Root, Method::Nmf) => Entries::Root(bytes),
            (Encoding::Root, _) => Entries::SignedRoot(bytes),
        };
        Self {
            entries,
            n,
            k,
            scales,
            gram,
        }
    }

    /// Visits each q_ij of row `i` with y_j.
    #[inline(always)]
    fn with_row<Y>(&self, i: usize, y: impl Iterator<Item = Y>, mut visit: impl FnMut(f32, Y)) {
        match self.entries {
            Entries::Single(entries) => {
                for (q, y) in row(entries, i, self.k).iter().zip(y) {
                    visit(f32::from_le_bytes(*q), y);
                }
            }
            Entries::SixteenBits(entries) => {
                for (q, y) in row(entries, i, self.k).iter().zip(y) {
                    visit(f32::from(i16::from_le_bytes(*q)), y);
                }
            }
            Entries::Root(entries) => {
                for (q, y) in row(entries, i, self.k).iter().zip(y) {
                    let q = u16::from(*q);
                    visit(f32::from(q.wrapping_mul(q)), y);
                }
            }
            Entries::SignedRoot(entries) => {
                for (q, y) in row(entries, i, self.k).iter().zip(y) {
                    let q = i16::from(q.cast_signed());
                    visit(f32::from(q.wrapping_mul(q.wrapping_abs())), y);
                }
            }
        }
    }

    /// Returns s_j, one where none is stored.
    fn scale_of(&self, j: usize) -> f32 {
        let scale = self.scales.get(j);
        scale.map_or(1.0, |bytes| f32::from_le_bytes(*bytes))
    }
}

impl Components for StoredComponents<'_> {
    fn nrows(&self) -> usize {
        self.n
    }

    fn ncols(&self) -> usize {
        self.k
    }

    fn add_row(&self, i: usize, x: f32, y: &mut [f32]) {
        self.with_row(i, y.iter_mut(), |q, y| *y += x * q);
    }

    fn scale(&self, y: &mut [f32]) {
        for (y, scale) in y.iter_mut().zip(self.scales) {
            *y *= f32::from_le_bytes(*scale);
        }
    }

    fn dot_row(&self, i: usize, y: &[f32]) -> f32 {
        let mut sum = 0.0;
        let places = 0..self.k;
        self.with_row(i, places.zip(y), |q, (j, y)| {
            sum += q * self.scale_of(j) * *y;
        });
        sum
    }

    fn gram_dot(&self, j: usize, y: &[f32]) -> f32 {
        dot(row(self.gram, j, self.k), y)
    }

    fn gram_diagonal(&self, j: usize) -> f32 {
        let own = row(self.gram, j, self.k).get(j);
        own.map_or(0.0, |bytes| f32::from_le_bytes(*bytes))
    }
}
