use std::sync::OnceLock;

use super::analyzer::Analyzer;
use super::term_counts::{count_known_terms, for_each_share};
use super::vocabulary::{NONE, Term, Vocabulary};
use super::weighting::weigh;
use super::{Error, Vectorizer, Weighting};
use lowrank::SparseMatrix;

/// The n terms of a fitted [`Vectorizer`], in code-point order, and their idf.
#[derive(Clone, Debug)]
pub struct FittedVectorizer {
    settings: Vectorizer,
    terms: Vec<String>,
    idf: Option<Vec<f64>>,
    /// Built by the first transform; a fit does not use it.
    index: OnceLock<Index>,
}

/// A map from terms to columns.
#[derive(Clone, Debug)]
struct Index {
    vocabulary: Vocabulary,
    /// The column of each number in the vocabulary; stop words have none.
    columns: Vec<u32>,
}

impl FittedVectorizer {
    /// Restores a fit from its parts, as a stored model holds them.
    ///
    /// `settings`: those of the fit; `terms`: n, strictly ascending in code-point order; `idf`: n finite values for
    /// [`Weighting::TfIdf`], none for [`Weighting::Count`].
    ///
    /// # Errors
    /// [`Error::TermOrder`], [`Error::IdfLength`], [`Error::IdfNotFinite`] or [`Error::TooManyTerms`] if the parts are
    /// inconsistent; [`Error::NGramRange`], [`Error::DocumentFrequency`] or [`Error::NoFeatures`] if the settings are
    /// not valid.
    pub fn new(
        settings: Vectorizer,
        terms: Vec<String>,
        idf: Option<Vec<f64>>,
    ) -> Result<Self, Error> {
        settings.check()?;
        if terms.len() >= NONE as usize {
            return Err(Error::TooManyTerms);
        }
        if let Some(index) = terms.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(Error::TermOrder { index: index + 1 });
        }
        let expected = match settings.weighting {
            Weighting::TfIdf => terms.len(),
            Weighting::Count => 0,
        };
        let found = idf.as_ref().map_or(0, Vec::len);
        if found != expected {
            return Err(Error::IdfLength { expected, found });
        }
        if let Some(index) = idf.iter().flatten().position(|idf| !idf.is_finite()) {
            return Err(Error::IdfNotFinite { index });
        }
        Ok(Self::from_fit(settings, terms, idf))
    }

    pub(super) fn from_fit(
        settings: Vectorizer,
        terms: Vec<String>,
        idf: Option<Vec<f64>>,
    ) -> Self {
        FittedVectorizer {
            settings,
            terms,
            idf,
            index: OnceLock::new(),
        }
    }

    /// Returns the settings of the fit.
    pub fn settings(&self) -> &Vectorizer {
        &self.settings
    }

    /// Returns the n terms by column, in code-point order.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// idf_j = 1 + ln((1 + m) / (1 + df_j)) by column, for [`Weighting::TfIdf`]; `None` for [`Weighting::Count`].
    pub fn idf(&self) -> Option<&[f64]> {
        self.idf.as_deref()
    }

    /// Returns the m x n matrix of m `texts`, weighted with the idf of the fit.
    ///
    /// Terms that are not in the fit are left out; a text without any term of the fit becomes an empty row. For the
    /// texts of the fit, this is the matrix that the fit returned, bit for bit, for any number of threads.
    ///
    /// Costs one pass over the texts, divided among rayon's threads, and the memory of the result twice.
    pub fn transform(&self, texts: &[impl AsRef<str> + Sync]) -> SparseMatrix<f64> {
        let settings = &self.settings;
        let index = || Index::new(settings, &self.terms);
        let Index {
            vocabulary,
            columns,
        } = self.index.get_or_init(index);
        let counts = for_each_share(texts, |share| {
            count_known_terms(settings, vocabulary, share)
        });
        weigh(settings, &counts, columns, self.terms.len(), self.idf())
    }
}

impl Index {
    fn new(settings: &Vectorizer, terms: &[String]) -> Self {
        let mut vocabulary = Analyzer::vocabulary(settings.stop_words);
        let mut columns = vec![NONE; vocabulary.len()];
        for (column, term) in (0u32..).zip(terms) {
            // A stored term that is a stop word has a number already and never occurs in a text.
            let id = vocabulary.intern(Term::new(term));
            if id.is_some_and(|id| id as usize == columns.len()) {
                columns.push(column);
            }
        }
        Index {
            vocabulary,
            columns,
        }
    }
}
