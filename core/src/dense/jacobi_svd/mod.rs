//! The SVD of a small matrix by one-sided Jacobi rotations with QR preconditioning.
//!
//! S A P = Q R with permutations S and P. The columns of X = R^T J are rotated until they are orthogonal: V consists of
//! their directions, the singular values are their lengths, and U is Q J. If R is well-conditioned, J is the solution
//! of R^T J = X; if not, it is rotated with X (Drmac & Veselic 2008).

mod rotations;

use super::pivoted_qr::{
    Lengths, apply_reflectors, pivoted_qr, swap_columns, swap_entries, unswap_rows,
};
use super::vector::{axpy, dot, normalizing_exponent, scale};
use super::{MatMut, check_finite, check_shape};
use crate::buffer::{require, take};
use crate::{Error, Real};
use rotations::{Rotations, solves_well};

/// The number of scalars of scratch for each column of the shorter side.
pub const SCRATCH: usize = 6;

/// The scalars of scratch that [`jacobi_svd`] needs for an m x n matrix: 6 min(m, n).
pub const fn scratch_len(nrows: usize, ncols: usize) -> usize {
    let shorter = if nrows < ncols { nrows } else { ncols };
    shorter.saturating_mul(SCRATCH)
}

/// A = U diag(s) V^T, thin, with singular values descending.
///
/// - `a`: m x n, any shape; destroyed.
/// - `u`: m x k, k = min(m, n); orthonormal columns, whatever the rank of A.
/// - `s`: k singular values.
/// - `v`: n x k; orthonormal columns.
/// - `scratch`: [`scratch_len`] scalars.
///
/// Scale-safe over the whole range of the type: A is scaled by a power of two first. Small
/// singular values of A = B D with well-conditioned B and diagonal D keep their relative accuracy
/// as long as D is 1 / eps above the smallest normal number; those of D B do for square B.
/// Costs about 4 m n^2 flops, and 3 n^3 for each of up to ten sweeps, 5 n^3 for an ill-conditioned A,
/// where m is the longer side.
///
/// # Errors
/// - [`Error::NonFinite`] with the place of the first NaN or infinity.
/// - [`Error::Overflow`] if a singular value is larger than the type can hold.
/// - [`Error::Shape`], [`Error::BufferTooSmall`], [`Error::Empty`] for wrong arguments.
/// - [`Error::NotConverged`] after forty sweeps; no such matrix is known.
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
    let s = s.get_mut(..k).unwrap_or_default();
    let (mut a, mut u, mut v) = if m >= n {
        (a.as_mut(), u.as_mut(), v.as_mut())
    } else {
        check_finite(a)?;
        (transpose_through(a, v)?, v.as_mut(), u.as_mut())
    };
    tall::<T, false>(&mut a, &mut u, s, &mut v, scratch)
}

/// [`jacobi_svd`] of a matrix of a size known at compile time, tall or square: the same bits in a
/// quarter fewer instructions. The code is compiled for each size.
///
/// - `a`: N columns of M entries, M >= N; destroyed.
/// - `u`, `s`, `v`: as in [`jacobi_svd`].
/// - `scratch`: overwritten.
///
/// # Errors
/// [`Error::Shape`] for M < N, which has to be transposed; the errors of [`jacobi_svd`].
pub fn fixed_jacobi_svd<T: Real, const M: usize, const N: usize>(
    a: &mut [[T; M]; N],
    u: &mut [[T; M]; N],
    s: &mut [T; N],
    v: &mut [[T; N]; N],
    scratch: &mut [[T; N]; SCRATCH],
) -> Result<(), Error> {
    if M < N {
        return Err(Error::Shape {
            expected: (N, N),
            found: (M, N),
        });
    }
    if N == 0 {
        return Err(Error::Empty);
    }
    tall::<T, true>(
        &mut a.into(),
        &mut u.into(),
        s,
        &mut v.into(),
        scratch.as_flattened_mut(),
    )
}

/// Transposes A in its buffer, through another one of the same size.
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

#[inline(always)]
fn tall<T: Real, const FIXED: bool>(
    a: &mut MatMut<'_, T>,
    u: &mut MatMut<'_, T>,
    s: &mut [T],
    v: &mut MatMut<'_, T>,
    mut scratch: &mut [T],
) -> Result<(), Error> {
    let n = a.ncols();
    let taus = take(&mut scratch, n);
    let columns = take(&mut scratch, n);
    let rows = take(&mut scratch, n);
    let mut lengths = Lengths::new(scratch.get_mut(..n).unwrap_or_default());
    let mut exponent = 0;
    if !lengths.sum(a.columns()) {
        exponent = bring_into_range(a)?;
        lengths.sum_again(a.columns_mut(), 0);
    }
    pivoted_qr::<T, FIXED>(a, lengths, taus, columns, rows);
    let accumulate = !solves_well(a, scratch.get_mut(..n).unwrap_or_default());
    let (states, _) = scratch.as_chunks_mut();
    let mut rotations = Rotations {
        x: v.as_mut(),
        j: u.as_mut(),
        states: states.get_mut(..n).unwrap_or_default(),
        accumulate,
    };
    rotations.start(a);
    rotations.run()?;
    rotations.lengths_and_directions(s, a);

    sort_descending(u, s, v);
    // Descending here, too: if the last is positive, no column is zero.
    if s.last().is_some_and(|s| *s == T::ZERO) {
        complete_basis(v);
    }
    unswap_rows(v, columns);
    apply_reflectors::<T, FIXED>(a, taus, rows, u);
    if exponent != 0 {
        scale(T::power_of_two(exponent), s);
    }
    // Descending, so that only the first one matters.
    match s.first() {
        Some(s) if !s.is_finite() => Err(Error::Overflow),
        _ => Ok(()),
    }
}

/// Divides by a power of two, and returns its exponent. Small entries are scaled to one; large ones are only scaled so
/// far that sums of 2^20 of them are safe, because smaller columns would underflow.
#[cold]
#[inline(never)]
fn bring_into_range<T: Real>(a: &mut MatMut<'_, T>) -> Result<i32, Error> {
    check_finite(a)?;
    let safe = 3 * T::SAFE_EXPONENT - 8;
    let mut exponent = normalizing_exponent(T::largest(a.as_slice()));
    if exponent > 0 {
        exponent = (exponent - safe).max(0);
    }
    scale(T::power_of_two(-exponent), a.as_mut_slice());
    Ok(exponent)
}

fn sort_descending<T: Real>(u: &mut MatMut<'_, T>, s: &mut [T], v: &mut MatMut<'_, T>) {
    for p in 0..s.len() {
        let mut largest = p;
        let mut value = T::ZERO;
        let later = s.get(p..).unwrap_or_default();
        for (q, &s) in (p..s.len()).zip(later) {
            if s.outweighs(value) {
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

/// Replaces each zero column by a direction orthogonal to all others: the unit vector farthest from
/// their span, orthogonalized twice.
#[cold]
#[inline(never)]
fn complete_basis<T: Real>(v: &mut MatMut<'_, T>) {
    for j in 0..v.ncols() {
        if v.column(j).iter().any(|x| *x != T::ZERO) {
            continue;
        }
        let far = farthest_unit_vector(v);
        let (mut left, mut right) = v.split_columns_mut(j);
        let Some(x) = right.next() else { return };
        if let Some(x) = x.get_mut(far) {
            *x = T::ONE;
        }
        for _ in 0..2 {
            for y in left.lend().chain(right.lend()) {
                axpy(-dot(y, x), y, x);
            }
        }
        scale(T::ONE / dot(x, x).sqrt(), x);
    }
}

/// Returns the row with the smallest sum of squares.
fn farthest_unit_vector<T: Real>(v: &MatMut<'_, T>) -> usize {
    let mut farthest = 0;
    let mut least = T::MAX;
    for i in 0..v.nrows() {
        let mut squares = T::ZERO;
        for x in v.columns() {
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
