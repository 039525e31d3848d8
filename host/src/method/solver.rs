//! The solvers and their names.

use crate::svd::SvdSolver;
use lowrank_core::nmf::NmfSolver;
use std::fmt;
use std::str::FromStr;

named! {
    /// An algorithm for a method.
    Solver, "must be a solver such as hals, krylov or als" {
        /// Hierarchical alternating least squares.
        Hals = "hals",
        /// Multiplicative updates.
        Mu = "mu",
        /// Alternating non-negative least squares.
        Anls = "anls",
        /// Gradient descent; for an NMF, with a penalty on negative entries.
        Gradient = "gradient",
        /// Projected gradient descent.
        ProjectedGradient = "projected-gradient",
        /// Adam, with a very small penalty on negative entries.
        Adam = "adam",
        /// Adam, projected onto the non-negative factors after each step.
        ProjectedAdam = "projected-adam",
        /// Alternating least squares.
        Als = "als",
        /// Stochastic gradient descent over single entries.
        Sgd = "sgd",
        /// A randomized block Krylov space.
        Krylov = "krylov",
        /// Chebyshev polynomials on one block.
        Chebyshev = "chebyshev",
        /// A randomized range finder with power iterations.
        Randomized = "randomized",
        /// A dense decomposition.
        Exact = "exact",
    }
}

impl Solver {
    /// Returns true for gradient descents.
    pub fn descends(self) -> bool {
        use Solver::{Adam, Gradient, ProjectedAdam, ProjectedGradient, Sgd};
        matches!(
            self,
            Gradient | ProjectedGradient | Adam | ProjectedAdam | Sgd
        )
    }

    pub(super) fn of_nmf(self) -> Option<NmfSolver> {
        let mut all = [NmfSolver::Hals, NmfSolver::Mu, NmfSolver::Anls].into_iter();
        all.find(|solver| self == (*solver).into())
    }

    pub(super) fn of_svd(self) -> Option<SvdSolver> {
        use SvdSolver::{Chebyshev, Exact, Krylov, Randomized};
        let mut all = [Krylov, Chebyshev, Randomized, Exact].into_iter();
        all.find(|solver| self == (*solver).into())
    }
}

impl From<NmfSolver> for Solver {
    fn from(solver: NmfSolver) -> Self {
        match solver {
            NmfSolver::Hals => Solver::Hals,
            NmfSolver::Mu => Solver::Mu,
            NmfSolver::Anls => Solver::Anls,
        }
    }
}

impl From<SvdSolver> for Solver {
    fn from(solver: SvdSolver) -> Self {
        match solver {
            SvdSolver::Krylov => Solver::Krylov,
            SvdSolver::Chebyshev => Solver::Chebyshev,
            SvdSolver::Randomized => Solver::Randomized,
            SvdSolver::Exact => Solver::Exact,
        }
    }
}
