//! The rotation that makes rows orthogonal, by their Gram matrix.

use crate::buffer::take;
use crate::dense::dot;
use crate::dense::jacobi_svd::{SCRATCH, jacobi_svd};
use crate::{Error, MatMut, Real};

/// Returns the scalars of scratch of [`rotate`] for so many rows: 3 r^2 + 7 r.
pub(super) const fn scratch_len(rows: usize) -> usize {
    let vectors = SCRATCH.saturating_add(1);
    rows.saturating_mul(rows.saturating_mul(3).saturating_add(vectors))
}

/// B <- U^T B where B B^T = U S U^T: the rows become orthogonal, the longest first, and B^T B does not change. Returns
/// the squares of their lengths.
///
/// The Gram matrix squares the condition of B, which leaves U as orthogonal as any: only lengths below sqrt(eps) of the
/// largest lose digits, and those are the ones that a sketch drops.
pub(super) fn rotate<'s, T: Real>(
    rows: &mut [T],
    (count, d): (usize, usize),
    mut scratch: &'s mut [T],
) -> Result<&'s mut [T], Error> {
    if count == 0 {
        return Ok(Default::default());
    }
    let square = count.saturating_mul(count);
    let mut gram = MatMut::new(take(&mut scratch, square), count, count)?;
    let mut u = MatMut::new(take(&mut scratch, square), count, count)?;
    let mut v = MatMut::new(take(&mut scratch, square), count, count)?;
    let squares = take(&mut scratch, count);
    for (i, column) in (0..count).zip(gram.columns_mut()) {
        for (j, product) in (0..count).zip(column) {
            *product = dot(row(rows, i, d), row(rows, j, d));
        }
    }
    jacobi_svd(&mut gram, &mut u, squares, &mut v, scratch)?;
    let column = scratch.get_mut(..count).unwrap_or_default();
    for c in 0..d {
        for (i, x) in (0..count).zip(&mut *column) {
            let x_i = rows.get(i.saturating_mul(d).saturating_add(c));
            *x = x_i.copied().unwrap_or(T::ZERO);
        }
        for (i, direction) in (0..count).zip(u.columns()) {
            if let Some(x) = rows.get_mut(i.saturating_mul(d).saturating_add(c)) {
                *x = dot(direction, column);
            }
        }
    }
    for (i, square) in (0..count).zip(&mut *squares) {
        let row = row(rows, i, d);
        *square = dot(row, row);
    }
    Ok(squares)
}

fn row<T>(rows: &[T], i: usize, d: usize) -> &[T] {
    let rest = rows.get(i.saturating_mul(d)..).unwrap_or_default();
    rest.get(..d).unwrap_or_default()
}
