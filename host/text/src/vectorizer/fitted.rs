use std::sync::OnceLock;

use super::columns::Columns;
use super::term_counts::{count_hashed_terms, count_known_terms, for_each_share};
use super::term_index::TermIndex;
use super::vocabulary::NONE;
use super::weighting::weigh;
use super::{Error, Vectorizer};
use lowrank::SparseMatrix;

/// The n terms of a fitted [`Vectorizer`], and their idf.
#[derive(Clone, Debug)]
pub struct FittedVectorizer {
    settings: Vectorizer,
    terms: Vec<String>,
    idf: Option<Vec<f64>>,
    /// Built by the first transform; a fit does not use it.
    index: OnceLock<TermIndex>,
}

impl FittedVectorizer {
    /// Restores a fit from its parts, as a stored model holds them.
    ///
    /// `settings`: those of the fit; `terms`: n, strictly ascending in code-point order, or those of the given
    /// vocabulary; for [`Hashing`](super::Hashing) none are needed. `idf`: n finite values, or none where the weighting
    /// has no idf.
    ///
    /// # Errors
    /// [`Error::TermOrder`], [`Error::IdfLength`], [`Error::IdfNotFinite`] or [`Error::TooManyTerms`] if the parts are
    /// inconsistent; the errors of settings that [`Vectorizer::fit_transform`] has.
    pub fn new(
        settings: Vectorizer,
        mut terms: Vec<String>,
        idf: Option<Vec<f64>>,
    ) -> Result<Self, Error> {
        settings.check()?;
        if terms.len() >= NONE as usize {
            return Err(Error::TooManyTerms);
        }
        if let Some(hashing) = settings.hashing {
            terms = hashing.names();
        } else if let Some(index) = first_misplaced(settings.vocabulary.as_deref(), &terms) {
            return Err(Error::TermOrder { index });
        }
        let expected = if settings.has_idf() { terms.len() } else { 0 };
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

    /// Returns the n terms by column: in code-point order, in that of a given vocabulary, or `bucket 0` and so on.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// Returns the idf of each column; `None` where the weighting has no idf.
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
        let (settings, ncols) = (&self.settings, self.terms.len());
        if let Some(hashing) = settings.hashing {
            let counts =
                for_each_share(texts, |share| count_hashed_terms(settings, hashing, share));
            return weigh(settings, &counts, Columns::Same, ncols, self.idf());
        }
        let index = || TermIndex::new(settings, &self.terms);
        let TermIndex {
            vocabulary,
            columns,
        } = self.index.get_or_init(index);
        let counts = for_each_share(texts, |share| {
            count_known_terms(settings, vocabulary, share)
        });
        weigh(settings, &counts, Columns::Of(columns), ncols, self.idf())
    }
}

/// Returns the first place where terms differ from those that are given, or do not ascend.
fn first_misplaced(given: Option<&[String]>, terms: &[String]) -> Option<usize> {
    match given {
        Some(given) if given.len() != terms.len() => Some(given.len().min(terms.len())),
        Some(given) => given
            .iter()
            .zip(terms)
            .position(|(one, other)| one != other),
        None => {
            let unordered = terms.windows(2).position(|pair| pair[0] >= pair[1]);
            unordered.map(|index| index + 1)
        }
    }
}
