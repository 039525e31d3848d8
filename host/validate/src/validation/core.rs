//! Core's algorithms in a validation.

use super::Algorithm;
use crate::Matrix;
use crate::ratios::Svd;
use crate::run::{self, Factorized, Truncated};
use lowrank_core::dense::qr::thin_qr;
use lowrank_core::nmf::NmfSolver;
use lowrank_core::svd::{Normalizer, RangeFinder};
use lowrank_core::{Error, Nmf, Real, TruncatedSvd};

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
pub(super) struct Core {
    shape: (usize, usize),
    /// The number of columns kept.
    pub(super) k: usize,
    /// The number of columns of the sketch.
    pub(super) l: usize,
    seed: u64,
}

impl Core {
    pub(super) fn new(shape: (usize, usize), seed: u32) -> Self {
        let shorter = shape.0.min(shape.1);
        Self {
            shape,
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

    pub(super) fn range<T: Real>(
        &self,
        normalizer: Normalizer,
        a: &Matrix<T>,
    ) -> Result<Matrix<T>, Error> {
        let settings = self.range_finder(normalizer);
        run::range(&settings, &a.view(), self.shape, self.l).map(|(q, _)| q)
    }

    pub(super) fn truncated_svd<T: Real>(&self, a: &Matrix<T>) -> Result<Truncated<T>, Error> {
        run::truncated_svd(&self.svd(), &a.view(), self.shape, self.l)
    }

    pub(super) fn svd(&self) -> TruncatedSvd {
        TruncatedSvd {
            rank: self.k,
            range_finder: self.range_finder(Normalizer::Lu),
            ..Default::default()
        }
    }

    pub(super) fn small_svd<T: Real>(&self, a: &Matrix<T>) -> Result<Svd<T>, Error> {
        run::small_svd(a)
    }

    pub(super) fn qr<T: Real>(&self, a: &Matrix<T>) -> Result<(Matrix<T>, Matrix<T>), Error> {
        let (mut q, mut r) = (a.clone(), Matrix::zeros(a.ncols, a.ncols));
        thin_qr(&mut q.view_mut(), &mut r.view_mut())?;
        Ok((q, r))
    }

    /// Returns the factors after that many updates; after none, the start.
    pub(super) fn nmf<T: Real>(
        &self,
        a: &Matrix<T>,
        iterations: usize,
    ) -> Result<Factorized<T>, Error> {
        run::nmf(&self.updates(iterations), &a.view(), self.shape, self.l)
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

    /// Returns the error that an algorithm has for a matrix, if any.
    pub(super) fn error<T: Real>(&self, algorithm: Algorithm, a: &Matrix<T>) -> Option<Error> {
        match algorithm {
            Algorithm::RangeFinderLu => self.range(Normalizer::Lu, a).err(),
            Algorithm::RangeFinderQr => self.range(Normalizer::Qr, a).err(),
            Algorithm::TruncatedSvd => self.truncated_svd(a).err(),
            Algorithm::SmallSvd => self.small_svd(a).err(),
            Algorithm::Qr => self.qr(a).err(),
            Algorithm::Nmf => self.nmf(a, UPDATES).err(),
        }
    }
}
