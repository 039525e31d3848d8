use serde::{Deserialize, Serialize};

/// The settings and the terms of a fitted vectorizer, as `model.json` holds them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredVectorizer {
    /// The numbers of the matrix.
    pub weighting: StoredWeighting,
    /// Replaces a count c by 1 + ln c.
    pub sublinear_tf: bool,
    /// The words that are left out.
    pub stop_words: StoredStopWords,
    /// The smallest and the largest number of words in a term.
    pub ngrams: (usize, usize),
    /// The smallest document frequency of a term: a count or a share.
    pub min_df: String,
    /// The largest document frequency of a term: a count or a share.
    pub max_df: String,
    /// The number of terms at most.
    pub max_features: Option<usize>,
    /// The n terms, in code-point order.
    pub terms: Vec<String>,
    /// One for each term, for tf-idf.
    pub idf: Option<Vec<f64>>,
}

/// The numbers of a matrix of terms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredWeighting {
    /// Term frequency times inverse document frequency, rows of length one.
    Tfidf,
    /// Counts.
    Count,
}

/// A list of words that are left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredStopWords {
    /// Those of English.
    English,
    /// None.
    None,
}
