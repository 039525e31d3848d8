//! What a fit asks of its matrix.

use super::job::Arranged;
use lowrank_core::divergence::BetaDivergence;
use lowrank_core::operator::{DivergenceOperator, EntrywiseOperator, Survey};
use lowrank_core::panel::Panel;
use lowrank_core::{Error, LinearOperator};
use std::sync::atomic::{AtomicU64, Ordering};

/// The products of a fit, counted where they are computed.
#[derive(Debug, Default)]
pub struct Products {
    count: AtomicU64,
    flops: AtomicU64,
    bytes: AtomicU64,
}

/// One of them: 2 flops for each entry and column, and twice that for the terms of a divergence. Its bytes are those of the matrix and of both
/// panels, each moved once: what has to move where nothing stays in a cache between two products.
impl Products {
    fn add(&self, flops: u64, bytes: u64) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.flops.fetch_add(flops, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub fn flops(&self) -> u64 {
        self.flops.load(Ordering::Relaxed)
    }

    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// A matrix whose products are counted.
#[derive(Debug)]
pub struct Counted<'a, A> {
    pub(super) a: A,
    /// How its columns are arranged.
    pub(super) columns: Option<&'a [u32]>,
    /// Stored entries.
    pub(super) entries: usize,
    /// Bytes of the stored matrix.
    pub(super) bytes: usize,
    pub(super) products: &'a Products,
}

impl<A> Counted<'_, A> {
    /// X is multiplied to Y, which has twice its columns where there are numerators and denominators.
    fn count<P: Panel>(&self, x: &P, y: &P) {
        let panels = (x.nrows() * x.ncols() + y.nrows() * y.ncols()) * size_of::<P::Scalar>();
        let flops = 2 * self.entries * y.ncols();
        self.products
            .add(flops as u64, (self.bytes + panels) as u64);
    }
}

impl<A> Arranged for Counted<'_, A> {
    fn columns(&self) -> Option<&[u32]> {
        self.columns
    }
}

impl<P: Panel, A: LinearOperator<P>> LinearOperator<P> for Counted<'_, A> {
    fn nrows(&self) -> usize {
        self.a.nrows()
    }

    fn ncols(&self) -> usize {
        self.a.ncols()
    }

    fn apply(&self, x: &P, y: &mut P) -> Result<(), Error> {
        self.count(x, y);
        self.a.apply(x, y)
    }

    fn apply_transpose(&self, y: &P, x: &mut P) -> Result<(), Error> {
        self.count(y, x);
        self.a.apply_transpose(y, x)
    }

    fn apply_row_gram(&self, x: &P, across: &mut P, y: &mut P) -> Result<(), Error> {
        self.count(x, across);
        self.count(across, y);
        self.a.apply_row_gram(x, across, y)
    }

    fn apply_column_gram(&self, y: &P, across: &mut P, x: &mut P) -> Result<(), Error> {
        self.count(y, across);
        self.count(across, x);
        self.a.apply_column_gram(y, across, x)
    }

    fn survey(&self) -> Result<Survey<P::Scalar>, Error> {
        self.a.survey()
    }
}

impl<P: Panel, A: EntrywiseOperator<P>> EntrywiseOperator<P> for Counted<'_, A> {
    fn distance(&self, exponent: i32, w: &P, h: &P) -> Result<P::Scalar, Error> {
        self.a.distance(exponent, w, h)
    }
}

impl<P: Panel, A: DivergenceOperator<P>> DivergenceOperator<P> for Counted<'_, A> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        self.a.first_zero()
    }

    fn divergence_terms(
        &self,
        divergence: &BetaDivergence<P::Scalar>,
        exponent: i32,
        w: &P,
        h: &P,
        terms: &mut P,
    ) -> Result<P::Scalar, Error> {
        self.count(h, terms);
        self.a.divergence_terms(divergence, exponent, w, h, terms)
    }

    fn divergence_terms_transpose(
        &self,
        divergence: &BetaDivergence<P::Scalar>,
        exponent: i32,
        w: &P,
        h: &P,
        terms: &mut P,
    ) -> Result<(), Error> {
        self.count(w, terms);
        self.a
            .divergence_terms_transpose(divergence, exponent, w, h, terms)
    }
}
