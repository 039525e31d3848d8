//! The number of singular triplets, determined by an accuracy.

use super::svd_solver::SvdSolver;
use crate::backend::Products;
use crate::{Error, Matrix, Scalar};
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

    /// Its error is near the smallest possible.
    fn converged(&self) -> bool;

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
    /// The solver of the settings.
    pub solver: Option<SvdSolver>,
}

impl RankSearch {
    pub fn of<T: Scalar>(a: Matrix<'_, T>, start: usize, solver: Option<SvdSolver>) -> Self {
        Self {
            start,
            full: a.nrows().min(a.ncols()),
            solver,
        }
    }

    /// Returns the model of the smallest rank, at least one, with the accuracy, and the products of all fits. `fit`
    /// takes a rank and a solver, which is the exact one for the whole decomposition.
    ///
    /// # Errors
    /// Those of `fit`; [`Error::Factorization`] for a share outside [0, 1]; [`Error::Accuracy`] if rounding leaves a
    /// larger error at full rank.
    pub fn run<M: Truncate>(
        self,
        accuracy: Accuracy,
        fit: impl Fn(usize, Option<SvdSolver>) -> Result<M, Error>,
    ) -> Result<M, Error> {
        let tolerance = accuracy.tolerance()?;
        let mut rank = self.start.clamp(1, self.full.max(1));
        let mut products = Products::default();
        loop {
            let whole = Some(SvdSolver::Exact);
            let exact = self.solver == whole || rank.saturating_mul(PARTS) > self.full;
            let mut model = match exact {
                true => fit(self.full, whole)?,
                false => fit(rank, self.solver)?,
            };
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

/// Returns the model that was found, or that of an exact decomposition where it has not converged, if one is affordable,
/// with the products of both.
pub(super) fn or_exact<T: Scalar, M: Truncate>(
    mut found: M,
    a: Matrix<'_, T>,
    exact: impl FnOnce() -> Result<M, Error>,
) -> Result<M, Error> {
    if found.converged() || !exact_is_affordable(a) {
        return Ok(found);
    }
    match exact() {
        Ok(mut model) => {
            *model.products() += *found.products();
            Ok(model)
        }
        Err(Error::Memory { .. } | Error::NotConverged) => Ok(found),
        Err(other) => Err(other),
    }
}

/// The operations up to which an exact decomposition replaces a search that has not converged: about half a minute.
const AFFORDABLE: f64 = 1e11;

/// Checks that an exact decomposition takes no more than [`AFFORDABLE`] operations: 6 m n^2 + 20 n^3 for m >= n.
fn exact_is_affordable<T: Scalar>(a: Matrix<'_, T>) -> bool {
    let (m, n) = (a.nrows().max(a.ncols()), a.nrows().min(a.ncols()));
    let (m, n) = (m as f64, n as f64);
    (6.0 * m + 20.0 * n) * n * n <= AFFORDABLE
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

/// Returns 1 - sum s_i^2 / ||A||_F^2, at least zero: the share of the squares that triplets of A leave.
pub(super) fn share_left<T: Scalar>(frobenius_norm: T, singular_values: &[T]) -> f64 {
    let all = frobenius_norm.to_f64();
    let share = |s: &T| (s.to_f64() / all).powi(2);
    let kept: f64 = singular_values.iter().map(share).sum();
    (1.0 - kept).max(0.0)
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
