use super::storage::{Lender, Storage};
use crate::{DenseMatrix, Error, Scalar, recycling};
use lowrank_core::CsrRef;

/// A sparse m x n matrix in compressed sparse rows; its columns and values are owned, or [`lent`](Self::lent).
///
/// Row `i` holds the entries `row_offsets[i]..row_offsets[i + 1]` of `columns` and `values`,
/// its columns strictly ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseMatrix<T> {
    pub(crate) ncols: usize,
    pub(crate) row_offsets: Vec<usize>,
    pub(crate) columns: Storage<u32>,
    pub(crate) values: Storage<T>,
}

impl<T> SparseMatrix<T> {
    /// Returns the number of rows, m.
    pub fn nrows(&self) -> usize {
        self.row_offsets.len().saturating_sub(1)
    }

    /// Returns the number of columns, n.
    pub fn ncols(&self) -> usize {
        self.ncols
    }

    /// Returns the number of stored entries.
    pub fn nonzeros(&self) -> usize {
        self.values.len()
    }

    /// Returns the start of each row in [`columns`](Self::columns) and [`values`](Self::values): m + 1 offsets.
    pub fn row_offsets(&self) -> &[usize] {
        &self.row_offsets
    }

    /// Returns the column of each stored entry.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// Returns the value of each stored entry.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Returns the columns and values of row `i`.
    ///
    /// # Panics
    /// Panics if there is no such row.
    pub fn row(&self, i: usize) -> (&[u32], &[T]) {
        let entries = self.row_offsets[i]..self.row_offsets[i + 1];
        (&self.columns[entries.clone()], &self.values[entries])
    }

    /// Counts the rows without entries.
    pub fn empty_rows(&self) -> usize {
        let empty = |pair: &&[usize]| pair[0] == pair[1];
        self.row_offsets.windows(2).filter(empty).count()
    }
}

impl<T: Scalar> SparseMatrix<T> {
    /// Creates the matrix with m + 1 `row_offsets` and n = `ncols` columns.
    ///
    /// # Errors
    /// [`Error::Factorization`] if the slices do not describe a matrix, or if the columns of
    /// a row are not strictly ascending.
    pub fn new(
        row_offsets: Vec<usize>,
        columns: Vec<u32>,
        values: Vec<T>,
        ncols: usize,
    ) -> Result<Self, Error> {
        Self::with(row_offsets, columns.into(), values.into(), ncols)
    }

    /// Creates the matrix of the columns and values that others own, without a copy of these.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn lent(
        row_offsets: Vec<usize>,
        columns: Lender<u32>,
        values: Lender<T>,
        ncols: usize,
    ) -> Result<Self, Error> {
        Self::with(
            row_offsets,
            Storage::Lent(columns),
            Storage::Lent(values),
            ncols,
        )
    }

    fn with(
        row_offsets: Vec<usize>,
        columns: Storage<u32>,
        values: Storage<T>,
        ncols: usize,
    ) -> Result<Self, Error> {
        CsrRef::new(&row_offsets, &columns, &values, ncols)?;
        for (row, pair) in row_offsets.windows(2).enumerate() {
            if !columns[pair[0]..pair[1]].is_sorted_by(|a, b| a < b) {
                return Err(lowrank_core::Error::SparseStructure { row }.into());
            }
        }
        Ok(Self {
            ncols,
            row_offsets,
            columns,
            values,
        })
    }

    /// [`new`](Self::new) for slices that are known to describe a matrix.
    ///
    /// # Panics
    /// Panics if they do not.
    pub fn from_rows(
        row_offsets: Vec<usize>,
        columns: Vec<u32>,
        values: Vec<T>,
        ncols: usize,
    ) -> Self {
        Self::new(row_offsets, columns, values, ncols).expect("rows of ascending columns")
    }

    /// Creates the m x n matrix with the entries (row, column, value), in any order.
    ///
    /// # Errors
    /// [`Error::Factorization`] if two entries have the same place, or one lies outside the matrix.
    pub fn from_triplets(
        nrows: usize,
        ncols: usize,
        entries: impl IntoIterator<Item = (usize, usize, T)>,
    ) -> Result<Self, Error> {
        let mut entries: Vec<(usize, usize, T)> = entries.into_iter().collect();
        entries.sort_unstable_by_key(|(row, column, _)| (*row, *column));
        let mut row_offsets = vec![0; nrows.saturating_add(1)];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for (row, column, value) in entries {
            let outside = lowrank_core::Error::SparseStructure { row };
            let count = row_offsets.get_mut(row.saturating_add(1)).ok_or(outside)?;
            *count += 1;
            columns.push(u32::try_from(column).map_err(|_| outside)?);
            values.push(value);
        }
        for i in 0..nrows {
            row_offsets[i + 1] += row_offsets[i];
        }
        Self::new(row_offsets, columns, values, ncols)
    }

    /// Stores all entries of a dense matrix, zeros too.
    ///
    /// # Errors
    /// [`Error::Factorization`] for more columns than an index can tell.
    pub(crate) fn of_all_entries(a: &DenseMatrix<T>) -> Result<Self, Error> {
        let (m, n) = (a.nrows(), a.ncols());
        let last = u32::try_from(n).map_err(|_| lowrank_core::Error::SparseStructure { row: 0 })?;
        let mut values = Vec::with_capacity(m * n);
        for i in 0..m {
            values.extend((0..n).map(|j| a.at(i, j)));
        }
        let columns = (0..m).flat_map(|_| 0..last).collect();
        Self::new((0..=m).map(|i| i * n).collect(), columns, values, n)
    }

    /// Returns this matrix as core's operator.
    pub(crate) fn view(&self) -> Result<CsrRef<'_, T>, Error> {
        Ok(CsrRef::new(
            &self.row_offsets,
            &self.columns,
            &self.values,
            self.ncols,
        )?)
    }

    /// Computes A^T by counting; the entries of a row are in the order of the rows of A.
    pub fn transpose(&self) -> Self {
        let mut row_offsets = vec![0; self.ncols + 1];
        for &column in &self.columns {
            row_offsets[column as usize + 1] += 1;
        }
        for j in 0..self.ncols {
            row_offsets[j + 1] += row_offsets[j];
        }
        self.transpose_to(row_offsets.clone(), row_offsets)
    }

    /// Writes the entries, in one pass, to the rows of A^T that start at `row_offsets`, in any order of the rows;
    /// `next` is the place of the first entry of each column of A.
    pub(crate) fn transpose_to(&self, mut next: Vec<usize>, row_offsets: Vec<usize>) -> Self {
        let mut columns = recycling::unset_indices(self.nonzeros());
        let mut values = recycling::unset(self.nonzeros());
        for i in 0..self.nrows() {
            let (row_columns, row_values) = self.row(i);
            for (&column, &value) in row_columns.iter().zip(row_values) {
                let place = &mut next[column as usize];
                columns[*place] = i as u32;
                values[*place] = value;
                *place += 1;
            }
        }
        Self {
            ncols: self.nrows(),
            row_offsets,
            columns: columns.into(),
            values: values.into(),
        }
    }

    /// Returns the values of [`transpose_to`](Self::transpose_to) alone.
    pub(crate) fn transposed_values(&self, mut next: Vec<usize>) -> Vec<T> {
        let mut values = recycling::unset(self.nonzeros());
        for (&column, &value) in self.columns.iter().zip(&self.values) {
            let place = &mut next[column as usize];
            values[*place] = value;
            *place += 1;
        }
        values
    }

    /// Returns the rows `rows` of this matrix, in that order.
    ///
    /// # Panics
    /// Panics if there is no such row.
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let mut row_offsets = vec![0];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for &i in rows {
            let (row_columns, row_values) = self.row(i);
            columns.extend_from_slice(row_columns);
            values.extend_from_slice(row_values);
            row_offsets.push(columns.len());
        }
        Self {
            ncols: self.ncols,
            row_offsets,
            columns: columns.into(),
            values: values.into(),
        }
    }

    /// Returns the stored entries whose number, counted row by row, satisfies `keep`.
    pub fn keep(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut row_offsets = vec![0];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for pair in self.row_offsets.windows(2) {
            for index in (pair[0]..pair[1]).filter(|&index| keep(index)) {
                columns.push(self.columns[index]);
                values.push(self.values[index]);
            }
            row_offsets.push(columns.len());
        }
        Self {
            ncols: self.ncols,
            row_offsets,
            columns: columns.into(),
            values: values.into(),
        }
    }

    /// Converts the entries to another precision.
    pub fn cast<U: Scalar>(&self) -> SparseMatrix<U> {
        let columns = match &self.columns {
            Storage::Owned(columns) => {
                let mut copy = recycling::unset_indices(columns.len());
                copy.copy_from_slice(columns);
                copy.into()
            }
            lent @ Storage::Lent(_) => lent.clone(),
        };
        let mut values: Vec<U> = recycling::unset(self.nonzeros());
        for (value, x) in values.iter_mut().zip(&self.values) {
            *value = U::from_f64(x.to_f64());
        }
        SparseMatrix {
            ncols: self.ncols,
            row_offsets: self.row_offsets.clone(),
            columns,
            values: values.into(),
        }
    }

    /// Keeps the memory for the next computation.
    pub(crate) fn recycle(self) {
        if let Storage::Owned(columns) = self.columns {
            recycling::give_back_indices(columns);
        }
        if let Storage::Owned(values) = self.values {
            recycling::give_back(values);
        }
    }
}
