//! Vector operations; sums run from left to right, so that they have the same bits everywhere.

use crate::real::Real;

/// x . y, over the shorter of the two. The sum starts from -0, the neutral element, so that the compiler can omit the
/// first addition.
pub(crate) fn dot<T: Real>(x: &[T], y: &[T]) -> T {
    dot_onto(-T::ZERO, x, y)
}

/// sum + x . y, over the shorter of the two.
pub(crate) fn dot_onto<T: Real>(mut sum: T, x: &[T], y: &[T]) -> T {
    for (x, y) in x.iter().zip(y) {
        sum += *x * *y;
    }
    sum
}

/// y <- y + a x, over the shorter of the two.
pub(crate) fn axpy<T: Real>(a: T, x: &[T], y: &mut [T]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * *x;
    }
}

/// y <- x, over the shorter of the two.
#[inline(always)]
pub(crate) fn copy<T: Real>(x: &[T], y: &mut [T]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = *x;
    }
}

/// x <- a x.
pub(crate) fn scale<T: Real>(a: T, x: &mut [T]) {
    for x in x {
        *x *= a;
    }
}

/// Returns true if squares of numbers up to `largest` in magnitude, or products of these squares, leave the range.
pub(crate) fn is_extreme<T: Real>(largest: T) -> bool {
    largest.outweighs(T::SAFE_TO_SQUARE) || (T::ONE / T::SAFE_TO_SQUARE).outweighs(largest)
}

/// Returns the exponent of the power of two that scales entries to about one, where `largest` is the entry of greatest
/// magnitude. The power and its inverse are normal numbers.
#[inline(never)]
pub(crate) fn normalizing_exponent<T: Real>(largest: T) -> i32 {
    let end = T::MAX.exponent() - 1;
    largest.exponent().clamp(-end, end)
}
