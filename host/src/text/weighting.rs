use rayon::prelude::*;

use super::Vectorizer;
use super::term_counts::{Entry, TermCounts};
use super::vocabulary::NONE;
use crate::SparseMatrix;

/// What an entry of the matrix is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weighting {
    /// a_ij = tf_ij idf_j / |a_i|_2, with tf_ij = c_ij (1 + ln c_ij where sublinear) and
    /// idf_j = 1 + ln((1 + m) / (1 + df_j)).
    ///
    /// c_ij is how often term j occurs in text i, df_j in how many of the m texts it occurs.
    #[default]
    TfIdf,
    /// a_ij = c_ij.
    Count,
}

/// idf_j = 1 + ln((1 + m) / (1 + df_j)), for m `texts`.
pub(super) fn smooth_idf(texts: usize, document_frequencies: &[usize]) -> Vec<f64> {
    let texts = texts as f64 + 1.0;
    document_frequencies
        .iter()
        .map(|&frequency| (texts / (frequency as f64 + 1.0)).ln() + 1.0)
        .collect()
}

/// The matrix of the counts: the terms to columns, the counts to weights.
///
/// `columns`: the column of each term, or [`NONE`]; `idf`: n values where the weighting is tf-idf.
pub(super) fn weigh(
    settings: &Vectorizer,
    counts: &[TermCounts],
    columns: &[u32],
    ncols: usize,
    idf: Option<&[f64]>,
) -> SparseMatrix<f64> {
    let row_weights = RowWeights {
        sublinear_tf: settings.sublinear_tf,
        idf,
    };
    if let [counts] = counts {
        return row_weights.rows(counts, columns, ncols);
    }
    let parts: Vec<_> = counts
        .par_iter()
        .map(|counts| row_weights.rows(counts, columns, ncols))
        .collect();
    let mut matrix = SparseMatrix {
        ncols,
        row_offsets: vec![0],
        columns: Vec::new(),
        values: Vec::new(),
    };
    for part in parts {
        let start = matrix.values.len();
        matrix
            .row_offsets
            .extend(part.row_offsets.iter().skip(1).map(|offset| start + offset));
        matrix.columns.extend(part.columns);
        matrix.values.extend(part.values);
    }
    matrix
}

struct RowWeights<'a> {
    sublinear_tf: bool,
    idf: Option<&'a [f64]>,
}

impl RowWeights<'_> {
    fn rows(&self, counts: &TermCounts, columns: &[u32], ncols: usize) -> SparseMatrix<f64> {
        let mut matrix = SparseMatrix {
            ncols,
            row_offsets: Vec::with_capacity(counts.row_ends.len() + 1),
            columns: Vec::with_capacity(counts.entries.len()),
            values: Vec::with_capacity(counts.entries.len()),
        };
        matrix.row_offsets.push(0);
        let mut row = Vec::new();
        let mut start = 0;
        for &end in &counts.row_ends {
            row.clear();
            row.extend(counts.entries[start..end].iter().filter_map(|entry| {
                let term = columns[entry.term as usize];
                (term != NONE).then_some(Entry {
                    term,
                    count: entry.count,
                })
            }));
            row.sort_unstable_by_key(|entry| entry.term);
            let first = matrix.values.len();
            matrix.columns.extend(row.iter().map(|entry| entry.term));
            matrix
                .values
                .extend(row.iter().map(|entry| self.weight(entry)));
            if self.idf.is_some() {
                normalize(&mut matrix.values[first..]);
            }
            matrix.row_offsets.push(matrix.values.len());
            start = end;
        }
        matrix
    }

    #[inline]
    fn weight(&self, entry: &Entry) -> f64 {
        let count = f64::from(entry.count);
        let Some(idf) = self.idf else { return count };
        let frequency = if self.sublinear_tf {
            count.ln() + 1.0
        } else {
            count
        };
        frequency * idf[entry.term as usize]
    }
}

/// row <- row / |row|_2; a zero row stays.
fn normalize(row: &mut [f64]) {
    let norm = row.iter().map(|value| value * value).sum::<f64>().sqrt();
    if norm > 0.0 {
        for value in row {
            *value /= norm;
        }
    }
}
