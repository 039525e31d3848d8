use rayon::prelude::*;

use super::Vectorizer;
use super::columns::Columns;
use super::term_counts::{Entry, TermCounts};
use super::vocabulary::NONE;
use lowrank::SparseMatrix;

/// The weighting of the entries of the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weighting {
    /// a_ij = tf_ij idf_j / |a_i|_2, with tf_ij = c_ij (1 + ln c_ij where sublinear) and
    /// idf_j = 1 + ln((1 + m) / (1 + df_j)). [`Idf`] and [`Norm`] change its parts.
    ///
    /// c_ij is the number of occurrences of term j in text i, df_j the number of the m texts that contain it. The
    /// squares of a row are summed by column, as in scikit-learn's `transform`: its `fit_transform` sums them in
    /// another order, which changes the entries of a row of 10,000 terms by about 1e-14 of their size.
    #[default]
    TfIdf,
    /// a_ij = c_ij.
    Count,
}

/// The inverse document frequency of [`Weighting::TfIdf`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idf {
    /// idf_j = 1 + ln((1 + m) / (1 + df_j)), as if one more text held every term.
    #[default]
    Smooth,
    /// idf_j = 1 + ln(m / df_j).
    Plain,
    /// idf_j = 1.
    Off,
}

/// The length of a row that is made one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// The sum of the absolute values.
    L1,
    /// The root of the sum of the squares.
    L2,
    /// No length: rows stay as they are.
    Unscaled,
}

/// Returns the idf of each column for m `texts`; `None` for [`Idf::Off`].
pub(super) fn inverse_document_frequencies(
    idf: Idf,
    texts: usize,
    document_frequencies: &[usize],
) -> Option<Vec<f64>> {
    let more = match idf {
        Idf::Smooth => 1.0,
        Idf::Plain => 0.0,
        Idf::Off => return None,
    };
    let texts = texts as f64 + more;
    let idf = |&frequency: &usize| (texts / (frequency as f64 + more)).ln() + 1.0;
    Some(document_frequencies.iter().map(idf).collect())
}

/// Converts the counts to the matrix of weights; `idf`: n values, or none where the weighting has no idf.
pub(super) fn weigh(
    settings: &Vectorizer,
    counts: &[TermCounts],
    columns: Columns,
    ncols: usize,
    idf: Option<&[f64]>,
) -> SparseMatrix<f64> {
    let weights = Weights {
        columns,
        binary: settings.binary,
        is_sublinear: settings.is_sublinear(),
        idf,
        norm: settings.norm(),
    };
    weights.matrix(counts, ncols)
}

/// Converts the counts to the matrix of counts, or of ones for `binary`.
pub(super) fn count(
    binary: bool,
    counts: &[TermCounts],
    columns: Columns,
    ncols: usize,
) -> SparseMatrix<f64> {
    let weights = Weights {
        columns,
        binary,
        is_sublinear: false,
        idf: None,
        norm: Norm::Unscaled,
    };
    weights.matrix(counts, ncols)
}

/// Returns the start of each row of the matrix, and the end of the last one.
fn row_offsets(counts: &[TermCounts], columns: Columns) -> Vec<usize> {
    let mut offsets = vec![0];
    let mut nonzeros = 0;
    for counts in counts {
        let mut start = 0;
        for &end in &counts.row_ends {
            let row = &counts.entries[start..end];
            let is_kept = |entry: &&Entry| columns.of(entry.term) != NONE;
            nonzeros += row.iter().filter(is_kept).count();
            offsets.push(nonzeros);
            start = end;
        }
    }
    offsets
}

/// Consecutive rows of the matrix, to be filled from the first one on.
struct Rows<'a> {
    columns: &'a mut [u32],
    values: &'a mut [f64],
}

struct Weights<'a> {
    columns: Columns<'a>,
    binary: bool,
    is_sublinear: bool,
    idf: Option<&'a [f64]>,
    norm: Norm,
}

impl Weights<'_> {
    fn matrix(&self, counts: &[TermCounts], ncols: usize) -> SparseMatrix<f64> {
        let row_offsets = row_offsets(counts, self.columns);
        let nonzeros = row_offsets.last().copied().unwrap_or_default();
        let (mut column_of, mut values) = (vec![0; nonzeros], vec![0.0; nonzeros]);
        let mut parts = Vec::with_capacity(counts.len());
        let mut offsets = row_offsets.as_slice();
        let (mut part_columns, mut part_values) = (column_of.as_mut_slice(), values.as_mut_slice());
        for counts in counts {
            let rows = counts.row_ends.len();
            let entries = offsets[rows] - offsets[0];
            offsets = &offsets[rows..];
            let rows = Rows {
                columns: part_columns.split_off_mut(..entries).unwrap_or_default(),
                values: part_values.split_off_mut(..entries).unwrap_or_default(),
            };
            parts.push((counts, rows));
        }
        let fill = |(counts, rows)| self.fill(counts, rows);
        match parts.len() {
            1 => parts.into_iter().for_each(fill),
            _ => parts.into_par_iter().for_each(fill),
        }
        SparseMatrix::from_rows(row_offsets, column_of, values, ncols)
    }

    fn fill(&self, counts: &TermCounts, mut rows: Rows) {
        let mut row = Vec::new();
        let mut start = 0;
        for &end in &counts.row_ends {
            row.clear();
            row.extend(counts.entries[start..end].iter().filter_map(|entry| {
                let term = self.columns.of(entry.term);
                (term != NONE).then_some(Entry {
                    term,
                    count: entry.count,
                })
            }));
            row.sort_unstable_by_key(|entry| entry.term);
            let columns = rows.columns.split_off_mut(..row.len()).unwrap_or_default();
            let values = rows.values.split_off_mut(..row.len()).unwrap_or_default();
            for ((entry, column), value) in row.iter().zip(columns).zip(&mut *values) {
                *column = entry.term;
                *value = self.weight(entry);
            }
            normalize(values, self.norm);
            start = end;
        }
    }

    #[inline]
    fn weight(&self, entry: &Entry) -> f64 {
        let count = f64::from(if self.binary { 1 } else { entry.count });
        let frequency = match self.is_sublinear {
            true => count.ln() + 1.0,
            false => count,
        };
        match self.idf {
            Some(idf) => frequency * idf[entry.term as usize],
            None => frequency,
        }
    }
}

/// row <- row / |row|; a zero row is unchanged.
fn normalize(row: &mut [f64], norm: Norm) {
    let norm = match norm {
        Norm::L1 => row.iter().map(|value| value.abs()).sum::<f64>(),
        Norm::L2 => row.iter().map(|value| value * value).sum::<f64>().sqrt(),
        Norm::Unscaled => return,
    };
    if norm > 0.0 {
        for value in row {
            *value /= norm;
        }
    }
}
