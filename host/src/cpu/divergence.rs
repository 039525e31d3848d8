//! The terms of multiplicative updates for a beta-divergence, over row-major panels.

use super::RowPanel;
use super::compressed_rows::CompressedRows;
use super::panel::{check_factors, check_shape};
use super::rows::column_sums;
use crate::Scalar;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use lowrank_core::Error;
use lowrank_core::divergence::BetaDivergence;
use lowrank_core::operator::{DivergenceModel, Side};
use lowrank_core::panel::Panel;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// The number of rows of [N | D] that one task computes.
const ROWS_PER_TASK: usize = 64;

/// The number of columns of A per tile of the model: 64 x 512 numbers of f64 take 256 kB.
const COLUMNS_PER_TILE: usize = 512;

/// A factor X, the other one Y, and the divergence of A, or A^T, from X Y^T.
pub(super) struct Model<'m, 'p, T> {
    divergence: &'m BetaDivergence<T>,
    /// The exponent e of the entries 2^e A.
    exponent: i32,
    x: &'m RowPanel<'p, T>,
    y: &'m RowPanel<'p, T>,
    /// The divergence itself is computed, too.
    summed: bool,
}

/// The treatment of entries that are not stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unstored {
    Zero,
    Missing,
}

impl<'m, 'p, T: Scalar> Model<'m, 'p, T> {
    /// Creates the model X Y^T of the m x n matrix A or, for the columns, A^T, if X, Y and [N | D] fit it.
    pub(super) fn new(
        model: DivergenceModel<'m, RowPanel<'p, T>>,
        side: Side,
        (m, n): (usize, usize),
        terms: &RowPanel<'_, T>,
    ) -> Result<Self, Error> {
        let [x, y] = model.factors(side);
        check_factors((m, n), x, y)?;
        check_shape((terms.nrows(), terms.ncols()), (m, 2 * x.ncols()))?;
        Ok(Self {
            divergence: model.divergence,
            exponent: model.exponent,
            x,
            y,
            summed: side == Side::Rows,
        })
    }

    /// Computes [N | D] of X, and the divergence.
    pub(super) fn of_sparse(
        &self,
        a: CompressedRows<'_, T>,
        unstored: Unstored,
        terms: &mut RowPanel<'_, T>,
    ) -> f64 {
        let linear = self.divergence.is_linear_at_zero();
        let (everywhere, rest) = match unstored {
            Unstored::Missing => (Denominators::Listed, 0.0),
            Unstored::Zero if linear => {
                let [x, y] = [self.x, self.y].map(|f| column_sums(f.as_slice(), f.ncols()));
                let total = x.iter().zip(&y).map(|(x, y)| x * y).sum();
                (Denominators::Constant(cast(&y)), total)
            }
            Unstored::Zero => (Denominators::Kept, self.of_zeros(terms)),
        };
        let (k, arch) = (self.x.ncols(), Arch::new());
        let partials: Vec<f64> = terms
            .as_mut_slice()
            .par_chunks_mut(ROWS_PER_TASK * 2 * k)
            .enumerate()
            .map(|(piece, terms)| {
                arch.dispatch(StoredEntries {
                    a,
                    model: self,
                    denominators: &everywhere,
                    first_row: piece * ROWS_PER_TASK,
                    terms,
                })
            })
            .collect();
        rest + partials.iter().sum::<f64>()
    }

    /// Computes [N | D] of X and the divergence over every entry of A.
    pub(super) fn of_dense(&self, a: MatRef<'_, T>, terms: &mut RowPanel<'_, T>) -> f64 {
        self.tiled(terms, |tile, rows, columns, quotients| {
            let a = a.submatrix(rows.start, columns.start, rows.len(), columns.len());
            let (d, mut sum) = (self.divergence, 0.0);
            for (i, (v, q)) in tile
                .chunks_exact_mut(columns.len())
                .zip(quotients.chunks_exact_mut(columns.len()))
                .enumerate()
            {
                for (j, (v, q)) in v.iter_mut().zip(q).enumerate() {
                    let a = a[(i, j)].scale_by_power_of_two(self.exponent);
                    if self.summed {
                        sum += d.between(a, *v).to_f64();
                    }
                    *q = d.pull(a, *v);
                    *v = d.push(*v);
                }
            }
            sum
        })
    }

    /// Computes D of X and the divergence as if every entry were zero.
    fn of_zeros(&self, terms: &mut RowPanel<'_, T>) -> f64 {
        self.tiled(terms, |tile, _, _, quotients| {
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

    /// [N | D] = [Q Y | P Y], where `evaluate` turns tiles of the model X Y^T into P and writes Q.
    fn tiled<F>(&self, terms: &mut RowPanel<'_, T>, evaluate: F) -> f64
    where
        F: Fn(&mut [T], std::ops::Range<usize>, std::ops::Range<usize>, &mut [T]) -> f64 + Sync,
    {
        let (k, n) = (self.x.ncols(), self.y.nrows());
        let y = MatRef::from_row_major_slice(self.y.as_slice(), n, k);
        let partials: Vec<f64> = terms
            .as_mut_slice()
            .par_chunks_mut(ROWS_PER_TASK * 2 * k)
            .enumerate()
            .map(|(piece, terms)| {
                let rows = terms.len() / (2 * k);
                let first = piece * ROWS_PER_TASK;
                let x = &self.x.as_slice()[first * k..][..rows * k];
                let x = MatRef::from_row_major_slice(x, rows, k);
                let mut terms = MatMut::from_row_major_slice_mut(terms, rows, 2 * k);
                terms.fill(T::ZERO);
                let (mut numerators, mut denominators) = terms.split_at_col_mut(k);
                let mut tiles = vec![T::ZERO; 2 * rows * COLUMNS_PER_TILE.min(n)];
                let mut sum = 0.0;
                for start in (0..n).step_by(COLUMNS_PER_TILE) {
                    let width = COLUMNS_PER_TILE.min(n - start);
                    let y = y.subrows(start, width);
                    let half = tiles.len() / 2;
                    let (tile, quotients) = tiles.split_at_mut(half);
                    let (tile, quotients) =
                        (&mut tile[..rows * width], &mut quotients[..rows * width]);
                    let v = MatMut::from_row_major_slice_mut(&mut *tile, rows, width);
                    matmul(v, Accum::Replace, x, y.transpose(), T::ONE, Par::Seq);
                    sum += evaluate(tile, first..first + rows, start..start + width, quotients);
                    for (out, tile) in [(&mut numerators, &*quotients), (&mut denominators, &*tile)]
                    {
                        let tile = MatRef::from_row_major_slice(tile, rows, width);
                        matmul(out.as_mut(), Accum::Add, tile, y, T::ONE, Par::Seq);
                    }
                }
                sum
            })
            .collect();
        partials.iter().sum()
    }
}

fn cast<T: Scalar>(x: &[f64]) -> Vec<T> {
    x.iter().map(|x| T::from_f64(*x)).collect()
}

/// The source of D.
enum Denominators<T> {
    /// Sums over the stored entries.
    Listed,
    /// A row that is the same everywhere.
    Constant(Vec<T>),
    /// The present values.
    Kept,
}

/// Some rows of [N | D], from the stored entries of A.
struct StoredEntries<'a, 'm, 'p, T> {
    a: CompressedRows<'a, T>,
    model: &'a Model<'m, 'p, T>,
    denominators: &'a Denominators<T>,
    first_row: usize,
    terms: &'a mut [T],
}

/// Compiled for the processor's vectors; no operations are fused.
impl<T: Scalar> WithSimd for StoredEntries<'_, '_, '_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        match self.model.x.ncols() {
            1 => self.rows::<1>(),
            2 => self.rows::<2>(),
            3 => self.rows::<3>(),
            4 => self.rows::<4>(),
            5 => self.rows::<5>(),
            6 => self.rows::<6>(),
            7 => self.rows::<7>(),
            8 => self.rows::<8>(),
            9 => self.rows::<9>(),
            10 => self.rows::<10>(),
            12 => self.rows::<12>(),
            16 => self.rows::<16>(),
            20 => self.rows::<20>(),
            _ => self.rows_of_any_width(),
        }
    }
}

impl<T: Scalar> StoredEntries<'_, '_, '_, T> {
    /// Computes K columns, whose sums stay in registers.
    #[inline(always)]
    fn rows<const K: usize>(self) -> f64 {
        let (y, mut sum) = (self.model.y.as_slice(), 0.0);
        for (i, terms) in self.terms.chunks_exact_mut(2 * K).enumerate() {
            let row = self.first_row + i;
            let (columns, values) = self.a.row(row);
            let Some(x) = self.model.x.as_slice()[row * K..].first_chunk::<K>() else {
                continue;
            };
            let (mut n, mut d) = ([T::ZERO; K], [T::ZERO; K]);
            for (&column, &a) in columns.iter().zip(values) {
                let Some(y) = y[column as usize * K..].first_chunk::<K>() else {
                    continue;
                };
                let (pull, push) = self.model.at(a, inner(x, y), self.denominators, &mut sum);
                for (n, y) in n.iter_mut().zip(y) {
                    *n += pull * *y;
                }
                if matches!(self.denominators, Denominators::Listed) {
                    for (d, y) in d.iter_mut().zip(y) {
                        *d += push * *y;
                    }
                }
            }
            write(self.denominators, &n, &d, terms);
        }
        sum
    }

    #[inline(always)]
    fn rows_of_any_width(self) -> f64 {
        let (k, mut sum) = (self.model.x.ncols(), 0.0);
        let (x, y) = (self.model.x.as_slice(), self.model.y.as_slice());
        let (mut n, mut d) = (vec![T::ZERO; k], vec![T::ZERO; k]);
        for (i, terms) in self.terms.chunks_exact_mut(2 * k).enumerate() {
            let row = self.first_row + i;
            let (columns, values) = self.a.row(row);
            let x = &x[row * k..][..k];
            n.fill(T::ZERO);
            d.fill(T::ZERO);
            for (&column, &a) in columns.iter().zip(values) {
                let y = &y[column as usize * k..][..k];
                let (pull, push) = self.model.at(a, inner(x, y), self.denominators, &mut sum);
                for ((n, d), y) in n.iter_mut().zip(&mut d).zip(y) {
                    *n += pull * *y;
                    *d += push * *y;
                }
            }
            write(self.denominators, &n, &d, terms);
        }
        sum
    }
}

impl<T: Scalar> Model<'_, '_, T> {
    /// Returns the parts of an entry in N and D, and adds its part of the divergence to the sum.
    #[inline(always)]
    fn at(&self, a: T, v: T, denominators: &Denominators<T>, sum: &mut f64) -> (T, T) {
        let a = if self.exponent == 0 {
            a
        } else {
            a.scale_by_power_of_two(self.exponent)
        };
        let d = self.divergence;
        if self.summed {
            *sum += d.between(a, v).to_f64();
            if !matches!(denominators, Denominators::Listed) {
                *sum -= d.of_zero(v).to_f64();
            }
        }
        (d.pull(a, v), d.push(v))
    }
}

#[inline(always)]
fn inner<T: Scalar>(x: &[T], y: &[T]) -> T {
    let mut sum = T::ZERO;
    for (x, y) in x.iter().zip(y) {
        sum += *x * *y;
    }
    sum
}

#[inline(always)]
fn write<T: Scalar>(denominators: &Denominators<T>, n: &[T], d: &[T], terms: &mut [T]) {
    let (numerators, kept) = terms.split_at_mut(n.len());
    numerators.copy_from_slice(n);
    match denominators {
        Denominators::Listed => kept.copy_from_slice(d),
        Denominators::Constant(sums) => kept.copy_from_slice(sums),
        Denominators::Kept => {}
    }
}
