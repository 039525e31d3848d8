use super::columns::Columns;
use super::pruning::Kept;
use super::term_counts::{
    TermCounts, count_hashed_terms, count_known_terms, document_frequencies, for_each_share,
};
use super::term_index::TermIndex;
use super::term_table::TermTable;
use super::vocabulary::Vocabulary;
use super::weighting::{inverse_document_frequencies, weigh};
use super::{Error, FittedVectorizer, Hashing, Idf, Vectorizer};
use lowrank::SparseMatrix;

impl Vectorizer {
    /// Finds the n terms of m `texts` and their idf.
    ///
    /// Costs as much as [`fit_transform`](Self::fit_transform), except for the matrix.
    ///
    /// # Errors
    /// The errors of [`fit_transform`](Self::fit_transform).
    pub fn fit(&self, texts: &[impl AsRef<str> + Sync]) -> Result<FittedVectorizer, Error> {
        let counted = self.count(texts)?;
        let terms = counted.names.terms();
        Ok(FittedVectorizer::from_fit(self.clone(), terms, counted.idf))
    }

    /// Finds the n terms of m `texts` and returns the m x n matrix, too.
    ///
    /// The columns are in code-point order, or in that of the given vocabulary or of the buckets. The result is the same,
    /// bit for bit, for any number of threads. Costs one pass over the texts, divided among rayon's threads, a sort of the
    /// terms and one of each row. The memory is twice that of the result, and that of every distinct term before pruning.
    ///
    /// # Errors
    /// - [`Error::NGramRange`], [`Error::DocumentFrequency`], [`Error::NoFeatures`], [`Error::NoGivenTerms`],
    ///   [`Error::RepeatedTerm`], [`Error::Buckets`], [`Error::HashedVocabulary`], [`Error::SignedSublinear`],
    ///   [`Error::PatternOfCharacters`]: the settings are not valid.
    /// - [`Error::EmptyVocabulary`]: no text holds a term; [`Error::NoKnownTerm`]: none of the given vocabulary.
    /// - [`Error::NoDocumentFrequency`]: no text holds a given term, whose plain idf is infinite.
    /// - [`Error::MaxBelowMin`]: for this number of texts, `max_df` is less than `min_df`.
    /// - [`Error::NoTermsRemain`]: no term lies between `min_df` and `max_df`.
    /// - [`Error::TooManyTerms`]: the terms outnumber the 32-bit column indices.
    pub fn fit_transform(
        &self,
        texts: &[impl AsRef<str> + Sync],
    ) -> Result<(FittedVectorizer, SparseMatrix<f64>), Error> {
        Ok(self.matrix(self.count(texts)?))
    }

    fn matrix(&self, counted: Counted) -> (FittedVectorizer, SparseMatrix<f64>) {
        let (idf, ncols) = (counted.idf.as_deref(), counted.names.count());
        let columns = counted.columns();
        let (terms, matrix) = rayon::join(
            || counted.names.terms(),
            || weigh(self, &counted.counts, columns, ncols, idf),
        );
        let fitted = FittedVectorizer::from_fit(self.clone(), terms, counted.idf);
        (fitted, matrix)
    }

    fn count(&self, texts: &[impl AsRef<str> + Sync]) -> Result<Counted, Error> {
        self.check()?;
        match (&self.vocabulary, self.hashing) {
            (Some(terms), _) => self.count_given(terms, texts),
            (None, Some(hashing)) => self.count_hashed(hashing, texts),
            (None, None) => self.count_all(texts),
        }
    }

    fn count_all(&self, texts: &[impl AsRef<str> + Sync]) -> Result<Counted, Error> {
        let mut table = TermTable::new(self)?;
        table.extend(texts)?;
        self.choose(table)
    }

    fn choose(&self, table: TermTable) -> Result<Counted, Error> {
        let texts = table.texts();
        let TermTable {
            vocabulary, counts, ..
        } = table;
        let kept = Kept::new(self, &vocabulary, &counts)?;
        let columns = kept.columns(&vocabulary);
        Ok(Counted {
            counts,
            columns: Some(columns),
            idf: self.idf_of(texts, &kept.document_frequencies),
            names: Names::Found {
                vocabulary,
                numbers: kept.numbers,
            },
        })
    }

    fn count_given(
        &self,
        terms: &[String],
        texts: &[impl AsRef<str> + Sync],
    ) -> Result<Counted, Error> {
        let TermIndex {
            vocabulary,
            columns,
        } = TermIndex::new(self, terms);
        let counts = for_each_share(texts, |share| count_known_terms(self, &vocabulary, share));
        let frequencies = document_frequencies(&counts, Columns::Of(&columns), terms.len());
        if frequencies.iter().all(|frequency| *frequency == 0) {
            let texts = texts.len();
            return Err(Error::NoKnownTerm { texts });
        }
        let idf = self.idf_of(texts.len(), &frequencies);
        let infinite = idf.iter().flatten().position(|idf| idf.is_infinite());
        if let Some(term) = infinite.and_then(|column| terms.get(column)) {
            return Err(Error::NoDocumentFrequency { term: term.clone() });
        }
        Ok(Counted {
            counts,
            columns: Some(columns),
            idf,
            names: Names::Given(terms.to_vec()),
        })
    }

    fn count_hashed(
        &self,
        hashing: Hashing,
        texts: &[impl AsRef<str> + Sync],
    ) -> Result<Counted, Error> {
        let counts = for_each_share(texts, |share| count_hashed_terms(self, hashing, share));
        if counts.iter().all(|counts| counts.entries.is_empty()) {
            let texts = texts.len();
            return Err(Error::EmptyVocabulary { texts });
        }
        let mut frequencies = document_frequencies(&counts, Columns::Same, hashing.buckets);
        if self.idf == Idf::Plain {
            // As if one text filled an empty bucket, which new texts may fill.
            frequencies.iter_mut().for_each(|df| *df = (*df).max(1));
        }
        Ok(Counted {
            idf: self.idf_of(texts.len(), &frequencies),
            counts,
            columns: None,
            names: Names::Given(hashing.names()),
        })
    }

    fn idf_of(&self, texts: usize, document_frequencies: &[usize]) -> Option<Vec<f64>> {
        let idf = || inverse_document_frequencies(self.idf, texts, document_frequencies);
        self.has_idf().then(idf).flatten()
    }
}

impl TermTable {
    /// Chooses the n terms of the columns and returns the m x n matrix, too, as [`Vectorizer::fit_transform`] of all texts.
    ///
    /// # Errors
    /// [`Error::EmptyVocabulary`], [`Error::MaxBelowMin`], [`Error::NoTermsRemain`].
    pub fn fit(self) -> Result<(FittedVectorizer, SparseMatrix<f64>), Error> {
        let settings = self.settings.clone();
        let counted = settings.choose(self)?;
        Ok(settings.matrix(counted))
    }
}

/// The result of a fit before the entries are weighed.
struct Counted {
    counts: Vec<TermCounts>,
    /// The column of each term in `counts`; none: its number, as for buckets.
    columns: Option<Vec<u32>>,
    idf: Option<Vec<f64>>,
    names: Names,
}

impl Counted {
    fn columns(&self) -> Columns<'_> {
        match &self.columns {
            Some(columns) => Columns::Of(columns),
            None => Columns::Same,
        }
    }
}

/// The terms of the columns.
enum Names {
    /// Of each column the number in the vocabulary.
    Found {
        vocabulary: Vocabulary,
        numbers: Vec<u32>,
    },
    Given(Vec<String>),
}

impl Names {
    fn count(&self) -> usize {
        match self {
            Names::Found { numbers, .. } => numbers.len(),
            Names::Given(terms) => terms.len(),
        }
    }

    fn terms(&self) -> Vec<String> {
        match self {
            Names::Found {
                vocabulary,
                numbers,
            } => {
                let term = |&id: &u32| vocabulary.text(id).to_owned();
                numbers.iter().map(term).collect()
            }
            Names::Given(terms) => terms.clone(),
        }
    }
}
