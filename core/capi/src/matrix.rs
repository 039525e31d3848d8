//! A matrix in the memory of a caller.

use crate::memory::{Memory, Plain, View};
use crate::status::LowrankStatus as Status;
use lowrank_core::{MatRef, Real};

/// A dense matrix, column after column: entry (i, j) is `data[j * rows + i]`.
///
/// An array of C, `a[m][n]`, is row after row. Such an array is the transposed matrix, of n rows and m columns here: swap
/// u and v, or w and h, and nothing has to be copied.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Matrix<T> {
    /// The first entry.
    pub data: *const T,
    /// The number of entries that there are; at least rows * columns.
    pub length: usize,
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
}

/// f32 and f64.
pub trait Scalar: Real + Plain {}
impl Scalar for f32 {}
impl Scalar for f64 {}

impl<T: Scalar> Matrix<T> {
    pub(crate) fn lent<'m>(self, memory: &mut Memory<'m>) -> Result<MatRef<'m, T>, Status> {
        let Self { data, length, .. } = self;
        let needed = self.rows.saturating_mul(self.columns);
        let entries = memory.input(View { data, length }, needed)?;
        if needed == 0 {
            return Err(Status::Size);
        }
        Ok(MatRef::new(entries, self.rows, self.columns)?)
    }
}

/// Checks that 1 <= `rank` <= `limit`.
pub(crate) fn check_rank(rank: usize, limit: usize) -> Result<(), Status> {
    match (1..=limit).contains(&rank) {
        true => Ok(()),
        false => Err(Status::Rank),
    }
}
