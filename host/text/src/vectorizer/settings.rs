use super::{
    Analyzer, DocumentFrequency, Error, Hashing, Idf, Norm, StopWords, StripAccents, TokenPattern,
    TokenRule, Weighting,
};
use std::collections::HashSet;

/// A converter of texts to an m x n matrix: a row per text, a column per term.
///
/// By default a text is lower-cased. Its tokens are the longest runs of two or more letters, digits and underscores
/// (Unicode's general categories L* and N*, and `_`). Stop words are removed, and the remaining tokens are joined to
/// n-grams. The settings, their defaults and the results are those of scikit-learn 1.9.1's `TfidfVectorizer`,
/// `CountVectorizer` and `HashingVectorizer`, except that the stop words are English by default.
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
#[derive(Clone, Debug, PartialEq)]
pub struct Vectorizer {
    /// What terms are made of. Default: [`Analyzer::Word`].
    pub analyzer: Analyzer,
    /// The tokens of [`Analyzer::Word`]. Default: `None`, the pattern `\b\w\w+\b`, which is faster than one that is given.
    pub token_pattern: Option<TokenPattern>,
    /// What a letter of a token is, without a pattern. Default: [`TokenRule::Unicode`].
    pub token_rule: TokenRule,
    /// Changes texts to lower case. Default: on.
    pub lowercase: bool,
    /// Takes accents from characters, after the change of case. Default: `None`.
    pub strip_accents: Option<StripAccents>,
    /// The words that are removed before n-grams are formed, for [`Analyzer::Word`]. Default: [`StopWords::English`].
    pub stop_words: StopWords,
    /// The shortest and the longest n-gram, both included, in words or in characters. Default: `(1, 1)`.
    pub ngrams: (usize, usize),
    /// The smallest document frequency of a term. Default: `Count(1)`, no limit.
    pub min_df: DocumentFrequency,
    /// The largest document frequency of a term. Default: `Share(1.0)`, no limit.
    pub max_df: DocumentFrequency,
    /// The largest number of terms; the terms that occur most often in all texts together are kept. Default: no limit.
    ///
    /// Of terms that occur equally often, the first in code-point order are kept; scikit-learn does not specify which.
    pub max_features: Option<usize>,
    /// The terms, in the order of the columns, in the place of those that the texts hold. `min_df`, `max_df` and
    /// `max_features` do not apply to them. Default: `None`.
    pub vocabulary: Option<Vec<String>>,
    /// A fixed number of columns by hashes of the terms, in the place of a vocabulary; `min_df`, `max_df` and
    /// `max_features` do not apply. `HashingVectorizer` has [`Idf::Off`]. Default: `None`.
    pub hashing: Option<Hashing>,
    /// Counts a term of a text once, however often it occurs. Default: off.
    pub binary: bool,
    /// The weighting of the entries. Default: [`Weighting::TfIdf`].
    pub weighting: Weighting,
    /// For tf-idf, replaces the count c by tf = 1 + ln c. Default: off.
    pub sublinear_tf: bool,
    /// For tf-idf, the inverse document frequency. Default: [`Idf::Smooth`].
    pub idf: Idf,
    /// The length of a row that is made one. Default: `None`, that of the weighting: [`Norm::L2`] for tf-idf, none for
    /// counts.
    pub norm: Option<Norm>,
}

impl Default for Vectorizer {
    fn default() -> Self {
        Vectorizer {
            analyzer: Analyzer::Word,
            token_pattern: None,
            token_rule: TokenRule::Unicode,
            lowercase: true,
            strip_accents: None,
            stop_words: StopWords::English,
            ngrams: (1, 1),
            min_df: DocumentFrequency::Count(1),
            max_df: DocumentFrequency::Share(1.0),
            max_features: None,
            vocabulary: None,
            hashing: None,
            binary: false,
            weighting: Weighting::TfIdf,
            sublinear_tf: false,
            idf: Idf::Smooth,
            norm: None,
        }
    }
}

impl Vectorizer {
    /// # Errors
    /// [`Error`] of settings that are not valid or do not go together.
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
        if self.token_pattern.is_some() && self.analyzer != Analyzer::Word {
            return Err(Error::PatternOfCharacters);
        }
        let has_letters = self.analyzer == Analyzer::Word && self.token_pattern.is_none();
        if self.token_rule == TokenRule::Ascii && !has_letters {
            return Err(Error::RuleOfTokens);
        }
        if let Some(terms) = &self.vocabulary {
            check_terms(terms)?;
        }
        match self.hashing {
            Some(_) if self.vocabulary.is_some() => Err(Error::HashedVocabulary),
            Some(Hashing { signed: true, .. }) if self.is_sublinear() && !self.binary => {
                Err(Error::SignedSublinear)
            }
            Some(hashing) => hashing.check_up_to(Hashing::MOST_NAMED),
            None => Ok(()),
        }
    }

    /// Returns true if tf = 1 + ln c.
    pub(super) fn is_sublinear(&self) -> bool {
        self.sublinear_tf && self.weighting == Weighting::TfIdf
    }

    /// Returns true if a fit has an idf for each column.
    pub(super) fn has_idf(&self) -> bool {
        self.weighting == Weighting::TfIdf && self.idf != Idf::Off
    }

    /// Returns the length of a row that is made one.
    pub(super) fn norm(&self) -> Norm {
        self.norm.unwrap_or(match self.weighting {
            Weighting::TfIdf => Norm::L2,
            Weighting::Count => Norm::Unscaled,
        })
    }
}

/// # Errors
/// [`Error::NoGivenTerms`] and [`Error::RepeatedTerm`].
fn check_terms(terms: &[String]) -> Result<(), Error> {
    if terms.is_empty() {
        return Err(Error::NoGivenTerms);
    }
    let mut seen = HashSet::with_capacity(terms.len());
    match terms.iter().find(|term| !seen.insert(term.as_str())) {
        Some(term) => Err(Error::RepeatedTerm { term: term.clone() }),
        None => Ok(()),
    }
}
