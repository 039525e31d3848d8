//! The SVD of a small matrix by one-sided Jacobi rotations with QR preconditioning.
//!
//! S A P = Q R with permutations S and P; the columns of R^T are rotated until they are orthogonal;
//! their directions are V, their lengths the singular values, and the rotations together with Q are
//! U (Drmac & Veselic 2008).

mod rotations;

use super::qr::{pivoted_qr, reflect, swap_columns, swap_entries, swap_rows};
use super::vector::{axpy, dot, largest_exponent, norm, scale};
use super::{MatMut, check_finite, check_shape};
use crate::buffer::{require, take};
use crate::{Error, Real};
use rotations::Rotations;

/// The scalars of scratch that [`jacobi_svd`] needs for an m x n matrix: 6 min(m, n).
pub const fn scratch_len(nrows: usize, ncols: usize) -> usize {
    let shorter = if nrows < ncols { nrows } else { ncols };
    shorter.saturating_mul(6)
}

/// A = U diag(s) V^T, thin, with singular values descending.
///
/// - `a`: m x n, any shape; destroyed.
/// - `u`: m x k, k = min(m, n); orthonormal columns, completed where A has a smaller rank.
/// - `s`: k singular values.
/// - `v`: n x k; orthonormal columns.
/// - `scratch`: [`scratch_len`] scalars.
///
/// Scale-safe over the whole range of the type: A is scaled by a power of two first. Small
/// singular values of A = B D with well-conditioned B and diagonal D keep their relative accuracy
/// as far as D stays 1 / eps above the smallest normal number; those of D B do for square B.
/// About 6 m n^2 flops and 5 n^3 for each of up to ten sweeps, m being the longer side.
///
/// # Errors
/// - [`Error::NonFinite`] with the place of the first NaN or infinity.
/// - [`Error::Overflow`] where a singular value is larger than the type can hold.
/// - [`Error::Shape`], [`Error::BufferTooSmall`], [`Error::Empty`] for wrong arguments.
/// - [`Error::NotConverged`] never seen.
pub fn jacobi_svd<T: Real>(
    a: &mut MatMut<'_, T>,
    u: &mut MatMut<'_, T>,
    s: &mut [T],
    v: &mut MatMut<'_, T>,
    scratch: &mut [T],
) -> Result<(), Error> {
    let (m, n) = (a.nrows(), a.ncols());
    let k = m.min(n);
    check_shape((u.nrows(), u.ncols()), (m, k))?;
    check_shape((v.nrows(), v.ncols()), (n, k))?;
    if k == 0 {
        return Err(Error::Empty);
    }
    require(s.len(), k)?;
    require(scratch.len(), scratch_len(m, n))?;
    check_finite(a)?;
    let s = s.get_mut(..k).unwrap_or_default();
    if m >= n {
        return tall(a, u, s, v, scratch);
    }
    let mut transposed = transpose_through(a, v)?;
    tall(&mut transposed, v, s, u, scratch)
}

/// A^T in the buffer of A, by way of another one of the same size.
fn transpose_through<'a, T: Real>(
    a: &'a mut MatMut<'_, T>,
    through: &mut MatMut<'_, T>,
) -> Result<MatMut<'a, T>, Error> {
    for (i, column) in (0..a.nrows()).zip(through.columns_mut()) {
        for (x, source) in column.iter_mut().zip(a.columns()) {
            *x = source.get(i).copied().unwrap_or(T::ZERO);
        }
    }
    let (m, n) = (a.nrows(), a.ncols());
    let mut transposed = MatMut::new(a.as_mut_slice(), n, m)?;
    transposed.copy_from(through.as_ref())?;
    Ok(transposed)
}

fn tall<T: Real>(
    a: &mut MatMut<'_, T>,
    u: &mut MatMut<'_, T>,
    s: &mut [T],
    v: &mut MatMut<'_, T>,
    mut scratch: &mut [T],
) -> Result<(), Error> {
    let n = a.ncols();
    let taus = take(&mut scratch, n);
    let order = take(&mut scratch, n);
    let rows = take(&mut scratch, n);
    let exponent = largest_exponent(a.as_slice()).map_or(0, excess::<T>);
    for x in a.as_mut_slice() {
        *x = x.scale_by_power_of_two(-exponent);
    }
    pivoted_qr(a, taus, order, rows);
    Rotations::start(a, u.as_mut(), v.as_mut(), scratch).run()?;

    let spare = scratch;
    lengths_and_directions(u, s, v, spare);
    sort_descending(u, s, v);
    complete_basis(v, s);
    permute_rows(v, order, spare);
    apply_reflectors(a, taus, u);
    unswap_rows(u, rows);
    for s in s {
        *s = s.scale_by_power_of_two(exponent);
        if !s.is_finite() {
            return Err(Error::Overflow);
        }
    }
    Ok(())
}

/// What to divide entries with the largest exponent `e` by: small ones are brought to one, large
/// ones only to where sums of 2^20 of them are safe: small columns beside them would underflow.
fn excess<T: Real>(e: i32) -> i32 {
    let safe = 3 * T::SAFE_EXPONENT - 8;
    e.min((e - safe).max(0))
}

/// The singular values are the lengths of the columns of X, V their directions; zero columns
/// stay zero. The columns of J are brought to length one, which rounding has moved a little.
fn lengths_and_directions<T: Real>(
    j: &mut MatMut<'_, T>,
    s: &mut [T],
    x: &mut MatMut<'_, T>,
    scales: &[T],
) {
    for (((s, scale_of), x), j) in s
        .iter_mut()
        .zip(scales)
        .zip(x.columns_mut())
        .zip(j.columns_mut())
    {
        let length = norm(x);
        *s = length * *scale_of;
        if length > T::ZERO {
            for x in x {
                *x /= length;
            }
        }
        scale(T::ONE / norm(j), j);
    }
}

fn sort_descending<T: Real>(u: &mut MatMut<'_, T>, s: &mut [T], v: &mut MatMut<'_, T>) {
    for p in 0..s.len() {
        let mut largest = p;
        let mut value = s.get(p).copied().unwrap_or(T::ZERO);
        for (q, &s) in s.iter().enumerate().skip(p + 1) {
            if s > value {
                largest = q;
                value = s;
            }
        }
        if largest > p {
            swap_entries(s, p, largest);
            swap_columns(u, p, largest);
            swap_columns(v, p, largest);
        }
    }
}

/// Replaces the zero columns behind the last positive singular value by directions orthogonal to
/// all others: each time the unit vector farthest from their span, orthogonalised twice.
fn complete_basis<T: Real>(v: &mut MatMut<'_, T>, s: &[T]) {
    for j in 0..v.ncols() {
        if v.column(j).iter().any(|x| *x != T::ZERO) || s.get(j).is_some_and(|s| *s > T::ZERO) {
            continue;
        }
        let far = farthest_unit_vector(v, j);
        let (left, right) = v.split_columns_mut(j);
        let mut left = left;
        let mut right = right;
        let Some(x) = right.next() else { return };
        if let Some(x) = x.get_mut(far) {
            *x = T::ONE;
        }
        for _ in 0..2 {
            for y in left.lend() {
                axpy(-dot(y, x), y, x);
            }
        }
        scale(T::ONE / norm(x), x);
    }
}

/// The row in which the first `count` columns have the smallest sum of squares.
fn farthest_unit_vector<T: Real>(v: &MatMut<'_, T>, count: usize) -> usize {
    let mut farthest = 0;
    let mut least = T::MAX;
    for i in 0..v.nrows() {
        let mut squares = T::ZERO;
        for x in v.columns().take(count) {
            let x = x.get(i).copied().unwrap_or(T::ZERO);
            squares += x * x;
        }
        if squares < least {
            least = squares;
            farthest = i;
        }
    }
    farthest
}

/// V <- P V.
fn permute_rows<T: Real>(v: &mut MatMut<'_, T>, order: &[T], spare: &mut [T]) {
    for column in v.columns_mut() {
        super::copy(column, spare);
        for (x, row) in spare.iter().zip(order) {
            if let Some(place) = column.get_mut(row.to_usize()) {
                *place = *x;
            }
        }
    }
}

/// U <- Q U.
fn apply_reflectors<T: Real>(a: &MatMut<'_, T>, taus: &[T], u: &mut MatMut<'_, T>) {
    for (j, &tau) in taus.iter().enumerate().rev() {
        let v = a.column(j).get(j..).unwrap_or_default();
        for y in u.columns_mut() {
            reflect(v, tau, y.get_mut(j..).unwrap_or_default());
        }
    }
}

/// U <- S^T U.
fn unswap_rows<T: Real>(u: &mut MatMut<'_, T>, rows: &[T]) {
    for (j, row) in rows.iter().enumerate().rev() {
        let row = row.to_usize();
        if row > j {
            swap_rows(u, j, row);
        }
    }
}
