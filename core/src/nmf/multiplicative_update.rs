//! The multiplicative update on column-major slices.

use crate::dense::axpy;
use crate::penalty::Penalty;
use crate::{MatMut, MatRef, Real};

/// The number of rows that are updated together: their denominators stay in registers or on the stack.
pub(super) const ROWS: usize = 16;

/// X <- X o N / (X G), where N becomes the quotient.
pub(crate) fn multiplicative_update<T: Real>(
    x: &mut MatMut<'_, T>,
    numerator: &mut MatMut<'_, T>,
    gram: MatRef<'_, T>,
    penalty: Penalty<T>,
) {
    let columns = x.as_ref().columns().zip(gram.columns());
    for (numerator, (own, g)) in numerator.columns_mut().zip(columns) {
        divide_by_product(x.as_ref(), g, own, penalty, numerator);
    }
    for (x, ratio) in x.as_mut_slice().iter_mut().zip(numerator.as_slice()) {
        *x = (*x * *ratio).without_underflow();
    }
}

/// y <- y / (X g + l1 + l2 x_j), entry by entry.
fn divide_by_product<T: Real>(
    x: MatRef<'_, T>,
    g: &[T],
    own: &[T],
    penalty: Penalty<T>,
    y: &mut [T],
) {
    for (start, y) in (0..y.len()).step_by(ROWS).zip(y.chunks_mut(ROWS)) {
        let mut product = [T::ZERO; ROWS];
        for (column, g) in x.columns().zip(g) {
            axpy(*g, column.get(start..).unwrap_or_default(), &mut product);
        }
        axpy(
            penalty.l2,
            own.get(start..).unwrap_or_default(),
            &mut product,
        );
        for (y, p) in y.iter_mut().zip(product) {
            let p = p + penalty.l1;
            *y /= p.larger(T::SQUARE_ROOT_OF_MIN);
        }
    }
}
