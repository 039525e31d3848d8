use rayon::prelude::*;

use super::columns::Columns;
use super::term_counts::{TermCounts, count_new_terms, for_each_share};
use super::term_extractor::TermExtractor;
use super::vocabulary::{NONE, Vocabulary};
use super::weighting::count;
use super::{Error, Vectorizer};
use lowrank::SparseMatrix;

/// The counts of all terms of texts that come in batches, before the columns are chosen.
///
/// [`fit`](Self::fit) chooses them as a [`Vectorizer`] does. [`counts`](Self::counts) leaves it to a caller who keeps terms
/// and columns in a map of his own.
///
/// ```
/// use lowrank_text::vectorizer::{TermTable, Vectorizer};
///
/// let mut table = TermTable::new(&Vectorizer::default())?;
/// table.extend(&["The moon orbits the earth."])?;
/// table.extend(&["Earth orbits the sun."])?;
/// let columns: Vec<Option<u32>> = table
///     .terms()
///     .map(|term| ["earth", "moon"].iter().position(|known| *known == term))
///     .map(|column| column.map(|column| column as u32))
///     .collect();
/// let counts = table.counts(&columns, 2)?;
/// assert_eq!((counts.row(0), counts.row(1)), ((&[0, 1][..], &[1.0, 1.0][..]), (&[0][..], &[1.0][..])));
/// assert_eq!(table.fit()?.0.terms(), ["earth", "moon", "orbits", "sun"]);
/// # Ok::<(), lowrank_text::vectorizer::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TermTable {
    pub(super) settings: Vectorizer,
    pub(super) vocabulary: Vocabulary,
    pub(super) counts: Vec<TermCounts>,
}

impl TermTable {
    /// Creates the table of no texts. A vocabulary or buckets of the settings play no part in it.
    ///
    /// # Errors
    /// The errors of settings that [`Vectorizer::fit_transform`] has.
    pub fn new(settings: &Vectorizer) -> Result<Self, Error> {
        settings.check()?;
        Ok(TermTable {
            vocabulary: TermExtractor::vocabulary(settings),
            settings: settings.clone(),
            counts: Vec::new(),
        })
    }

    /// Counts the terms of more `texts`, divided among rayon's threads.
    ///
    /// # Errors
    /// [`Error::TooManyTerms`].
    pub fn extend(&mut self, texts: &[impl AsRef<str> + Sync]) -> Result<(), Error> {
        let settings = &self.settings;
        let mut shares =
            for_each_share(texts, |share| count_new_terms(settings, share)).into_iter();
        if self.counts.is_empty()
            && let Some(first) = shares.next()
        {
            let (vocabulary, counts) = first?;
            self.vocabulary = vocabulary;
            self.counts.push(counts);
        }
        let mut others = Vec::new();
        for share in shares {
            let (part, counts) = share?;
            let vocabulary = &mut self.vocabulary;
            let numbers: Option<Vec<u32>> =
                part.terms().map(|term| vocabulary.intern(term)).collect();
            others.push((numbers.ok_or(Error::TooManyTerms)?, counts));
        }
        others.par_iter_mut().for_each(|(numbers, counts)| {
            for entry in &mut counts.entries {
                entry.term = numbers[entry.term as usize];
            }
        });
        self.counts
            .extend(others.into_iter().map(|(_, counts)| counts));
        Ok(())
    }

    /// Returns the number of texts, m.
    pub fn texts(&self) -> usize {
        self.counts.iter().map(|counts| counts.row_ends.len()).sum()
    }

    /// Returns the distinct terms: the stop words, then all others in the order of their first appearance.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.terms().map(|term| term.text())
    }

    /// Returns the m x `ncols` matrix of the counts c_ij, or of ones for `binary`, whatever the weighting.
    ///
    /// `columns`: that of each of the [`terms`](Self::terms), or `None` for one that is left out.
    ///
    /// # Errors
    /// [`Error::Columns`] unless each term has a place, and the columns are distinct and less than `ncols`.
    pub fn counts(
        &self,
        columns: &[Option<u32>],
        ncols: usize,
    ) -> Result<SparseMatrix<f64>, Error> {
        if columns.len() != self.vocabulary.len() {
            return Err(Error::Columns { ncols });
        }
        let mut taken = vec![false; ncols];
        for column in columns.iter().flatten() {
            match taken.get_mut(*column as usize) {
                Some(taken) if !*taken => *taken = true,
                _ => return Err(Error::Columns { ncols }),
            }
        }
        let columns: Vec<u32> = columns
            .iter()
            .map(|column| column.unwrap_or(NONE))
            .collect();
        let binary = self.settings.binary;
        Ok(count(binary, &self.counts, Columns::Of(&columns), ncols))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{CorpusReader, Source};

    #[test]
    fn batches_give_the_matrix_of_all_texts_at_once() {
        let texts = CorpusReader::default()
            .read(&Source::Sample)
            .unwrap()
            .documents;
        for settings in [
            Vectorizer::default(),
            Vectorizer {
                ngrams: (1, 2),
                max_features: Some(300),
                ..Vectorizer::default()
            },
        ] {
            let (fitted, matrix) = settings.fit_transform(&texts).unwrap();
            for batch in [1, 7, 100, 1000] {
                let mut table = TermTable::new(&settings).unwrap();
                for texts in texts.chunks(batch) {
                    table.extend(texts).unwrap();
                }
                assert_eq!(table.texts(), texts.len());
                let (found, from_batches) = table.fit().unwrap();
                assert_eq!(found.terms(), fitted.terms());
                assert_eq!(from_batches, matrix);
            }
        }
    }

    #[test]
    fn columns_that_two_terms_share_or_that_are_not_there_are_refused() {
        let settings = Vectorizer::default();
        let mut table = TermTable::new(&settings).unwrap();
        table.extend(&["moon sun"]).unwrap();
        let terms = table.terms().count();
        let with_last = |moon, sun| {
            let mut columns = vec![None; terms];
            columns[terms - 2] = moon;
            columns[terms - 1] = sun;
            columns
        };
        let refused = Error::Columns { ncols: 2 };
        assert_eq!(
            table.counts(&with_last(Some(1), Some(1)), 2),
            Err(refused.clone())
        );
        assert_eq!(
            table.counts(&with_last(Some(2), None), 2),
            Err(refused.clone())
        );
        assert_eq!(table.counts(&[None], 2), Err(refused));
        let counts = table.counts(&with_last(Some(1), None), 2).unwrap();
        assert_eq!(counts.row(0), (&[1][..], &[1.0][..]));
    }

    #[test]
    fn no_texts_have_no_terms_and_no_rows() {
        let table = TermTable::new(&Vectorizer::default()).unwrap();
        let columns = vec![None; table.terms().count()];
        let counts = table.counts(&columns, 3).unwrap();
        assert_eq!((counts.nrows(), counts.ncols()), (0, 3));
        assert!(matches!(
            table.fit(),
            Err(Error::EmptyVocabulary { texts: 0 })
        ));
    }
}
