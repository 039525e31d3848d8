//! Rows of A: dense, or sparse.

use super::{Components, ModelError};
use crate::Real;

/// A row of A, by its entries.
pub trait Row {
    /// Returns the entries with their columns, counted from zero.
    fn entries(&self) -> impl Iterator<Item = (usize, f32)>;

    /// Checks that the row fits a matrix of so many columns.
    ///
    /// # Errors
    /// [`ModelError::Length`] for a dense row of another length.
    fn check(&self, columns: usize) -> Result<(), ModelError>;

    /// Returns the residual of the whole row, where `squares` is the squared residual of its entries.
    fn residual(&self, squares: f32) -> f32 {
        // Rounding can leave a negative number where all is explained.
        if squares > 0.0 {
            Real::sqrt(squares)
        } else {
            0.0
        }
    }
}

impl Row for [f32] {
    fn entries(&self) -> impl Iterator<Item = (usize, f32)> {
        (0..self.len()).zip(self.iter().copied())
    }

    fn check(&self, columns: usize) -> Result<(), ModelError> {
        check_length(self.len(), columns)
    }
}

impl<const N: usize> Row for [f32; N] {
    fn entries(&self) -> impl Iterator<Item = (usize, f32)> {
        (0..N).zip(self.iter().copied())
    }

    fn check(&self, columns: usize) -> Result<(), ModelError> {
        check_length(N, columns)
    }
}

/// A row by its nonzeros, in any order; entries of one column are added.
#[derive(Clone, Copy, Debug)]
pub struct SparseRow<'a> {
    indices: &'a [u32],
    values: &'a [f32],
}

impl<'a> SparseRow<'a> {
    /// Creates the row with `values[p]` in column `indices[p]`.
    ///
    /// # Errors
    /// [`ModelError::Length`] if there are not as many values as indices.
    pub fn new(indices: &'a [u32], values: &'a [f32]) -> Result<Self, ModelError> {
        check_length(values.len(), indices.len())?;
        Ok(Self { indices, values })
    }
}

impl Row for SparseRow<'_> {
    fn entries(&self) -> impl Iterator<Item = (usize, f32)> {
        let entries = self.indices.iter().zip(self.values);
        entries.map(|(index, value)| (*index as usize, *value))
    }

    fn check(&self, _: usize) -> Result<(), ModelError> {
        Ok(())
    }
}

pub(super) fn check_length(found: usize, expected: usize) -> Result<(), ModelError> {
    match found == expected {
        true => Ok(()),
        false => Err(ModelError::Length { expected, found }),
    }
}

/// Checks that an entry has a column and a value.
#[inline(always)]
pub(super) fn check_entry(index: usize, x: f32, columns: usize) -> Result<(), ModelError> {
    if index >= columns {
        return Err(ModelError::Index { index, columns });
    }
    match Real::is_finite(x) {
        true => Ok(()),
        false => Err(ModelError::NonFinite { index }),
    }
}

/// y <- x H; returns x . x.
///
/// # Errors
/// [`ModelError`] for a row that does not fit, or entries that are not finite; negative ones unless they are `allowed`.
pub(super) fn products(
    components: &impl Components,
    row: &(impl Row + ?Sized),
    allowed: Negative,
    y: &mut [f32],
) -> Result<f32, ModelError> {
    let n = components.nrows();
    check_length(y.len(), components.ncols())?;
    row.check(n)?;
    y.fill(0.0);
    let mut squares = 0.0;
    for (index, x) in row.entries() {
        check_entry(index, x, n)?;
        if x < 0.0 && allowed == Negative::Refused {
            return Err(ModelError::Negative { index });
        }
        if x != 0.0 {
            squares += x * x;
            components.add_row(index, x, y);
        }
    }
    components.scale(y);
    check_sums(squares, y)?;
    Ok(squares)
}

/// The entries that a factorization can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Negative {
    Allowed,
    Refused,
}

/// Checks that no sum has left the range.
pub(super) fn check_sums(squares: f32, sums: &[f32]) -> Result<(), ModelError> {
    let is_finite = Real::is_finite(squares) && sums.iter().all(|x| Real::is_finite(*x));
    is_finite.then_some(()).ok_or(ModelError::Overflow)
}
