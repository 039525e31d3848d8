//! Sweeps of hierarchical alternating least squares over row-major blocks.

use crate::Scalar;
use lowrank_core::MatRef;
use lowrank_core::penalty::Penalty;
use pulp::{Simd, WithSimd};

/// The number of rows that are swept together, one per lane of the vectors.
const LANES: usize = 16;

/// x_j <- max(0, x_j + (n_j - l1 - X g_j - l2 x_j) / (g_jj + l2)) for each column j in turn, in all rows of a
/// block. Compiled for the processor's vectors; no operations are fused.
pub(super) struct HalsSweeps<'a, T> {
    /// X, row-major.
    pub(super) x: &'a mut [T],
    /// N.
    pub(super) numerator: &'a [T],
    /// G.
    pub(super) gram: MatRef<'a, T>,
    pub(super) sweeps: usize,
    pub(super) penalty: Penalty<T>,
}

impl<T: Scalar> WithSimd for HalsSweeps<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (k, Penalty { l1, l2 }) = (self.gram.ncols(), self.penalty);
        let inverses: Vec<T> = (0..k)
            .map(|j| T::ONE / (self.gram.get_or_zero(j, j) + l2).larger(T::SQUARE_ROOT_OF_MIN))
            .collect();
        let (mut x, mut n) = (vec![[T::ZERO; LANES]; k], vec![[T::ZERO; LANES]; k]);
        let rows = LANES * k;
        for (block, numerator) in self.x.chunks_mut(rows).zip(self.numerator.chunks(rows)) {
            gather(block, &mut x);
            gather(numerator, &mut n);
            for _ in 0..self.sweeps {
                for (j, (g, inverse)) in self.gram.columns().zip(&inverses).enumerate() {
                    let step = residual(&n[j], &x, g);
                    for (x, step) in x[j].iter_mut().zip(step) {
                        let step = step - l1 - l2 * *x;
                        *x = (*x + step * *inverse).larger(T::ZERO);
                    }
                }
            }
            scatter(&x, block);
        }
    }
}

/// n - X g.
#[inline(always)]
fn residual<T: Scalar>(n: &[T; LANES], x: &[[T; LANES]], g: &[T]) -> [T; LANES] {
    let mut step = *n;
    for (x, g) in x.iter().zip(g) {
        for (step, x) in step.iter_mut().zip(x) {
            *step += -*g * *x;
        }
    }
    step
}

/// Copies rows to lanes. Lanes without a row keep their values.
#[inline(always)]
fn gather<T: Scalar>(rows: &[T], columns: &mut [[T; LANES]]) {
    for (lane, row) in rows.chunks_exact(columns.len()).enumerate() {
        for (column, x) in columns.iter_mut().zip(row) {
            column[lane] = *x;
        }
    }
}

/// Copies lanes to rows.
#[inline(always)]
fn scatter<T: Scalar>(columns: &[[T; LANES]], rows: &mut [T]) {
    for (lane, row) in rows.chunks_exact_mut(columns.len()).enumerate() {
        for (column, x) in columns.iter().zip(row) {
            *x = column[lane];
        }
    }
}
