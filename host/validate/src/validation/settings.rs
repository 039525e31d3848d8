//! The settings of core's algorithms in a validation.

use lowrank_core::nmf::NmfSolver;
use lowrank_core::svd::{Normalizer, RangeFinder};
use lowrank_core::{Nmf, TruncatedSvd};

/// The number of updates of a non-negative factorization: enough for the loss to fall, few enough that rounding does
/// not lead it to another minimum than the textbook loop.
pub(super) const UPDATES: usize = 30;

/// The number of columns that a low-rank factorization keeps, and the oversampling of its sketch.
pub(super) const RANK: usize = 5;
const OVERSAMPLING: usize = 10;

/// Added to the seed of the matrix, so that the sketch uses other draws.
const SKETCH: u64 = 0x5EED_5CE7;

/// The settings for matrices of one shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// The number of columns kept.
    pub(super) k: usize,
    /// The number of columns of the sketch.
    pub(super) l: usize,
    seed: u64,
}

impl Settings {
    pub(super) fn new((m, n): (usize, usize), seed: u32) -> Self {
        let shorter = m.min(n);
        Self {
            k: RANK.min(shorter),
            l: (RANK + OVERSAMPLING).min(shorter),
            seed: SKETCH + u64::from(seed),
        }
    }

    pub(super) fn range_finder(&self, normalizer: Normalizer) -> RangeFinder {
        RangeFinder {
            normalizer,
            seed: self.seed,
            ..Default::default()
        }
    }

    pub(super) fn svd(&self) -> TruncatedSvd {
        TruncatedSvd {
            rank: self.k,
            range_finder: self.range_finder(Normalizer::Lu),
            ..Default::default()
        }
    }

    pub(super) fn updates(&self, iterations: usize) -> Nmf {
        Nmf {
            rank: self.k,
            solver: NmfSolver::Mu,
            iterations,
            tolerance: 0.0,
            range_finder: self.range_finder(Normalizer::Lu),
            ..Default::default()
        }
    }
}
