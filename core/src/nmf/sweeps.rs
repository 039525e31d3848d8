//! The number of sweeps of hierarchical alternating least squares: they are repeated while they are cheap.

use super::subproblem::Subproblem;
use crate::Real;
use crate::panel::{FactorUpdate, Panel};

/// The maximum number of sweeps, since later ones gain less and less.
const MOST_SWEEPS: usize = 8;

impl<P: Panel> Subproblem<'_, P> {
    /// Returns 1 + (cost of N and G) / (2 cost of a sweep) sweeps, with the costs in multiplications.
    pub(super) fn sweeps(&self, x: &P) -> FactorUpdate {
        let sizes = [x.nrows(), x.ncols(), self.entries, self.held_rows];
        let [rows, k, entries, held_rows] = sizes.map(P::Scalar::from_usize);
        let prepared = entries + held_rows * k;
        let swept = rows * k;
        let ratio = prepared / (swept + swept);
        let most = P::Scalar::from_usize(MOST_SWEEPS.saturating_sub(1));
        let repeated = if ratio < most { ratio } else { most };
        FactorUpdate::Sweeps(repeated.to_usize().saturating_add(1))
    }
}
