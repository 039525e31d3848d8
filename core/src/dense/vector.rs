//! Sums from left to right, so that they have the same bits everywhere.

use crate::real::Real;

/// x . y, over the shorter of the two. It starts from -0, to which adding changes nothing, so that
/// the compiler can leave the first addition out.
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

/// y <- x, as far as both go.
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

/// Whether numbers up to `largest` in magnitude cannot be squared, or their squares multiplied.
pub(crate) fn is_extreme<T: Real>(largest: T) -> bool {
    largest.outweighs(T::SAFE_TO_SQUARE) || (T::ONE / T::SAFE_TO_SQUARE).outweighs(largest)
}

/// The exponent of a power of two to divide entries by, of which `largest` has the greatest
/// magnitude, so that they are about one. The power and its inverse are normal numbers.
#[inline(never)]
pub(crate) fn normalizing_exponent<T: Real>(largest: T) -> i32 {
    let end = T::MAX.exponent() - 1;
    largest.exponent().clamp(-end, end)
}
