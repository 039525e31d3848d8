//! Gram matrices of a few rows.

use super::strips::for_width;
use super::vectors::vectorized;
use crate::Scalar;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use pulp::{Simd, WithSimd};

/// The number of columns up to which the sums stay in registers; above it, faer's product is faster.
const WIDEST_ROW: usize = 12;

/// G <- X^T X of rows of k columns, column-major.
pub(super) fn gram_of_rows<T: Scalar>(x: &[T], k: usize, gram: &mut [T]) {
    if k <= WIDEST_ROW {
        return vectorized(NarrowGram { x, k, gram });
    }
    let x = MatRef::from_row_major_slice(x, x.len() / k, k);
    let gram = MatMut::from_column_major_slice_mut(gram, k, k);
    matmul(gram, Accum::Replace, x.transpose(), x, T::ONE, Par::Seq);
}

/// Compiled for the processor's vectors; no operations are fused.
struct NarrowGram<'a, T> {
    x: &'a [T],
    k: usize,
    gram: &'a mut [T],
}

impl<T: Scalar> WithSimd for NarrowGram<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        if S::IS_SCALAR {
            return sum_rows_of_any_width(self);
        }
        match self.k {
            0..=4 => for_width!(self.k, four_wide, (self), 1 2 3 4),
            5..=8 => for_width!(self.k, eight_wide, (self), 5 6 7 8),
            _ => for_width!(self.k, sixteen_wide, (self), 9 10 11 12),
        }
    }
}

/// [`sum_rows`], without vectors.
fn sum_rows_of_any_width<T: Scalar>(task: NarrowGram<'_, T>) {
    let k = task.k;
    task.gram.fill(T::ZERO);
    for row in task.x.chunks_exact(k) {
        for (sums, x) in task.gram.chunks_exact_mut(k).zip(row) {
            for (sum, y) in sums.iter_mut().zip(row) {
                *sum += *x * *y;
            }
        }
    }
}

#[inline(always)]
fn four_wide<T: Scalar, const K: usize>(task: NarrowGram<'_, T>) {
    sum_rows::<T, K, 4>(task);
}

#[inline(always)]
fn eight_wide<T: Scalar, const K: usize>(task: NarrowGram<'_, T>) {
    sum_rows::<T, K, 8>(task);
}

#[inline(always)]
fn sixteen_wide<T: Scalar, const K: usize>(task: NarrowGram<'_, T>) {
    sum_rows::<T, K, 16>(task);
}

/// The number of rows that are copied to lanes together.
const ROWS: usize = 64;

/// Sums the products of rows of K columns in vectors of R >= K lanes, of which those beyond K are zero. The lanes are a copy
/// of the rows: with both factors of a product from the same numbers, the compiler shares x y and y x, and pays for it by
/// shuffles of all lanes, which take twice as long as the sums.
#[inline(always)]
fn sum_rows<T: Scalar, const K: usize, const R: usize>(task: NarrowGram<'_, T>) {
    let mut sums = [[T::ZERO; R]; K];
    let mut lanes = [[T::ZERO; R]; ROWS];
    let (rows, _) = task.x.as_chunks::<K>();
    for rows in rows.chunks(ROWS) {
        for (lanes, row) in lanes.iter_mut().zip(rows) {
            lanes[..K].copy_from_slice(row);
        }
        for (lanes, row) in lanes.iter().zip(rows) {
            for (sums, x) in sums.iter_mut().zip(row) {
                for (sum, y) in sums.iter_mut().zip(lanes) {
                    *sum += *x * *y;
                }
            }
        }
    }
    for (column, sums) in task.gram.chunks_exact_mut(K).zip(&sums) {
        column.copy_from_slice(&sums[..K]);
    }
}
