//! A sketch that goes on later, from its buffer and a few numbers.

use crate::{Error, Real};

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
    /// The number of rows of A.
    pub count: usize,
    /// ||A||_F^2, less the means.
    pub squares: T,
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
        Error::unless(fits(self.squares), "squares")?;
        Error::unless(fits(self.bound), "bound")
    }
}
