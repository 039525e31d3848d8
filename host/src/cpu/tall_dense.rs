//! The Gram matrix of the short side of a dense matrix, and products with it: each in one pass over its entries.
//!
//! Pieces of rows are copied to a buffer in f64, where they are centered: a large mean costs no digits, and the products of
//! entries in f32 are exact. Pieces of f64 are read where they lie without a center, or where the means are so small that
//! they may be subtracted from the products. The sums of fixed groups of pieces are added in their order, so that the bits
//! do not depend on the number of threads.

use super::gram_svd::{Tall, TallProduct, TallTriplets, svd_by_gram};
use super::triplets::Centering;
use super::vectors::vectorized;
use crate::{DenseMatrix, Error, Scalar};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Mat, MatMut, MatRef, Par};
use lowrank_core::Real;
use rayon::prelude::*;
use std::ops::Range;

/// The ratio of the sides from which on one of them is short.
const TIMES_LONGER: usize = 4;

/// The number of entries of a piece: half a megabyte in f64, which stays in a cache.
const ENTRIES_PER_PIECE: usize = 1 << 16;

/// The fewest rows of a piece, so that adding a product to the Gram matrix costs little beside it.
const FEWEST_ROWS: usize = 256;

/// The maximum number of groups of pieces, each with a sum of its own.
const MOST_GROUPS: usize = 16;

/// The entries of the matrix for each entry of the sums of all groups.
const ENTRIES_PER_SUM: usize = 2;

/// The columns that are copied together, and the entries of each at a time: a cache line of f64.
const STREAMS: usize = 4;
const LINE: usize = 8;

/// The runs of entries of a column from which its mean is estimated, and their length: a cache line of f64.
const SAMPLES: usize = 8;
const SAMPLE: usize = 8;

/// The largest ratio of the squares of the means to the variances that is expected of means to be subtracted from products,
/// and the largest ratio of the squares before the means were subtracted to those after it: four of 53 bits.
const MOST_EXPECTED: f64 = 8.0;
const MOST_SUBTRACTED: f64 = 16.0;

/// The leading triplets of a dense matrix by the Gram matrix of its short side.
#[derive(Debug)]
pub(crate) struct ShortSide<T> {
    /// The triplets of B: A or A^T, whichever is not wide, and centered if asked for.
    pub(crate) triplets: TallTriplets<T>,
    /// The squared norm of B.
    pub(crate) squares: f64,
    /// The means of the columns of A; empty without centering.
    pub(crate) means: Vec<f64>,
}

/// Checks that one side is at least four times as long as the other, which has entries.
pub(crate) fn has_short_side<T: Scalar>(a: &DenseMatrix<T>) -> bool {
    let (m, n) = (a.nrows().max(a.ncols()), a.nrows().min(a.ncols()));
    m / n.max(1) >= TIMES_LONGER
}

/// Returns the bytes of the sums that the threads add up, beside that of all; `n` is the short side.
pub(super) fn bytes_of_sums(n: usize) -> u64 {
    let threads = rayon::current_num_threads().min(MOST_GROUPS);
    8 * threads as u64 * n as u64 * n as u64
}

/// Computes the k leading triplets of A or of A - 1 m^T; `None` if the Gram matrix is not accurate enough, if the norm is
/// extreme, or if entries are not finite.
///
/// # Errors
/// [`Error::NotConverged`] if the eigenvectors do not.
pub(crate) fn svd_on_short_side<T: Scalar>(
    a: &DenseMatrix<T>,
    centering: Centering,
    k: usize,
) -> Result<Option<ShortSide<T>>, Error> {
    let Some((b, gram)) = TallDense::with_gram(a, centering) else {
        return Ok(None);
    };
    let squares = trace(&gram);
    let found = svd_by_gram(&b, gram, k, Par::Seq)?;
    Ok(found.map(|triplets| ShortSide {
        triplets,
        squares,
        means: b.means(),
    }))
}

/// B = A if A is not wide, A^T otherwise; with means as `center`, of A - 1 m^T.
struct TallDense<'a, T> {
    a: &'a DenseMatrix<T>,
    center: Center,
}

/// What is subtracted from the columns of A.
enum Center {
    Nothing,
    /// Means that are subtracted from copies of the entries.
    OfEntries(Means),
    /// The means of an A that is not wide, which are subtracted from products with its entries.
    OfProducts(Vec<f64>),
}

/// The means of the columns of A as sums: the second parts are differences to the first ones, and keep their digits.
struct Means {
    first: Vec<f64>,
    rest: Vec<f64>,
}

/// The sums over a group of pieces.
struct Group {
    /// The lower triangle of the Gram matrix, n x n.
    gram: Mat<f64>,
    /// The sums of the columns of B.
    sums: Vec<f64>,
}

/// Returns the entries where they lie, if they are f64.
fn entries_in_f64<T: Scalar>(a: &DenseMatrix<T>) -> Option<&[f64]> {
    let entries = (T::NAME == f64::NAME).then(|| a.as_slice());
    entries.and_then(|entries| bytemuck::try_cast_slice(entries).ok())
}

fn trace(gram: &Mat<f64>) -> f64 {
    (0..gram.nrows()).map(|j| gram[(j, j)]).sum()
}

/// Sums x - c, in eight independent sums.
#[inline(always)]
fn sum_of_differences<T: Scalar>(x: &[T], c: f64) -> f64 {
    let (lanes, rest) = x.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for x in lanes {
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum += x.to_f64() - c;
        }
    }
    let rest = rest.iter().map(|x| x.to_f64() - c);
    sums.iter().sum::<f64>() + rest.sum::<f64>()
}

#[inline(always)]
fn copy_column<T: Scalar>(x: &[T], [first, rest]: [f64; 2], out: &mut [f64]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = (x.to_f64() - first) - rest;
    }
}

/// Copies columns and subtracts their centers, a cache line of each in turn: their pages are far apart, and each one alone
/// would wait for the first lines of a page.
#[inline(always)]
fn copy_together<T: Scalar>(columns: [(&[T], [f64; 2]); STREAMS], out: &mut [f64]) {
    let height = out.len() / STREAMS;
    let whole = height - height % LINE;
    let lines = columns.map(|(x, _)| x.as_chunks::<LINE>().0);
    let mut parts = out.chunks_exact_mut(height);
    let outs: [&mut [[f64; LINE]]; STREAMS] =
        std::array::from_fn(|_| parts.next().unwrap_or_default().as_chunks_mut().0);
    for line in 0..height / LINE {
        for c in 0..STREAMS {
            let [first, rest] = columns[c].1;
            for (out, x) in outs[c][line].iter_mut().zip(&lines[c][line]) {
                *out = (x.to_f64() - first) - rest;
            }
        }
    }
    for (out, (x, center)) in out.chunks_exact_mut(height).zip(columns) {
        copy_column(&x[whole..], center, &mut out[whole..]);
    }
}

impl<'a, T: Scalar> TallDense<'a, T> {
    /// Computes the lower triangle of B^T B; `None` if the norm of B is extreme or not finite.
    fn with_gram(a: &'a DenseMatrix<T>, centering: Centering) -> Option<(Self, Mat<f64>)> {
        let mut b = Self {
            a,
            center: Center::Nothing,
        };
        let gram = match centering {
            Centering::None => b.sum_of_groups().gram,
            Centering::Columns => {
                let means = Means::of(a);
                let of_products = b.is_upright() && entries_in_f64(a).is_some();
                let of_products = of_products && means.are_small(a);
                let found = of_products.then(|| b.centered_afterwards()).flatten();
                found.unwrap_or_else(|| b.centered(means))
            }
        };
        let squares = trace(&gram);
        let ordinary = squares.is_finite() && squares > 0.0;
        let extreme = squares.sqrt().exponent().abs() > T::SAFE_EXPONENT;
        (ordinary && !extreme).then_some((b, gram))
    }

    /// Computes B^T B from centered copies of the entries.
    fn centered(&mut self, means: Means) -> Mat<f64> {
        self.center = Center::OfEntries(means);
        let mut found = self.sum_of_groups();
        if self.is_upright() && !self.moved_to_the_means(&mut found) {
            found = self.sum_of_groups();
            self.moved_to_the_means(&mut found);
        }
        found.gram
    }

    /// Computes B^T B = A^T A - m m^T / rows, where m holds the sums of the columns of A; `None` if too much cancels.
    fn centered_afterwards(&mut self) -> Option<Mat<f64>> {
        let rows = self.a.nrows() as f64;
        self.center = Center::OfProducts(Vec::new());
        let Group { mut gram, sums } = self.sum_of_groups();
        let before = trace(&gram);
        let means: Vec<f64> = sums.iter().map(|sum| sum / rows).collect();
        subtract_outer_product(&mut gram, &sums, &means);
        self.center = Center::OfProducts(means);
        (before <= MOST_SUBTRACTED * trace(&gram)).then_some(gram)
    }

    /// A has at least as many rows as columns.
    fn is_upright(&self) -> bool {
        self.a.nrows() >= self.a.ncols()
    }

    /// Returns the rows and columns of B.
    fn size(&self) -> (usize, usize) {
        let (m, n) = (self.a.nrows(), self.a.ncols());
        (m.max(n), m.min(n))
    }

    /// Subtracts from the Gram matrix of A - 1 c^T what the means, m, differ from c: m (m - c) (m - c)^T. If that is more
    /// than half of the matrix, c becomes m, and `false` is returned: the Gram matrix has to be computed again.
    fn moved_to_the_means(&mut self, found: &mut Group) -> bool {
        let rows = self.a.nrows() as f64;
        let Center::OfEntries(center) = &mut self.center else {
            return true;
        };
        let difference: Vec<f64> = found.sums.iter().map(|sum| sum / rows).collect();
        let squares: f64 = difference.iter().map(|d| d * d).sum();
        if rows * squares > 0.5 * trace(&found.gram) {
            for (first, d) in center.first.iter_mut().zip(difference) {
                *first += d;
            }
            return false;
        }
        subtract_outer_product(&mut found.gram, &found.sums, &difference);
        center.rest = difference;
        true
    }

    /// Returns the means of the columns of A.
    fn means(&self) -> Vec<f64> {
        match &self.center {
            Center::Nothing => Vec::new(),
            Center::OfEntries(means) => {
                let parts = means.first.iter().zip(&means.rest);
                parts.map(|(first, rest)| first + rest).collect()
            }
            Center::OfProducts(means) => means.clone(),
        }
    }

    /// Returns the rows of B of each piece, group by group; they depend only on the shape.
    fn groups(&self) -> Vec<Vec<Range<usize>>> {
        let (m, n) = self.size();
        let rows = (ENTRIES_PER_PIECE / n).max(FEWEST_ROWS).next_multiple_of(8);
        let pieces: Vec<Range<usize>> = (0..m)
            .step_by(rows)
            .map(|first| first..m.min(first + rows))
            .collect();
        let groups = (m / (ENTRIES_PER_SUM * n)).clamp(1, MOST_GROUPS.min(pieces.len()));
        let start = |group: usize| pieces.len() * group / groups;
        (0..groups)
            .map(|group| pieces[start(group)..start(group + 1)].to_vec())
            .collect()
    }

    /// Returns rows of B: those of A, or a copy of them in the buffer, centered.
    fn rows<'b>(&'b self, rows: &Range<usize>, buffer: &'b mut Vec<f64>) -> MatRef<'b, f64> {
        match (&self.center, entries_in_f64(self.a)) {
            (Center::Nothing | Center::OfProducts(_), Some(entries)) => {
                self.rows_in_place(entries, rows)
            }
            _ => self.copy(rows, buffer),
        }
    }

    /// Returns rows of B, whose entries are those of A.
    fn rows_in_place<'b>(&self, entries: &'b [f64], rows: &Range<usize>) -> MatRef<'b, f64> {
        let ((m, n), p) = (self.size(), rows.len());
        match self.is_upright() {
            true => MatRef::from_column_major_slice(entries, m, n).subrows(rows.start, p),
            false => MatRef::from_row_major_slice(&entries[rows.start * n..rows.end * n], p, n),
        }
    }

    /// Copies rows of B to the buffer, centered.
    fn copy<'b>(&self, rows: &Range<usize>, buffer: &'b mut Vec<f64>) -> MatRef<'b, f64> {
        let (p, n) = (rows.len(), self.size().1);
        buffer.resize(p * n, 0.0);
        let upright = self.is_upright();
        let (columns, height) = if upright {
            (0..n, p)
        } else {
            (rows.clone(), n)
        };
        let column = |j: usize| match upright {
            true => &self.a.column(j)[rows.clone()],
            false => self.a.column(j),
        };
        let center = |j: usize| match &self.center {
            Center::OfEntries(means) => [means.first[j], means.rest[j]],
            Center::Nothing | Center::OfProducts(_) => [0.0; 2],
        };
        vectorized(|| {
            let places = columns.step_by(STREAMS);
            for (first, out) in places.zip(buffer.chunks_mut(STREAMS * height)) {
                if out.len() == STREAMS * height {
                    let columns = std::array::from_fn(|c| (column(first + c), center(first + c)));
                    copy_together(columns, out);
                    continue;
                }
                for (c, out) in out.chunks_exact_mut(height).enumerate() {
                    copy_column(column(first + c), center(first + c), out);
                }
            }
        });
        match upright {
            true => MatRef::from_column_major_slice(buffer, p, n),
            false => MatRef::from_row_major_slice(buffer, p, n),
        }
    }

    /// Computes B^T B and the sums of the columns of B, with one part of the means.
    fn sum_of_groups(&self) -> Group {
        let (n, groups) = (self.size().1, self.groups());
        // As many groups at a time as there are threads, in the same memory: the sums of all would be half as large as A.
        let threads = rayon::current_num_threads().min(groups.len());
        let mut found: Vec<(Group, Vec<f64>)> = (0..threads)
            .map(|_| (Group::zeros(n), Vec::new()))
            .collect();
        let mut all = Group::zeros(n);
        for groups in groups.chunks(threads.max(1)) {
            let pairs = groups.par_iter().zip(&mut found);
            pairs.for_each(|(pieces, (group, buffer))| self.sum_of_group(pieces, group, buffer));
            for (group, _) in &found[..groups.len()] {
                all.add(group);
            }
        }
        all
    }

    /// Replaces the sums by those over a group of pieces, each of which is copied to the buffer.
    fn sum_of_group(&self, pieces: &[Range<usize>], group: &mut Group, buffer: &mut Vec<f64>) {
        group.gram.fill(0.0);
        group.sums.fill(0.0);
        for rows in pieces {
            let b = self.rows(rows, buffer);
            add_lower(&mut group.gram, b.transpose(), b);
            if !matches!(self.center, Center::Nothing) && self.is_upright() {
                for (sum, column) in group.sums.iter_mut().zip(b.col_iter()) {
                    let column = column.try_as_col_major().expect("an upright B");
                    *sum += sum_of_differences(column.as_slice(), 0.0);
                }
            }
        }
    }
}

impl Group {
    fn zeros(n: usize) -> Self {
        Self {
            gram: Mat::zeros(n, n),
            sums: vec![0.0; n],
        }
    }

    fn add(&mut self, other: &Self) {
        self.gram += &other.gram;
        for (sum, other) in self.sums.iter_mut().zip(&other.sums) {
            *sum += other;
        }
    }
}

impl Means {
    /// Returns the means of the columns of A; if A is not wide, estimates from a few rows.
    fn of<T: Scalar>(a: &DenseMatrix<T>) -> Self {
        let (m, n) = (a.nrows(), a.ncols());
        let mean = |x: &[T], c: f64| c + sum_of_differences(x, c) / x.len() as f64;
        if m >= n {
            let first = (0..n).map(|j| {
                let column = a.column(j);
                // Exact for a column of equal entries.
                let one = column[0].to_f64();
                let estimates = samples(column).map(|sample| mean(sample, one) - one);
                one + estimates.sum::<f64>() / SAMPLES as f64
            });
            return Self {
                first: first.collect(),
                rest: vec![0.0; n],
            };
        }
        let first: Vec<f64> = (0..n)
            .into_par_iter()
            .map(|j| mean(a.column(j), 0.0))
            .collect();
        let rest = first.par_iter().enumerate();
        let rest = rest.map(|(j, c)| sum_of_differences(a.column(j), *c) / m as f64);
        Self {
            rest: rest.collect(),
            first,
        }
    }

    /// Checks by a few rows that the means of an A that is not wide are small beside the deviations from them.
    fn are_small<T: Scalar>(&self, a: &DenseMatrix<T>) -> bool {
        let (mut squares, mut variances) = (0.0, 0.0);
        for (j, mean) in self.first.iter().enumerate() {
            let sampled = samples(a.column(j)).flatten();
            let deviations = sampled.map(|x| (x.to_f64() - mean).powi(2));
            variances += deviations.sum::<f64>() / (SAMPLES * SAMPLE) as f64;
            squares += mean * mean;
        }
        squares <= MOST_EXPECTED * variances
    }
}

/// Returns runs of entries of a column, which has at least one.
fn samples<T>(column: &[T]) -> impl Iterator<Item = &[T]> {
    let m = column.len();
    (0..SAMPLES).map(move |sample| {
        let start = m.saturating_sub(SAMPLE) * sample / (SAMPLES - 1);
        &column[start..m.min(start + SAMPLE)]
    })
}

/// G <- G - x y^T.
fn subtract_outer_product(gram: &mut Mat<f64>, x: &[f64], y: &[f64]) {
    for (column, y) in gram.col_iter_mut().zip(y) {
        for (entry, x) in column.iter_mut().zip(x) {
            *entry -= x * y;
        }
    }
}

/// C <- C + X Y: its lower triangle.
fn add_lower(c: &mut Mat<f64>, x: MatRef<'_, f64>, y: MatRef<'_, f64>) {
    let all = BlockStructure::Rectangular;
    let lower = BlockStructure::TriangularLower;
    let c = c.as_mut();
    triangular::matmul(c, lower, Accum::Add, x, all, y, all, 1.0, Par::Seq);
}

impl<T: Scalar> Tall<T> for TallDense<'_, T> {
    fn multiply(&self, v: MatRef<'_, f64>) -> TallProduct<T> {
        let ((m, n), k) = (self.size(), v.ncols());
        let mut w = DenseMatrix::zeros(m, k);
        let groups = self.groups();
        let parts = rows_of_groups(&mut w, &groups);
        // What is left to be subtracted from each column of A V.
        let means = match &self.center {
            Center::OfProducts(means) => means.as_slice(),
            Center::Nothing | Center::OfEntries(_) => &[],
        };
        let of_means = |v: faer::ColRef<'_, f64>| -> f64 {
            v.iter().zip(means).map(|(v, mean)| v * mean).sum()
        };
        let left: Vec<f64> = v.col_iter().map(of_means).collect();
        let product = |(pieces, mut columns): (Vec<Range<usize>>, Vec<&mut [T]>)| {
            let (mut gram, mut back) = (Mat::zeros(k, k), Mat::zeros(n, k));
            let mut sums = vec![0.0; k];
            let (mut buffer, mut product) = (Vec::new(), Vec::new());
            for rows in &pieces {
                let b = self.rows(rows, &mut buffer);
                let p = rows.len();
                product.resize(p * k, 0.0);
                let w = MatMut::from_column_major_slice_mut(&mut product, p, k);
                matmul(w, Accum::Replace, b, v, 1.0, Par::Seq);
                if !means.is_empty() {
                    let columns = product.chunks_exact_mut(p).zip(&mut sums);
                    for ((column, sum), left) in columns.zip(&left) {
                        column.iter_mut().for_each(|x| *x -= left);
                        *sum += sum_of_differences(column, 0.0);
                    }
                }
                let w = MatRef::from_column_major_slice(&product, p, k);
                add_lower(&mut gram, w.transpose(), w);
                matmul(back.as_mut(), Accum::Add, b.transpose(), w, 1.0, Par::Seq);
                for (column, w) in columns.iter_mut().zip(product.chunks_exact(p)) {
                    let (head, tail) = std::mem::take(column).split_at_mut(p);
                    head.iter_mut()
                        .zip(w)
                        .for_each(|(x, w)| *x = T::from_f64(*w));
                    *column = tail;
                }
            }
            for (column, sum) in back.col_iter_mut().zip(sums) {
                for (x, mean) in column.iter_mut().zip(means) {
                    *x -= mean * sum;
                }
            }
            (gram, back)
        };
        let sums: Vec<_> = groups
            .clone()
            .into_par_iter()
            .zip(parts)
            .map(product)
            .collect();
        let (mut gram, mut back) = (Mat::zeros(k, k), Mat::zeros(n, k));
        for (group_gram, group_back) in sums {
            gram += group_gram;
            back += group_back;
        }
        TallProduct { w, gram, back }
    }
}

/// Divides the columns of W among groups of pieces of its rows.
fn rows_of_groups<'w, T: Scalar>(
    w: &'w mut DenseMatrix<T>,
    groups: &[Vec<Range<usize>>],
) -> Vec<Vec<&'w mut [T]>> {
    let mut parts: Vec<Vec<&mut [T]>> = groups.iter().map(|_| Vec::new()).collect();
    for mut column in w.columns_mut() {
        for (part, pieces) in parts.iter_mut().zip(groups) {
            let rows = pieces.iter().map(Range::len).sum();
            let (head, tail) = column.split_at_mut(rows);
            part.push(head);
            column = tail;
        }
    }
    parts
}
