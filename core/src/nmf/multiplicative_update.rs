//! The multiplicative update.

use super::subproblem::Subproblem;
use crate::error::Error;
use crate::panel::NonNegativePanel;

/// Improves X by one [`NonNegativePanel::multiplicative_update`].
pub(super) fn improve<P: NonNegativePanel>(
    x: &mut P,
    problem: Subproblem<'_, P>,
) -> Result<(), Error> {
    x.multiplicative_update(problem.numerator, problem.gram, problem.penalty)
}
