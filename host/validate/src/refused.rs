//! Matrices without a factorization, and the error that each has to give.

use crate::Matrix;
use lowrank_core::{Error, Real};

/// A family of m x n matrices with one invalid entry; the others are of ordinary size and nonnegative.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    pub name: &'static str,
    entry: f64,
    place: Place,
}

const INFINITY: f64 = f64::INFINITY;

#[derive(Clone, Copy, Debug)]
enum Place {
    First,
    Middle,
    Last,
}

/// NaN and both infinities, at the first, a middle and the last entry; for non-negative
/// factorizations a negative entry.
pub const REFUSED: [Refused; 10] = [
    refused("NaN at the first entry", f64::NAN, Place::First),
    refused("NaN in the middle", f64::NAN, Place::Middle),
    refused("NaN at the last entry", f64::NAN, Place::Last),
    refused("infinity at the first entry", INFINITY, Place::First),
    refused("infinity in the middle", INFINITY, Place::Middle),
    refused("infinity at the last entry", INFINITY, Place::Last),
    refused("minus infinity at the first entry", -INFINITY, Place::First),
    refused("minus infinity in the middle", -INFINITY, Place::Middle),
    refused("minus infinity at the last entry", -INFINITY, Place::Last),
    refused("minus one in the middle", -1.0, Place::Middle),
];

const fn refused(name: &'static str, entry: f64, place: Place) -> Refused {
    Refused { name, entry, place }
}

impl Refused {
    pub fn make<T: Real>(&self, m: usize, n: usize, seed: u64) -> Matrix<T> {
        let mut a = Matrix::<T>::gaussian(m, n, seed).map(|x: T| x.abs());
        let (row, column) = self.at(m, n);
        a.entries[row + m * column] = T::from_f64(self.entry);
        a
    }

    /// Returns true if only a non-negative factorization has to refuse the matrix.
    pub fn is_finite(&self) -> bool {
        self.entry.is_finite()
    }

    /// Returns the error with the place of the invalid entry.
    pub fn error(&self, m: usize, n: usize) -> Error {
        let (row, column) = self.at(m, n);
        if self.is_finite() {
            Error::Negative { row, column }
        } else {
            Error::NonFinite { row, column }
        }
    }

    fn at(&self, m: usize, n: usize) -> (usize, usize) {
        match self.place {
            Place::First => (0, 0),
            Place::Middle => (m / 2, n / 2),
            Place::Last => (m - 1, n - 1),
        }
    }
}
