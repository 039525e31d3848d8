//! The shares of stored entries in the terms of a divergence, many entries at a time.

use super::compressed_rows::CompressedRows;
use super::divergence_model::{Denominators, Entries, Model, Piece};
use super::logarithm::logarithms;
use super::strips::{StripRows, combination_of_any_width, for_width};
use crate::Scalar;
use pulp::{Simd, WithSimd};
use std::hint::black_box;
use std::ops::Range;

/// The number of entries that are evaluated together, in vectors.
const LANES: usize = 8;

/// The number of entries whose models are known before the first of them is added: the rows of Y that they multiply
/// are still in a cache then.
const BLOCK: usize = 256;

/// The largest width for which kernels are compiled.
const WIDEST: usize = 32;

/// The widths for which kernels are compiled, in descending order.
const WIDTHS: [usize; 14] = [WIDEST, 24, 20, 16, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1];

/// Adds the shares of the stored entries to some rows of [N | D]; returns the divergence, less that of zeros if D is
/// there already. Compiled for the processor's vectors; no operations are fused.
pub(super) struct StoredEntries<'a, 'm, T> {
    pub(super) model: &'a Model<'m, T>,
    pub(super) a: CompressedRows<'a, T>,
    pub(super) piece: Piece<'a, T>,
}

impl<T: Scalar> WithSimd for StoredEntries<'_, '_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Self { model, a, piece } = self;
        let (k, offsets) = (model.k, a.row_offsets());
        let rows = piece.x.len() / k;
        let last = offsets[piece.first_row + rows];
        let (mut row, mut start, mut sum) = (piece.first_row, offsets[piece.first_row], 0.0);
        let (mut v, mut pulls) = ([T::ZERO; BLOCK], [T::ZERO; BLOCK]);
        while start < last {
            let end = last.min(start + BLOCK);
            while offsets[row + 1] <= start {
                row += 1;
            }
            let (v, pulls) = (&mut v[..end - start], &mut pulls[..end - start]);
            v.fill(T::ZERO);
            let block = Block {
                a,
                y: model.y,
                k,
                entries: start..end,
                rows: (row, piece.first_row),
            };
            for_each_strip(k, |first, width| match S::IS_SCALAR {
                true => add_models_of_any_width((&block, first, width), piece.x, v),
                false => for_width!(width, add_models, (&block, first, piece.x, v),
                    1 2 3 4 5 6 7 8 10 12 16 20 24 32),
            });
            sum += evaluate(model, &a.values()[start..end], v, pulls);
            let listed = matches!(model.denominators, Denominators::Listed);
            for_each_strip(k, |first, width| {
                if S::IS_SCALAR {
                    let strip = (&block, width);
                    add_shares_of_any_width(strip, [first, first], pulls, piece.terms);
                    if listed {
                        add_shares_of_any_width(strip, [first, k + first], v, piece.terms);
                    }
                    return;
                }
                for_width!(width, add_shares, (&block, [first, first], pulls, piece.terms),
                    1 2 3 4 5 6 7 8 10 12 16 20 24 32);
                if listed {
                    for_width!(width, add_shares, (&block, [first, k + first], v, piece.terms),
                        1 2 3 4 5 6 7 8 10 12 16 20 24 32);
                }
            });
            start = end;
        }
        sum
    }
}

/// Calls `each` with the first column and the width of strips that together have k columns.
#[inline(always)]
fn for_each_strip(k: usize, mut each: impl FnMut(usize, usize)) {
    let mut first = 0;
    while first < k {
        let fits = |width: &&usize| **width <= k - first;
        let width = WIDTHS.iter().find(fits).copied().unwrap_or(1);
        each(first, width);
        first += width;
    }
}

/// Stored entries of adjacent rows, from anywhere in a row to anywhere in another.
struct Block<'a, T> {
    a: CompressedRows<'a, T>,
    y: &'a [T],
    k: usize,
    entries: Range<usize>,
    /// The row of the first entry, and that of the first row of the piece.
    rows: (usize, usize),
}

impl<T: Scalar> Block<'_, T> {
    /// Calls `each` with the row within the piece, its columns, and the places of its entries within the block.
    #[inline(always)]
    fn for_each_row(&self, mut each: impl FnMut(usize, &[u32], Range<usize>)) {
        let (mut row, first_row) = self.rows;
        let mut at = self.entries.start;
        while at < self.entries.end {
            let stop = self.a.row_offsets()[row + 1].min(self.entries.end);
            if at < stop {
                let places = at - self.entries.start..stop - self.entries.start;
                each(row - first_row, &self.a.columns()[at..stop], places);
                at = stop;
            }
            row += 1;
        }
    }

    /// Returns W columns of Y.
    #[inline(always)]
    fn strip<const W: usize>(&self, first: usize) -> StripRows<'_, T, W> {
        StripRows::new(self.y, self.k, first)
    }
}

/// v <- v + x . y over W columns, for each entry.
#[inline(always)]
fn add_models<T: Scalar, const W: usize>(block: &Block<'_, T>, first: usize, x: &[T], v: &mut [T]) {
    let strip = block.strip::<W>(first);
    block.for_each_row(|row, columns, places| {
        let Some(x) = x[row * block.k + first..].first_chunk::<W>() else {
            return;
        };
        for (v, column) in v[places].iter_mut().zip(columns) {
            if let Some(y) = strip.row(*column) {
                *v += inner(x, y);
            }
        }
    });
}

/// Adds the multiples of rows of Y, over W columns, to their rows of the terms, from column `to` on.
#[inline(always)]
fn add_shares<T: Scalar, const W: usize>(
    block: &Block<'_, T>,
    [first, to]: [usize; 2],
    shares: &[T],
    terms: &mut [T],
) {
    let strip = block.strip::<W>(first);
    block.for_each_row(|row, columns, places| {
        let Some(terms) = terms[row * 2 * block.k + to..].first_chunk_mut::<W>() else {
            return;
        };
        let sum = strip.combination((columns, &shares[places]));
        for (term, sum) in terms.iter_mut().zip(sum) {
            *term += sum;
        }
    });
}

/// [`add_models`], without vectors.
fn add_models_of_any_width<T: Scalar>(
    (block, first, width): (&Block<'_, T>, usize, usize),
    x: &[T],
    v: &mut [T],
) {
    block.for_each_row(|row, columns, places| {
        let x = &x[row * block.k + first..][..width];
        for (v, column) in v[places].iter_mut().zip(columns) {
            *v += inner(x, &block.y[*column as usize * block.k + first..][..width]);
        }
    });
}

/// [`add_shares`], without vectors.
fn add_shares_of_any_width<T: Scalar>(
    (block, width): (&Block<'_, T>, usize),
    [first, to]: [usize; 2],
    shares: &[T],
    terms: &mut [T],
) {
    let mut sum = [T::ZERO; WIDEST];
    let sum = &mut sum[..width];
    block.for_each_row(|row, columns, places| {
        let terms = &mut terms[row * 2 * block.k + to..][..width];
        let row = |column: u32| &block.y[column as usize * block.k + first..][..width];
        combination_of_any_width((columns, &shares[places]), row, sum);
        for (term, sum) in terms.iter_mut().zip(&*sum) {
            *term += *sum;
        }
    });
}

/// x . y in [`LANES`] sums, and the rest in four.
#[inline(always)]
fn inner<T: Scalar>(x: &[T], y: &[T]) -> T {
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let ((x_four, x_rest), (y_four, y_rest)) = (x_rest.as_chunks::<4>(), y_rest.as_chunks::<4>());
    let mut sum = T::ZERO;
    for (x, y) in x_rest.iter().zip(y_rest) {
        sum += *x * *y;
    }
    let mut fours = [T::ZERO; 4];
    if !x.is_empty() {
        let mut eights = [T::ZERO; LANES];
        for (x, y) in x.iter().zip(y) {
            for (sum, (x, y)) in eights.iter_mut().zip(x.iter().zip(y)) {
                *sum += *x * *y;
            }
        }
        let [a, b, c, d, e, f, g, h] = eights;
        fours = [a + e, b + f, c + g, d + h];
    }
    for (x, y) in x_four.iter().zip(y_four) {
        for (sum, (x, y)) in fours.iter_mut().zip(x.iter().zip(y)) {
            *sum += *x * *y;
        }
    }
    if x.is_empty() && x_four.is_empty() {
        return sum;
    }
    // In sight of their sum, which adds pairs, the optimizer would compute all of them two by two.
    let [a, b, c, d] = black_box(fours);
    (a + c) + (b + d) + sum
}

/// Evaluates many entries of A. Compiled for the processor's vectors.
pub(super) struct Evaluation<'a, 'm, T> {
    pub(super) model: &'a Model<'m, T>,
    pub(super) a: &'a [T],
    /// The model of each entry; becomes its push.
    pub(super) v: &'a mut [T],
    /// Becomes the pull of each entry.
    pub(super) pulls: &'a mut [T],
}

impl<T: Scalar> WithSimd for Evaluation<'_, '_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        evaluate(self.model, self.a, self.v, self.pulls)
    }
}

/// Writes the shares of entries in N and, unless D is there already, in D, in place of the models; returns the
/// divergence, less that of zeros if it is added elsewhere.
#[inline(always)]
fn evaluate<T: Scalar>(model: &Model<'_, T>, a: &[T], v: &mut [T], pulls: &mut [T]) -> f64 {
    let half = model.exponent >> 1;
    let powers = [half, model.exponent - half].map(T::power_of_two);
    let mut sums = [0.0; LANES];
    let (a_eights, a_rest) = a.as_chunks::<LANES>();
    let (v_eights, v_rest) = v.as_chunks_mut::<LANES>();
    let (pull_eights, pull_rest) = pulls.as_chunks_mut::<LANES>();
    for (a, (v, pulls)) in a_eights.iter().zip(v_eights.iter_mut().zip(pull_eights)) {
        let d = evaluate_eight(model, scaled(*a, powers), v, pulls);
        for (sum, d) in sums.iter_mut().zip(d) {
            *sum += d.to_f64();
        }
    }
    if !a_rest.is_empty() {
        // What is beyond the last entry is computed and dropped.
        let (mut a, mut v) = ([T::ONE; LANES], [T::ONE; LANES]);
        let mut pulls = v;
        a[..a_rest.len()].copy_from_slice(a_rest);
        v[..v_rest.len()].copy_from_slice(v_rest);
        let d = evaluate_eight(model, scaled(a, powers), &mut v, &mut pulls);
        for (sum, d) in sums.iter_mut().zip(d).take(a_rest.len()) {
            *sum += d.to_f64();
        }
        v_rest.copy_from_slice(&v[..v_rest.len()]);
        pull_rest.copy_from_slice(&pulls[..pull_rest.len()]);
    }
    sums.iter().sum()
}

/// 2^e a, in two exact steps.
#[inline(always)]
fn scaled<T: Scalar>(mut a: [T; LANES], [half, other]: [T; 2]) -> [T; LANES] {
    for a in &mut a {
        *a = *a * half * other;
    }
    a
}

/// [`evaluate`] for eight entries; returns each part of the divergence, zeros if it is not asked for.
#[inline(always)]
fn evaluate_eight<T: Scalar>(
    model: &Model<'_, T>,
    a: [T; LANES],
    v: &mut [T; LANES],
    pulls: &mut [T; LANES],
) -> [T; LANES] {
    let divergence = model.divergence;
    let mut d = [T::ZERO; LANES];
    if model.summed {
        let ln = |x: [T; LANES]| logarithms(x.map(|x| x.to_f64())).map(T::from_f64);
        d = divergence.between_all(a, *v, ln);
        if matches!(model.entries, Entries::Sparse(_)) {
            for (d, v) in d.iter_mut().zip(&*v) {
                *d -= divergence.of_zero(*v);
            }
        }
    }
    *pulls = divergence.pull_all(a, *v);
    if matches!(model.denominators, Denominators::Listed) {
        *v = divergence.push_all(*v);
    }
    d
}
