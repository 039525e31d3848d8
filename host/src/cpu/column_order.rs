//! The columns of a sparse matrix in the order in which its products work on them.

use crate::Scalar;
use crate::SparseMatrix;

/// Columns by how many entries they hold, the fullest first.
///
/// Few words make up most of a text: rows of a panel that belong to them stand side by side then, and
/// stay in a cache while all others pass by; rows of A^T of the same length follow each other, so
/// that the processor foresees where they end.
#[derive(Debug)]
pub(crate) struct ColumnOrder {
    /// The column at each place.
    columns: Vec<u32>,
    /// The place of each column.
    places: Vec<u32>,
}

impl ColumnOrder {
    /// Columns with as many entries keep their order.
    pub(crate) fn by_frequency<T: Scalar>(a: &SparseMatrix<T>) -> Self {
        let mut counts = vec![0_usize; a.ncols()];
        for column in a.columns() {
            counts[*column as usize] += 1;
        }
        // Where the columns of each count begin, behind all that are fuller.
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

    /// The column at each place.
    pub(crate) fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The place of each column.
    pub(super) fn places(&self) -> &[u32] {
        &self.places
    }

    /// A with its columns at their places; the entries of a row stay in the order of the columns, and
    /// with it that of sums over a row.
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
