//! Sums and products over the rows of row-major blocks, in pieces of fixed size.

use super::vectors::vectorized;
use crate::Scalar;
use faer::linalg::matmul::matmul;
use faer::{Accum, Par};
use lowrank_core::MatRef;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

/// The number of rows of a task: 16 columns of f64 take 128 kB, half of a small L2 cache.
pub(super) const ROWS_PER_TASK: usize = 1024;

/// x . y in eight independent sums.
pub(super) fn inner_product<T: Scalar>(x: &[T], y: &[T]) -> f64 {
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<8>(), y.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (x, y) in x.iter().zip(y) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x.to_f64() * y.to_f64();
        }
    }
    let rest = x_rest
        .iter()
        .zip(y_rest)
        .map(|(x, y)| x.to_f64() * y.to_f64());
    sums.iter().sum::<f64>() + rest.sum::<f64>()
}

/// Sums each column, over pieces of the rows in a fixed order and in f64.
pub(super) fn column_sums<T: Scalar>(x: &[T], k: usize) -> Vec<f64> {
    let partials: Vec<Vec<f64>> = x
        .par_chunks(ROWS_PER_TASK * k.max(1))
        .map(|rows| {
            let mut sums = vec![0.0; k];
            vectorized(ColumnSums {
                rows,
                sums: &mut sums,
            });
            sums
        })
        .collect();
    let mut sums = vec![0.0; k];
    for partial in partials {
        for (sum, x) in sums.iter_mut().zip(partial) {
            *sum += x;
        }
    }
    sums
}

/// The sums of the columns of some rows, which have as many numbers as there are sums.
struct ColumnSums<'a, T> {
    rows: &'a [T],
    sums: &'a mut [f64],
}

impl<T: Scalar> WithSimd for ColumnSums<'_, T> {
    type Output = ();

    /// Adds up to eight columns at a time, whose sums stay in registers.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { rows, sums } = self;
        let (k, mut first) = (sums.len(), 0);
        while first < k {
            let left = &mut sums[first..];
            first += match left.len() {
                8.. => add_columns::<T, 8>(rows, (k, first), left),
                4..8 => add_columns::<T, 4>(rows, (k, first), left),
                2 | 3 => add_columns::<T, 2>(rows, (k, first), left),
                _ => add_columns::<T, 1>(rows, (k, first), left),
            };
        }
    }
}

/// Sums columns `first` to `first` + W; returns W.
#[inline(always)]
fn add_columns<T: Scalar, const W: usize>(
    rows: &[T],
    (k, first): (usize, usize),
    sums: &mut [f64],
) -> usize {
    let mut found = [0.0; W];
    for row in rows.chunks_exact(k) {
        let Some(row) = row[first..].first_chunk::<W>() else {
            continue;
        };
        for (sum, x) in found.iter_mut().zip(row) {
            *sum += x.to_f64();
        }
    }
    sums[..W].copy_from_slice(&found);
    W
}

/// Converts row-major to column-major, or back with the sizes exchanged.
pub(crate) fn transposed<T: Scalar>(x: &[T], nrows: usize, ncols: usize) -> Vec<T> {
    let mut columns = Vec::with_capacity(x.len());
    for j in 0..ncols {
        columns.extend((0..nrows).map(|i| x[i * ncols + j]));
    }
    columns
}

/// Rows of l numbers, of which each begins `stride` numbers after the one before it.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, T> {
    pub(super) x: &'a [T],
    pub(super) l: usize,
    pub(super) stride: usize,
}

impl<'a, T: Scalar> Rows<'a, T> {
    /// Creates adjacent rows.
    pub(super) fn adjacent(x: &'a [T], l: usize) -> Self {
        Self { x, l, stride: l }
    }

    /// Returns pieces of [`ROWS_PER_TASK`] rows.
    fn pieces(self) -> impl IndexedParallelIterator<Item = faer::MatRef<'a, T>> {
        let Self { x, l, stride } = self;
        x.par_chunks(ROWS_PER_TASK * stride.max(1)).map(move |x| {
            let nrows = x.len() / stride;
            faer::MatRef::from_row_major_slice_with_stride(x, nrows, l, stride)
        })
    }
}

/// X^T Y, column-major, summed over pieces of the rows in a fixed order and in f64.
pub(super) fn cross_sums<T: Scalar>(x: Rows<'_, T>, y: Rows<'_, T>) -> Vec<f64> {
    let (l, k) = (x.l, y.l);
    let partials: Vec<Vec<T>> = x
        .pieces()
        .zip(y.pieces())
        .map(|(x, y)| {
            let mut cross = vec![T::ZERO; l * k];
            let out = faer::MatMut::from_column_major_slice_mut(&mut cross, l, k);
            matmul(out, Accum::Replace, x.transpose(), y, T::ONE, Par::Seq);
            cross
        })
        .collect();
    let mut sums = vec![0.0; l * k];
    for partial in partials {
        for (sum, x) in sums.iter_mut().zip(partial) {
            *sum += x.to_f64();
        }
    }
    sums
}

/// Y <- X S.
pub(super) fn multiply_rows<T: Scalar>(x: Rows<'_, T>, s: MatRef<'_, T>, y: &mut [T]) {
    accumulate_rows(Accum::Replace, T::ONE, x, s, y);
}

/// Y <- Y - X S.
pub(super) fn subtract_rows<T: Scalar>(x: Rows<'_, T>, s: MatRef<'_, T>, y: &mut [T]) {
    accumulate_rows(Accum::Add, -T::ONE, x, s, y);
}

/// Y <- factor X S, or Y <- Y + factor X S.
fn accumulate_rows<T: Scalar>(
    accum: Accum,
    factor: T,
    x: Rows<'_, T>,
    s: MatRef<'_, T>,
    y: &mut [T],
) {
    let (l, k) = (s.nrows(), s.ncols());
    debug_assert_eq!(l, x.l);
    x.pieces()
        .zip(y.par_chunks_mut(ROWS_PER_TASK * k.max(1)))
        .for_each(|(x, y)| {
            let s = faer::MatRef::from_column_major_slice(s.as_slice(), l, k);
            let y = faer::MatMut::from_row_major_slice_mut(y, x.nrows(), k);
            matmul(y, accum, x, s, factor, Par::Seq);
        });
}
