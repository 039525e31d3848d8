//! The stopping rule of everything that iterates.

use crate::real::Real;

/// The number of evaluations over which the gain is summed.
///
/// A single step says little: near a saddle, gains shrink before they grow again, and one step of a stochastic
/// descent may even lose. On 2429 faces (k = 10, HALS) steps 40 to 60 gain less than those before, and steps 100 to 150
/// more again.
pub const WINDOW: usize = 10;

/// The tolerance that methods have by default.
///
/// Where gains do not grow again, 3000 more steps gain at most 300 times as much, 0.15 % of the objective: a norm is
/// within 0.075 % of where they lead, and much closer where gains decrease (docs/accuracy.md).
pub const TOLERANCE: f64 = 5e-6;

/// The stopping rule: f_best - min(f_(t-9), .., f_t) <= tolerance f_t, where f_best is the least objective up to f_(t-10).
///
/// In words, ten steps together gained no more than the share `tolerance` of the objective that is left. A method that
/// never loses has f_best = f_(t-10); for others, and where all that is left is rounding, ten steps without a new best
/// end the iteration, as in early stopping (Prechelt 1998).
///
/// The start is not part of the rule: a worse one does not end an iteration earlier, as it does with a share of the
/// first gradient (Lin 2007) or of all gains.
///
/// It costs no product: objectives are those that the iteration evaluates. Memory: eleven scalars.
///
/// ```
/// use lowrank_core::stopping::StoppingRule;
/// let mut rule = StoppingRule::new(1e-3);
/// let objective = |step: i32| 1.0 + 0.5_f64.powi(step);
/// let last = (0..100).find(|&step| rule.is_met(step as usize, objective(step)));
/// // Steps 11 to 20 gained 2^-10, less than a thousandth.
/// assert_eq!(last, Some(20));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StoppingRule<T> {
    /// The share of the objective that is too little. Zero: no gain is too small.
    tolerance: T,
    /// The objective at or below which the iteration stops at once.
    pub(crate) target: Option<T>,
    /// The number of steps between two objectives that are compared.
    pub(crate) every: usize,
    /// The last objectives, in a ring.
    recent: [T; WINDOW],
    /// The place in the ring of the oldest one, which the next one replaces.
    oldest: usize,
    /// The number of objectives in the ring.
    len: usize,
    /// The least objective of those that left the ring.
    best: Option<T>,
}

impl<T: Real> StoppingRule<T> {
    /// Creates a rule that has seen no objective; with a `tolerance` of zero, it is never met.
    pub fn new(tolerance: f64) -> Self {
        Self {
            tolerance: T::from_f64(tolerance),
            target: None,
            every: 1,
            recent: [T::ZERO; WINDOW],
            oldest: 0,
            len: 0,
            best: None,
        }
    }

    /// Checks the rule for the objective after `done` steps.
    pub fn is_met(&mut self, done: usize, objective: T) -> bool {
        if self.target.is_some_and(|target| objective <= target) {
            return true;
        }
        if done.checked_rem(self.every) != Some(0) {
            return false;
        }
        self.push(objective);
        let (Some(best), Some(now)) = (self.best, least(&self.recent)) else {
            return false;
        };
        self.tolerance > T::ZERO && best - now <= self.tolerance * objective
    }

    /// Replaces the oldest objective.
    fn push(&mut self, objective: T) {
        let Some(place) = self.recent.get_mut(self.oldest) else {
            return;
        };
        let leaving = core::mem::replace(place, objective);
        self.oldest = self.oldest.saturating_add(1);
        if self.oldest >= WINDOW {
            self.oldest = 0;
        }
        if self.len < WINDOW {
            self.len = self.len.saturating_add(1);
        } else if self.best.is_none_or(|best| leaving < best) {
            self.best = Some(leaving);
        }
    }
}

fn least<T: Real>(objectives: &[T]) -> Option<T> {
    objectives
        .iter()
        .copied()
        .reduce(|x, y| if y < x { y } else { x })
}
