//! Hierarchical alternating least squares: sweeps over the columns, repeated while they are cheap.

use super::subproblem::Subproblem;
use crate::panel::{NonNegativePanel, Panel};
use crate::{Error, Real};

/// The maximum number of sweeps, since later ones gain less and less.
const MOST_SWEEPS: usize = 8;

/// Improves X by some sweeps of [`NonNegativePanel::hals_update`].
pub(super) fn improve<P: NonNegativePanel>(
    x: &mut P,
    problem: Subproblem<'_, P>,
) -> Result<(), Error> {
    let sweeps = problem.sweeps(x.nrows(), x.ncols());
    x.hals_update(problem.numerator, problem.gram, sweeps, problem.penalty)
}

impl<P: Panel> Subproblem<'_, P> {
    /// Returns 1 + (cost of N and G) / (2 cost of a sweep), in multiplications, for X of `rows` x `k`.
    fn sweeps(&self, rows: usize, k: usize) -> usize {
        let sizes = [rows, k, self.entries, self.held_rows];
        let [rows, k, entries, held_rows] = sizes.map(P::Scalar::from_usize);
        let prepared = entries + held_rows * k;
        let swept = rows * k;
        let ratio = prepared / (swept + swept);
        let most = P::Scalar::from_usize(MOST_SWEEPS.saturating_sub(1));
        let repeated = if ratio < most { ratio } else { most };
        repeated.to_usize().saturating_add(1)
    }
}
