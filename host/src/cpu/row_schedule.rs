//! The schedule of the rows of a factor on all threads.

use lowrank_core::completion::{RowSchedule, Sequential};
use lowrank_core::{Error, MatMut, Real};
use rayon::prelude::*;

/// The parallel schedule: as many rows at a time as there are threads. Rows are independent and sums are added
/// in the order of the rows, so that the bits are those of [`Sequential`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threads;

/// The number of rows for which another thread pays off.
const ROWS: usize = 16;

impl RowSchedule for Threads {
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
        let (p, len) = (rows.nrows().max(1), scratch.len());
        rows.as_mut_slice()
            .par_chunks_mut(p)
            .with_min_len(ROWS)
            .enumerate()
            .try_for_each_init(
                || vec![T::ZERO; len],
                |scratch, (i, row)| update(i, row, scratch),
            )
    }

    fn sums<T, F>(&self, nrows: usize, terms: F) -> [T; 2]
    where
        T: Real,
        F: Fn(usize) -> [T; 2] + Sync,
    {
        let all: Vec<[T; 2]> = (0..nrows)
            .into_par_iter()
            .with_min_len(ROWS)
            .map(&terms)
            .collect();
        Sequential.sums(nrows, |i| all[i])
    }
}
