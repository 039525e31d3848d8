//! The schedule of updates of the rows of a matrix.

use crate::summation::CompensatedSum;
use crate::{Error, MatMut, Real};

/// A schedule for doing the same with every row: sequentially ([`Sequential`]), or several at a time on
/// threads. Results do not depend on it.
pub trait RowSchedule {
    /// Calls `update(i, row, scratch)` for every row i of a factor, each once.
    ///
    /// - `rows`: p x m, row i of the factor being column i of it.
    /// - `scratch`: buffers that a call may overwrite; concurrent calls have buffers of their own.
    ///
    /// # Errors
    /// The first error of `update`; some rows are then not updated.
    fn update<T, F>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: F,
    ) -> Result<(), Error>
    where
        T: Real,
        F: Fn(usize, &mut [T], &mut [T]) -> Result<(), Error> + Sync;

    /// Returns the two sums of `terms(i)` for i = 0, 1, .., `nrows` - 1, added in this order.
    fn sums<T, F>(&self, nrows: usize, terms: F) -> [T; 2]
    where
        T: Real,
        F: Fn(usize) -> [T; 2] + Sync;
}

/// The sequential schedule.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl RowSchedule for Sequential {
    fn update<T, F>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: F,
    ) -> Result<(), Error>
    where
        T: Real,
        F: Fn(usize, &mut [T], &mut [T]) -> Result<(), Error> + Sync,
    {
        for (i, row) in (0..rows.ncols()).zip(rows.columns_mut()) {
            update(i, row, scratch)?;
        }
        Ok(())
    }

    fn sums<T, F>(&self, nrows: usize, terms: F) -> [T; 2]
    where
        T: Real,
        F: Fn(usize) -> [T; 2] + Sync,
    {
        let [mut first, mut second] = [CompensatedSum::default(); 2];
        for i in 0..nrows {
            let [x, y] = terms(i);
            first.add(x);
            second.add(y);
        }
        [first.sum(), second.sum()]
    }
}
