//! A permutation of the columns of a sparse matrix that speeds up its products.

use crate::Scalar;
use crate::SparseMatrix;

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
}

impl ColumnOrder {
    /// Creates the order; columns with equally many entries keep theirs.
    pub(crate) fn by_frequency<T: Scalar>(a: &SparseMatrix<T>) -> Self {
        let mut counts = vec![0_usize; a.ncols()];
        for column in a.columns() {
            counts[*column as usize] += 1;
        }
        // The first position of the columns of each count, after all that are fuller.
        let fullest = counts.iter().copied().max().unwrap_or(0);
        let mut starts = vec![0; fullest + 2];
        for count in &counts {
            starts[fullest - count + 1] += 1;
        }
        for rank in 1..starts.len() {
            starts[rank] += starts[rank - 1];
        }
        let (mut columns, mut places) = (vec![0; a.ncols()], vec![0; a.ncols()]);
        for (column, count) in counts.iter().enumerate() {
            let place = &mut starts[fullest - count];
            columns[*place] = column as u32;
            places[column] = *place as u32;
            *place += 1;
        }
        Self { columns, places }
    }

    /// Returns the column at each position.
    pub(crate) fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// Returns the position of each column.
    pub(super) fn places(&self) -> &[u32] {
        &self.places
    }

    /// Returns A with its columns permuted. The entries of a row stay in the original order of the columns, and
    /// so does the order of sums over a row.
    pub(super) fn permute<T: Scalar>(&self, a: &SparseMatrix<T>) -> SparseMatrix<T> {
        let place = |column: &u32| self.places[*column as usize];
        SparseMatrix {
            ncols: a.ncols,
            row_offsets: a.row_offsets.clone(),
            columns: a.columns.iter().map(place).collect(),
            values: a.values.clone(),
        }
    }
}
