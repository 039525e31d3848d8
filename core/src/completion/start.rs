//! Initialization of a completion.

use super::Completion;
use super::problem::Problem;
use crate::operator::{EntryStats, KnownEntries};
use crate::random::{Distribution, RandomEntries};
use crate::{MatMut, Real};

/// The initialization of a factor: uniform draws, and no bias.
///
/// Without biases, the draws of W are positive and those of H have the sign of the sum of A, so that W H^T starts with
/// the sign of A: a row that starts with the wrong sign may keep it.
pub(super) struct Start<T> {
    random: RandomEntries,
    size: T,
    one_sided: bool,
    rank: usize,
}

impl<T: Real> Start<T> {
    /// Returns the initializations of W and H; W H^T has `share` of the variation of A.
    pub(super) fn of_factors<A: KnownEntries<Scalar = T>>(
        settings: &Completion,
        problem: &Problem<'_, A, T>,
        entry_stats: &EntryStats<T>,
        share: f64,
    ) -> [Self; 2] {
        let size = typical_entry(problem, entry_stats) * T::from_f64(share);
        let below = !settings.biases.any() && entry_stats.sum < T::ZERO;
        let of_h = if below { -size } else { size };
        [(settings.seed, size), (!settings.seed, of_h)].map(|(seed, size)| Self {
            random: RandomEntries::new(Distribution::Uniform, seed),
            size,
            one_sided: !settings.biases.any(),
            rank: settings.rank,
        })
    }

    /// Fills all rows of a factor with draws.
    pub(super) fn fill(&self, rows: &mut MatMut<'_, T>) {
        rows.fill(T::ZERO);
        for (i, row) in (0..rows.ncols()).zip(rows.columns_mut()) {
            self.fill_row(i, row);
        }
    }

    /// Fills row `i` with draws if it is zero; no draw is zero.
    pub(super) fn fill_row_once(&self, i: usize, row: &mut [T]) {
        if row.first().is_some_and(|&x| x == T::ZERO) {
            self.fill_row(i, row);
        }
    }

    fn fill_row(&self, i: usize, row: &mut [T]) {
        let row = row.get_mut(..self.rank).unwrap_or_default();
        self.random.fill_row(i, row);
        for x in row {
            let draw = if self.one_sided { x.abs() } else { *x };
            *x = draw * self.size;
        }
    }
}

/// (d / k)^(1/4) for a variance d: the standard deviation of the entries of W and H for which the entries of W H^T vary
/// as those of A do about their mean.
fn typical_entry<T: Real, A: KnownEntries<Scalar = T>>(
    problem: &Problem<'_, A, T>,
    entry_stats: &EntryStats<T>,
) -> T {
    let known = T::from_usize(entry_stats.entries.max(1));
    let to_unit = entry_stats.exponent.saturating_sub(problem.exponent());
    let norm = entry_stats.norm.scale_by_power_of_two(to_unit);
    let square = norm * norm / known;
    // For nearly equal entries the difference is rounding, and zeros are a stationary point.
    let variance = (square - problem.mean * problem.mean).larger(T::EPSILON * square);
    let share = variance / T::from_usize(problem.rank.max(1));
    share.sqrt().sqrt()
}
