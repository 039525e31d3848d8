//! The settings of a factorization in batches.

use crate::backend::Placement;
use crate::fit::nmf::Nmf;
use lowrank_core::nmf::{Forgetting, NmfSolver};
use lowrank_core::penalty::Penalty;

/// A ~ W H^T of rank k with W, H >= 0, where H is learnt from batches of rows: settings, [`fit`] for a
/// matrix in memory, and [`begin`] for one that is not.
///
/// The state between batches is in the memory of the host: 2 n k + k^2 numbers, for losses other than the
/// Frobenius norm 3 n k. [`lowrank_core::nmf::MiniBatchNmf`] defines the algorithm.
///
/// [`fit`]: MiniBatchNmf::fit
/// [`begin`]: MiniBatchNmf::begin
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MiniBatchNmf {
    /// The rank, the loss, the solver, penalties, backend and seed.
    ///
    /// `init` is the initialization of H, from the first batch, or from all rows in [`fit`](MiniBatchNmf::fit); it is
    /// random if these are fewer than k. `iterations` and `tolerance` are those of the weights of a batch, and
    /// `h_penalty` is added to the loss for each row of A: it is that of a whole factorization divided by the number of
    /// rows.
    pub nmf: Nmf,
    /// The weight of earlier rows.
    pub forgetting: Forgetting,
    /// The number of rows of a batch in [`fit`](MiniBatchNmf::fit).
    pub batch_size: usize,
    /// The maximum number of passes of [`fit`](MiniBatchNmf::fit) over all rows.
    pub passes: usize,
    /// The share of the loss at or below which the gain of ten passes stops them
    /// ([`StoppingRule`](lowrank_core::stopping::StoppingRule)). Zero: all passes are done.
    pub pass_tolerance: f64,
}

/// The default tolerance of passes: the loss of a pass is summed over batches, each for another H, so that it is less
/// certain than that of an iteration.
const PASS_TOLERANCE: f64 = 1e-4;

impl Default for MiniBatchNmf {
    /// Returns six components by HALS from NNDSVDa of the first of batches of 1024 rows, at most 400 passes with
    /// tolerance 1e-4, and for the weights of a batch at most 30000 iterations with tolerance 5e-6.
    fn default() -> Self {
        Self {
            nmf: Nmf::default(),
            forgetting: Forgetting::default(),
            batch_size: 1024,
            passes: 400,
            pass_tolerance: PASS_TOLERANCE,
        }
    }
}

impl MiniBatchNmf {
    /// Returns the settings for weights; `rows`: of the matrix whose factorization they describe.
    pub(super) fn of_rows(&self, rows: usize) -> Nmf {
        let whole = |of_a_row: f64| of_a_row * rows as f64;
        Nmf {
            h_penalty: Penalty {
                l1: whole(self.nmf.h_penalty.l1),
                l2: whole(self.nmf.h_penalty.l2),
            },
            backend: self.nmf.backend.or_host(),
            ..self.nmf
        }
    }

    /// Returns the backend.
    pub fn placement(&self) -> Placement {
        self.nmf.backend.placed_for_batches()
    }

    /// Returns the solver for matrices without missing entries.
    pub fn resolved_solver(&self) -> NmfSolver {
        self.of_rows(1).resolved_solver()
    }
}
