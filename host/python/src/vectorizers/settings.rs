use lowrank_text::vectorizer::{
    Analyzer, DocumentFrequency, Idf, StopWords, StripAccents, TokenPattern, TokenRule, Vectorizer,
    Weighting,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A dictionary of parameters, by scikit-learn's names.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    analyzer: String,
    /// None for the default pattern.
    token_pattern: Option<String>,
    lowercase: bool,
    strip_accents: Option<String>,
    stop_words: Option<Vec<String>>,
    ngram_range: (usize, usize),
    min_df: Frequency,
    max_df: Frequency,
    max_features: Option<usize>,
    binary: bool,
}

/// A limit: an int is a number of documents, a float a share of them.
#[derive(FromPyObject)]
enum Frequency {
    Count(usize),
    Share(f64),
}

impl From<Frequency> for DocumentFrequency {
    fn from(frequency: Frequency) -> Self {
        match frequency {
            Frequency::Count(count) => DocumentFrequency::Count(count),
            Frequency::Share(share) => DocumentFrequency::Share(share),
        }
    }
}

impl Settings {
    /// Returns the vectorizer that counts, and weighs nothing.
    ///
    /// # Errors
    /// `ValueError` for words that are not scikit-learn's, and for a token pattern that is not known.
    pub(super) fn vectorizer(self) -> PyResult<Vectorizer> {
        let pattern = self
            .token_pattern
            .map(|pattern| pattern.parse::<TokenPattern>());
        let refused = |name: &str, given: &str, choices: &str| {
            PyValueError::new_err(format!("{name}={given:?}: give {choices}"))
        };
        Ok(Vectorizer {
            analyzer: match self.analyzer.as_str() {
                "word" => Analyzer::Word,
                "char" => Analyzer::Char,
                "char_wb" => Analyzer::CharWb,
                other => return Err(refused("analyzer", other, "'word', 'char' or 'char_wb'")),
            },
            token_rule: TokenRule::Unicode,
            token_pattern: pattern
                .transpose()
                .map_err(|error| PyValueError::new_err(error.to_string()))?,
            lowercase: self.lowercase,
            strip_accents: match self.strip_accents.as_deref() {
                None => None,
                Some("ascii") => Some(StripAccents::Ascii),
                Some("unicode") => Some(StripAccents::Unicode),
                Some(other) => {
                    return Err(refused(
                        "strip_accents",
                        other,
                        "'ascii', 'unicode' or None",
                    ));
                }
            },
            stop_words: self.stop_words.map_or(StopWords::None, StopWords::Own),
            ngrams: self.ngram_range,
            min_df: self.min_df.into(),
            max_df: self.max_df.into(),
            max_features: self.max_features,
            vocabulary: None,
            hashing: None,
            binary: self.binary,
            weighting: Weighting::Count,
            sublinear_tf: false,
            idf: Idf::Off,
            norm: None,
        })
    }
}
