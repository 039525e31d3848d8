use std::ops::Range;

use rayon::prelude::*;

use super::analyzer::Analyzer;
use super::vocabulary::Vocabulary;
use super::{Error, Vectorizer};

/// The counts of the terms in each of some consecutive texts.
#[derive(Debug, Default)]
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
    /// The number of occurrences; saturates, which takes a text of 8 GiB.
    pub(super) count: u32,
}

impl TermCounts {
    #[inline]
    fn add(&mut self, term: u32) {
        let index = term as usize;
        if index >= self.last_entry.len() {
            self.last_entry.resize(index + 1, usize::MAX);
        }
        // An entry of this text stands at or past the end of the text before; usize::MAX is past every entry.
        let row_start = self.row_ends.last().copied().unwrap_or_default();
        let last = self.last_entry[index];
        match self.entries.get_mut(last) {
            Some(entry) if last >= row_start => entry.count = entry.count.saturating_add(1),
            _ => {
                self.last_entry[index] = self.entries.len();
                self.entries.push(Entry { term, count: 1 });
            }
        }
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
    let mut vocabulary = Analyzer::vocabulary(settings.stop_words);
    let mut analyzer = Analyzer::new(settings);
    let mut counts = TermCounts::default();
    for text in texts {
        analyzer.intern_terms(text.as_ref(), &mut vocabulary, |term| counts.add(term))?;
        counts.end_row();
    }
    Ok((vocabulary, counts))
}

/// Counts the terms of some consecutive texts that are in the vocabulary.
pub(super) fn count_known_terms(
    settings: &Vectorizer,
    vocabulary: &Vocabulary,
    texts: &[impl AsRef<str>],
) -> TermCounts {
    let mut analyzer = Analyzer::new(settings);
    let mut counts = TermCounts::default();
    for text in texts {
        analyzer.find_terms(text.as_ref(), vocabulary, |term| counts.add(term));
        counts.end_row();
    }
    counts
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
