//! Rows of the product of a sparse matrix and a row-major panel.

use super::RowPanel;
use super::compressed_rows::CompressedRows;
use super::strips::{WIDEST_STRIP, for_width};
use crate::Scalar;
use lowrank_core::panel::Panel;
use pulp::{Arch, Simd, WithSimd};

/// The rows of Y = A X from `first_row` on, which fit each other.
pub(super) fn product_of_rows<T: Scalar>(
    a: CompressedRows<'_, T>,
    x: &RowPanel<'_, T>,
    first_row: usize,
    y: &mut [T],
) {
    let (x, l, arch) = (x.as_slice(), x.ncols(), Arch::new());
    for first_column in (0..l).step_by(WIDEST_STRIP) {
        arch.dispatch(Strip {
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
        for_width!(width, multiply_strip, (self));
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
    for (i, y) in y.chunks_exact_mut(l).enumerate() {
        let (columns, values) = a.row(first_row + i);
        let mut sum = [T::ZERO; L];
        for (&column, &a) in columns.iter().zip(values) {
            let start = column as usize * l + first_column;
            let Some(x) = x[start..].first_chunk::<L>() else {
                continue;
            };
            for (sum, x) in sum.iter_mut().zip(x) {
                *sum += a * *x;
            }
        }
        y[first_column..][..L].copy_from_slice(&sum);
    }
}
