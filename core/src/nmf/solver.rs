//! The solvers: updates of one factor while the other one is held.

use super::subproblem::Subproblem;
use super::{anls, hals, multiplicative_update};
use crate::error::Error;
use crate::panel::NonNegativePanel;

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
    /// Alternating non-negative least squares: each row in turn is set to its minimizer, by block
    /// principal pivoting (Kim & Park 2011). Few iterations, each of which costs up to k^3 / 3 a row.
    Anls,
}

impl NmfSolver {
    /// Improves X.
    pub(super) fn improve<P: NonNegativePanel>(
        self,
        x: &mut P,
        problem: Subproblem<'_, P>,
    ) -> Result<(), Error> {
        match self {
            Self::Mu => multiplicative_update::improve(x, problem),
            Self::Hals => hals::improve(x, problem),
            Self::Anls => anls::improve(x, problem),
        }
    }
}
