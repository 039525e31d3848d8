//! A sketch that goes on later, from its buffer and a few numbers.

use crate::{Error, Real};

/// The number of rows that a sketch counts at most; the bytes of a sketch have room for it.
pub(super) const MOST_ROWS: u64 = (1 << 63) - 1;

/// The numbers of a sketch that are not in its buffer.
///
/// A sketch borrows its buffer. Where that cannot stay borrowed, as in an interface to C or across a sleep of the
/// device, the buffer and these numbers are kept, and [`resume`](super::FrequentDirections::resume) goes on with them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SketchState<T> {
    /// d, the length of the rows.
    pub d: usize,
    /// l, half the number of rows of B.
    pub l: usize,
    /// The rows of B that may not be zero; at most 2 l.
    pub filled: usize,
    /// The means are subtracted.
    pub is_centered: bool,
    /// The number of rows of A; below 2^63.
    pub count: u64,
    /// ||A||_F^2, less the means.
    pub squares: T,
    /// What the sum of the squares has lost to rounding: sums of many rows would stand still otherwise.
    pub squares_lost: T,
    /// [`FrequentDirections::bound`](super::FrequentDirections::bound).
    pub bound: T,
}

impl<T: Real> SketchState<T> {
    pub(super) fn empty(d: usize, l: usize, is_centered: bool) -> Self {
        Self {
            d,
            l,
            filled: 0,
            is_centered,
            count: 0,
            squares: T::ZERO,
            squares_lost: T::ZERO,
            bound: T::ZERO,
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let fits = |x: T| x >= T::ZERO && x.is_finite();
        if self.d == 0 {
            return Err(Error::Empty);
        }
        if self.l == 0 {
            let limit = self.d;
            return Err(Error::Rank { rank: 0, limit });
        }
        Error::unless(self.filled <= self.l.saturating_mul(2), "filled")?;
        Error::unless(self.count <= MOST_ROWS, "count")?;
        Error::unless(fits(self.squares), "squares")?;
        Error::unless(self.squares_lost.is_finite(), "squares_lost")?;
        Error::unless(fits(self.bound), "bound")
    }
}
