use std::ops::Range;

use rayon::prelude::*;

use super::columns::Columns;
use super::term_extractor::TermExtractor;
use super::vocabulary::{NONE, Vocabulary};
use super::{Error, Hashing, Vectorizer};

/// The counts of the terms in each of some consecutive texts.
#[derive(Clone, Debug, Default)]
pub(super) struct TermCounts {
    pub(super) entries: Vec<Entry>,
    /// The end of the entries of each text.
    pub(super) row_ends: Vec<usize>,
    /// The position of the last entry of each term, by its number.
    last_entry: Vec<usize>,
}

/// A term of a text and its count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The number of the term; after the terms are sorted, its column.
    pub(super) term: u32,
    /// The number of occurrences, or the sum of their signs; saturates, which takes a text of 4 GiB.
    pub(super) count: i32,
}

impl TermCounts {
    #[inline]
    fn add(&mut self, term: u32, amount: i32) {
        let index = term as usize;
        if index >= self.last_entry.len() {
            self.last_entry.resize(index + 1, usize::MAX);
        }
        // An entry of this text stands at or past the end of the text before; usize::MAX is past every entry.
        let row_start = self.row_ends.last().copied().unwrap_or_default();
        let last = self.last_entry[index];
        match self.entries.get_mut(last) {
            Some(entry) if last >= row_start => entry.count = entry.count.saturating_add(amount),
            _ => {
                self.last_entry[index] = self.entries.len();
                self.entries.push(Entry {
                    term,
                    count: amount,
                });
            }
        }
    }

    /// Ends a text whose terms are buckets with signs, in any order: there may be too many buckets for a position of each.
    fn add_row(&mut self, terms: &mut Vec<(u32, i32)>) {
        terms.sort_unstable_by_key(|(term, _)| *term);
        for same in terms.chunk_by(|(one, _), (other, _)| one == other) {
            let sum = |sum: i32, (_, amount): &(u32, i32)| sum.saturating_add(*amount);
            let count = same.iter().fold(0, sum);
            let term = same.first().map(|(term, _)| *term);
            self.entries.extend(term.map(|term| Entry { term, count }));
        }
        terms.clear();
        self.end_row();
    }

    fn end_row(&mut self) {
        self.row_ends.push(self.entries.len());
    }
}

/// Counts the terms of some consecutive texts, and numbers them in a new vocabulary.
///
/// # Errors
/// [`Error::TooManyTerms`].
pub(super) fn count_new_terms(
    settings: &Vectorizer,
    texts: &[impl AsRef<str>],
) -> Result<(Vocabulary, TermCounts), Error> {
    let mut vocabulary = TermExtractor::vocabulary(settings);
    let mut extractor = TermExtractor::new(settings);
    let mut counts = TermCounts::default();
    for text in texts {
        extractor.intern_terms(text.as_ref(), &mut vocabulary, |term| counts.add(term, 1))?;
        counts.end_row();
    }
    counts.last_entry = Vec::new();
    Ok((vocabulary, counts))
}

/// Counts the terms of some consecutive texts that are in the vocabulary.
pub(super) fn count_known_terms(
    settings: &Vectorizer,
    vocabulary: &Vocabulary,
    texts: &[impl AsRef<str>],
) -> TermCounts {
    let mut extractor = TermExtractor::new(settings);
    let mut counts = TermCounts::default();
    for text in texts {
        extractor.find_terms(text.as_ref(), vocabulary, |term| counts.add(term, 1));
        counts.end_row();
    }
    counts
}

/// Counts the terms of some consecutive texts by their buckets.
pub(super) fn count_hashed_terms(
    settings: &Vectorizer,
    hashing: Hashing,
    texts: &[impl AsRef<str>],
) -> TermCounts {
    let stop_words = TermExtractor::vocabulary(settings);
    let mut extractor = TermExtractor::new(settings);
    let mut counts = TermCounts::default();
    let mut places = Vec::new();
    for text in texts {
        let terms = extractor.terms(text.as_ref(), &stop_words);
        places.extend(terms.map(|term| hashing.place(term.text())));
        counts.add_row(&mut places);
    }
    counts
}

/// Returns the number of texts that hold the term of each of `ncols` columns.
pub(super) fn document_frequencies(
    counts: &[TermCounts],
    columns: Columns,
    ncols: usize,
) -> Vec<usize> {
    let mut frequencies = vec![0; ncols];
    for entry in counts.iter().flat_map(|counts| &counts.entries) {
        let column = columns.of(entry.term);
        if column != NONE {
            frequencies[column as usize] += 1;
        }
    }
    frequencies
}

/// The least text, in bytes, for which another thread pays off.
const SMALLEST_SHARE: usize = 16 * 1024;

/// Applies `work` to consecutive shares of the texts of about equal size in bytes, one share per thread.
pub(super) fn for_each_share<S: AsRef<str> + Sync, R: Send>(
    texts: &[S],
    work: impl Fn(&[S]) -> R + Sync,
) -> Vec<R> {
    let shares = shares(texts, rayon::current_num_threads());
    match shares.as_slice() {
        [_] => vec![work(texts)],
        _ => shares
            .into_par_iter()
            .map(|share| work(&texts[share]))
            .collect(),
    }
}

fn shares<S: AsRef<str>>(texts: &[S], threads: usize) -> Vec<Range<usize>> {
    let bytes: usize = texts.iter().map(|text| text.as_ref().len()).sum();
    let share = (bytes / threads.max(1) + 1).max(SMALLEST_SHARE);
    let mut shares = Vec::new();
    let (mut start, mut taken) = (0, 0);
    for (index, text) in texts.iter().enumerate() {
        taken += text.as_ref().len();
        if taken >= share {
            shares.push(start..index + 1);
            (start, taken) = (index + 1, 0);
        }
    }
    if start < texts.len() || shares.is_empty() {
        shares.push(start..texts.len());
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_cover_the_texts_in_order() {
        let texts: Vec<String> = (0..100)
            .map(|index| "x".repeat(index * 37 % 5000))
            .collect();
        for threads in [0, 1, 2, 3, 64] {
            let shares = shares(&texts, threads);
            assert!(shares.len() <= threads.max(1));
            assert_eq!(
                shares.iter().cloned().flatten().collect::<Vec<_>>(),
                (0..100).collect::<Vec<_>>()
            );
        }
        assert_eq!(super::shares(&[] as &[&str], 4), vec![0..0; 1]);
    }
}
