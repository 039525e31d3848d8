use crate::real::Real;

/// Returns column `j` of column-major `data`; empty if there is none.
#[inline(always)]
pub(super) fn column<T>(data: &[T], nrows: usize, j: usize) -> &[T] {
    let start = nrows.wrapping_mul(j);
    data.get(start..)
        .and_then(|rest| rest.get(..nrows))
        .unwrap_or_default()
}

/// Returns column `j` of column-major `data`; empty if there is none.
#[inline(always)]
pub(super) fn column_mut<T>(data: &mut [T], nrows: usize, j: usize) -> &mut [T] {
    let start = nrows.wrapping_mul(j);
    data.get_mut(start..)
        .and_then(|rest| rest.get_mut(..nrows))
        .unwrap_or_default()
}

/// Returns columns `p` and `q` > `p`; empty if there are none.
#[inline(always)]
pub(super) fn column_pair_mut<T>(
    data: &mut [T],
    nrows: usize,
    p: usize,
    q: usize,
) -> (&mut [T], &mut [T]) {
    let (left, right) = data
        .split_at_mut_checked(nrows.wrapping_mul(q))
        .unwrap_or_default();
    (column_mut(left, nrows, p), column_mut(right, nrows, 0))
}

/// An iterator over the columns of a matrix.
#[derive(Clone, Debug)]
pub struct Columns<'a, T> {
    rest: &'a [T],
    /// The number of rows, at least one, so that an empty matrix has an end.
    nrows: usize,
}

impl<'a, T: Real> Columns<'a, T> {
    #[inline(always)]
    pub(super) fn new(rest: &'a [T], nrows: usize) -> Self {
        Self {
            rest,
            nrows: nrows.max(1),
        }
    }
}

impl<'a, T: Real> Iterator for Columns<'a, T> {
    type Item = &'a [T];

    #[inline(always)]
    fn next(&mut self) -> Option<&'a [T]> {
        let (column, rest) = self.rest.split_at_checked(self.nrows)?;
        self.rest = rest;
        Some(column)
    }
}

/// An iterator over the mutable columns of a matrix.
#[derive(Debug)]
pub struct ColumnsMut<'a, T> {
    rest: &'a mut [T],
    /// The number of visible entries of each column; at least one, so that an empty matrix has an end.
    height: usize,
    /// The number of entries skipped between one column and the next.
    gap: usize,
}

impl<'a, T: Real> ColumnsMut<'a, T> {
    #[inline(always)]
    pub(super) fn new(rest: &'a mut [T], nrows: usize) -> Self {
        Self {
            rest,
            height: nrows.max(1),
            gap: 0,
        }
    }

    /// Returns the remaining columns without consuming them.
    #[inline(always)]
    pub fn lend(&mut self) -> ColumnsMut<'_, T> {
        ColumnsMut {
            rest: self.rest,
            height: self.height,
            gap: self.gap,
        }
    }

    /// Returns rows `row..` of the remaining columns; nothing if there is no such row.
    #[inline(always)]
    pub(super) fn below(self, row: usize) -> ColumnsMut<'a, T> {
        let height = self.height.saturating_sub(row);
        let rest = if height == 0 {
            None
        } else {
            self.rest.get_mut(row..)
        };
        ColumnsMut {
            rest: rest.unwrap_or_default(),
            height: height.max(1),
            gap: self.gap.wrapping_add(row),
        }
    }

    /// Returns the number of visible entries of each column.
    #[inline(always)]
    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Returns the last of the remaining columns if they are whole; empty if there is none.
    #[inline(always)]
    pub fn last_column(self) -> &'a mut [T] {
        let at = self.rest.len().wrapping_sub(self.height);
        self.rest.get_mut(at..).unwrap_or_default()
    }
}

impl<'a, T: Real> Iterator for ColumnsMut<'a, T> {
    type Item = &'a mut [T];

    #[inline(always)]
    fn next(&mut self) -> Option<&'a mut [T]> {
        let (column, rest) = core::mem::take(&mut self.rest).split_at_mut_checked(self.height)?;
        self.rest = rest.get_mut(self.gap..).unwrap_or_default();
        Some(column)
    }
}
