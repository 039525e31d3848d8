//! The terms of multiplicative updates for a beta-divergence, over row-major panels.

use super::RowPanel;
use super::divergence_entries::{Evaluation, StoredEntries};
use super::divergence_model::{Denominators, Entries, Model, Piece};
use super::panel::{check_factors, check_shape};
use super::quotient_update::QuotientUpdate;
use super::vectors::vectorized;
use crate::Scalar;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use lowrank_core::Error;
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::operator::{DivergenceModel, Side};
use lowrank_core::panel::Panel;
use rayon::prelude::*;
use std::ops::Range;

/// The number of rows of [N | D] that one task computes.
const ROWS_PER_TASK: usize = 64;

/// The number of columns of A per tile of the model: 64 x 512 numbers of f64 take 256 kB.
const COLUMNS_PER_TILE: usize = 512;

/// Computes [N | D] of the factor on a side and, for the rows, the divergence.
pub(super) fn divergence_terms<T: Scalar>(
    model: DivergenceModel<'_, RowPanel<'_, T>>,
    side: Side,
    entries: Entries<'_, T>,
    terms: &mut RowPanel<'_, T>,
) -> Result<T, Error> {
    let [x, y] = model.factors(side);
    check_factors(entries.shape(), x, y)?;
    let k = x.ncols();
    check_shape((terms.nrows(), terms.ncols()), (x.nrows(), 2 * k))?;
    let summed = side == Side::Rows;
    let rows = Model::new((model.divergence, model.exponent), y, entries, summed);
    let rest = if summed { rows.sum_of_zeros(x) } else { 0.0 };
    let partials: Vec<f64> = terms
        .as_mut_slice()
        .par_chunks_mut(ROWS_PER_TASK * 2 * k)
        .zip(x.as_slice().par_chunks(ROWS_PER_TASK * k))
        .enumerate()
        .map(|(piece, (terms, x))| {
            let first_row = piece * ROWS_PER_TASK;
            rows.evaluate(Piece {
                first_row,
                x,
                terms,
            })
        })
        .collect();
    Ok(T::from_f64(rest + partials.iter().sum::<f64>()))
}

/// X <- X after a step from its [N | D], which no panel holds, for the model X Y^T of 2^e A.
pub(super) fn divergence_step<T: Scalar>(
    step: MultiplicativeStep<'_, T>,
    exponent: i32,
    entries: Entries<'_, T>,
    y: &RowPanel<'_, T>,
    x: &mut RowPanel<'_, T>,
) -> Result<(), Error> {
    check_factors(entries.shape(), x, y)?;
    let k = x.ncols();
    let rows = Model::new((step.divergence, exponent), y, entries, false);
    x.as_mut_slice()
        .par_chunks_mut(ROWS_PER_TASK * k)
        .enumerate()
        .for_each_init(
            || vec![T::ZERO; ROWS_PER_TASK * 2 * k],
            |terms, (piece, x)| {
                let terms = &mut terms[..2 * x.len()];
                rows.evaluate(Piece {
                    first_row: piece * ROWS_PER_TASK,
                    x,
                    terms: &mut *terms,
                });
                vectorized(QuotientUpdate { x, terms, k, step });
            },
        );
    Ok(())
}

impl<T: Scalar> Model<'_, T> {
    /// Computes [N | D] of some rows, and their part of the divergence.
    fn evaluate(&self, mut piece: Piece<'_, T>) -> f64 {
        match self.entries {
            Entries::Dense(a) => self.of_dense(a, &mut piece),
            Entries::Sparse(a) | Entries::Observed(a) => {
                let rest = self.prepare(&mut piece);
                rest + vectorized(StoredEntries {
                    model: self,
                    a,
                    piece,
                })
            }
        }
    }

    /// Sets N to zero and D to its part that no stored entry has; returns the divergence of zeros in tiles.
    fn prepare(&self, piece: &mut Piece<'_, T>) -> f64 {
        match &self.denominators {
            Denominators::Everywhere => return self.of_zeros(piece),
            Denominators::Listed => piece.terms.fill(T::ZERO),
            Denominators::Constant(sums) => {
                for terms in piece.terms.chunks_exact_mut(2 * self.k) {
                    let (numerators, denominators) = terms.split_at_mut(self.k);
                    numerators.fill(T::ZERO);
                    denominators.copy_from_slice(sums);
                }
            }
        }
        0.0
    }

    /// Computes [N | D] and the divergence over every entry of A.
    fn of_dense(&self, a: MatRef<'_, T>, piece: &mut Piece<'_, T>) -> f64 {
        let first = piece.first_row;
        let mut row = vec![T::ZERO; COLUMNS_PER_TILE.min(a.ncols())];
        self.tiled((a.ncols(), piece), |tile, columns, quotients| {
            let (width, mut sum) = (columns.len(), 0.0);
            let row = &mut row[..width];
            let rows = tile
                .chunks_exact_mut(width)
                .zip(quotients.chunks_exact_mut(width));
            for (i, (v, pulls)) in rows.enumerate() {
                for (x, j) in row.iter_mut().zip(columns.clone()) {
                    *x = a[(first + i, j)];
                }
                sum += vectorized(Evaluation {
                    model: self,
                    a: row,
                    v,
                    pulls,
                });
            }
            sum
        })
    }

    /// Computes D and the divergence as if every entry were zero.
    fn of_zeros(&self, piece: &mut Piece<'_, T>) -> f64 {
        let n = self.y.len() / self.k;
        self.tiled((n, piece), |tile, _, quotients| {
            let (d, mut sum) = (self.divergence, 0.0);
            quotients.fill(T::ZERO);
            for v in tile {
                let pushed = d.push(*v);
                if self.summed {
                    sum += d.of_zero_pushed(*v, pushed).to_f64();
                }
                *v = pushed;
            }
            sum
        })
    }

    /// [N | D] = [Q Y | P Y], where `evaluate` turns tiles of the model X Y^T, of n columns, into P and writes Q.
    fn tiled<F>(&self, (n, piece): (usize, &mut Piece<'_, T>), mut evaluate: F) -> f64
    where
        F: FnMut(&mut [T], Range<usize>, &mut [T]) -> f64,
    {
        let k = self.k;
        let y = MatRef::from_row_major_slice(self.y, n, k);
        let rows = piece.x.len() / k;
        let x = MatRef::from_row_major_slice(piece.x, rows, k);
        let mut terms = MatMut::from_row_major_slice_mut(&mut *piece.terms, rows, 2 * k);
        terms.fill(T::ZERO);
        let (mut numerators, mut denominators) = terms.split_at_col_mut(k);
        let mut tiles = vec![T::ZERO; 2 * rows * COLUMNS_PER_TILE.min(n)];
        let half = tiles.len() / 2;
        let mut sum = 0.0;
        for start in (0..n).step_by(COLUMNS_PER_TILE) {
            let width = COLUMNS_PER_TILE.min(n - start);
            let y = y.subrows(start, width);
            let (tile, quotients) = tiles.split_at_mut(half);
            let (tile, quotients) = (&mut tile[..rows * width], &mut quotients[..rows * width]);
            let v = MatMut::from_row_major_slice_mut(&mut *tile, rows, width);
            matmul(v, Accum::Replace, x, y.transpose(), T::ONE, Par::Seq);
            sum += evaluate(tile, start..start + width, quotients);
            for (out, tile) in [(&mut numerators, &*quotients), (&mut denominators, &*tile)] {
                let tile = MatRef::from_row_major_slice(tile, rows, width);
                matmul(out.as_mut(), Accum::Add, tile, y, T::ONE, Par::Seq);
            }
        }
        sum
    }
}
