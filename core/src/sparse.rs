//! Sparse matrices in compressed sparse rows.

use crate::dense::{check_operands, product_entry};
use crate::divergence_terms::{Model, Side};
use crate::{
    BetaDivergence, Compensated, DivergenceOperator, EntrywiseOperator, Error, LinearOperator,
    MatMut, Real, Survey,
};
use heapless::Vec;

/// A sparse m x n matrix A in compressed sparse rows, borrowed as three slices.
///
/// Row i holds the entries `row_offsets[i]..row_offsets[i + 1]` of `columns` and `values`. Columns
/// need not be sorted; entries that stand at the same place add up in products (and are looked
/// at one by one in norms: merge them first).
#[derive(Clone, Copy, Debug)]
pub struct CsrRef<'a, T> {
    row_offsets: &'a [usize],
    columns: &'a [u32],
    values: &'a [T],
    ncols: usize,
}

impl<'a, T: Real> CsrRef<'a, T> {
    /// The matrix with m + 1 `row_offsets` and n = `ncols` columns.
    ///
    /// # Errors
    /// - [`Error::Empty`] without offsets.
    /// - [`Error::Shape`] where `columns` and `values` differ in length.
    /// - [`Error::SparseStructure`] with the first row whose offsets fall or leave the entries, or
    ///   which names a column outside the matrix.
    pub fn new(
        row_offsets: &'a [usize],
        columns: &'a [u32],
        values: &'a [T],
        ncols: usize,
    ) -> Result<Self, Error> {
        if row_offsets.is_empty() {
            return Err(Error::Empty);
        }
        if columns.len() != values.len() {
            return Err(Error::Shape {
                expected: (columns.len(), 1),
                found: (values.len(), 1),
            });
        }
        let a = Self {
            row_offsets,
            columns,
            values,
            ncols,
        };
        a.check_rows()?;
        Ok(a)
    }

    fn check_rows(&self) -> Result<(), Error> {
        let (mut start, mut first) = (0, true);
        for (row, &end) in self.row_offsets.iter().enumerate() {
            if first && end != 0 {
                return Err(Error::SparseStructure { row: 0 });
            }
            first = false;
            let row = row.saturating_sub(1);
            let Some(columns) = self.columns.get(start..end) else {
                return Err(Error::SparseStructure { row });
            };
            if columns.iter().any(|&column| column as usize >= self.ncols) {
                return Err(Error::SparseStructure { row });
            }
            start = end;
        }
        if start != self.columns.len() {
            let row = self.row_offsets.len().saturating_sub(2);
            return Err(Error::SparseStructure { row });
        }
        Ok(())
    }

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

    /// The m + 1 offsets.
    pub fn row_offsets(&self) -> &'a [usize] {
        self.row_offsets
    }

    /// The column of each stored entry.
    pub fn columns(&self) -> &'a [u32] {
        self.columns
    }

    /// The value of each stored entry.
    pub fn values(&self) -> &'a [T] {
        self.values
    }

    /// The columns and values of each row.
    #[inline(always)]
    pub fn rows(&self) -> impl Iterator<Item = (&'a [u32], &'a [T])> + Clone + use<'a, T> {
        let (columns, values) = (self.columns, self.values);
        let ends = self.row_offsets.get(1..).unwrap_or_default();
        self.row_offsets
            .iter()
            .zip(ends)
            .map(move |(&start, &end)| {
                (
                    columns.get(start..end).unwrap_or_default(),
                    values.get(start..end).unwrap_or_default(),
                )
            })
    }

    /// The columns and values of row `i`; none where there is no such row.
    pub fn row(&self, i: usize) -> (&'a [u32], &'a [T]) {
        let start = self.row_offsets.get(i).copied().unwrap_or(0);
        let end = self
            .row_offsets
            .get(i.saturating_add(1))
            .copied()
            .unwrap_or(0);
        (
            self.columns.get(start..end).unwrap_or_default(),
            self.values.get(start..end).unwrap_or_default(),
        )
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, usize, T)> + Clone + use<'a, T> {
        (0..self.nrows())
            .zip(self.rows())
            .flat_map(|(row, (columns, values))| {
                let entry = move |(&column, &value)| (row, column as usize, value);
                columns.iter().zip(values).map(entry)
            })
    }
}

impl<'p, T: Real> LinearOperator<MatMut<'p, T>> for CsrRef<'_, T> {
    fn nrows(&self) -> usize {
        CsrRef::nrows(self)
    }

    fn ncols(&self) -> usize {
        self.ncols
    }

    fn apply(&self, x: &MatMut<'p, T>, y: &mut MatMut<'p, T>) -> Result<(), Error> {
        check_operands(self, (y.nrows(), y.ncols()), (x.nrows(), x.ncols()))?;
        for (j, y) in (0..y.ncols()).zip(y.columns_mut()) {
            let x = x.column(j);
            for (y, (columns, values)) in y.iter_mut().zip(self.rows()) {
                let mut sum = T::ZERO;
                for (&column, &a) in columns.iter().zip(values) {
                    sum += a * x.get(column as usize).copied().unwrap_or(T::ZERO);
                }
                *y = sum;
            }
        }
        Ok(())
    }

    fn apply_transpose(&self, y: &MatMut<'p, T>, x: &mut MatMut<'p, T>) -> Result<(), Error> {
        check_operands(self, (y.nrows(), y.ncols()), (x.nrows(), x.ncols()))?;
        for (j, x) in (0..x.ncols()).zip(x.columns_mut()) {
            x.fill(T::ZERO);
            for (&y, (columns, values)) in y.column(j).iter().zip(self.rows()) {
                for (&column, &a) in columns.iter().zip(values) {
                    if let Some(x) = x.get_mut(column as usize) {
                        *x += a * y;
                    }
                }
            }
        }
        Ok(())
    }

    fn survey(&self) -> Result<Survey<T>, Error> {
        Survey::of(self.entries())
    }
}

impl<'p, T: Real> EntrywiseOperator<MatMut<'p, T>> for CsrRef<'_, T> {
    /// Each row of W H^T is set against the stored entries of the row; where the row has none, the
    /// product stands alone. Rows whose columns are not in order cost a search for every entry.
    fn distance(&self, exponent: i32, w: &MatMut<'p, T>, h: &MatMut<'p, T>) -> Result<T, Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let mut squares = Compensated::default();
        for (i, (columns, values)) in self.rows().enumerate() {
            let ordered = columns.iter().is_sorted();
            let mut stored = columns.iter().zip(values).peekable();
            for j in 0..self.ncols {
                let mut a = T::ZERO;
                if ordered {
                    while let Some((_, &value)) = stored.next_if(|entry| *entry.0 as usize == j) {
                        a += value;
                    }
                } else {
                    for (_, &value) in stored.clone().filter(|entry| *entry.0 as usize == j) {
                        a += value;
                    }
                }
                let difference = a.scale_by_power_of_two(exponent) - product_entry(w, h, i, j);
                squares.add(difference * difference);
            }
        }
        Ok(squares.sum().sqrt())
    }
}

impl<'p, T: Real> DivergenceOperator<MatMut<'p, T>> for CsrRef<'_, T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        for (row, (columns, values)) in (0..self.nrows()).zip(self.rows()) {
            let stored = columns.iter().zip(values);
            for column in 0..self.ncols {
                let mut here = stored.clone().filter(|entry| *entry.0 as usize == column);
                if !here.any(|entry| *entry.1 != T::ZERO) {
                    return Some((row, column));
                }
            }
        }
        None
    }

    fn divergence_terms(
        &self,
        divergence: &BetaDivergence<T>,
        exponent: i32,
        w: &MatMut<'p, T>,
        h: &MatMut<'p, T>,
        terms: &mut MatMut<'p, T>,
    ) -> Result<T, Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let side = Side::Rows;
        Model {
            divergence,
            exponent,
            w,
            h,
            side,
        }
        .of_stored(self.entries(), terms)
    }

    fn divergence_terms_transpose(
        &self,
        divergence: &BetaDivergence<T>,
        exponent: i32,
        w: &MatMut<'p, T>,
        h: &MatMut<'p, T>,
        terms: &mut MatMut<'p, T>,
    ) -> Result<(), Error> {
        check_operands(self, (w.nrows(), w.ncols()), (h.nrows(), h.ncols()))?;
        let side = Side::Columns;
        Model {
            divergence,
            exponent,
            w,
            h,
            side,
        }
        .of_stored(self.entries(), terms)
        .map(drop)
    }
}

/// A sparse matrix that owns its three slices without a heap: room for `OFFSETS` - 1 rows and
/// `ENTRIES` entries. It can stand in a `static`.
///
/// ```
/// use lowrank_core::CsrBuffer;
///
/// let mut a = CsrBuffer::<f32, 3, 8>::new(4);
/// a.push(0, 1, 2.5)?; // row, column, value; rows in order
/// a.push(1, 3, -1.0)?;
/// let view = a.view(2)?; // two rows
/// assert_eq!((view.nrows(), view.ncols(), view.nonzeros()), (2, 4, 2));
/// # Ok::<(), lowrank_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CsrBuffer<T, const OFFSETS: usize, const ENTRIES: usize> {
    row_offsets: Vec<usize, OFFSETS>,
    columns: Vec<u32, ENTRIES>,
    values: Vec<T, ENTRIES>,
    ncols: usize,
}

impl<T: Real, const OFFSETS: usize, const ENTRIES: usize> CsrBuffer<T, OFFSETS, ENTRIES> {
    /// A matrix of `ncols` columns without rows.
    pub const fn new(ncols: usize) -> Self {
        Self {
            row_offsets: Vec::new(),
            columns: Vec::new(),
            values: Vec::new(),
            ncols,
        }
    }

    /// Removes all rows.
    pub fn clear(&mut self) {
        self.row_offsets.clear();
        self.columns.clear();
        self.values.clear();
    }

    /// Adds an entry. Rows must come in ascending order, and within a row the columns; rows that
    /// are passed over are empty.
    ///
    /// # Errors
    /// - [`Error::SparseStructure`] for a row or column that comes too late or is outside the matrix,
    ///   and for a column whose number has more than 32 bits.
    /// - [`Error::BufferTooSmall`] where there is no room for the row or the entry.
    pub fn push(&mut self, row: usize, column: usize, value: T) -> Result<(), Error> {
        let started = self.row_offsets.len();
        let late = row.saturating_add(1) < started;
        let unordered = row.saturating_add(1) == started && !self.in_order(column);
        let outside = column >= self.ncols;
        let (Ok(stored), false) = (u32::try_from(column), late || unordered || outside) else {
            return Err(Error::SparseStructure { row });
        };
        if self.columns.len() >= ENTRIES {
            return Err(full(ENTRIES));
        }
        if row.saturating_add(2) > OFFSETS {
            return Err(full(OFFSETS));
        }
        self.start_rows(row.saturating_add(1))?;
        self.columns.push(stored).map_err(|_| full(ENTRIES))?;
        self.values.push(value).map_err(|_| full(ENTRIES))
    }

    fn in_order(&self, column: usize) -> bool {
        let start = self.row_offsets.last().copied().unwrap_or(0);
        match self.columns.get(start..).unwrap_or_default().last() {
            Some(&last) => (last as usize) < column,
            None => true,
        }
    }

    fn start_rows(&mut self, started: usize) -> Result<(), Error> {
        while self.row_offsets.len() < started {
            let end = self.columns.len();
            self.row_offsets.push(end).map_err(|_| full(OFFSETS))?;
        }
        Ok(())
    }

    /// The matrix with `nrows` rows, those behind the last entry being empty.
    ///
    /// # Errors
    /// - [`Error::BufferTooSmall`] for more rows than there is room for.
    /// - [`Error::SparseStructure`] for fewer rows than have entries.
    pub fn view(&mut self, nrows: usize) -> Result<CsrRef<'_, T>, Error> {
        if nrows.saturating_add(1) > OFFSETS {
            return Err(full(OFFSETS));
        }
        let started = self.row_offsets.len();
        if started > nrows.saturating_add(1) {
            return Err(Error::SparseStructure { row: nrows });
        }
        if started == nrows.saturating_add(1)
            && self.row_offsets.last() != Some(&self.columns.len())
        {
            return Err(Error::SparseStructure { row: nrows });
        }
        self.start_rows(nrows.saturating_add(1))?;
        CsrRef::new(&self.row_offsets, &self.columns, &self.values, self.ncols)
    }
}

#[cold]
fn full(capacity: usize) -> Error {
    Error::BufferTooSmall {
        needed: capacity.saturating_add(1),
        found: capacity,
    }
}
