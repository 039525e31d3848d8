//! Products of A^T and a narrow panel from the rows of a sparse A, without a copy of A^T.

use super::RowPanel;
use super::compressed_rows::CompressedRows;
use super::panel::check_shape;
use super::strips::for_width;
use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::panel::Panel;
use pulp::{Simd, WithSimd};

/// The widest panel: one of f64 whose rows take a cache line each, as much as an entry of a copy of A^T that is written.
const WIDEST: usize = 8;

/// Checks that a product with l columns costs no more than a copy of A^T.
pub(super) fn is_narrow(l: usize) -> bool {
    (1..=WIDEST).contains(&l)
}

/// X <- A^T Y: adds a multiple of row i of Y for each entry of row i of A. The sums are in the order of the rows of A, on one
/// thread, as a copy of A^T would be written by one.
pub(super) fn transposed_product<T: Scalar>(
    a: CompressedRows<'_, T>,
    y: &RowPanel<'_, T>,
    x: &mut RowPanel<'_, T>,
) -> Result<(), Error> {
    let l = y.ncols();
    check_shape((y.nrows(), l), (a.nrows(), x.ncols()))?;
    check_shape((x.nrows(), x.ncols()), (a.ncols(), l))?;
    let (y, x) = (y.as_slice(), x.as_mut_slice());
    x.fill(T::ZERO);
    vectorized(Scatter { a, y, x, l });
    Ok(())
}

struct Scatter<'a, T> {
    a: CompressedRows<'a, T>,
    y: &'a [T],
    x: &'a mut [T],
    l: usize,
}

impl<T: Scalar> WithSimd for Scatter<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for_width!(self.l, scatter, (self), 1 2 3 4 5 6 7 8);
    }
}

#[inline(always)]
fn scatter<T: Scalar, const L: usize>(Scatter { a, y, x, .. }: Scatter<'_, T>) {
    let (rows, _) = x.as_chunks_mut::<L>();
    for (i, y) in y.as_chunks::<L>().0.iter().enumerate() {
        let (columns, values) = a.row(i);
        for (&column, &a) in columns.iter().zip(values) {
            let Some(x) = rows.get_mut(column as usize) else {
                continue;
            };
            for (x, y) in x.iter_mut().zip(y) {
                *x += a * *y;
            }
        }
    }
}
