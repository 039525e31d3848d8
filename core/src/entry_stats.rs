//! Statistics of the entries of a matrix: its norm, its scale, what is not finite or negative.

use crate::summation::CompensatedSum;
use crate::{Error, Real};

/// Statistics of all entries of a matrix.
///
/// Norm and sum are those of 2^-e A, where e is the binary exponent of the largest entry: they
/// neither overflow nor underflow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EntryStats<T> {
    /// e.
    pub exponent: i32,
    /// ||2^-e A||_F.
    pub norm: T,
    /// The sum of the entries of 2^-e A.
    pub sum: T,
    /// Row and column of the first negative entry.
    pub negative: Option<(usize, usize)>,
    /// The number of entries visited, to which the cost of a product is proportional.
    pub entries: usize,
    /// All entries are known: those that are not stored are zeros, not missing.
    pub complete: bool,
}

impl<T: Real> EntryStats<T> {
    /// Computes the statistics in two passes over `entries` = (row, column, value).
    ///
    /// # Errors
    /// [`Error::NonFinite`] with the place of the first entry that is NaN or infinite.
    pub fn of<I>(entries: I) -> Result<Self, Error>
    where
        I: Iterator<Item = (usize, usize, T)> + Clone,
    {
        let mut largest = T::ZERO;
        let mut negative = None;
        let mut count: usize = 0;
        for (row, column, x) in entries.clone() {
            if !x.is_finite() {
                return Err(Error::NonFinite { row, column });
            }
            if x < T::ZERO && negative.is_none() {
                negative = Some((row, column));
            }
            largest = x.abs().larger(largest);
            count = count.saturating_add(1);
        }
        let exponent = if largest > T::ZERO {
            largest.exponent()
        } else {
            0
        };
        let (mut squares, mut sum) = (CompensatedSum::default(), CompensatedSum::default());
        for (_, _, x) in entries {
            let x = x.scale_by_power_of_two(-exponent);
            squares.add(x * x);
            sum.add(x);
        }
        Ok(Self {
            exponent,
            norm: squares.sum().sqrt(),
            sum: sum.sum(),
            negative,
            entries: count,
            complete: true,
        })
    }

    /// ||2^-e A||_F^2.
    pub(crate) fn squared_norm(&self, e: i32) -> T {
        let norm = self
            .norm
            .scale_by_power_of_two(self.exponent.saturating_sub(e));
        norm * norm
    }

    /// Checks that all entries are known.
    pub(crate) fn check_complete(&self) -> Result<(), Error> {
        if self.complete {
            Ok(())
        } else {
            Err(Error::Incomplete)
        }
    }

    /// Checks that no entry is negative.
    pub(crate) fn check_signs(&self) -> Result<(), Error> {
        match self.negative {
            Some((row, column)) => Err(Error::Negative { row, column }),
            None => Ok(()),
        }
    }
}
