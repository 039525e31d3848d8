//! The stopping rule of everything that iterates.

use crate::real::Real;

/// The stopping rule: the iteration stops when a step gains too little.
pub(crate) struct StoppingRule<T> {
    /// The share of [`measure`](Self::measure) that is too little. Zero: no gain is too small.
    tolerance: T,
    measure: Measure<T>,
    /// The objective at or below which the iteration stops at once.
    target: Option<T>,
    /// The step from which on objectives are compared.
    pub(crate) first: usize,
    /// The number of steps over which gains are summed, since a single one may increase the objective.
    pub(crate) window: usize,
    /// The objective at `first`, and at the end of the last window.
    seen: Option<(T, T)>,
}

/// The reference for a gain.
enum Measure<T> {
    /// The gain of all steps since `first`, and the rounding of an objective that is a difference of numbers
    /// of this size; without a size, of the first objective.
    Gains(Option<T>),
    /// The objective itself.
    Objective,
}

impl<T: Real> StoppingRule<T> {
    /// Returns a rule that is met when a step gains no more than the share `tolerance` of all gains, or no more than
    /// the rounding of `size`.
    pub(crate) fn of_gains(tolerance: f64, size: Option<T>) -> Self {
        Self {
            tolerance: T::from_f64(tolerance),
            measure: Measure::Gains(size),
            target: None,
            first: 0,
            window: 1,
            seen: None,
        }
    }

    /// Returns a rule that is met when the objective is at most `target`, or decreases by no more than the share
    /// `tolerance` of it in a window.
    pub(crate) fn of_objective(tolerance: f64, target: T, window: usize) -> Self {
        Self {
            tolerance: T::from_f64(tolerance),
            measure: Measure::Objective,
            target: Some(target),
            first: 0,
            window,
            seen: None,
        }
    }

    /// Checks the rule after `done` steps.
    pub(crate) fn is_met(&mut self, done: usize, objective: T) -> bool {
        if self.target.is_some_and(|target| objective <= target) {
            return true;
        }
        if done < self.first || done.checked_rem(self.window) != Some(0) {
            return false;
        }
        let Some((first, last)) = self.seen else {
            self.seen = Some((objective, objective));
            return false;
        };
        self.seen = Some((first, objective));
        let least = match self.measure {
            Measure::Gains(size) => {
                let rounding = T::EPSILON * size.unwrap_or(first);
                (self.tolerance * (first - objective)).larger(rounding)
            }
            Measure::Objective => self.tolerance * objective,
        };
        self.tolerance > T::ZERO && last - objective <= least
    }
}
