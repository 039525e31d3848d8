//! QR factorization by Householder reflectors (Golub & Van Loan, Matrix Computations, 5.2).

use super::lu::largest_entry;
use super::vector::{largest_exponent, norm};
use super::{MatMut, axpy, check_finite, check_shape, dot, scale};
use crate::{Error, Real};

/// A = Q R, thin and in place.
///
/// - `a`: m x n, m >= n; overwritten by Q, whose columns are orthonormal whatever the rank of A.
/// - `r`: n x n; overwritten by R, upper triangular.
///
/// Returns the number of pivots |r_jj| above m eps max |r_ii|: the rank of A, where its first
/// columns span the range, as those of a random sketch do. Costs 4 m n^2 flops and no memory.
///
/// # Errors
/// [`Error::Shape`] for m < n or another shape of `r`; [`Error::NonFinite`] with its place;
/// [`Error::Overflow`] where an entry of R is larger than the type can hold.
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

/// Leaves the reflectors below the diagonal of `a`, their factors on it, and R in `r`.
fn factor<T: Real>(a: &mut MatMut<'_, T>, r: &mut MatMut<'_, T>) {
    let mut later = a.columns_mut();
    let mut j = 0;
    while let Some(x) = later.next() {
        let (above, x) = x.split_at_mut_checked(j).unwrap_or_default();
        let (tau, pivot) = reflector(x);
        let r_column = r.column_mut(j);
        super::copy(above, r_column);
        if let Some(diagonal) = r_column.get_mut(j) {
            *diagonal = pivot;
        }
        for y in later.lend() {
            reflect(x, tau, y.get_mut(j..).unwrap_or_default());
        }
        if let Some(diagonal) = x.first_mut() {
            *diagonal = tau;
        }
        j = j.saturating_add(1);
    }
}

/// Turns reflectors below the diagonal, with their factors on it, into the first columns of Q.
fn form_q<T: Real>(a: &mut MatMut<'_, T>) {
    for j in (0..a.ncols()).rev() {
        let (head, right) = a.split_columns_mut(j + 1);
        let x = head.last_column();
        let (above, x) = x.split_at_mut_checked(j).unwrap_or_default();
        let tau = x.first().copied().unwrap_or(T::ZERO);
        for y in right {
            reflect(x, tau, y.get_mut(j..).unwrap_or_default());
        }
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
        largest = r.at(j, j).abs().larger(largest);
    }
    let threshold = T::from_usize(m) * T::EPSILON * largest;
    let mut rank: usize = 0;
    for j in 0..r.ncols() {
        rank = rank.saturating_add((r.at(j, j).abs() > threshold).into());
    }
    rank
}

/// The reflector H = I - tau v v^T, v_0 = 1, that maps x to a multiple of e_0.
///
/// `x` is overwritten by v behind its first entry, which becomes garbage. Returns tau and that
/// multiple. Entries of any size: what is too large or too small to be squared is scaled first,
/// or tau and v would not fit each other and H would not be orthogonal.
#[inline(always)]
pub(super) fn reflector<T: Real>(x: &mut [T]) -> (T, T) {
    let length = norm(x);
    let exponent = length.exponent();
    if exponent.abs() < 3 * T::SAFE_EXPONENT {
        return scaled_reflector(x, length);
    }
    rescaled_reflector(x)
}

#[cold]
#[inline(never)]
fn rescaled_reflector<T: Real>(x: &mut [T]) -> (T, T) {
    let Some(e) = largest_exponent(x) else {
        return (T::ZERO, T::ZERO);
    };
    for x in x.iter_mut() {
        *x = x.scale_by_power_of_two(-e);
    }
    let length = norm(x);
    let (tau, pivot) = scaled_reflector(x, length);
    (tau, pivot.scale_by_power_of_two(e))
}

#[inline(always)]
fn scaled_reflector<T: Real>(x: &mut [T], length: T) -> (T, T) {
    let Some((first, rest)) = x.split_first_mut() else {
        return (T::ZERO, T::ZERO);
    };
    let alpha = *first;
    if rest.iter().all(|x| *x == T::ZERO) {
        return (T::ZERO, alpha);
    }
    let pivot = if alpha > T::ZERO { -length } else { length };
    scale(T::ONE / (alpha - pivot), rest);
    ((pivot - alpha) / pivot, pivot)
}

/// y <- (I - tau v v^T) y, where v_0 = 1 whatever `v` holds there.
#[inline(always)]
pub(super) fn reflect<T: Real>(v: &[T], tau: T, y: &mut [T]) {
    let v = v.get(1..).unwrap_or_default();
    if let Some((first, rest)) = y.split_first_mut() {
        let w = tau * (*first + dot(v, rest));
        *first -= w;
        axpy(-w, v, rest);
    }
}

/// S A P = Q R. The column with the largest entry comes first, which needs no squares and so
/// orders columns of any size; then the row of that entry, so that rows of any size keep their
/// own relative accuracy (Powell & Reid 1969; Cox & Higham 1998).
///
/// - `a`: m x n, m >= n; R on and above the diagonal afterwards, the reflectors below it.
/// - `taus`: n, the factors of the reflectors.
/// - `order`: n, the column of A that each column of A P is, as a scalar.
/// - `rows`: n, the row that was swapped with each of the first n, as a scalar.
pub(super) fn pivoted_qr<T: Real>(
    a: &mut MatMut<'_, T>,
    taus: &mut [T],
    order: &mut [T],
    rows: &mut [T],
) {
    for (j, order) in order.iter_mut().enumerate() {
        *order = T::from_usize(j);
    }
    for (j, (tau, row)) in (0..taus.len()).zip(taus.iter_mut().zip(rows)) {
        let pivot = pivot_column(a, j);
        if pivot > j {
            swap_columns(a, j, pivot);
            swap_entries(order, j, pivot);
        }
        let pivot = pivot_row(a, j);
        *row = T::from_usize(pivot);
        if pivot > j {
            swap_rows(a, j, pivot);
        }
        let (head, right) = a.split_columns_mut(j + 1);
        let x = head.last_column().get_mut(j..).unwrap_or_default();
        let (factor, diagonal) = reflector(x);
        for y in right {
            reflect(x, factor, y.get_mut(j..).unwrap_or_default());
        }
        if let Some(first) = x.first_mut() {
            *first = diagonal;
        }
        *tau = factor;
    }
}

fn pivot_column<T: Real>(a: &MatMut<'_, T>, j: usize) -> usize {
    let mut pivot = j;
    let mut largest = T::ZERO;
    for c in j..a.ncols() {
        let mut height = T::ZERO;
        for x in a.column(c).get(j..).unwrap_or_default() {
            height = x.abs().larger(height);
        }
        if height > largest {
            largest = height;
            pivot = c;
        }
    }
    pivot
}

/// The row from `j` on in which column `j` is largest; `j` where its number is no scalar.
fn pivot_row<T: Real>(a: &MatMut<'_, T>, j: usize) -> usize {
    let below = a.column(j).get(j..).unwrap_or_default();
    let row = j.saturating_add(largest_entry(below).map_or(0, |(i, _)| i));
    if T::from_usize(row).to_usize() == row {
        row
    } else {
        j
    }
}

/// Swaps rows `p` and `q` > `p`.
pub(super) fn swap_rows<T: Real>(a: &mut MatMut<'_, T>, p: usize, q: usize) {
    for column in a.columns_mut() {
        swap_entries(column, p, q);
    }
}

/// Swaps columns `p` and `q` > `p`.
pub(super) fn swap_columns<T: Real>(a: &mut MatMut<'_, T>, p: usize, q: usize) {
    let (x, y) = a.column_pair_mut(p, q);
    for (x, y) in x.iter_mut().zip(y) {
        core::mem::swap(x, y);
    }
}

/// Swaps entries `p` and `q` > `p`.
pub(super) fn swap_entries<T: Real>(x: &mut [T], p: usize, q: usize) {
    let (left, right) = x.split_at_mut_checked(q).unwrap_or_default();
    if let (Some(x), Some(y)) = (left.get_mut(p), right.first_mut()) {
        core::mem::swap(x, y);
    }
}
