//! The matrix of a task as an operator that counts its products.

use super::stop;
use crate::error::STOPPED;
use crate::memory_space::{MemorySpace, Small, SpaceOperator};
use crate::{Matrix, Scalar};
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, Side,
};
use lowrank_core::panel::{LeastSquaresStep, Panel};
use lowrank_core::{Error as CoreError, LinearOperator};
use std::cell::Cell;
use std::fmt;
use std::ops::{Add, AddAssign};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The products with A or A^T of a fit, including those for the start and for the error: 2 flops for each
/// entry and column, and twice that for the terms of a divergence. The bytes are those of the matrix and of
/// both panels, each moved once: a lower bound if nothing stays in a cache between two products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Products {
    /// The number of products.
    pub count: u64,
    /// Floating point operations.
    pub flops: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Add for Products {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            flops: self.flops + other.flops,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl AddAssign for Products {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// A matrix as an operator on the panels of a memory space, for any kind of storage: core's algorithms are
/// compiled once for each space.
pub struct Operator<'a, T: Scalar, S: MemorySpace<T>> {
    a: Box<dyn SpaceOperator<T, S> + 'a>,
    /// The number of stored entries.
    entries: usize,
    /// The bytes of the stored matrix.
    bytes: usize,
    products: Cell<Products>,
    /// Ends the work between two products when it is true.
    stop: Option<Arc<AtomicBool>>,
}

impl<'a, T: Scalar, S: MemorySpace<T>> Operator<'a, T, S> {
    /// Counts the products of an operator of A.
    pub(super) fn new(a: Matrix<'a, T>, operator: Box<dyn SpaceOperator<T, S> + 'a>) -> Self {
        Self {
            entries: a.entries(),
            bytes: a.bytes(),
            a: operator,
            products: Cell::default(),
            stop: stop::current(),
        }
    }

    /// Returns the column of A for each row of a panel; `None` if columns are not permuted.
    pub fn columns(&self) -> Option<&[u32]> {
        self.a.columns()
    }

    /// Returns the products so far.
    pub(crate) fn products(&self) -> Products {
        self.products.get()
    }

    /// Checks that the work may go on.
    fn proceed(&self) -> Result<(), CoreError> {
        match &self.stop {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(STOPPED),
            _ => Ok(()),
        }
    }

    /// Counts the product of X to Y, which has twice the columns for numerators and denominators.
    fn count(&self, x: &S::Panel<'_>, y: &S::Panel<'_>) {
        let panels = (x.nrows() * x.ncols() + y.nrows() * y.ncols()) * size_of::<T>();
        let product = Products {
            count: 1,
            flops: (2 * self.entries * y.ncols()) as u64,
            bytes: (self.bytes + panels) as u64,
        };
        self.products.set(self.products.get() + product);
    }
}

impl<T: Scalar, S: MemorySpace<T>> fmt::Debug for Operator<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator")
            .field("entries", &self.entries)
            .field("products", &self.products)
            .finish_non_exhaustive()
    }
}

impl<'p, T: Scalar, S: MemorySpace<T>> LinearOperator<S::Panel<'p>> for Operator<'_, T, S> {
    fn nrows(&self) -> usize {
        self.a.nrows()
    }

    fn ncols(&self) -> usize {
        self.a.ncols()
    }

    fn apply(&self, x: &S::Panel<'p>, y: &mut S::Panel<'p>) -> Result<(), CoreError> {
        self.proceed()?;
        self.count(x, y);
        self.a.apply(x, y)
    }

    fn apply_transpose(&self, y: &S::Panel<'p>, x: &mut S::Panel<'p>) -> Result<(), CoreError> {
        self.proceed()?;
        self.count(y, x);
        self.a.apply_transpose(y, x)
    }

    fn apply_row_gram(
        &self,
        x: &S::Panel<'p>,
        across: &mut S::Panel<'p>,
        y: &mut S::Panel<'p>,
    ) -> Result<(), CoreError> {
        self.proceed()?;
        self.count(x, across);
        self.count(across, y);
        self.a.apply_row_gram(x, across, y)
    }

    fn apply_column_gram(
        &self,
        y: &S::Panel<'p>,
        across: &mut S::Panel<'p>,
        x: &mut S::Panel<'p>,
    ) -> Result<(), CoreError> {
        self.proceed()?;
        self.count(y, across);
        self.count(across, x);
        self.a.apply_column_gram(y, across, x)
    }

    fn replace_by_row_gram(
        &self,
        x: &mut S::Panel<'p>,
        across: &mut S::Panel<'p>,
    ) -> Result<(), CoreError> {
        self.proceed()?;
        self.count(x, across);
        self.count(across, x);
        self.a.replace_by_row_gram(x, across)
    }

    fn replace_by_column_gram(
        &self,
        y: &mut S::Panel<'p>,
        across: &mut S::Panel<'p>,
    ) -> Result<(), CoreError> {
        self.proceed()?;
        self.count(y, across);
        self.count(across, y);
        self.a.replace_by_column_gram(y, across)
    }

    fn least_squares_step(
        &self,
        step: &LeastSquaresStep<'_, S::Panel<'p>>,
        w: &S::Panel<'p>,
        [h, numerator]: [&mut S::Panel<'p>; 2],
        gram: &mut Small<'p, T, S>,
    ) -> Result<bool, CoreError> {
        self.proceed()?;
        let done = self
            .a
            .least_squares_step(step, w, [h, &mut *numerator], gram)?;
        if done {
            self.count(w, numerator);
        }
        Ok(done)
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, CoreError> {
        self.a.entry_stats()
    }
}

impl<'p, T: Scalar, S: MemorySpace<T>> EntrywiseOperator<S::Panel<'p>> for Operator<'_, T, S> {
    fn distance(&self, exponent: i32, w: &S::Panel<'p>, h: &S::Panel<'p>) -> Result<T, CoreError> {
        self.a.distance(exponent, w, h)
    }
}

impl<'p, T: Scalar, S: MemorySpace<T>> DivergenceOperator<S::Panel<'p>> for Operator<'_, T, S> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        self.a.first_zero()
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, S::Panel<'p>>,
        side: Side,
        terms: &mut S::Panel<'p>,
    ) -> Result<T, CoreError> {
        self.proceed()?;
        let [_, held] = model.factors(side);
        self.count(held, terms);
        self.a.divergence_terms(model, side, terms)
    }

    fn divergence_step(
        &self,
        step: MultiplicativeStep<'_, T>,
        exponent: i32,
        w: &S::Panel<'p>,
        [h, terms]: [&mut S::Panel<'p>; 2],
    ) -> Result<bool, CoreError> {
        self.proceed()?;
        let done = self
            .a
            .divergence_step(step, exponent, w, [h, &mut *terms])?;
        if done {
            self.count(w, terms);
        }
        Ok(done)
    }
}
