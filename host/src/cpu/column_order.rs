//! A permutation of the columns of a sparse matrix that speeds up its products.

use crate::{Scalar, SparseMatrix, recycling};

/// The columns in descending order of their number of entries.
///
/// Few words make up most of a text. Their rows of a panel are then adjacent and stay in a cache,
/// while all others pass through it. Rows of A^T of the same length follow each other, so that
/// the processor predicts their ends.
#[derive(Debug)]
pub(crate) struct ColumnOrder {
    /// The column at each position.
    columns: Vec<u32>,
    /// The position of each column.
    places: Vec<u32>,
    /// The number of entries of the column at each position.
    lengths: Vec<u32>,
}

impl ColumnOrder {
    /// Creates the order; columns with equally many entries keep theirs.
    pub(crate) fn by_frequency<T: Scalar>(a: &SparseMatrix<T>) -> Self {
        let counts = column_lengths(a);
        // The first position of the columns of each count, after all that are fuller.
        let fullest = counts.iter().copied().max().unwrap_or(0);
        let mut starts = vec![0; fullest as usize + 2];
        for count in &counts {
            starts[(fullest - count) as usize + 1] += 1;
        }
        for rank in 1..starts.len() {
            starts[rank] += starts[rank - 1];
        }
        let n = a.ncols();
        let (mut columns, mut places, mut lengths) = (vec![0; n], vec![0; n], vec![0; n]);
        for (column, count) in counts.iter().enumerate() {
            let place: &mut usize = &mut starts[(fullest - count) as usize];
            columns[*place] = column as u32;
            lengths[*place] = *count;
            places[column] = *place as u32;
            *place += 1;
        }
        Self {
            columns,
            places,
            lengths,
        }
    }

    /// Returns the column at each position.
    pub(crate) fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// Returns the position of each column.
    pub(super) fn places(&self) -> &[u32] {
        &self.places
    }

    /// Returns the number of entries of the column at each position.
    pub(super) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// Returns the columns of A, entry by entry, as positions. The entries of a row stay in the original order of the
    /// columns, and so does the order of sums over a row.
    pub(super) fn positions<T: Scalar>(&self, a: &SparseMatrix<T>) -> Vec<u32> {
        let place = |column: &u32| self.places[*column as usize];
        let mut positions = recycling::unset_indices(a.nonzeros());
        let pairs = positions.iter_mut().zip(a.columns());
        pairs.for_each(|(position, column)| *position = place(column));
        positions
    }
}

/// Counts the entries of each column.
pub(super) fn column_lengths<T: Scalar>(a: &SparseMatrix<T>) -> Vec<u32> {
    let mut lengths = vec![0; a.ncols()];
    for column in a.columns() {
        lengths[*column as usize] += 1;
    }
    lengths
}

/// Returns the sum of all lengths before each one, and that of all.
pub(super) fn sums(lengths: &[u32]) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(lengths.len() + 1);
    let mut sum = 0;
    offsets.push(sum);
    for length in lengths {
        sum += *length as usize;
        offsets.push(sum);
    }
    offsets
}
