//! Who goes over the rows of a matrix, and how many at a time.

use crate::dense::MatMut;
use crate::error::Error;
use crate::real::Real;
use crate::summation::Compensated;

/// A way to do the same for every row: one after the other ([`InTurn`]), or several at a time where
/// there are threads. Results do not depend on it.
pub trait RowSchedule {
    /// Calls `update(i, row, scratch)` for every row i of a factor, each once.
    ///
    /// - `rows`: p x m, row i of the factor being column i of it.
    /// - `scratch`: what each call may overwrite; where calls overlap, each has as much of its own.
    ///
    /// # Errors
    /// The first one of `update`; then not all rows are done.
    fn update<T, F>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: F,
    ) -> Result<(), Error>
    where
        T: Real,
        F: Fn(usize, &mut [T], &mut [T]) -> Result<(), Error> + Sync;

    /// The two sums of what `terms(i)` gives for i = 0, 1, .., `nrows` - 1, added in that order.
    fn sums<T, F>(&self, nrows: usize, terms: F) -> [T; 2]
    where
        T: Real,
        F: Fn(usize) -> [T; 2] + Sync;
}

/// One row after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct InTurn;

impl RowSchedule for InTurn {
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
        let [mut first, mut second] = [Compensated::default(); 2];
        for i in 0..nrows {
            let [x, y] = terms(i);
            first.add(x);
            second.add(y);
        }
        [first.sum(), second.sum()]
    }
}
