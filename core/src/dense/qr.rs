//! QR factorization by Householder reflectors (Golub & Van Loan, Matrix Computations, 5.2).

use super::vector::{dot_onto, is_extreme, normalizing_exponent};
use super::{ColumnsMut, MatMut, axpy, check_finite, check_shape, dot, scale};
use crate::{Error, Real};

/// Computes A = Q R, thin and in place.
///
/// - `a`: m x n, m >= n; overwritten by Q, whose columns are orthonormal whatever the rank of A.
/// - `r`: n x n; overwritten by R, upper triangular.
///
/// Returns the number of pivots |r_jj| above m eps max |r_ii|: the rank of A, if its first
/// columns span the range, as those of a random sketch do. Costs 4 m n^2 flops and no memory.
///
/// # Errors
/// [`Error::Shape`] for m < n or another shape of `r`; [`Error::NonFinite`] with its place;
/// [`Error::Overflow`] if an entry of R is larger than the type can hold.
pub fn thin_qr<T: Real>(a: &mut MatMut<'_, T>, r: &mut MatMut<'_, T>) -> Result<usize, Error> {
    let (m, n) = (a.nrows(), a.ncols());
    if m < n {
        return Err(Error::Shape {
            expected: (n, n),
            found: (m, n),
        });
    }
    check_shape((r.nrows(), r.ncols()), (n, n))?;
    check_finite(a)?;
    r.fill(T::ZERO);
    factor(a, r);
    check_finite(r).map_err(|_| Error::Overflow)?;
    form_q(a);
    Ok(rank(r, m))
}

/// Computes the reflectors below the diagonal of `a`, their factors on it, and R in `r`.
fn factor<T: Real>(a: &mut MatMut<'_, T>, r: &mut MatMut<'_, T>) {
    let mut later = a.columns_mut();
    let mut j = 0;
    while let Some(x) = later.next() {
        let (above, x) = x.split_at_mut_checked(j).unwrap_or_default();
        let largest = T::largest(x);
        let (tau, pivot) = reflector(x, largest);
        let r_column = r.column_mut(j);
        super::copy(above, r_column);
        if let Some(diagonal) = r_column.get_mut(j) {
            *diagonal = pivot;
        }
        reflect(x, tau, later.lend().below(j));
        if let Some(diagonal) = x.first_mut() {
            *diagonal = tau;
        }
        j = j.saturating_add(1);
    }
}

/// Computes the first columns of Q from the reflectors below the diagonal and their factors on it.
fn form_q<T: Real>(a: &mut MatMut<'_, T>) {
    for j in (0..a.ncols()).rev() {
        let (head, right) = a.split_columns_mut(j + 1);
        let x = head.last_column();
        let (above, x) = x.split_at_mut_checked(j).unwrap_or_default();
        let tau = x.first().copied().unwrap_or(T::ZERO);
        reflect(x, tau, right.below(j));
        above.fill(T::ZERO);
        scale(-tau, x.get_mut(1..).unwrap_or_default());
        if let Some(diagonal) = x.first_mut() {
            *diagonal = T::ONE - tau;
        }
    }
}

fn rank<T: Real>(r: &MatMut<'_, T>, m: usize) -> usize {
    let mut largest = T::ZERO;
    for j in 0..r.ncols() {
        largest = r.get_or_zero(j, j).abs().larger(largest);
    }
    let threshold = T::from_usize(m) * T::EPSILON * largest;
    let mut rank: usize = 0;
    for j in 0..r.ncols() {
        rank = rank.saturating_add((r.get_or_zero(j, j).abs() > threshold).into());
    }
    rank
}

/// Computes the reflector H = I - tau v v^T, v_0 = 1, that maps x to a multiple of e_0.
///
/// `x`, whose entry of greatest magnitude is `largest`, is overwritten by v except for its first
/// entry, which becomes garbage. Returns tau and that multiple; tau = 0 for x = 0. A column that
/// is too large or too small to be squared is scaled first; otherwise tau and v would be inconsistent
/// and H would not be orthogonal.
pub(super) fn reflector<T: Real>(x: &mut [T], largest: T) -> (T, T) {
    if largest == T::ZERO {
        return (T::ZERO, T::ZERO);
    }
    let mut unit = T::ONE;
    if is_extreme(largest) {
        let exponent = normalizing_exponent(largest);
        unit = T::power_of_two(exponent);
        scale(T::power_of_two(-exponent), x);
    }
    let length = dot(x, x).sqrt();
    let Some((&mut alpha, rest)) = x.split_first_mut() else {
        return (T::ZERO, T::ZERO);
    };
    let pivot = if alpha > T::ZERO { -length } else { length };
    scale(T::ONE / (alpha - pivot), rest);
    let tau = (pivot - alpha) / pivot;
    (tau, pivot * unit)
}

/// Y <- (I - tau v v^T) Y, where v_0 = 1 whatever `v` holds there; Y has a row for each entry of v.
#[inline(never)]
pub(super) fn reflect<T: Real>(v: &[T], tau: T, columns: ColumnsMut<'_, T>) {
    reflect_here(v, tau, columns);
}

/// [`reflect`], inlined: shorter if the sizes are known at compile time.
#[inline(always)]
pub(super) fn reflect_here<T: Real>(v: &[T], tau: T, mut columns: ColumnsMut<'_, T>) {
    let Some((_, v)) = v.get(..columns.height()).and_then(|v| v.split_first()) else {
        return;
    };
    while let Some(y) = columns.next() {
        let Some((y_0, y)) = y.split_first_mut() else {
            return;
        };
        let Some((z_0, z)) = columns.next().and_then(|z| z.split_first_mut()) else {
            let w = tau * dot_onto(*y_0, v, y);
            *y_0 -= w;
            return axpy(-w, v, y);
        };
        // The sums of two columns are independent, and four rows are taken at a time.
        let (v_fours, v_rest) = v.as_chunks::<4>();
        let (y_fours, y_rest) = y.as_chunks_mut::<4>();
        let (z_fours, z_rest) = z.as_chunks_mut::<4>();
        let (mut sum_y, mut sum_z) = (*y_0, *z_0);
        for ((v, y), z) in v_fours.iter().zip(&*y_fours).zip(&*z_fours) {
            for ((v, y), z) in v.iter().zip(y).zip(z) {
                sum_y += *v * *y;
                sum_z += *v * *z;
            }
        }
        for ((v, y), z) in v_rest.iter().zip(&*y_rest).zip(&*z_rest) {
            sum_y += *v * *y;
            sum_z += *v * *z;
        }
        let (w_y, w_z) = (tau * sum_y, tau * sum_z);
        *y_0 -= w_y;
        *z_0 -= w_z;
        for ((v, y), z) in v_fours.iter().zip(y_fours).zip(z_fours) {
            for ((v, y), z) in v.iter().zip(y).zip(z) {
                *y -= w_y * *v;
                *z -= w_z * *v;
            }
        }
        for ((v, y), z) in v_rest.iter().zip(y_rest).zip(z_rest) {
            *y -= w_y * *v;
            *z -= w_z * *v;
        }
    }
}
