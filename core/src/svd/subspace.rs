//! The subspace that holds singular triplets, and the search for it.

use super::ritz::Search;
use crate::Real;

/// The subspace that holds the triplets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Subspace {
    /// The last block of a power iteration, l columns wide.
    #[default]
    Power,
    /// All blocks of a power iteration, as many as l columns hold (Musco & Musco 2015):
    /// the same accuracy from far fewer columns in products. Where l columns are full before the tolerance is reached,
    /// the search is restarted from the best directions so far; the [`spare`](crate::Workspace::spare) panels save a product
    /// and convergence there. It falls back to a power iteration if l columns hold fewer than three blocks and are not
    /// all that A has, or if singular values are below sqrt(eps) s_1.
    Krylov,
    /// One block of l columns, repeatedly multiplied by a Chebyshev polynomial of A A^T that is
    /// small on the other singular values (Zhou, Saad, Tiago & Chelikowsky 2006): more products
    /// than a Krylov space, but only l columns have to stay orthogonal. It needs the
    /// [`spare`](crate::Workspace::spare) panels of the workspace and oversampling of a few columns. Without them, and in
    /// the same cases as Krylov, it falls back to a power iteration.
    Chebyshev,
}

/// The course of a [`search`](super::TruncatedSvd::search), on which the judgement of its result depends.
#[derive(Clone, Copy, Debug)]
pub struct SubspaceSearch {
    search: Search<f64>,
    /// The binary exponent by which the matrix was divided.
    exponent: i32,
}

impl SubspaceSearch {
    pub(super) fn new<T: Real>(search: &Search<T>, exponent: i32) -> Self {
        Self {
            search: search.with_outside(search.outside.to_f64()),
            exponent,
        }
    }

    /// Returns the search in the matrix divided by another power of two.
    pub(super) fn of_scale<T: Real>(&self, exponent: i32) -> Search<T> {
        let change = self.exponent.saturating_sub(exponent).saturating_mul(2);
        let outside = self.search.outside.scale_by_power_of_two(change);
        self.search.with_outside(T::from_f64(outside))
    }
}
