//! The Gram matrix of the rows of a factor, on any schedule to the same bits.

use super::row_schedule::{RowSchedule, RowUpdate};
use crate::buffer::take;
use crate::dense::lanes::{LANES, LowerTriangle, TOGETHER, padded, sum_of};
use crate::dense::{axpy, copy};
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, MatRef, Real};

/// The maximum number of pieces of the rows, whose Gram matrices are computed independently of each other.
const PIECES: usize = 64;

/// The minimum number of rows of a piece: fewer cost less than the sum of two Gram matrices.
const ROWS: usize = 256;

/// Returns the number of pieces of so many rows, which does not depend on the schedule.
const fn pieces_of(nrows: usize) -> usize {
    match nrows / ROWS {
        0 => 1,
        pieces if pieces > PIECES => PIECES,
        pieces => pieces,
    }
}

/// Returns the scalars of a Gram matrix of p columns: p padded columns.
pub(super) const fn gram_len(p: usize) -> usize {
    p.saturating_mul(padded(p))
}

/// Returns the scalars of the pieces for rows of p numbers.
pub(super) const fn pieces_len(nrows: usize, p: usize) -> usize {
    pieces_of(nrows).saturating_mul(gram_len(p))
}

/// G <- X^T X, all of it.
///
/// - `rows`: p x m, row i of X being column i of it.
/// - `gram`: p columns of [`padded`] (p) scalars, overwritten.
/// - `buffers`: [`pieces_len`] and 4 [`padded`] (p) scalars.
pub(super) fn gram_of_rows<T: Real>(
    rows: MatRef<'_, T>,
    gram: &mut [T],
    [pieces, scratch]: [&mut [T]; 2],
    schedule: &impl RowSchedule,
) -> Result<(), Error> {
    let (p, count) = (rows.nrows(), pieces_of(rows.ncols()));
    let last = rows.ncols().saturating_sub(1);
    let of_piece = last.checked_div(count).unwrap_or(0).saturating_add(1);
    let mut partial = MatMut::new(pieces, gram_len(p), count)?;
    schedule.update(&mut partial, scratch, &PieceGrams { rows, of_piece })?;
    gram.fill(T::ZERO);
    for piece in partial.columns() {
        axpy(T::ONE, piece, gram);
    }
    mirror(gram, p);
    Ok(())
}

/// The Gram matrices of pieces of the rows.
struct PieceGrams<'r, T> {
    rows: MatRef<'r, T>,
    of_piece: usize,
}

impl<T: Real> RowUpdate<T> for PieceGrams<'_, T> {
    #[inline(always)]
    fn update(&self, i: usize, gram: &mut [T], mut scratch: &mut [T]) -> Result<(), Error> {
        let (p, stride) = (self.rows.nrows(), padded(self.rows.nrows()));
        let features = take(&mut scratch, stride.saturating_mul(TOGETHER));
        features.fill(T::ZERO);
        let mut gram = LowerTriangle::zeros(gram, p);
        let first = i.saturating_mul(self.of_piece);
        let end = first.saturating_add(self.of_piece).min(self.rows.ncols());
        let mut piece = first..end;
        gram.add_squares_of(features, |f| match piece.next() {
            Some(j) => {
                copy(self.rows.column(j), f);
                true
            }
            None => false,
        });
        Ok(())
    }
}

/// Copies the lower triangle of p padded columns to the upper one.
fn mirror<T: Real>(gram: &mut [T], p: usize) {
    let stride = padded(p);
    for c in 0..p {
        let split = gram.split_at_mut_checked(c.saturating_mul(stride));
        let (before, own) = split.unwrap_or_default();
        for (column, x) in before.chunks_exact(stride.max(LANES)).zip(own) {
            *x = column.get(c).copied().unwrap_or(T::ZERO);
        }
    }
}

/// <G, F> of two Gram matrices.
pub(super) fn inner_product<T: Real>(g: &[T], f: &[T]) -> T {
    let mut sum = CompensatedSum::default();
    for (g, f) in g.iter().zip(f) {
        sum.add(*g * *f);
    }
    sum.sum()
}

/// tr G.
pub(super) fn trace<T: Real>(gram: &[T], p: usize) -> T {
    let mut sum = CompensatedSum::default();
    for (c, column) in (0..p).zip(gram.chunks_exact(padded(p).max(LANES))) {
        sum.add(column.get(c).copied().unwrap_or(T::ZERO));
    }
    sum.sum()
}

/// y <- G x.
///
/// - `x`: p scalars.
/// - `y`: [`padded`] (p) scalars, overwritten.
#[inline(always)]
pub(super) fn multiply<T: Real>(gram: &[T], x: &[T], y: &mut [T]) {
    y.fill(T::ZERO);
    let stride = y.len().max(LANES);
    // Not zero, in the sight of the optimiser too.
    let columns = gram.chunks_exact(stride.saturating_mul(TOGETHER).max(LANES));
    let (rest, (x, x_rest)) = (columns.remainder(), x.as_chunks::<TOGETHER>());
    let (y, _) = y.as_chunks_mut::<LANES>();
    for (columns, [a, b, c, d]) in columns.zip(x) {
        let mut lanes = columns.chunks_exact(stride);
        let lanes =
            [(); TOGETHER].map(|()| lanes.next().unwrap_or_default().as_chunks::<LANES>().0);
        let [p, q, r, s] = lanes;
        for (y, ((p, q), (r, s))) in y.iter_mut().zip(p.iter().zip(q).zip(r.iter().zip(s))) {
            *y = sum_of(sum_of(sum_of(sum_of(*y, *a, p), *b, q), *c, r), *d, s);
        }
    }
    for (column, x) in rest.chunks_exact(stride).zip(x_rest) {
        axpy(*x, column, y.as_flattened_mut());
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::super::Sequential;
    use super::*;
    use crate::random::{Distribution, RandomEntries};
    use std::{vec, vec::Vec};

    #[test]
    fn gram_matrices_and_their_products_are_those_of_the_definition() {
        for (m, p) in [(1, 1), (3, 5), (700, 9), (513, 8), (40, 17)] {
            let random = RandomEntries::new(Distribution::Gaussian, 3);
            let mut rows = vec![0.0; m * p];
            for (i, row) in rows.chunks_exact_mut(p).enumerate() {
                random.fill_row::<f64>(i, row);
            }
            let mut gram = vec![f64::NAN; gram_len(p)];
            let mut pieces = vec![f64::NAN; pieces_len(m, p)];
            let mut scratch = vec![f64::NAN; 4 * padded(p)];
            let x = MatRef::new(&rows, p, m).unwrap();
            let buffers = [&mut pieces[..], &mut scratch[..]];
            gram_of_rows(x, &mut gram, buffers, &Sequential).unwrap();
            let vector: Vec<f64> = (0..p).map(|c| random.at(m, c)).collect();
            let mut product = vec![f64::NAN; padded(p)];
            multiply(&gram, &vector, &mut product);
            for c in 0..p {
                let entry = |d: usize| -> f64 { rows.chunks_exact(p).map(|x| x[c] * x[d]).sum() };
                let expected: f64 = (0..p).map(|d| entry(d) * vector[d]).sum();
                assert!((product[c] - expected).abs() < 1e-9 * m as f64, "{m} {p}");
                for d in 0..p {
                    assert!((gram[c * padded(p) + d] - entry(d)).abs() < 1e-10 * m as f64);
                }
            }
            let squares: f64 = rows.iter().map(|x| x * x).sum();
            assert!((trace(&gram, p) - squares).abs() < 1e-9 * squares);
        }
    }
}
