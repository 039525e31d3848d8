//! LU factorization with partial pivoting, an inexpensive way to keep a basis well-conditioned.

use super::vector::normalizing_exponent;
use super::{MatMut, axpy, check_finite, scale};
use crate::{Error, Real};

/// Computes P^T L of P A = L U in place: a basis of the range of A whose entries are at most one.
///
/// `a`: m x n, overwritten by the unit lower triangular factor in the order of A's own rows. Neither U
/// nor the pivots are stored: once a column has its pivot, the later ones are zero in that row. A column
/// that depends on the preceding ones becomes zero, or rounding noise scaled to one.
///
/// Costs m n^2 flops and no memory. Not orthonormal, but as good for a power iteration, at a
/// quarter of the cost of [`thin_qr`](super::qr::thin_qr) (Halko, Martinsson & Tropp 2011,
/// remark 4.3; Shabat, Shmueli, Aizenbud & Averbuch 2018).
///
/// # Errors
/// [`Error::NonFinite`] with the place of the first NaN or infinity.
pub fn lu_normalize<T: Real>(a: &mut MatMut<'_, T>) -> Result<(), Error> {
    check_finite(a)?;
    // Adding a number of half the largest exponent does not change the largest number.
    let safe = T::power_of_two(T::MAX.exponent() >> 1);
    let mut later = a.columns_mut();
    while let Some(x) = later.next() {
        let Some((pivot_row, pivot)) = largest_entry(x) else {
            continue;
        };
        for x in x.iter_mut() {
            *x /= pivot;
        }
        for y in later.lend() {
            if entry(y, pivot_row).abs() > safe {
                bring_to_one(y);
            }
            axpy(-entry(y, pivot_row), x, y);
        }
    }
    Ok(())
}

fn entry<T: Real>(x: &[T], i: usize) -> T {
    x.get(i).copied().unwrap_or(T::ZERO)
}

/// x <- 2^-e x with entries of less than four; the size of a column does not matter for a basis.
#[cold]
#[inline(never)]
fn bring_to_one<T: Real>(x: &mut [T]) {
    let unit = T::power_of_two(-normalizing_exponent(T::largest(x)));
    scale(unit, x);
}

/// Returns the place and the value of the entry of greatest magnitude, the first of several; `None` if all are zero.
pub(crate) fn largest_entry<T: Real>(x: &[T]) -> Option<(usize, T)> {
    let mut place = 0;
    let mut largest = T::ZERO;
    for (i, &x) in x.iter().enumerate() {
        if x.outweighs(largest) {
            place = i;
            largest = x;
        }
    }
    (largest != T::ZERO).then_some((place, largest))
}
