//! LU factorization with partial pivoting, as a cheap way to keep a basis well-conditioned.

use super::vector::largest_exponent;
use super::{MatMut, axpy, check_finite};
use crate::{Error, Real};

/// P^T L of P A = L U, in place: a basis of the range of A whose entries are at most one, for
/// entries of any size.
///
/// `a`: m x n, overwritten by the unit lower triangular factor in the order of A's own rows. Its
/// columns are eliminated by one another, so that neither U nor the pivots are stored: once a
/// column has its pivot, the later ones are zero in that row. A column that depends on the ones
/// before it becomes zero, or rounding noise scaled to one.
///
/// Costs m n^2 flops and no memory. Not orthonormal, but as good for a power iteration and a
/// quarter of the price of [`thin_qr`](super::qr::thin_qr) (Halko, Martinsson & Tropp 2011,
/// remark 4.3; Shabat, Shmueli, Aizenbud & Averbuch 2018).
///
/// # Errors
/// [`Error::NonFinite`] with the place of the first NaN or infinity.
pub fn lu_normalize<T: Real>(a: &mut MatMut<'_, T>) -> Result<(), Error> {
    let safe = T::power_of_two(T::SAFE_EXPONENT);
    // NaN is not below anything.
    if !a.as_slice().iter().all(|x| x.abs() <= safe) {
        bring_into_range(a)?;
    }
    let mut later = a.columns_mut();
    while let Some(x) = later.next() {
        let Some((pivot_row, pivot)) = largest_entry(x) else {
            continue;
        };
        for x in x.iter_mut() {
            *x /= pivot;
        }
        for y in later.lend() {
            let factor = y.get(pivot_row).copied().unwrap_or(T::ZERO);
            axpy(-factor, x, y);
        }
    }
    Ok(())
}

/// Divides columns with large entries by a power of two, which their pivots would take out anyway:
/// an elimination may double an entry.
#[cold]
#[inline(never)]
fn bring_into_range<T: Real>(a: &mut MatMut<'_, T>) -> Result<(), Error> {
    check_finite(a)?;
    for x in a.columns_mut() {
        let e = largest_exponent(x).unwrap_or(0);
        if e > T::SAFE_EXPONENT {
            for x in x {
                *x = x.scale_by_power_of_two(-e);
            }
        }
    }
    Ok(())
}

/// The place and the value of the entry of greatest magnitude, the first of several; `None`
/// where all are zero.
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
