//! Statistics of the entries of a matrix, on all threads and with the processor's vectors.

use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::operator::EntryStats;
use lowrank_core::summation::CompensatedSum;
use lowrank_core::{Error, Real};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

/// The number of entries of a task.
const ENTRIES_PER_TASK: usize = 1 << 14;

/// The number of entries that are added without compensation, in eight independent sums.
const BLOCK: usize = 512;

/// Computes the statistics of stored entries; `place` returns the row and the column of the i-th.
pub(crate) fn entry_stats<T: Scalar>(
    values: &[T],
    place: impl Fn(usize) -> (usize, usize),
) -> Result<EntryStats<T>, Error> {
    // Both kernels read a part while it is in a cache.
    let parts: Vec<Part<T>> = values.par_chunks(ENTRIES_PER_TASK).map(Part::of).collect();
    let seen = parts.iter().map(|part| part.seen);
    let seen = seen.fold(Seen::default(), Seen::and);
    if seen.any_not_finite {
        let first = values.iter().position(|x| !Real::is_finite(*x));
        let (row, column) = place(first.unwrap_or_default());
        return Err(Error::NonFinite { row, column });
    }
    let negative = |values: &[T]| values.iter().position(|x| *x < T::ZERO).map(&place);
    let exponent = seen.exponent();
    let (mut squares, mut sum) = (
        CompensatedSum::<f64>::default(),
        CompensatedSum::<f64>::default(),
    );
    for part in parts.iter().filter(|part| part.seen.largest > T::ZERO) {
        let e = part.seen.exponent() - exponent;
        for [part_squares, part_sum] in &part.sums {
            squares.add(part_squares.scale_by_power_of_two(2 * e));
            sum.add(part_sum.scale_by_power_of_two(e));
        }
    }
    Ok(EntryStats {
        exponent,
        norm: T::from_f64(squares.sum().sqrt()),
        sum: T::from_f64(sum.sum()),
        negative: seen.any_negative.then(|| negative(values)).flatten(),
        entries: values.len(),
        complete: true,
    })
}

#[derive(Clone, Copy, Default)]
struct Seen<T> {
    largest: T,
    any_negative: bool,
    any_not_finite: bool,
}

impl<T: Scalar> Seen<T> {
    /// Returns the exponent of the largest magnitude; zero for zeros.
    fn exponent(&self) -> i32 {
        match self.largest > T::ZERO {
            true => self.largest.exponent(),
            false => 0,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            largest: self.largest.larger(other.largest),
            any_negative: self.any_negative | other.any_negative,
            any_not_finite: self.any_not_finite | other.any_not_finite,
        }
    }
}

/// What is known of up to [`ENTRIES_PER_TASK`] entries.
struct Part<T> {
    seen: Seen<T>,
    /// The sums of squares and of entries of each block, over a power of two: that of the exponent of the part.
    sums: Vec<[f64; 2]>,
}

impl<T: Scalar> Part<T> {
    fn of(values: &[T]) -> Self {
        let seen = vectorized(Look { values });
        let exponent = seen.exponent();
        let blocks = values.chunks(BLOCK);
        let sums = blocks.map(|values| vectorized(Sums { values, exponent }));
        Self {
            seen,
            sums: sums.collect(),
        }
    }
}

struct Look<'a, T> {
    values: &'a [T],
}

impl<T: Scalar> WithSimd for Look<'_, T> {
    type Output = Seen<T>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Seen<T> {
        let look = |seen: Seen<T>, x: &T| {
            let magnitude = Real::abs(*x);
            seen.and(Seen {
                largest: magnitude,
                any_negative: *x < T::ZERO,
                any_not_finite: !Real::is_finite(magnitude),
            })
        };
        let (lanes, rest) = self.values.as_chunks::<8>();
        let mut seen = [Seen::default(); 8];
        for x in lanes {
            for (seen, x) in seen.iter_mut().zip(x) {
                *seen = look(*seen, x);
            }
        }
        let seen = seen.into_iter().fold(Seen::default(), Seen::and);
        rest.iter().fold(seen, look)
    }
}

/// The sums of squares and of entries of 2^-e A.
struct Sums<'a, T> {
    values: &'a [T],
    exponent: i32,
}

impl<T: Scalar> WithSimd for Sums<'_, T> {
    type Output = [f64; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [f64; 2] {
        let ordinary = self.exponent.abs() < T::SAFE_EXPONENT;
        if !ordinary {
            return sums(self.values, |x| x.scale_by_power_of_two(-self.exponent));
        }
        let scale = T::power_of_two(-self.exponent);
        sums(self.values, |x| x * scale)
    }
}

#[inline(always)]
fn sums<T: Scalar>(values: &[T], scaled: impl Fn(T) -> T) -> [f64; 2] {
    let (lanes, rest) = values.as_chunks::<8>();
    let (mut squares, mut sums) = ([0.0; 8], [0.0; 8]);
    for x in lanes {
        for ((square, sum), x) in squares.iter_mut().zip(&mut sums).zip(x) {
            let x = scaled(*x).to_f64();
            *square += x * x;
            *sum += x;
        }
    }
    let (mut square, mut sum) = (squares.iter().sum::<f64>(), sums.iter().sum::<f64>());
    for x in rest {
        let x = scaled(*x).to_f64();
        square += x * x;
        sum += x;
    }
    [square, sum]
}
