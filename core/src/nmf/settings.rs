//! The settings of a non-negative factorization.

use super::solver::NmfSolver;
use crate::penalty::Penalty;
use crate::svd::{RangeFinder, Subspace};

/// A ~ W H^T with W >= 0 and H >= 0, near in the Frobenius norm.
///
/// An iteration improves W from A H and H^T H, then H from A^T W and W^T W, as the [`NmfSolver`]
/// says; neither step lets ||A - W H^T||_F^2 / 2, with the penalties on either factor, rise beyond
/// rounding. H is kept transposed, n x k, so
/// that all is tall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nmf {
    /// k.
    pub rank: usize,
    /// How a factor is improved.
    pub solver: NmfSolver,
    /// Where the iteration starts.
    pub init: NmfInit,
    /// The number of iterations at most.
    pub iterations: usize,
    /// An iteration that gains no more than this share of what all iterations have gained since
    /// the start is the last; gains are those of ||A - W H^T||_F^2. Zero: all iterations are done.
    pub tolerance: f64,
    /// What is added to the loss for W.
    pub w_penalty: Penalty<f64>,
    /// What is added to the loss for H.
    pub h_penalty: Penalty<f64>,
    /// Where NNDSVD finds its triplets.
    pub subspace: Subspace,
    /// The range finder behind NNDSVD; its seed is that of random starts, too.
    pub range_finder: RangeFinder,
}

impl Default for Nmf {
    /// Rank 1 by HALS from NNDSVDa, at most 400 iterations, tolerance 1e-6.
    fn default() -> Self {
        Self {
            rank: 1,
            solver: NmfSolver::default(),
            init: NmfInit::default(),
            iterations: 400,
            tolerance: 1e-6,
            w_penalty: Penalty::default(),
            h_penalty: Penalty::default(),
            subspace: Subspace::default(),
            range_finder: RangeFinder::default(),
        }
    }
}

/// How W and H start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NmfInit {
    /// |N(0, 1)| times sqrt(mean of A / k), from the seed.
    Random,
    /// Non-negative double SVD (Boutsidis & Gallopoulos 2008): the larger of the positive and the
    /// negative part of each singular pair. Its zeros stay zero under multiplicative updates.
    Nndsvd,
    /// NNDSVD with the mean of A, for entries up to one, in the place of its zeros.
    #[default]
    Nndsvda,
    /// W and H as they are given: to go on from another factorization. Zeros stay zero under
    /// multiplicative updates.
    Given,
}
