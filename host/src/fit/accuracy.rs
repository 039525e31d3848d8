//! The number of singular triplets, determined by an accuracy.

use crate::backend::Products;
use crate::{Error, Scalar};
use lowrank_core::approximation::Approximation;

/// The accuracy that determines the number of triplets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accuracy {
    /// The fewest with ||A - U diag(s) V^T||_F at most this share of ||A||_F.
    Error(f64),
    /// The fewest that explain this share of ||A||_F^2.
    Variance(f64),
}

impl Accuracy {
    /// Returns the error relative to ||A||_F.
    fn tolerance(self) -> Result<f64, Error> {
        let (share, tolerance) = match self {
            Accuracy::Error(share) => (share, share),
            Accuracy::Variance(share) => (share, (1.0 - share).max(0.0).sqrt()),
        };
        if (0.0..=1.0).contains(&share) {
            Ok(tolerance)
        } else {
            Err(lowrank_core::Error::Setting { name: "accuracy" }.into())
        }
    }
}

/// The ratio of the shorter side to the rank below which the whole decomposition costs less than one
/// more subspace.
const PARTS: usize = 8;

/// A model whose leading triplets are a model of a smaller rank.
pub(super) trait Truncate: Sized {
    /// Returns the smallest k whose leading triplets have an error of at most `tolerance` times the norm.
    fn smallest_rank(&self, tolerance: f64) -> Option<usize>;

    /// Returns the `rank` leading triplets.
    fn truncated(self, rank: usize) -> Self;

    /// The products with A.
    fn products(&mut self) -> &mut Products;
}

/// The ranks of a search for an accuracy.
#[derive(Clone, Copy, Debug)]
pub(super) struct RankSearch {
    /// The rank of the first fit, which is doubled until it suffices.
    pub start: usize,
    /// min(m, n).
    pub full: usize,
    /// Only the whole decomposition is computed.
    pub exact: bool,
}

impl RankSearch {
    /// Returns the model of the smallest rank, at least one, with the accuracy, and the products of all fits. `fit`
    /// takes a rank, and whether the whole decomposition should be computed.
    ///
    /// # Errors
    /// Those of `fit`; [`Error::Factorization`] for a share outside [0, 1]; [`Error::Accuracy`] if rounding leaves a
    /// larger error at full rank.
    pub fn run<M: Truncate>(
        self,
        accuracy: Accuracy,
        fit: impl Fn(usize, bool) -> Result<M, Error>,
    ) -> Result<M, Error> {
        let tolerance = accuracy.tolerance()?;
        let mut rank = self.start.clamp(1, self.full.max(1));
        let mut products = Products::default();
        loop {
            let exact = self.exact || rank.saturating_mul(PARTS) > self.full;
            let mut model = fit(if exact { self.full } else { rank }, exact)?;
            products += *model.products();
            *model.products() = products;
            match model.smallest_rank(tolerance) {
                Some(enough) => return Ok(model.truncated(enough.max(1))),
                None if exact => return Err(Error::Accuracy { tolerance }),
                None => rank = rank.saturating_mul(2).min(self.full),
            }
        }
    }
}

/// Returns the smallest k whose leading triplets have an error of at most `tolerance` ||A||_F, from the computed
/// error and the singular values after k; `None` if all are too few.
pub(super) fn smallest_rank<T: Scalar>(
    approximation: &Approximation<T>,
    singular_values: &[T],
    tolerance: f64,
) -> Option<usize> {
    let mut squares = approximation.error.to_f64().powi(2);
    let mut allowed = None;
    let limit = tolerance * approximation.frobenius_norm.to_f64();
    for k in (0..=singular_values.len()).rev() {
        if squares.sqrt() > limit {
            break;
        }
        allowed = Some(k);
        if k > 0 {
            squares += singular_values[k - 1].to_f64().powi(2);
        }
    }
    allowed
}

/// Adds the singular values that are left out to the error, since their vectors are orthogonal to everything that
/// remains.
pub(super) fn without<T: Scalar>(
    approximation: Approximation<T>,
    left_out: &[T],
) -> Approximation<T> {
    let dropped: f64 = left_out.iter().map(|s| s.to_f64().powi(2)).sum();
    let grown = |x: T| T::from_f64((x.to_f64().powi(2) + dropped).sqrt());
    Approximation {
        error: grown(approximation.error),
        error_bound: grown(approximation.error_bound),
        ..approximation
    }
}
