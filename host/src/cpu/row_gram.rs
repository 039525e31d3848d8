//! B^T B X in one pass over a sparse B, without the long panel B X.

use super::RowPanel;
use super::compressed_rows::CompressedRows;
use super::panel::check_shape;
use super::strips::{StripRows, WIDEST_STRIP, combination_of_any_width, for_width};
use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::panel::Panel;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

/// The bytes of a long panel up to which it stays in a cache between two products. These are then as fast:
/// they gather only, whereas the single pass gathers and scatters.
const CACHED: usize = 1 << 21;

/// The number of entries of a piece of B, relative to the rows of Y, which it sums separately.
const ENTRIES_PER_ROW: usize = 16;

/// The maximum number of pieces of B.
const MOST_PIECES: usize = 64;

/// The number of rows of the sum of all pieces that one task adds.
const ROWS_PER_TASK: usize = 256;

/// Checks that the product of a p x q B^T B with l columns is faster in one pass: B X is long, and the result is not.
pub(super) fn is_worth_one_pass<T>((nrows, ncols): (usize, usize), l: usize) -> bool {
    ncols <= nrows && nrows.saturating_mul(l).saturating_mul(size_of::<T>()) > CACHED
}

/// Y <- B^T B X, as the sum of b (b^T X) over the rows b of B, which is not wide.
///
/// The rows are divided into pieces of about equally many entries, depending only on the shape of B and their number.
/// The sums of the pieces are stored in place of B X, `across`, and added in their order.
pub(super) fn row_gram<T: Scalar>(
    b: CompressedRows<'_, T>,
    x: &RowPanel<'_, T>,
    across: &mut RowPanel<'_, T>,
    y: &mut RowPanel<'_, T>,
) -> Result<(), Error> {
    check_shape((x.nrows(), x.ncols()), (b.ncols(), y.ncols()))?;
    check_shape((y.nrows(), y.ncols()), (b.ncols(), y.ncols()))?;
    let sums = sums_of_pieces(b, x, across)?;
    add_pieces(sums, y);
    Ok(())
}

/// X <- B^T B X, as [`row_gram`] does.
pub(super) fn replace_by_row_gram<T: Scalar>(
    b: CompressedRows<'_, T>,
    x: &mut RowPanel<'_, T>,
    across: &mut RowPanel<'_, T>,
) -> Result<(), Error> {
    check_shape((x.nrows(), x.ncols()), (b.ncols(), x.ncols()))?;
    let sums = sums_of_pieces(b, x, across)?;
    add_pieces(sums, x);
    Ok(())
}

/// Computes b (b^T X), summed over the rows b of each piece of B, in `across`: one after the other, each as large as X.
fn sums_of_pieces<'s, T: Scalar>(
    b: CompressedRows<'_, T>,
    x: &RowPanel<'_, T>,
    across: &'s mut RowPanel<'_, T>,
) -> Result<&'s [T], Error> {
    let (n, l) = (b.ncols(), x.ncols());
    check_shape((across.nrows(), across.ncols()), (b.nrows(), l))?;
    let pieces = b.nonzeros() / (ENTRIES_PER_ROW * n.max(1));
    let pieces = pieces.min(b.nrows() / n.max(1)).clamp(1, MOST_PIECES);
    let start = |piece: usize| {
        let entries = b.nonzeros() * piece / pieces;
        b.row_offsets().partition_point(|offset| *offset < entries)
    };
    let x = x.as_slice();
    let sums = &mut across.as_mut_slice()[..pieces * n * l];
    sums.par_chunks_mut((n * l).max(1))
        .enumerate()
        .for_each(|(piece, y)| {
            let last = if piece + 1 == pieces {
                b.nrows()
            } else {
                start(piece + 1)
            };
            y.fill(T::ZERO);
            let mut first_column = 0;
            while first_column < l {
                let width = strip_width(l - first_column);
                vectorized(Strip {
                    b,
                    rows: (start(piece), last),
                    x,
                    y: &mut *y,
                    columns: (first_column, width),
                    l,
                });
                first_column += width;
            }
        });
    Ok(sums)
}

/// Y <- the sum of the pieces, in their order.
fn add_pieces<T: Scalar>(sums: &[T], y: &mut RowPanel<'_, T>) {
    let (size, rows) = (y.nrows() * y.ncols(), ROWS_PER_TASK * y.ncols());
    y.as_mut_slice()
        .par_chunks_mut(rows.max(1))
        .enumerate()
        .for_each(|(task, y)| {
            let rows = task * rows..task * rows + y.len();
            let mut pieces = sums.chunks_exact(size).map(|sum| &sum[rows.clone()]);
            if let Some(first) = pieces.next() {
                y.copy_from_slice(first);
            }
            for sum in pieces {
                for (y, x) in y.iter_mut().zip(sum) {
                    *y += *x;
                }
            }
        });
}

/// Some columns of the sum over some rows of B.
struct Strip<'a, T> {
    b: CompressedRows<'a, T>,
    rows: (usize, usize),
    x: &'a [T],
    y: &'a mut [T],
    /// The first column and the number of columns.
    columns: (usize, usize),
    l: usize,
}

/// Returns the widest strip of at most `columns` columns for which there is a kernel.
fn strip_width(columns: usize) -> usize {
    match columns {
        0..4 => columns.min(2),
        _ => columns.min(WIDEST_STRIP) / 4 * 4,
    }
}

impl<T: Scalar> WithSimd for Strip<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (_, width) = self.columns;
        if S::IS_SCALAR {
            return add_strip_of_any_width(self);
        }
        for_width!(width, add_strip, (self), 1 2 4 8 12 16 20 24 28 32);
    }
}

/// [`add_strip`], without vectors.
fn add_strip_of_any_width<T: Scalar>(strip: Strip<'_, T>) {
    let Strip { b, x, y, l, .. } = strip;
    let (first_column, width) = strip.columns;
    let mut sum = [T::ZERO; WIDEST_STRIP];
    let sum = &mut sum[..width];
    for i in strip.rows.0..strip.rows.1 {
        let (columns, values) = b.row(i);
        let row = |column: u32| &x[column as usize * l + first_column..][..width];
        combination_of_any_width((columns, values), row, sum);
        for (&column, &b) in columns.iter().zip(values) {
            let y = &mut y[column as usize * l + first_column..];
            for (y, sum) in y.iter_mut().zip(&*sum) {
                *y += b * *sum;
            }
        }
    }
}

/// Adds a strip of L columns; b^T X stays in registers.
#[inline(always)]
fn add_strip<T: Scalar, const L: usize>(strip: Strip<'_, T>) {
    let Strip {
        b,
        rows,
        x,
        y,
        columns: (first_column, _),
        l,
    } = strip;
    let rows_of_x = StripRows::<T, L>::new(x, l, first_column);
    for i in rows.0..rows.1 {
        let (columns, values) = b.row(i);
        let sum = rows_of_x.combination((columns, values));
        for (&column, &b) in columns.iter().zip(values) {
            let start = column as usize * l + first_column;
            let Some(y) = y[start..].first_chunk_mut::<L>() else {
                continue;
            };
            for (y, sum) in y.iter_mut().zip(&sum) {
                *y += b * *sum;
            }
        }
    }
}
