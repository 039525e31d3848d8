//! Rows of the product of a sparse matrix and a row-major panel.

use super::RowPanel;
use super::compressed_rows::CompressedRows;
use super::strips::{StripRows, WIDEST_STRIP, combination_of_any_width, for_width};
use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::panel::Panel;
use pulp::{Simd, WithSimd};

/// The rows of Y = A X from `first_row` on, which fit each other.
pub(super) fn product_of_rows<T: Scalar>(
    a: CompressedRows<'_, T>,
    x: &RowPanel<'_, T>,
    first_row: usize,
    y: &mut [T],
) {
    let (x, l) = (x.as_slice(), x.ncols());
    for first_column in (0..l).step_by(WIDEST_STRIP) {
        vectorized(Strip {
            a,
            x,
            y: &mut *y,
            first_row,
            first_column,
            l,
        });
    }
}

/// Some columns of a few rows of Y <- A X.
struct Strip<'a, T> {
    a: CompressedRows<'a, T>,
    x: &'a [T],
    y: &'a mut [T],
    first_row: usize,
    first_column: usize,
    l: usize,
}

/// Compiled for the processor's vectors, whatever the binary was built for. No operations are fused: the
/// bits do not depend on the processor.
impl<T: Scalar> WithSimd for Strip<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let width = (self.l - self.first_column).min(WIDEST_STRIP);
        if S::IS_SCALAR {
            return multiply_strip_of_any_width(self, width);
        }
        for_width!(width, multiply_strip, (self));
    }
}

/// [`multiply_strip`], without vectors.
fn multiply_strip_of_any_width<T: Scalar>(strip: Strip<'_, T>, width: usize) {
    let (x, l, first) = (strip.x, strip.l, strip.first_column);
    let row = |column: u32| &x[column as usize * l + first..][..width];
    for (i, y) in strip.y.chunks_exact_mut(l).enumerate() {
        let entries = strip.a.row(strip.first_row + i);
        combination_of_any_width(entries, row, &mut y[first..][..width]);
    }
}

/// Computes L columns; the sums of a row stay in registers.
#[inline(always)]
fn multiply_strip<T: Scalar, const L: usize>(strip: Strip<'_, T>) {
    let Strip {
        a,
        x,
        y,
        first_row,
        first_column,
        l,
    } = strip;
    let rows = StripRows::<T, L>::new(x, l, first_column);
    for (i, y) in y.chunks_exact_mut(l).enumerate() {
        let y = &mut y[first_column..][..L];
        y.copy_from_slice(&rows.combination(a.row(first_row + i)));
    }
}
