//! The schedule of the rows of a factor, in order or on all threads.

use super::vectors::vectorized;
use crate::error::STOPPED;
use lowrank_core::completion::{RowSchedule, RowTerms, RowUpdate, Sequential};
use lowrank_core::{Error, MatMut, Real};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A schedule that is chosen at run time: an update takes more code than all around it, and is compiled once with vectors
/// and once without.
///
/// Rows are independent, sums are added in the order of the rows, and no operations are fused: the bits are those of
/// [`Sequential`] on any number of threads and with any vectors.
#[derive(Clone, Debug)]
pub(crate) struct HostSchedule {
    on_threads: bool,
    stop: Option<Arc<AtomicBool>>,
}

/// The largest number of rows of a task.
const ROWS: usize = 16;

/// The number of tasks for each thread, where there are few rows.
const TASKS: usize = 8;

/// Updates adjacent rows, of which the first has this number, with this scratch.
type UpdateRows<'u, T> = dyn Fn(usize, &mut [T], &mut [T]) -> Result<(), Error> + Sync + 'u;

/// Computes the terms of adjacent rows, of which the first has this number.
type ComputeTerms<'u, T> = dyn Fn(usize, &mut [[T; 2]]) + Sync + 'u;

impl HostSchedule {
    /// Returns the schedule of core: rows in their order, without vectors.
    pub(crate) fn in_order() -> Self {
        Self {
            on_threads: false,
            stop: None,
        }
    }

    /// Returns the schedule of the host: as many rows at a time as there are threads, with vectors.
    pub(crate) fn on_threads() -> Self {
        Self {
            on_threads: true,
            stop: None,
        }
    }

    /// Ends with [`STOPPED`] before the next row once the flag is set.
    pub(crate) fn until(self, stop: Option<Arc<AtomicBool>>) -> Self {
        Self { stop, ..self }
    }

    /// Runs an algorithm on this schedule: on a thread of the pool where it uses others, since from outside each short
    /// parallel step would wake a thread.
    pub(crate) fn run<R: Send>(&self, algorithm: impl FnOnce() -> R + Send) -> R {
        match self.on_threads {
            true => rayon::scope(|_| algorithm()),
            false => algorithm(),
        }
    }

    /// Returns the number of rows of a task.
    fn rows_per_task(&self, nrows: usize) -> usize {
        match self.on_threads {
            true => (nrows / (TASKS * rayon::current_num_threads())).clamp(1, ROWS),
            false => nrows.max(1),
        }
    }

    fn update_all<T: Real>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: &UpdateRows<'_, T>,
    ) -> Result<(), Error> {
        if !self.on_threads {
            return update(0, rows.as_mut_slice(), scratch);
        }
        let (p, len) = (rows.nrows().max(1), scratch.len());
        let piece = self.rows_per_task(rows.ncols());
        rows.as_mut_slice()
            .par_chunks_mut(p * piece)
            .enumerate()
            .try_for_each_init(
                || vec![T::ZERO; len],
                |scratch, (task, rows)| update(task * piece, rows, scratch),
            )
    }

    fn all_terms<T: Real>(&self, nrows: usize, terms: &ComputeTerms<'_, T>) -> Vec<[T; 2]> {
        let mut all = vec![[T::ZERO; 2]; nrows];
        if !self.on_threads {
            terms(0, &mut all);
            return all;
        }
        let piece = self.rows_per_task(nrows);
        all.par_chunks_mut(piece)
            .enumerate()
            .for_each(|(task, found)| terms(task * piece, found));
        all
    }
}

impl RowSchedule for HostSchedule {
    fn update<T: Real>(
        &self,
        rows: &mut MatMut<'_, T>,
        scratch: &mut [T],
        update: &impl RowUpdate<T>,
    ) -> Result<(), Error> {
        let (p, stop) = (rows.nrows().max(1), self.stop.as_deref());
        self.update_all(rows, scratch, &|first, rows, scratch| {
            let rows = RowBlock {
                update,
                stop,
                first,
                rows,
                p,
                scratch,
            };
            match self.on_threads {
                true => vectorized(rows),
                false => rows.update_all::<true>(),
            }
        })
    }

    fn sums<T: Real>(&self, nrows: usize, terms: &impl RowTerms<T>) -> [T; 2] {
        let all = self.all_terms(nrows, &|first, found| {
            let block = TermsBlock {
                terms,
                first,
                found,
            };
            match self.on_threads {
                true => vectorized(block),
                false => block.compute_without_vectors(),
            }
        });
        Sequential.sums(nrows, &Known(all))
    }
}

/// Adjacent rows of p numbers that are updated one after the other. No operations are fused.
struct RowBlock<'a, U, T> {
    update: &'a U,
    stop: Option<&'a AtomicBool>,
    first: usize,
    rows: &'a mut [T],
    p: usize,
    scratch: &'a mut [T],
}

impl<T: Real, U: RowUpdate<T>> RowBlock<'_, U, T> {
    #[inline(always)]
    fn update_all<const OUT_OF_LINE: bool>(self) -> Result<(), Error> {
        for (i, row) in (self.first..).zip(self.rows.chunks_exact_mut(self.p)) {
            if self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(STOPPED);
            }
            match OUT_OF_LINE {
                true => self.update.update_out_of_line(i, row, self.scratch)?,
                false => self.update.update(i, row, self.scratch)?,
            }
        }
        Ok(())
    }
}

impl<T: Real, U: RowUpdate<T>> WithSimd for RowBlock<'_, U, T> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        match S::IS_SCALAR {
            true => self.update_all::<true>(),
            false => self.update_all::<false>(),
        }
    }
}

/// The terms of adjacent rows. No operations are fused.
struct TermsBlock<'a, R, T> {
    terms: &'a R,
    first: usize,
    found: &'a mut [[T; 2]],
}

impl<T: Real, R: RowTerms<T>> TermsBlock<'_, R, T> {
    #[inline(never)]
    fn compute_without_vectors(self) {
        self.compute();
    }

    #[inline(always)]
    fn compute(self) {
        for (i, found) in (self.first..).zip(self.found) {
            *found = self.terms.terms(i);
        }
    }
}

impl<T: Real, R: RowTerms<T>> WithSimd for TermsBlock<'_, R, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        match S::IS_SCALAR {
            true => self.compute_without_vectors(),
            false => self.compute(),
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
