//! The problem of one factor while the other one is held.

use crate::panel::{FactorUpdate, LeastSquaresStep, Panel, RowScratch};
use crate::penalty::Penalty;

/// min ||A - X Y^T||_F^2 / 2 over X >= 0, with a penalty on X, where Y is held.
pub(super) struct Subproblem<'p, P: Panel> {
    /// N = A Y; may be overwritten.
    pub(super) numerator: &'p mut P,
    /// G = Y^T Y.
    pub(super) gram: &'p P::Small,
    pub(super) penalty: Penalty<P::Scalar>,
    /// Scratch for one row of X after the other.
    pub(super) scratch: RowScratch<'p, P::Scalar>,
    /// The entries of A that N was computed from.
    pub(super) entries: usize,
    /// The rows of Y.
    pub(super) held_rows: usize,
}

impl<'p, P: Panel> Subproblem<'p, P> {
    /// Returns the step of X by this update.
    pub(super) fn step(&self, update: FactorUpdate) -> LeastSquaresStep<'p, P> {
        LeastSquaresStep {
            update,
            gram: self.gram,
            penalty: self.penalty,
        }
    }
}
