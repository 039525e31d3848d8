//! The solvers: updates of one factor while the other one is held.

use super::anls;
use super::subproblem::Subproblem;
use crate::panel::{FactorUpdate, NonNegativePanel, Panel};
use crate::scaling::PowerOfTwoScaled;
use crate::{Error, LinearOperator};

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
        match self.update(x, &problem) {
            Some(update) => x.update(problem.numerator, &problem.step(update)),
            None => anls::improve(x, problem),
        }
    }

    /// H <- an improved H from N = A^T W, and `own` <- H^T H. The problem is that of H, before N is known.
    pub(super) fn improve_columns<P: NonNegativePanel, A: LinearOperator<P>>(
        self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        [w, h]: [&mut P; 2],
        problem: Subproblem<'_, P>,
        own: &mut P::Small,
    ) -> Result<(), Error> {
        if let Some(update) = self.update(h, &problem) {
            let step = problem.step(update);
            return a.least_squares_step(&step, w, [h, problem.numerator], own);
        }
        a.apply_transpose(w, problem.numerator)?;
        anls::improve(h, problem)?;
        h.gram(own)
    }

    /// Returns the update of X; `None` if each row is solved for.
    fn update<P: Panel>(self, x: &P, problem: &Subproblem<'_, P>) -> Option<FactorUpdate> {
        match self {
            Self::Mu => Some(FactorUpdate::Multiplicative),
            Self::Hals => Some(problem.sweeps(x)),
            Self::Anls => None,
        }
    }
}
