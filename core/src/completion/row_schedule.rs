//! The schedule of updates of the rows of a matrix.

use crate::summation::CompensatedSum;
use crate::{Error, MatMut, Real};

/// An update of the rows of a factor, each independent of the others.
pub trait RowUpdate<T>: Sync {
    /// Updates row `i`.
    ///
    /// - `scratch`: may be overwritten.
    ///
    /// # Errors
    /// Those of the update; the row may then be anything.
    fn update(&self, i: usize, row: &mut [T], scratch: &mut [T]) -> Result<(), Error>;

    /// [`update`](Self::update), which is long and inlined: this is compiled once, however many places call it.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    #[inline(never)]
    fn update_out_of_line(&self, i: usize, row: &mut [T], scratch: &mut [T]) -> Result<(), Error> {
        self.update(i, row, scratch)
    }
}

/// Two terms for each row, of which sums are wanted.
pub trait RowTerms<T>: Sync {
    /// Returns the terms of row `i`.
    fn terms(&self, i: usize) -> [T; 2];
}

/// A schedule for doing the same with every row: sequentially ([`Sequential`]), or several at a time on
/// threads. Results do not depend on it.
pub trait RowSchedule {
    /// Updates every row i of a factor, each once.
    ///
    /// - `rows`: p x m, row i of the factor being column i of it.
    /// - `scratch`: buffers that a call may overwrite; concurrent calls have buffers of their own.
    ///
    /// # Errors
    /// The first error of an update; some rows are then not updated.
    fn update<T: Real>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: &impl RowUpdate<T>,
    ) -> Result<(), Error>;

    /// Returns the sums of the terms of rows 0, 1, .., `nrows` - 1, added in this order.
    fn sums<T: Real>(&self, nrows: usize, terms: &impl RowTerms<T>) -> [T; 2];
}

/// The sequential schedule.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl RowSchedule for Sequential {
    fn update<T: Real>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: &impl RowUpdate<T>,
    ) -> Result<(), Error> {
        for (i, row) in (0..rows.ncols()).zip(rows.columns_mut()) {
            update.update_out_of_line(i, row, scratch)?;
        }
        Ok(())
    }

    fn sums<T: Real>(&self, nrows: usize, terms: &impl RowTerms<T>) -> [T; 2] {
        let [mut first, mut second] = [CompensatedSum::default(); 2];
        for i in 0..nrows {
            let [x, y] = terms.terms(i);
            first.add(x);
            second.add(y);
        }
        [first.sum(), second.sum()]
    }
}
