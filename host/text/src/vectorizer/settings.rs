use rayon::prelude::*;

use super::pruning::Kept;
use super::term_counts::{TermCounts, count_new_terms, for_each_share};
use super::vocabulary::Vocabulary;
use super::weighting::{smooth_idf, weigh};
use super::{DocumentFrequency, Error, FittedVectorizer, StopWords, Weighting};
use lowrank::SparseMatrix;

/// A converter of texts to an m x n matrix: a row per text, a column per term.
///
/// A text is lower-cased. Its tokens are the longest runs of two or more letters, digits and underscores (Unicode's
/// general categories L* and N*, and `_`). Stop words are removed, and the remaining tokens are joined to n-grams. The
/// names, the defaults and the results are those of scikit-learn 1.9.1's `TfidfVectorizer` and `CountVectorizer`,
/// except that the stop words are English by default.
///
/// ```
/// use lowrank_text::vectorizer::Vectorizer;
///
/// let texts = ["The moon orbits the earth.", "Earth orbits the sun."];
/// let (fitted, a) = Vectorizer::default().fit_transform(&texts)?;
/// assert_eq!(fitted.terms(), ["earth", "moon", "orbits", "sun"]);
/// assert_eq!((a.nrows(), a.ncols(), a.nonzeros()), (2, 4, 6));
/// # Ok::<(), lowrank_text::vectorizer::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vectorizer {
    /// The weighting of the entries. Default: [`Weighting::TfIdf`].
    pub weighting: Weighting,
    /// For tf-idf, replaces the count c by tf = 1 + ln c. Default: off.
    pub sublinear_tf: bool,
    /// The words that are removed before n-grams are formed. Default: [`StopWords::English`].
    pub stop_words: StopWords,
    /// The shortest and the longest n-gram in words, both included. Default: `(1, 1)`, single words.
    pub ngrams: (usize, usize),
    /// The smallest document frequency of a term. Default: `Count(1)`, no limit.
    pub min_df: DocumentFrequency,
    /// The largest document frequency of a term. Default: `Share(1.0)`, no limit.
    pub max_df: DocumentFrequency,
    /// The largest number of terms; the terms that occur most often in all texts together are kept. Default: no limit.
    ///
    /// Of terms that occur equally often, the first in code-point order are kept; scikit-learn does not specify which.
    pub max_features: Option<usize>,
}

impl Default for Vectorizer {
    fn default() -> Self {
        Vectorizer {
            weighting: Weighting::TfIdf,
            sublinear_tf: false,
            stop_words: StopWords::English,
            ngrams: (1, 1),
            min_df: DocumentFrequency::Count(1),
            max_df: DocumentFrequency::Share(1.0),
            max_features: None,
        }
    }
}

impl Vectorizer {
    /// Finds the n terms of m `texts` and their idf.
    ///
    /// Costs as much as [`fit_transform`](Self::fit_transform), except for the matrix.
    ///
    /// # Errors
    /// The errors of [`fit_transform`](Self::fit_transform).
    pub fn fit(&self, texts: &[impl AsRef<str> + Sync]) -> Result<FittedVectorizer, Error> {
        let counted = self.count(texts)?;
        let terms = counted.terms();
        Ok(FittedVectorizer::from_fit(*self, terms, counted.idf))
    }

    /// Finds the n terms of m `texts` and returns the m x n matrix, too.
    ///
    /// The columns are in code-point order. The result is the same, bit for bit, for any number of threads. Costs one
    /// pass over the texts, divided among rayon's threads, a sort of the terms and one of each row. The memory is twice
    /// that of the result, and that of every distinct term before pruning.
    ///
    /// # Errors
    /// - [`Error::NGramRange`], [`Error::DocumentFrequency`], [`Error::NoFeatures`]: the settings are not valid.
    /// - [`Error::EmptyVocabulary`]: no text holds a term.
    /// - [`Error::MaxBelowMin`]: for this number of texts, `max_df` is less than `min_df`.
    /// - [`Error::NoTermsRemain`]: no term lies between `min_df` and `max_df`.
    /// - [`Error::TooManyTerms`]: the terms outnumber the 32-bit column indices.
    pub fn fit_transform(
        &self,
        texts: &[impl AsRef<str> + Sync],
    ) -> Result<(FittedVectorizer, SparseMatrix<f64>), Error> {
        let counted = self.count(texts)?;
        let Counted {
            counts,
            columns,
            idf,
            ..
        } = &counted;
        let (terms, matrix) = rayon::join(
            || counted.terms(),
            || weigh(self, counts, columns, counted.numbers.len(), idf.as_deref()),
        );
        let fitted = FittedVectorizer::from_fit(*self, terms, counted.idf);
        Ok((fitted, matrix))
    }

    fn count(&self, texts: &[impl AsRef<str> + Sync]) -> Result<Counted, Error> {
        self.check()?;
        let shares = for_each_share(texts, |share| count_new_terms(self, share));
        let (vocabulary, counts) = merge(shares.into_iter().collect::<Result<_, _>>()?)?;
        let kept = Kept::new(self, &vocabulary, &counts)?;
        let idf = match self.weighting {
            Weighting::TfIdf => Some(smooth_idf(texts.len(), &kept.document_frequencies)),
            Weighting::Count => None,
        };
        let columns = kept.columns(&vocabulary);
        Ok(Counted {
            vocabulary,
            counts,
            numbers: kept.numbers,
            columns,
            idf,
        })
    }

    /// # Errors
    /// [`Error::NGramRange`], [`Error::DocumentFrequency`], [`Error::NoFeatures`].
    pub(super) fn check(&self) -> Result<(), Error> {
        let (first, last) = self.ngrams;
        if first == 0 || last < first {
            return Err(Error::NGramRange { first, last });
        }
        self.min_df.check()?;
        self.max_df.check()?;
        if self.max_features == Some(0) {
            return Err(Error::NoFeatures);
        }
        Ok(())
    }
}

/// The result of a fit before the terms are pruned.
struct Counted {
    vocabulary: Vocabulary,
    counts: Vec<TermCounts>,
    /// The number in the vocabulary of the term of each column.
    numbers: Vec<u32>,
    /// The column of each term in `counts`.
    columns: Vec<u32>,
    idf: Option<Vec<f64>>,
}

impl Counted {
    fn terms(&self) -> Vec<String> {
        let term = |&id: &u32| self.vocabulary.text(id).to_owned();
        self.numbers.iter().map(term).collect()
    }
}

/// Merges the vocabularies into the first one; the terms of the others are interned in their order.
fn merge(shares: Vec<(Vocabulary, TermCounts)>) -> Result<(Vocabulary, Vec<TermCounts>), Error> {
    let mut shares = shares.into_iter();
    let (mut vocabulary, first) = shares.next().ok_or(Error::EmptyVocabulary { texts: 0 })?;
    let mut others = Vec::new();
    for (part, counts) in shares {
        let numbers: Option<Vec<u32>> = part.terms().map(|term| vocabulary.intern(term)).collect();
        others.push((numbers.ok_or(Error::TooManyTerms)?, counts));
    }
    others.par_iter_mut().for_each(|(numbers, counts)| {
        for entry in &mut counts.entries {
            entry.term = numbers[entry.term as usize];
        }
    });
    let others = others.into_iter().map(|(_, counts)| counts);
    Ok((vocabulary, std::iter::once(first).chain(others).collect()))
}
