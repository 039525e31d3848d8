//! QR factorization with column and row pivoting, the preconditioner of the Jacobi SVD.

use super::lu::largest_entry;
use super::qr::{reflect, reflect_here, reflector};
use super::vector::normalizing_exponent;
use super::{Columns, ColumnsMut, MatMut, dot};
use crate::real::Real;

/// S A P = Q R. Each step takes the longest column first (Businger & Golub 1965), then the row of its
/// largest entry, so that rows of any size keep their own relative accuracy (Powell & Reid 1969;
/// Cox & Higham 1998).
///
/// - `a`: m x n, m >= n; R on and above the diagonal afterwards, the reflectors below it.
/// - `lengths`: the lengths of its columns.
/// - `taus`: n, the factors of the reflectors.
/// - `columns`, `rows`: n, for each of the first n the distance to the column and the row that were
///   swapped with it, as scalars.
///
/// `FIXED`: the sizes are known at compile time, and loops are specialized for them.
#[inline(always)]
pub(super) fn pivoted_qr<T: Real, const FIXED: bool>(
    a: &mut MatMut<'_, T>,
    mut lengths: Lengths<'_, T>,
    taus: &mut [T],
    columns: &mut [T],
    rows: &mut [T],
) {
    let exact = T::from_usize(a.nrows()).to_usize() == a.nrows();
    let mut j: usize = 0;
    for ((tau, swapped_column), swapped_row) in taus.iter_mut().zip(columns).zip(rows) {
        let (_, trailing) = a.split_columns_mut(j);
        let column = lengths.longest(trailing.below(j), j);
        *swapped_column = T::from_usize(column.wrapping_sub(j));
        if column > j {
            swap_columns(a, j, column);
            lengths.swap(j, column);
        }
        let (_, mut right) = a.split_columns_mut(j);
        let (row, largest) =
            largest_entry(right.lend().below(j).next().unwrap_or_default()).unwrap_or((0, T::ZERO));
        // A row whose number is not exact in the type is not swapped.
        let row = if exact { row } else { 0 };
        *swapped_row = T::from_usize(row);
        swap_first_row(right.lend().below(j), row);
        let Some(x) = right.next().and_then(|x| x.get_mut(j..)) else {
            return;
        };
        let (factor, diagonal) = reflector(x, largest);
        let later = right.lend().below(j);
        if FIXED {
            reflect_here(x, factor, later);
        } else {
            reflect(x, factor, later);
        }
        lengths.shorten(right.below(j), j);
        if let Some(first) = x.first_mut() {
            *first = diagonal;
        }
        *tau = factor;
        j = j.wrapping_add(1);
    }
}

/// The squared lengths of the remaining rows of the remaining columns.
pub(super) struct Lengths<'a, T> {
    squares: &'a mut [T],
    /// The factor of entries before they are squared, a power of two.
    unit: T,
    /// The largest square when all were last summed.
    reference: T,
}

impl<'a, T: Real> Lengths<'a, T> {
    /// Creates lengths that are not yet computed. `squares`: n.
    pub(super) fn new(squares: &'a mut [T]) -> Self {
        Self {
            squares,
            unit: T::ONE,
            reference: T::ZERO,
        }
    }

    /// Sums all squares. Returns true if they, and so all entries, are finite and can be multiplied
    /// with each other.
    #[inline(always)]
    pub(super) fn sum(&mut self, columns: Columns<'_, T>) -> bool {
        let most = T::SAFE_TO_SQUARE * T::SAFE_TO_SQUARE;
        let mut sound = true;
        for (square, x) in self.squares.iter_mut().zip(columns) {
            *square = dot(x, x);
            sound &= *square <= most;
            self.reference = square.larger(self.reference);
        }
        sound && self.reference >= T::ONE / most
    }

    /// Returns the longest of the columns from `j` on. If the differences have become mostly rounding, all
    /// are summed anew.
    #[inline(always)]
    fn longest(&mut self, columns: ColumnsMut<'_, T>, j: usize) -> usize {
        let (longest, square) = self.largest_square(j);
        if square > T::EPSILON.sqrt() * self.reference {
            return longest;
        }
        self.sum_again(columns, j);
        self.largest_square(j).0
    }

    /// Sums the squares from `j` on, in units of the largest one.
    #[cold]
    #[inline(never)]
    pub(super) fn sum_again(&mut self, mut columns: ColumnsMut<'_, T>, j: usize) {
        let mut largest = T::ZERO;
        for x in columns.lend() {
            largest = T::largest(x).larger(largest);
        }
        self.unit = T::power_of_two(-normalizing_exponent(largest));
        self.reference = T::ZERO;
        let squares = self.squares.get_mut(j..).unwrap_or_default();
        for (square, x) in squares.iter_mut().zip(columns) {
            *square = T::ZERO;
            for x in x {
                let x = *x * self.unit;
                *square += x * x;
            }
            self.reference = square.larger(self.reference);
        }
    }

    fn largest_square(&self, j: usize) -> (usize, T) {
        let mut longest = j;
        let mut largest = T::ZERO;
        let later = self.squares.get(j..).unwrap_or_default();
        for (c, square) in (j..self.squares.len()).zip(later) {
            if *square > largest {
                longest = c;
                largest = *square;
            }
        }
        (longest, largest)
    }

    #[inline(always)]
    fn swap(&mut self, p: usize, q: usize) {
        swap_entries(self.squares, p, q);
    }

    /// Subtracts row `j`, the first of `columns`, from the squares of all columns after `j`.
    #[inline(always)]
    fn shorten(&mut self, columns: ColumnsMut<'_, T>, j: usize) {
        let squares = self.squares.get_mut(j.saturating_add(1)..);
        for (square, x) in squares.unwrap_or_default().iter_mut().zip(columns) {
            let x = x.first().copied().unwrap_or(T::ZERO) * self.unit;
            *square -= x * x;
        }
    }
}

/// A <- S^T Q A, with Q from the n reflectors in the columns of `q`. A has the rows of Q; rows from n on are treated as
/// zero, whatever they hold.
#[inline(always)]
pub(super) fn apply_reflectors<T: Real, const FIXED: bool>(
    q: &MatMut<'_, T>,
    taus: &[T],
    rows: &[T],
    a: &mut MatMut<'_, T>,
) {
    for (j, (&tau, &row)) in taus.iter().zip(rows).enumerate().rev() {
        let v = q.column(j).get(j..).unwrap_or_default();
        let columns = a.columns_mut().below(j);
        if j.saturating_add(1) == taus.len() {
            reflect_first_row(v, tau, columns);
        } else if FIXED {
            reflect_here(v, tau, columns);
        } else {
            reflect(v, tau, columns);
        }
        swap_first_row(a.columns_mut().below(j), row.to_usize());
    }
}

/// Y <- (I - tau v v^T) Y, where only the first row of Y is nonzero.
#[inline(always)]
fn reflect_first_row<T: Real>(v: &[T], tau: T, columns: ColumnsMut<'_, T>) {
    let v = v.get(1..).unwrap_or_default();
    for y in columns {
        if let Some((first, rest)) = y.split_first_mut() {
            let w = tau * *first;
            *first -= w;
            for (y, v) in rest.iter_mut().zip(v) {
                *y = -w * *v;
            }
        }
    }
}

/// Undoes the row swaps, the last one first.
#[inline(always)]
pub(super) fn unswap_rows<T: Real>(a: &mut MatMut<'_, T>, swaps: &[T]) {
    for (j, row) in swaps.iter().enumerate().rev() {
        swap_first_row(a.columns_mut().below(j), row.to_usize());
    }
}

/// Swaps the first row of all columns and the row `below` rows after it.
fn swap_first_row<T: Real>(columns: ColumnsMut<'_, T>, below: usize) {
    let Some(below) = below.checked_sub(1) else {
        return;
    };
    for column in columns {
        if let Some((first, rest)) = column.split_first_mut()
            && let Some(other) = rest.get_mut(below)
        {
            core::mem::swap(first, other);
        }
    }
}

/// Swaps columns `p` and `q` > `p`.
pub(super) fn swap_columns<T: Real>(a: &mut MatMut<'_, T>, p: usize, q: usize) {
    let (x, y) = a.column_pair_mut(p, q);
    for (x, y) in x.iter_mut().zip(y) {
        core::mem::swap(x, y);
    }
}

/// Swaps entries `p` and `q` > `p`.
pub(super) fn swap_entries<T: Real>(x: &mut [T], p: usize, q: usize) {
    let (left, right) = x.split_at_mut_checked(q).unwrap_or_default();
    if let (Some(x), Some(y)) = (left.get_mut(p), right.first_mut()) {
        core::mem::swap(x, y);
    }
}
