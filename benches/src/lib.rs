//! The input of all benchmarks: matrices of the size of four newsgroups.

use faer::sparse::{SparseRowMatRef, SymbolicSparseRowMatRef};
use lowrank::SparseMatrix;
use lowrank_core::random::{Distribution, RandomEntries};
use std::collections::BTreeSet;

/// The number of documents of the four newsgroups.
pub const ROWS: usize = 2034;
/// The number of terms.
pub const COLUMNS: usize = 26_576;
/// The number of stored entries.
pub const NONZEROS: usize = 133_634;

/// Returns a stand-in for the tf-idf of four newsgroups, which must not be distributed: as many entries, rows
/// of very different lengths and of unit norm, a few frequent columns, five themes, empty rows.
pub fn documents() -> SparseMatrix<f64> {
    let row_offsets = row_offsets();
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    let weights = RandomEntries::new(Distribution::Gaussian, 1);
    for i in 0..ROWS {
        let row = columns_of_row(i, row_offsets[i + 1] - row_offsets[i]);
        let entries: Vec<f64> = (0..row.len())
            .map(|place| (0.5 * weights.at::<f64>(i, place)).exp())
            .collect();
        let norm = entries.iter().map(|x| x * x).sum::<f64>().sqrt();
        values.extend(entries.iter().map(|x| x / norm));
        columns.extend(row);
    }
    SparseMatrix::new(row_offsets, columns, values, COLUMNS).expect("well-formed rows")
}

/// Returns offsets for log-normal lengths, every 34th zero, [`NONZEROS`] in all.
fn row_offsets() -> Vec<usize> {
    let random = RandomEntries::new(Distribution::Gaussian, 2);
    let share = |i| match i % 34 {
        0 => 0.0,
        _ => random.at::<f64>(i, 0).exp(),
    };
    let all: f64 = (0..ROWS).map(share).sum();
    let mut sum = 0.0;
    let ends = (0..ROWS).map(|i| {
        sum += share(i);
        (sum / all * NONZEROS as f64).round() as usize
    });
    [0].into_iter().chain(ends).collect()
}

/// Returns distinct columns: half of the draws are from the vocabulary of one of five themes.
fn columns_of_row(row: usize, len: usize) -> BTreeSet<u32> {
    let words = RandomEntries::new(Distribution::Sign, 3);
    let mut columns = BTreeSet::new();
    for draw in 0.. {
        if columns.len() == len {
            break;
        }
        let word = words.signs(row, draw);
        let uniform = (word >> 11) as f64 * 2f64.powi(-53);
        let rank = (COLUMNS as f64 * uniform.powi(4)) as usize;
        let theme = if word & 1 == 0 { row % 5 } else { 5 };
        // 7919 has no factor in common with COLUMNS.
        columns.insert(((rank * 7919 + theme * 4001) % COLUMNS) as u32);
    }
    columns
}

/// The same matrix for faer.
#[derive(Debug)]
pub struct FaerMatrix {
    row_offsets: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
    ncols: usize,
}

impl FaerMatrix {
    /// A copy of `a`.
    pub fn new(a: &SparseMatrix<f64>) -> Self {
        Self {
            row_offsets: a.row_offsets().to_vec(),
            columns: a.columns().iter().map(|&j| j as usize).collect(),
            values: a.values().to_vec(),
            ncols: a.ncols(),
        }
    }

    /// faer's view.
    pub fn view(&self) -> SparseRowMatRef<'_, usize, f64> {
        let (m, n) = (self.row_offsets.len() - 1, self.ncols);
        let (offsets, columns) = (&self.row_offsets, &self.columns);
        let symbolic = SymbolicSparseRowMatRef::new_checked(m, n, offsets, None, columns);
        SparseRowMatRef::new(symbolic, &self.values)
    }
}

/// Normal draws, column after column.
pub fn gaussian(nrows: usize, ncols: usize) -> Vec<f64> {
    let random = RandomEntries::new(Distribution::Gaussian, 4);
    (0..nrows * ncols)
        .map(|place| random.at(place % nrows, place / nrows))
        .collect()
}
