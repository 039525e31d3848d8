//! Statistics of the entries of a matrix, on all threads and with the processor's vectors.

use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::operator::EntryStats;
use lowrank_core::summation::CompensatedSum;
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
    let seen = values
        .par_chunks(ENTRIES_PER_TASK)
        .map(|values| vectorized(Look { values }))
        .reduce(Seen::default, Seen::and);
    if seen.any_not_finite {
        let first = values
            .iter()
            .position(|x| !lowrank_core::Real::is_finite(*x));
        let (row, column) = place(first.unwrap_or_default());
        return Err(Error::NonFinite { row, column });
    }
    let negative = |values: &[T]| values.iter().position(|x| *x < T::ZERO).map(&place);
    let exponent = if seen.largest > T::ZERO {
        seen.largest.exponent()
    } else {
        0
    };
    let sums: Vec<[f64; 2]> = values
        .par_chunks(ENTRIES_PER_TASK)
        .flat_map_iter(|values| values.chunks(BLOCK))
        .map(|values| vectorized(Sums { values, exponent }))
        .collect();
    let (mut squares, mut sum) = (
        CompensatedSum::<f64>::default(),
        CompensatedSum::<f64>::default(),
    );
    for [block_squares, block_sum] in sums {
        squares.add(block_squares);
        sum.add(block_sum);
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
    fn and(self, other: Self) -> Self {
        Self {
            largest: self.largest.larger(other.largest),
            any_negative: self.any_negative | other.any_negative,
            any_not_finite: self.any_not_finite | other.any_not_finite,
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
            let magnitude = lowrank_core::Real::abs(*x);
            seen.and(Seen {
                largest: magnitude,
                any_negative: *x < T::ZERO,
                any_not_finite: !lowrank_core::Real::is_finite(magnitude),
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
