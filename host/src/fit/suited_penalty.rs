//! The penalties of completions and of implicit feedback that suit a matrix.

use lowrank_core::Real;
use lowrank_core::completion::Weighting;
use lowrank_core::operator::KnownEntries;

/// The penalty of many entries, in units of their standard deviation: 12 for the ratings of MovieLens, whose deviation is
/// 1.06, chosen on a validation set (docs/algorithms.md).
const OF_MANY: f64 = 11.4;

/// The same for each entry of a row: 0.2 for the ratings of MovieLens.
const OF_EACH: f64 = 0.19;

/// The number of known entries of a row, on the shorter side, from which the penalty grows no more.
const MANY: f64 = 80.0;

/// The penalty of implicit feedback of many entries.
const OF_IMPLICIT: f64 = 20.0;

/// Returns the penalty of implicit feedback that suits an m x n matrix: 20 min(1, d / 80), rounded to two digits, where d is
/// the number of known entries over min(m, n).
///
/// It is in units of entries, each of which counts one at least; where there are few of them, 20 would leave no factors.
pub(crate) fn suited_implicit_penalty(entries: usize, (m, n): (usize, usize)) -> f64 {
    two_digits(OF_IMPLICIT * share_of_many(entries, m.min(n).max(1)))
}

/// Returns min(1, d / 80) for d entries in a row of the shorter side.
fn share_of_many(entries: usize, shorter: usize) -> f64 {
    (entries as f64 / shorter as f64 / MANY).min(1.0)
}

/// Returns the penalty that suits A: 11.4 s min(1, d / 80), rounded to two digits, where s is the standard deviation of the
/// e known entries, and d = e / min(m, n); for [`Weighting::Count`], 0.19 s.
///
/// The penalty has the unit of A, as s has: ratings from 1 to 100 get twenty times that of ratings from 1 to 5. It is small
/// where there are so few entries that a larger one would leave no factors. Entries that are all equal have s = |a|, and
/// entries that are all zero s = 1, so that the penalty is never zero.
pub(super) fn suited_penalty<A: KnownEntries>(a: &A, weighting: Weighting) -> f64 {
    let shorter = a.nrows().min(a.ncols());
    let (mut sum, mut count, mut largest) = (0.0, 0usize, 0.0f64);
    for i in 0..a.nrows() {
        for (_, x) in a.row(i) {
            sum += x.to_f64();
            largest = largest.max(x.to_f64().abs());
            count += 1;
        }
    }
    if count == 0 || shorter == 0 {
        return OF_MANY;
    }
    let mean = sum / count as f64;
    let mut squares = 0.0;
    for i in 0..a.nrows() {
        for (_, x) in a.row(i) {
            let share = (x.to_f64() - mean) / largest;
            squares += share * share;
        }
    }
    let share = (squares / count as f64).sqrt();
    // What differs by rounding alone is equal. False for NaN, too: entries that are not finite are refused elsewhere.
    let varies = share > 1e-6 && share.is_finite();
    let deviation = match (varies, largest > 0.0 && largest.is_finite()) {
        (true, _) => share * largest,
        (false, true) => largest,
        (false, false) => 1.0,
    };
    two_digits(match weighting {
        Weighting::Plain => OF_MANY * deviation * share_of_many(count, shorter),
        Weighting::Count => OF_EACH * deviation,
    })
}

/// Rounds to two decimal digits, so that a report can name the number.
fn two_digits(x: f64) -> f64 {
    format!("{x:.1e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DenseMatrix, SparseMatrix};
    use lowrank_core::operator::Observed;

    /// The penalty of m x n entries of 1 to 5 times `unit`, each of the five as often.
    fn of((m, n): (usize, usize), unit: f64, weighting: Weighting) -> f64 {
        let entry = |i: usize, j: usize| unit * (1 + (i + j) % 5) as f64;
        let a = DenseMatrix::from_fn(m, n, entry);
        suited_penalty(&a.view().unwrap(), weighting)
    }

    #[test]
    fn the_penalty_has_the_unit_of_the_entries_and_grows_with_them_up_to_eighty_a_row() {
        // The deviation of 1 to 5 is the root of two, and 11.4 times that is 16.12.
        assert_eq!(of((200, 300), 1.0, Weighting::Plain), 16.0);
        assert_eq!(of((200, 300), 100.0, Weighting::Plain), 1600.0);
        assert_eq!(of((200, 10), 1.0, Weighting::Plain), 16.0);
        assert_eq!(of((5, 20), 1.0, Weighting::Plain), 4.0);
        assert_eq!(of((20, 5), 1.0, Weighting::Plain), 4.0);
        assert_eq!(of((5, 20), 1.0, Weighting::Count), 0.27);
    }

    #[test]
    fn the_penalty_of_implicit_feedback_grows_with_the_entries_of_the_shorter_side() {
        assert_eq!(suited_implicit_penalty(200 * 300, (200, 300)), 20.0);
        assert_eq!(suited_implicit_penalty(200 * 10, (200, 10)), 20.0);
        assert_eq!(suited_implicit_penalty(5 * 20, (5, 20)), 5.0);
        assert_eq!(suited_implicit_penalty(5 * 20, (20, 5)), 5.0);
        assert_eq!(suited_implicit_penalty(12, (3, 4)), 1.0);
        assert_eq!(suited_implicit_penalty(0, (0, 5)), 0.0);
    }

    #[test]
    fn entries_that_are_equal_or_zero_or_not_finite_have_a_penalty() {
        for (entry, expected) in [(4.0, 2.9), (0.0, 0.71), (f64::NAN, 0.71)] {
            let a = DenseMatrix::from_fn(3, 5, |_, _| entry);
            let found = suited_penalty(&a.view().unwrap(), Weighting::Plain);
            assert_eq!(found, expected, "{entry}");
        }
        let none = SparseMatrix::<f64>::from_triplets(3, 5, []).unwrap();
        let found = suited_penalty(&Observed(none.view().unwrap()), Weighting::Plain);
        assert_eq!(found, OF_MANY);
    }
}
