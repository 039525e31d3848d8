//! The update of one factor while the other one is held.

use crate::error::Error;
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::real::Real;

/// The update of a factor X towards min ||A - X Y^T||_F^2 / 2 over X >= 0, from N = A Y and
/// G = Y^T Y. The other factor Y is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NmfSolver {
    /// One multiplicative update, X <- X o N / (X G) (Lee & Seung 2001). Zeros stay zero.
    Mu,
    /// Hierarchical alternating least squares: each column in turn is set to its minimizer
    /// (Cichocki & Phan 2009). The sweeps over all columns are repeated as long as they
    /// cost no more than half as much as N and G (Gillis & Glineur 2012).
    #[default]
    Hals,
}

/// The maximum number of sweeps, since later ones gain less and less.
const MOST_SWEEPS: usize = 8;

/// min ||A - X Y^T||_F^2 / 2 over X >= 0, with a penalty on X, where Y is held.
pub(super) struct Subproblem<'p, P: Panel> {
    /// N = A Y; may be overwritten.
    pub(super) numerator: &'p mut P,
    /// G = Y^T Y.
    pub(super) gram: &'p P::Small,
    pub(super) penalty: Penalty<P::Scalar>,
    /// The entries of A that N was computed from.
    pub(super) entries: usize,
    /// The rows of Y.
    pub(super) held_rows: usize,
}

impl NmfSolver {
    /// Improves X.
    pub(super) fn improve<P: NonNegativePanel>(
        self,
        x: &mut P,
        problem: Subproblem<'_, P>,
    ) -> Result<(), Error> {
        let sweeps = problem.sweeps(x.nrows(), x.ncols());
        let Subproblem {
            numerator,
            gram,
            penalty,
            ..
        } = problem;
        match self {
            Self::Mu => x.multiplicative_update(numerator, gram, penalty),
            Self::Hals => x.hals_update(numerator, gram, sweeps, penalty),
        }
    }
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
