use std::cmp::Reverse;

use super::term_counts::TermCounts;
use super::vocabulary::{NONE, Vocabulary};
use super::{Error, Vectorizer};

/// The remaining terms, in code-point order.
#[derive(Debug)]
pub(super) struct Kept {
    /// The number in the vocabulary of each column.
    pub(super) numbers: Vec<u32>,
    /// The number of texts that contain the term of each column.
    pub(super) document_frequencies: Vec<usize>,
}

impl Kept {
    /// Selects the terms between `min_df` and `max_df`, and of these the `max_features` most frequent ones.
    ///
    /// # Errors
    /// [`Error::EmptyVocabulary`], [`Error::MaxBelowMin`], [`Error::NoTermsRemain`].
    pub(super) fn new(
        settings: &Vectorizer,
        vocabulary: &Vocabulary,
        counts: &[TermCounts],
    ) -> Result<Self, Error> {
        let texts = counts.iter().map(|counts| counts.row_ends.len()).sum();
        let frequencies = sum_by_term(vocabulary, counts, |_| 1);
        let mut numbers = numbers_in_texts(&frequencies);
        if numbers.is_empty() {
            return Err(Error::EmptyVocabulary { texts });
        }
        let (min, max) = (settings.min_df, settings.max_df);
        let (least, most) = (min.documents(texts), max.documents(texts));
        if most < least {
            return Err(Error::MaxBelowMin { max, min, texts });
        }
        numbers.retain(|&id| (least..=most).contains(&(frequencies[id as usize] as f64)));
        if numbers.is_empty() {
            return Err(Error::NoTermsRemain { max, min });
        }
        vocabulary.sort(&mut numbers);
        if let Some(limit) = settings.max_features {
            let amount = |count: i32| if settings.binary { 1 } else { count as usize };
            let totals = sum_by_term(vocabulary, counts, amount);
            keep_most_frequent(&mut numbers, limit, &totals);
        }
        let document_frequencies = numbers.iter().map(|&id| frequencies[id as usize]).collect();
        Ok(Kept {
            numbers,
            document_frequencies,
        })
    }

    /// Returns the column of each number in the vocabulary, or [`NONE`].
    pub(super) fn columns(&self, vocabulary: &Vocabulary) -> Vec<u32> {
        let mut columns = vec![NONE; vocabulary.len()];
        for (column, &id) in self.numbers.iter().enumerate() {
            columns[id as usize] = column as u32;
        }
        columns
    }
}

/// Returns the numbers of the terms that occur, which excludes stop words.
fn numbers_in_texts(frequencies: &[usize]) -> Vec<u32> {
    let occurring = (0..).zip(frequencies).filter(|(_, f)| **f > 0);
    occurring.map(|(id, _)| id).collect()
}

fn sum_by_term(
    vocabulary: &Vocabulary,
    counts: &[TermCounts],
    amount: impl Fn(i32) -> usize,
) -> Vec<usize> {
    let mut sums = vec![0usize; vocabulary.len()];
    for entry in counts.iter().flat_map(|counts| &counts.entries) {
        sums[entry.term as usize] += amount(entry.count);
    }
    sums
}

/// Keeps the `limit` terms with the largest totals, in code-point order; of equal ones the first.
fn keep_most_frequent(numbers: &mut Vec<u32>, limit: usize, totals: &[usize]) {
    let mut ranking: Vec<usize> = (0..numbers.len()).collect();
    ranking.sort_by_key(|&column| Reverse(totals[numbers[column] as usize]));
    ranking.truncate(limit);
    ranking.sort_unstable();
    *numbers = ranking.into_iter().map(|column| numbers[column]).collect();
}
