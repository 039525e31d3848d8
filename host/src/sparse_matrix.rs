/// A sparse m x n matrix in compressed sparse rows, owned.
///
/// Row `i` holds the entries `row_offsets[i]..row_offsets[i + 1]` of `columns` and `values`,
/// its columns strictly ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseMatrix<T> {
    pub(crate) ncols: usize,
    pub(crate) row_offsets: Vec<usize>,
    pub(crate) columns: Vec<u32>,
    pub(crate) values: Vec<T>,
}

impl<T> SparseMatrix<T> {
    /// The number of rows, m.
    pub fn nrows(&self) -> usize {
        self.row_offsets.len().saturating_sub(1)
    }

    /// The number of columns, n.
    pub fn ncols(&self) -> usize {
        self.ncols
    }

    /// The number of stored entries.
    pub fn nonzeros(&self) -> usize {
        self.values.len()
    }

    /// Where each row starts in [`columns`](Self::columns) and [`values`](Self::values): m + 1 offsets.
    pub fn row_offsets(&self) -> &[usize] {
        &self.row_offsets
    }

    /// The column of each stored entry.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The value of each stored entry.
    pub fn values(&self) -> &[T] {
        &self.values
    }
}
