//! The report on a truncated SVD.

use super::subspace::Subspace;
use crate::Real;

/// The result of a truncated SVD other than its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SvdReport<T> {
    /// The number of singular values above max(m, n) eps s_1; less than k if A has a smaller rank. The
    /// remaining columns are orthonormal all the same.
    pub rank: usize,
    /// ||A||_F.
    pub frobenius_norm: T,
    /// An upper bound of ||A - U diag(s) V^T||_F: sqrt(||A||_F^2 - sum s_i^2 + 2 (m + n) eps ||A||_F^2),
    /// where the last term covers rounding. By Eckart and Young, the first two terms with exact singular
    /// values are the minimum for rank k. The bound is never below sqrt(2 (m + n) eps) ||A||_F; for more accurate
    /// approximations use
    /// [`Approximation::measure`](crate::approximation::Approximation::measure).
    pub error_bound: T,
    /// The error is at most (1 + tolerance) times the minimum for rank k plus (1e-7 + 16 sqrt(m + n) eps) ||A||_F, as far as the
    /// residuals and the gap to the other singular values that the search saw can tell.
    pub converged: bool,
    /// The estimate of ||A - U diag(s) V^T||_F minus its minimum for rank k, from the residuals.
    pub excess: T,
    /// The number of blocks, polynomials or power iterations that were made.
    pub iterations: usize,
    /// The subspace that was used: [`Subspace::Power`] for a fallback.
    pub subspace: Subspace,
}

impl<T: Real> SvdReport<T> {
    /// Returns the smallest k whose k leading triplets approximate A within `tolerance` ||A||_F, among
    /// those that `singular_values` hold: the smallest with ||A||^2 - sum s_i^2 <= tolerance^2 ||A||^2. `None`
    /// if there are too few of them.
    ///
    /// They explain the share 1 - tolerance^2 of the sum of squares. The approximation with these
    /// triplets satisfies the bound whatever the accuracy of the singular values; no smaller rank does if
    /// they are exact.
    pub fn smallest_rank(&self, singular_values: &[T], tolerance: f64) -> Option<usize> {
        let tolerance = T::from_f64(tolerance);
        let mut left = T::ONE;
        let mut rank: usize = 0;
        for s in singular_values {
            if left <= tolerance * tolerance {
                return Some(rank);
            }
            let share = *s / self.frobenius_norm;
            left -= share * share;
            rank = rank.saturating_add(1);
        }
        (left <= tolerance * tolerance).then_some(rank)
    }
}
