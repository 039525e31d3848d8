//! Sweeps of hierarchical alternating least squares over row-major blocks.

use super::strips::for_width;
use crate::Scalar;
use lowrank_core::MatRef;
use lowrank_core::penalty::Penalty;
use pulp::{Simd, WithSimd};

/// The number of columns up to which the compiler knows the width of a row: it turns rows to lanes by shuffles.
const WIDEST_ROW: usize = 12;

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
        let (k, l2) = (self.gram.ncols(), self.penalty.l2);
        let inverses: Vec<T> = (0..k)
            .map(|j| T::ONE / (self.gram.get_or_zero(j, j) + l2).larger(T::SQUARE_ROOT_OF_MIN))
            .collect();
        if k <= WIDEST_ROW && !S::IS_SCALAR {
            for_width!(k, narrow, (self, &inverses), 1 2 3 4 5 6 7 8 9 10 11 12);
        } else if is_single::<T>() {
            self.wide::<32>(&inverses);
        } else {
            self.wide::<16>(&inverses);
        }
    }
}

/// Returns true for f32, of which twice as many rows are swept together, one per lane of the vectors.
fn is_single<T>() -> bool {
    size_of::<T>() == size_of::<f32>()
}

#[inline(always)]
fn narrow<T: Scalar, const K: usize>(task: HalsSweeps<'_, T>, inverses: &[T]) {
    if is_single::<T>() {
        task.narrow::<K, 32>(inverses);
    } else {
        task.narrow::<K, 16>(inverses);
    }
}

impl<T: Scalar> HalsSweeps<'_, T> {
    /// Sweeps over rows of K columns.
    #[inline(always)]
    fn narrow<const K: usize, const LANES: usize>(mut self, inverses: &[T]) {
        let (mut x, mut n) = ([[T::ZERO; LANES]; K], [[T::ZERO; LANES]; K]);
        let (rows, _) = std::mem::take(&mut self.x).as_chunks_mut::<K>();
        let (numerators, _) = self.numerator.as_chunks::<K>();
        let (gram, _) = self.gram.as_slice().as_chunks::<K>();
        let columns = gram.iter().map(|column| column.as_slice());
        // The last rows fill a block with zeros: a second text for fewer rows would be as long as this one.
        let (mut spare, mut spare_n) = ([[T::ZERO; K]; LANES], [[T::ZERO; K]; LANES]);
        for (block, numerator) in rows.chunks_mut(LANES).zip(numerators.chunks(LANES)) {
            let count = block.len();
            if count < LANES {
                spare[..count].copy_from_slice(block);
                spare_n[..count].copy_from_slice(numerator);
            }
            let rows = block.first_chunk_mut::<LANES>().unwrap_or(&mut spare);
            turn(rows, &mut x);
            turn(numerator.first_chunk().unwrap_or(&spare_n), &mut n);
            self.sweep(columns.clone(), &n, &mut x, inverses);
            turn_back(&x, rows);
            if count < LANES {
                block.copy_from_slice(&spare[..count]);
            }
        }
    }

    /// Sweeps over rows of any width.
    #[inline(always)]
    fn wide<const LANES: usize>(mut self, inverses: &[T]) {
        let k = self.gram.ncols();
        let (mut x, mut n) = (vec![[T::ZERO; LANES]; k], vec![[T::ZERO; LANES]; k]);
        let (rows, all) = (LANES * k, std::mem::take(&mut self.x));
        for (block, numerator) in all.chunks_mut(rows).zip(self.numerator.chunks(rows)) {
            gather(block, &mut x);
            gather(numerator, &mut n);
            self.sweep(self.gram.columns(), &n, &mut x, inverses);
            scatter(&x, block);
        }
    }

    /// Sweeps over the rows in the lanes.
    #[inline(always)]
    fn sweep<'g, const LANES: usize>(
        &self,
        gram: impl Iterator<Item = &'g [T]> + Clone,
        n: &[[T; LANES]],
        x: &mut [[T; LANES]],
        inverses: &[T],
    ) {
        let Penalty { l1, l2 } = self.penalty;
        for _ in 0..self.sweeps {
            for (j, (g, inverse)) in gram.clone().zip(inverses).enumerate() {
                let step = residual(&n[j], x, g);
                // By value: the compiler has to see that no lane changes what the next one needs.
                let (mut own, inverse) = (x[j], *inverse);
                for (x, step) in own.iter_mut().zip(step) {
                    let step = step - l1 - l2 * *x;
                    *x = (*x + step * inverse).larger(T::ZERO);
                }
                x[j] = own;
            }
        }
    }
}

/// n - X g.
#[inline(always)]
fn residual<T: Scalar, const LANES: usize>(
    n: &[T; LANES],
    x: &[[T; LANES]],
    g: &[T],
) -> [T; LANES] {
    let mut step = *n;
    for (x, g) in x.iter().zip(g) {
        for (step, x) in step.iter_mut().zip(x) {
            *step += -*g * *x;
        }
    }
    step
}

/// Copies rows of K columns to lanes.
#[inline(always)]
fn turn<T: Scalar, const K: usize, const LANES: usize>(
    rows: &[[T; K]; LANES],
    columns: &mut [[T; LANES]; K],
) {
    for (j, column) in columns.iter_mut().enumerate() {
        for (x, row) in column.iter_mut().zip(rows) {
            *x = row[j];
        }
    }
}

/// Copies lanes to rows of K columns.
#[inline(always)]
fn turn_back<T: Scalar, const K: usize, const LANES: usize>(
    columns: &[[T; LANES]; K],
    rows: &mut [[T; K]; LANES],
) {
    for (lane, row) in rows.iter_mut().enumerate() {
        for (x, column) in row.iter_mut().zip(columns) {
            *x = column[lane];
        }
    }
}

/// Copies rows to lanes. Lanes without a row keep their values.
#[inline(always)]
fn gather<T: Scalar, const LANES: usize>(rows: &[T], columns: &mut [[T; LANES]]) {
    for (lane, row) in rows.chunks_exact(columns.len()).enumerate() {
        for (column, x) in columns.iter_mut().zip(row) {
            column[lane] = *x;
        }
    }
}

/// Copies lanes to rows.
#[inline(always)]
fn scatter<T: Scalar, const LANES: usize>(columns: &[[T; LANES]], rows: &mut [T]) {
    for (lane, row) in rows.chunks_exact_mut(columns.len()).enumerate() {
        for (column, x) in columns.iter().zip(row) {
            *x = column[lane];
        }
    }
}
