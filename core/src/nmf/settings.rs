//! The settings of a non-negative factorization.

use super::solver::NmfSolver;
use crate::penalty::Penalty;
use crate::stopping::TOLERANCE;
use crate::svd::{RangeFinder, Subspace};

/// The default limit, which the tolerance reaches first on all matrices of docs/accuracy.md.
const ITERATIONS: usize = 30_000;

/// A ~ W H^T with W >= 0 and H >= 0, approximated in the Frobenius norm.
///
/// An iteration improves W from A H and H^T H, then H from A^T W and W^T W, as the [`NmfSolver`]
/// says. Neither step increases ||A - W H^T||_F^2 / 2, with the penalties on either factor, beyond
/// rounding. H is stored transposed, n x k, so that all panels are tall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nmf {
    /// k.
    pub rank: usize,
    /// The update of a factor.
    pub solver: NmfSolver,
    /// The initialization.
    pub init: NmfInit,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The iteration stops when ten steps gain no more than this share of the objective: the
    /// [`StoppingRule`](crate::stopping::StoppingRule). Zero: all iterations are done.
    pub tolerance: f64,
    /// The penalty of W in the loss.
    pub w_penalty: Penalty<f64>,
    /// The penalty of H in the loss.
    pub h_penalty: Penalty<f64>,
    /// The subspace of the triplets for NNDSVD.
    pub subspace: Subspace,
    /// Krylov: the columns of a block of that subspace, zero for k: [`TruncatedSvd::block`](crate::TruncatedSvd::block).
    pub block: usize,
    /// The range finder for NNDSVD; its seed is also that of random initializations.
    pub range_finder: RangeFinder,
}

impl Default for Nmf {
    /// Returns rank 1 by HALS from NNDSVDa, at most 30000 iterations, tolerance 5e-6.
    fn default() -> Self {
        Self {
            rank: 1,
            solver: NmfSolver::default(),
            init: NmfInit::default(),
            iterations: ITERATIONS,
            tolerance: TOLERANCE,
            w_penalty: Penalty::default(),
            h_penalty: Penalty::default(),
            subspace: Subspace::default(),
            block: 0,
            range_finder: RangeFinder::default(),
        }
    }
}

/// The initialization of W and H.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NmfInit {
    /// |N(0, 1)| times sqrt(mean of A / k), from the seed.
    Random,
    /// Non-negative double SVD (Boutsidis & Gallopoulos 2008): the larger of the positive and the
    /// negative part of each singular pair. Its zeros stay zero under multiplicative updates. Columns beyond
    /// min(m, n), for which there are no singular pairs, are [`Random`](NmfInit::Random).
    Nndsvd,
    /// NNDSVD with its zeros replaced by the mean of A, for entries up to one.
    #[default]
    Nndsvda,
    /// The given W and H, to continue another factorization. Zeros stay zero under multiplicative
    /// updates.
    Given,
}
