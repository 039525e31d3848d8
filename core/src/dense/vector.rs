//! Sums from left to right, so that they have the same bits everywhere.

use crate::Real;

/// x . y, over the shorter of the two.
#[inline(always)]
pub(crate) fn dot<T: Real>(x: &[T], y: &[T]) -> T {
    let mut sum = T::ZERO;
    for (x, y) in x.iter().zip(y) {
        sum += *x * *y;
    }
    sum
}

/// y <- y + a x, over the shorter of the two.
#[inline(always)]
pub(crate) fn axpy<T: Real>(a: T, x: &[T], y: &mut [T]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * *x;
    }
}

/// x <- a x.
#[inline(always)]
pub(crate) fn scale<T: Real>(a: T, x: &mut [T]) {
    for x in x {
        *x *= a;
    }
}

/// ||x||, for entries of any size.
#[inline(always)]
pub(crate) fn norm<T: Real>(x: &[T]) -> T {
    let squares = dot(x, x);
    if squares >= T::SAFE_SQUARE && squares <= T::MAX {
        squares.sqrt()
    } else {
        rescaled_norm(x)
    }
}

/// The binary exponent of the largest entry, or `None` where all are zero.
#[inline]
pub(crate) fn largest_exponent<T: Real>(x: &[T]) -> Option<i32> {
    let mut largest = T::ZERO;
    for x in x {
        largest = x.abs().larger(largest);
    }
    (largest > T::ZERO).then(|| largest.exponent())
}

#[cold]
#[inline(never)]
fn rescaled_norm<T: Real>(x: &[T]) -> T {
    let Some(e) = largest_exponent(x) else {
        return dot(x, x);
    };
    let mut squares = T::ZERO;
    for x in x {
        let x = x.scale_by_power_of_two(-e);
        squares += x * x;
    }
    squares.sqrt().scale_by_power_of_two(e)
}
