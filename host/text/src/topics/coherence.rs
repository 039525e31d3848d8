//! The coherence of topics: how often their words occur together.

use super::Components;
use lowrank::{Scalar, SparseMatrix};

/// The number of heaviest words of a topic that its coherence considers, as in Röder, Both & Hinneburg (2015).
pub const COHERENCE_WORDS: usize = 10;

/// mean over i < j of ln(p_ij / (p_i p_j)) / -ln p_ij: the coherence of each topic by normalized pointwise mutual
/// information.
///
/// `topics`: for each topic, the columns of `a` of its words. p_i is the share of the rows of `a` that hold word i, and
/// p_ij the share that hold both; a row holds the words that it stores. A pair scores 1 if its words only occur
/// together, 0 if they occur independently, and -1 if no row holds both. A pair that all rows hold, for which the
/// formula is 0 / 0, scores 1. The result is `None` for a topic of fewer than two words.
///
/// Costs one pass over the columns of `a` and, for each pair, a merge of the rows of its words. The memory is one
/// number for each column and for each entry in a column of a topic. The measure is due to Bouma (2009), its use for
/// topics to Aletras & Stevenson (2013), here with documents in place of a sliding window.
///
/// # Panics
/// Panics if a column is out of range.
pub fn npmi<T: Scalar>(a: &SparseMatrix<T>, topics: &[Vec<usize>]) -> Vec<Option<f64>> {
    let occurrences = Occurrences::of(a, topics);
    let coherence = |topic: &Vec<usize>| occurrences.mean_npmi(topic);
    topics.iter().map(coherence).collect()
}

/// Returns the [`npmi`] of the [`COHERENCE_WORDS`] heaviest words of each component in `a`, the matrix that was fitted;
/// `None` for a component beyond the rank of A.
pub fn coherences<T: Scalar>(
    components: &Components<'_, T>,
    a: &SparseMatrix<T>,
) -> Vec<Option<f64>> {
    let words = |k: usize| match components.is_determined(k) {
        true => components.heaviest_terms(k, COHERENCE_WORDS),
        false => Vec::new(),
    };
    let topics: Vec<Vec<usize>> = (0..components.count()).map(words).collect();
    npmi(a, &topics)
}

const NOT_WANTED: u32 = u32::MAX;

/// The rows that hold the words of the topics.
struct Occurrences {
    documents: usize,
    /// The position of each column of A in `rows`.
    places: Vec<u32>,
    rows: Vec<Vec<u32>>,
}

impl Occurrences {
    fn of<T: Scalar>(a: &SparseMatrix<T>, topics: &[Vec<usize>]) -> Self {
        let mut places = vec![NOT_WANTED; a.ncols()];
        let mut rows = Vec::new();
        for &column in topics.iter().flatten() {
            if places[column] == NOT_WANTED {
                places[column] = rows.len() as u32;
                rows.push(Vec::new());
            }
        }
        for i in 0..a.nrows() {
            for &column in a.row(i).0 {
                if let Some(rows) = rows.get_mut(places[column as usize] as usize) {
                    rows.push(i as u32);
                }
            }
        }
        Self {
            documents: a.nrows(),
            places,
            rows,
        }
    }

    fn mean_npmi(&self, topic: &[usize]) -> Option<f64> {
        let rows = |&column: &usize| self.rows[self.places[column] as usize].as_slice();
        let (mut sum, mut pairs) = (0.0, 0);
        for (place, first) in topic.iter().enumerate() {
            for second in &topic[place + 1..] {
                sum += self.npmi_of_pair(rows(first), rows(second));
                pairs += 1;
            }
        }
        (pairs > 0).then(|| sum / f64::from(pairs))
    }

    fn npmi_of_pair(&self, x: &[u32], y: &[u32]) -> f64 {
        let together = count_in_both(x, y);
        if together == 0 {
            return -1.0;
        }
        if together == self.documents {
            return 1.0;
        }
        let share = |count: usize| count as f64 / self.documents as f64;
        let (p_x, p_y, p_xy) = (share(x.len()), share(y.len()), share(together));
        (p_xy / (p_x * p_y)).ln() / -p_xy.ln()
    }
}

/// Counts the numbers that two ascending lists have in common.
fn count_in_both(x: &[u32], y: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(p), Some(q)) = (x.get(i), y.get(j)) {
        count += usize::from(p == q);
        i += usize::from(p <= q);
        j += usize::from(q <= p);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a matrix with a row for each text and a column for each letter from `a`.
    fn letters(texts: &[&str]) -> SparseMatrix<f64> {
        let column = |letter: u8| u32::from(letter - b'a');
        let row = |text: &&str| text.bytes().map(column).collect();
        let columns: Vec<Vec<u32>> = texts.iter().map(row).collect();
        let mut row_offsets = vec![0];
        for row in &columns {
            row_offsets.push(row_offsets[row_offsets.len() - 1] + row.len());
        }
        let columns = columns.concat();
        let values = vec![0.5; columns.len()];
        SparseMatrix::new(row_offsets, columns, values, 26).unwrap()
    }

    fn assert_npmi(texts: &[&str], topic: &[usize], expected: f64) {
        let found = npmi(&letters(texts), &[topic.to_vec()])[0].unwrap();
        assert!(
            (found - expected).abs() < 1e-15,
            "{texts:?}: {found}, {expected}"
        );
    }

    #[test]
    fn pairs_have_the_values_of_a_computation_by_hand() {
        // Always together; never; as by chance: 1/4 = 1/2 1/2.
        assert_npmi(&["ab", "ab", "c", ""], &[0, 1], 1.0);
        assert_npmi(&["a", "b", "ac", "c"], &[0, 1], -1.0);
        assert_npmi(&["ab", "a", "b", "c"], &[0, 1], 0.0);
        // p_a = 3/4, p_b = 1/2, p_ab = 1/2: ln(4/3) / ln 2.
        let expected = (4.0_f64 / 3.0).ln() / 2.0_f64.ln();
        assert_npmi(&["ab", "ab", "a", "c"], &[0, 1], expected);
        // In all documents.
        assert_npmi(&["ab", "abc"], &[0, 1], 1.0);
        assert_npmi(&["ab"], &[0, 1], 1.0);
    }

    #[test]
    fn topic_has_the_mean_of_its_pairs() {
        // ab always together, ac and bc never.
        assert_npmi(&["ab", "ab", "c", "c"], &[0, 1, 2], -1.0 / 3.0);
        assert_npmi(&["ab", "ab", "c", "c"], &[2, 1, 0], -1.0 / 3.0);
    }

    #[test]
    fn topics_share_words_and_keep_their_order() {
        let a = letters(&["ab", "ab", "bc", "d"]);
        let all = npmi(&a, &[vec![0, 1], vec![3, 1], vec![1, 2]]);
        let alone = |topic: [usize; 2]| npmi(&a, &[topic.to_vec()])[0];
        assert_eq!(all, [alone([0, 1]), alone([3, 1]), alone([1, 2])]);
        assert_eq!(all[1], Some(-1.0));
        assert!(all[0] > all[2]);
    }

    #[test]
    fn less_than_two_words_have_no_coherence() {
        assert_eq!(npmi(&letters(&["ab"]), &[vec![], vec![0]]), [None, None]);
    }

    #[test]
    fn words_that_never_occur_are_not_coherent() {
        assert_npmi(&["ab", "ab"], &[2, 3], -1.0);
        assert_eq!(npmi(&letters(&[]), &[vec![0, 1]]), [Some(-1.0)]);
    }
}
