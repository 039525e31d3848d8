//! The schedule of the rows of a factor on all threads.

use crate::error::STOPPED;
use lowrank_core::completion::{RowSchedule, RowTerms, RowUpdate, Sequential};
use lowrank_core::{Error, MatMut, Real};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The parallel schedule: as many rows at a time as there are threads. Rows are independent and sums are added
/// in the order of the rows, so that the bits are those of [`Sequential`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threads;

/// The number of rows for which another thread pays off.
const ROWS: usize = 16;

impl RowSchedule for Threads {
    fn update<T: Real>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: &impl RowUpdate<T>,
    ) -> Result<(), Error> {
        let (p, len, arch) = (rows.nrows().max(1), scratch.len(), Arch::new());
        rows.as_mut_slice()
            .par_chunks_mut(p)
            .with_min_len(ROWS)
            .enumerate()
            .try_for_each_init(
                || vec![T::ZERO; len],
                |scratch, (i, row)| {
                    arch.dispatch(Updated {
                        update,
                        i,
                        row,
                        scratch,
                    })
                },
            )
    }

    fn sums<T: Real>(&self, nrows: usize, terms: &impl RowTerms<T>) -> [T; 2] {
        let (arch, mut all) = (Arch::new(), vec![[T::ZERO; 2]; nrows]);
        all.par_chunks_mut(ROWS)
            .enumerate()
            .for_each(|(piece, found)| {
                arch.dispatch(Terms {
                    terms,
                    first: piece * ROWS,
                    found,
                });
            });
        Sequential.sums(nrows, &Known(all))
    }
}

/// A schedule that ends with [`STOPPED`] before the next row once its flag is set.
#[derive(Clone, Debug)]
pub(crate) struct Stoppable<S> {
    pub(crate) schedule: S,
    pub(crate) stop: Option<Arc<AtomicBool>>,
}

impl<S: RowSchedule> RowSchedule for Stoppable<S> {
    fn update<T: Real>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: &impl RowUpdate<T>,
    ) -> Result<(), Error> {
        let stop = self.stop.as_deref();
        self.schedule
            .update(rows, scratch, &Watched { update, stop })
    }

    fn sums<T: Real>(&self, nrows: usize, terms: &impl RowTerms<T>) -> [T; 2] {
        self.schedule.sums(nrows, terms)
    }
}

/// An update that looks at a flag first.
struct Watched<'a, U> {
    update: &'a U,
    stop: Option<&'a AtomicBool>,
}

impl<T: Real, U: RowUpdate<T>> RowUpdate<T> for Watched<'_, U> {
    #[inline(always)]
    fn update(&self, i: usize, row: &mut [T], scratch: &mut [T]) -> Result<(), Error> {
        match self.stop {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(STOPPED),
            _ => self.update.update(i, row, scratch),
        }
    }
}

/// An update of a row. Compiled for the processor's vectors; no operations are fused.
struct Updated<'a, U, T> {
    update: &'a U,
    i: usize,
    row: &'a mut [T],
    scratch: &'a mut [T],
}

impl<T: Real, U: RowUpdate<T>> WithSimd for Updated<'_, U, T> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        self.update.update(self.i, self.row, self.scratch)
    }
}

/// The terms of a few rows. Compiled for the processor's vectors; no operations are fused.
struct Terms<'a, R, T> {
    terms: &'a R,
    first: usize,
    found: &'a mut [[T; 2]],
}

impl<T: Real, R: RowTerms<T>> WithSimd for Terms<'_, R, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (offset, found) in self.found.iter_mut().enumerate() {
            *found = self.terms.terms(self.first + offset);
        }
    }
}

/// Terms of all rows, to be added.
struct Known<T>(Vec<[T; 2]>);

impl<T: Real> RowTerms<T> for Known<T> {
    fn terms(&self, i: usize) -> [T; 2] {
        self.0[i]
    }
}
