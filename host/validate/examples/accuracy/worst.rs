//! The worst of many trials, for any number of threads the same.

use lowrank_validate::ratios::worse;
use lowrank_validate::trials::Trial;
use rayon::prelude::*;

/// The largest of each of N ratios, and where the largest of all occurred.
#[derive(Clone, Copy, Debug)]
pub struct Worst<const N: usize> {
    pub ratios: [f64; N],
    pub at: Trial,
}

impl<const N: usize> Default for Worst<N> {
    /// Returns the value of no trials.
    fn default() -> Self {
        Self {
            ratios: [0.0; N],
            at: Trial::default(),
        }
    }
}

impl<const N: usize> Worst<N> {
    /// Returns the worst of `count` trials, on all cores.
    pub fn of(count: u64, ratios: impl Fn(Trial) -> [f64; N] + Sync) -> Self {
        let trial = |number| {
            let at = Trial::number(number);
            // NaN counts as infinite from here on.
            let ratios = ratios(at).map(|ratio| worse(ratio, 0.0));
            Self { ratios, at }
        };
        let trials = (0..count).into_par_iter().map(trial);
        trials.reduce(Self::default, Self::and)
    }

    pub fn largest(&self) -> f64 {
        self.ratios.into_iter().fold(0.0, f64::max)
    }

    /// Returns the worst of both; the first of equal ones.
    pub fn and(self, other: Self) -> Self {
        let rank = |worst: &Self| (worst.largest(), core::cmp::Reverse(worst.at.seed));
        let at = if rank(&other) > rank(&self) {
            other.at
        } else {
            self.at
        };
        let mut ratios = self.ratios;
        for (ratio, other) in ratios.iter_mut().zip(other.ratios) {
            *ratio = ratio.max(other);
        }
        Self { ratios, at }
    }

    /// Returns m x n and the seed of the worst; empty if all are zero.
    pub fn place(&self) -> String {
        if self.largest() == 0.0 {
            return String::new();
        }
        let Trial {
            nrows, ncols, seed, ..
        } = self.at;
        format!("{nrows} x {ncols}, {seed}")
    }
}
