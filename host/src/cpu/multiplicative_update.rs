//! Multiplicative updates of row-major blocks.

use super::rows::{self, multiply_rows};
use super::strips::for_width;
use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::MatRef;
use lowrank_core::penalty::Penalty;
use pulp::{Simd, WithSimd};

/// The number of columns up to which a row of X G stays in registers between product and quotient; above it,
/// faer's product is faster.
const WIDEST_ROW: usize = 12;

/// x_ij <- x_ij n_ij / ((X G)_ij + l1 + l2 x_ij) in the rows of a block.
pub(super) fn multiplicative_update<T: Scalar>(
    x: &mut [T],
    numerator: &[T],
    gram: MatRef<'_, T>,
    penalty: Penalty<T>,
) {
    let k = gram.ncols();
    if k <= WIDEST_ROW {
        return vectorized(Rows {
            x,
            numerator,
            gram,
            penalty,
        });
    }
    let mut product = vec![T::ZERO; x.len()];
    multiply_rows(rows::Rows::adjacent(x, k), gram, &mut product);
    vectorized(Quotients {
        x,
        numerator,
        denominator: &product,
        penalty,
    });
}

/// A block of rows, updated one by one. Compiled for the processor's vectors; no operations are fused.
struct Rows<'a, T> {
    x: &'a mut [T],
    numerator: &'a [T],
    gram: MatRef<'a, T>,
    penalty: Penalty<T>,
}

impl<T: Scalar> WithSimd for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let k = self.gram.ncols();
        if S::IS_SCALAR {
            return self.update_rows_of_any_width();
        }
        for_width!(k, update_rows, (self), 1 2 3 4 5 6 7 8 9 10 11 12);
    }
}

impl<T: Scalar> Rows<'_, T> {
    /// [`update_rows`], without vectors.
    fn update_rows_of_any_width(self) {
        let (k, penalty) = (self.gram.ncols(), self.penalty);
        let mut d = [T::ZERO; WIDEST_ROW];
        let d = &mut d[..k];
        for (x, n) in self
            .x
            .chunks_exact_mut(k)
            .zip(self.numerator.chunks_exact(k))
        {
            d.fill(T::ZERO);
            for (x, g) in x.iter().zip(self.gram.columns()) {
                for (d, g) in d.iter_mut().zip(g) {
                    *d += *x * *g;
                }
            }
            for ((x, n), d) in x.iter_mut().zip(n).zip(&*d) {
                *x = penalty.quotient_step(*x, *n, *d);
            }
        }
    }
}

/// Updates rows of K columns.
#[inline(always)]
fn update_rows<T: Scalar, const K: usize>(rows: Rows<'_, T>) {
    let penalty = rows.penalty;
    // G is symmetric: its columns are its rows.
    let (g, _) = rows.gram.as_slice().as_chunks::<K>();
    let (x, _) = rows.x.as_chunks_mut::<K>();
    let (numerator, _) = rows.numerator.as_chunks::<K>();
    for (x, n) in x.iter_mut().zip(numerator) {
        let mut d = [T::ZERO; K];
        for (x, g) in x.iter().zip(g) {
            for (d, g) in d.iter_mut().zip(g) {
                *d += *x * *g;
            }
        }
        // By value: the compiler has to see that no entry changes what the next one needs.
        let (mut own, n) = (*x, *n);
        for ((x, n), d) in own.iter_mut().zip(n).zip(d) {
            *x = penalty.quotient_step(*x, n, d);
        }
        *x = own;
    }
}

/// The quotients for a known X G, entry by entry.
struct Quotients<'a, T> {
    x: &'a mut [T],
    numerator: &'a [T],
    denominator: &'a [T],
    penalty: Penalty<T>,
}

impl<T: Scalar> WithSimd for Quotients<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let penalty = self.penalty;
        for ((x, n), d) in self.x.iter_mut().zip(self.numerator).zip(self.denominator) {
            *x = penalty.quotient_step(*x, *n, *d);
        }
    }
}
