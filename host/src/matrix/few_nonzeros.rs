//! Dense matrices most of whose entries are zero.

use super::{Matrix, SparseMatrix};
use crate::{DenseMatrix, Scalar};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One entry in so many may be nonzero if products with the nonzeros alone are to be faster: a dense product is about six
/// times as fast for each entry, and the conversion takes some of the time.
const ONE_IN: usize = 10;

/// Smaller matrices take no time that is worth a conversion.
const FEWEST_ENTRIES: usize = 1 << 16;

/// The runs of entries that are looked at first, and their length.
const SAMPLES: usize = 256;
const SAMPLE: usize = 16;

/// The sample may have this many times the share of nonzeros, since they are not spread evenly.
const SAMPLE_MARGIN: usize = 2;

/// The entries that one task looks at, in whole columns.
const ENTRIES_PER_TASK: usize = 1 << 16;

/// The nonzeros of some columns.
struct Columns<T> {
    /// The number of nonzeros of each column.
    counts: Vec<usize>,
    rows: Vec<u32>,
    values: Vec<T>,
}

impl<T: Scalar> Matrix<'_, T> {
    /// Counts the nonzeros of a dense matrix that has few of them: at most one entry in ten, of at least 65,536. On the CPU,
    /// a truncated SVD, principal components and an NMF of such a matrix work with the nonzeros alone. `None` for all
    /// others.
    pub fn few_nonzeros(&self) -> Option<usize> {
        let Matrix::Dense(a) = self else {
            return None;
        };
        if !seem_few(a.as_slice()) {
            return None;
        }
        let pieces = a.as_slice().par_chunks(ENTRIES_PER_TASK);
        let count = pieces.map(count_nonzeros).sum();
        (count <= a.as_slice().len() / ONE_IN).then_some(count)
    }

    /// Copies the nonzeros to compressed rows if there are few, as [`few_nonzeros`](Self::few_nonzeros) says, in one pass.
    /// What is not finite counts as a nonzero, and -0 as zero.
    pub(crate) fn with_few_nonzeros(&self) -> Option<SparseMatrix<T>> {
        match self {
            Matrix::Dense(a) if seem_few(a.as_slice()) => nonzeros(a),
            _ => None,
        }
    }
}

fn count_nonzeros<T: Scalar>(x: &[T]) -> usize {
    x.iter().map(|x| usize::from(*x != T::ZERO)).sum()
}

/// Looks at a sample.
fn seem_few<T: Scalar>(x: &[T]) -> bool {
    if x.len() < FEWEST_ENTRIES {
        return false;
    }
    let run = |sample: usize| &x[(x.len() - SAMPLE) / SAMPLES * sample..][..SAMPLE];
    let count: usize = (0..SAMPLES).map(|sample| count_nonzeros(run(sample))).sum();
    count <= SAMPLE_MARGIN * SAMPLES * SAMPLE / ONE_IN
}

fn nonzeros<T: Scalar>(a: &DenseMatrix<T>) -> Option<SparseMatrix<T>> {
    let (m, n) = (a.nrows(), a.ncols());
    if u32::try_from(m.max(n)).is_err() {
        return None;
    }
    let (found, limit) = (AtomicUsize::new(0), a.as_slice().len() / ONE_IN);
    let columns_per_task = (ENTRIES_PER_TASK / m).max(1);
    let pieces: Option<Vec<Columns<T>>> = a
        .as_slice()
        .par_chunks(columns_per_task * m)
        .map(|columns| {
            let piece = Columns::of(columns, m);
            let so_far = found.fetch_add(piece.values.len(), Ordering::Relaxed);
            (so_far + piece.values.len() <= limit).then_some(piece)
        })
        .collect();
    let (mut offsets, mut rows, mut values) = (vec![0], Vec::new(), Vec::new());
    for piece in pieces? {
        for count in piece.counts {
            offsets.push(offsets[offsets.len() - 1] + count);
        }
        rows.extend(piece.rows);
        values.extend(piece.values);
    }
    // The columns of A are the rows of A^T.
    Some(SparseMatrix::from_rows(offsets, rows, values, m).transpose())
}

impl<T: Scalar> Columns<T> {
    /// Returns the nonzeros of columns of m entries.
    fn of(columns: &[T], m: usize) -> Self {
        let mut piece = Self {
            counts: Vec::new(),
            rows: Vec::new(),
            values: Vec::new(),
        };
        for column in columns.chunks_exact(m) {
            let before = piece.values.len();
            for (block, x) in column.chunks(SAMPLE).enumerate() {
                if x.iter().all(|x| *x == T::ZERO) {
                    continue;
                }
                for (i, x) in x.iter().enumerate().filter(|(_, x)| **x != T::ZERO) {
                    piece.rows.push((block * SAMPLE + i) as u32);
                    piece.values.push(*x);
                }
            }
            piece.counts.push(piece.values.len() - before);
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_nonzeros(m: usize, n: usize, every: usize) -> DenseMatrix<f64> {
        DenseMatrix::from_fn(m, n, |i, j| match (7 * i + 11 * j) % every {
            0 => 1.0 + i as f64 - 0.5 * j as f64,
            _ if (i + j) % 2 == 0 => -0.0,
            _ => 0.0,
        })
    }

    #[test]
    fn few_nonzeros_are_copied_and_many_are_not() {
        for (m, n) in [(300, 250), (70_000, 1), (1, 70_000), (1000, 66)] {
            let a = with_nonzeros(m, n, 13);
            let found = Matrix::Dense(&a).with_few_nonzeros().unwrap();
            let count = a.as_slice().iter().filter(|x| **x != 0.0).count();
            assert_eq!(found.nonzeros(), count, "{m} x {n}");
            assert_eq!(Matrix::Dense(&a).few_nonzeros(), Some(count));
            for i in 0..m {
                let (columns, values) = found.row(i);
                for (j, x) in columns.iter().zip(values) {
                    assert_eq!(*x, a.at(i, *j as usize));
                }
            }
            let many = with_nonzeros(m, n, 3);
            assert!(Matrix::Dense(&many).with_few_nonzeros().is_none());
            assert_eq!(Matrix::Dense(&many).few_nonzeros(), None);
        }
    }

    #[test]
    fn small_and_sparse_matrices_stay_as_they_are() {
        let small = DenseMatrix::<f64>::zeros(255, 256);
        assert!(Matrix::Dense(&small).with_few_nonzeros().is_none());
        let empty = DenseMatrix::<f64>::zeros(0, 256);
        assert!(Matrix::Dense(&empty).with_few_nonzeros().is_none());
        let sparse = SparseMatrix::<f64>::from_triplets(300, 300, [(1, 1, 1.0)]).unwrap();
        assert!(Matrix::Sparse(&sparse).with_few_nonzeros().is_none());
    }

    #[test]
    fn nonzeros_where_the_sample_has_none_are_counted_all_the_same() {
        // The runs of the sample start at multiples of 2048; all else is nonzero.
        let a = DenseMatrix::from_fn(1 << 19, 1, |i, _| f64::from(i % 2047 >= SAMPLE));
        let sampled = Matrix::Dense(&a);
        assert!(seem_few(a.as_slice()) && sampled.with_few_nonzeros().is_none());
        assert_eq!(sampled.few_nonzeros(), None);
    }

    #[test]
    fn what_is_not_finite_keeps_its_place() {
        let mut a = with_nonzeros(300, 250, 13).into_vec();
        a[300 * 7 + 5] = f64::NAN;
        let a = DenseMatrix::new(a, 300, 250).unwrap();
        let found = Matrix::Dense(&a).with_few_nonzeros().unwrap();
        let (columns, values) = found.row(5);
        let place = columns.iter().position(|j| *j == 7).unwrap();
        assert!(values[place].is_nan());
    }
}
