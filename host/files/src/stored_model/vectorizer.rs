use serde::{Deserialize, Serialize};

/// The settings and the terms of a fitted vectorizer, as `model.json` holds them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredVectorizer {
    /// The weighting of the matrix.
    pub weighting: StoredWeighting,
    /// Replaces a count c by 1 + ln c.
    pub sublinear_tf: bool,
    /// The words that are removed.
    pub stop_words: StoredStopWords,
    /// The smallest and the largest number of words in a term.
    pub ngrams: (usize, usize),
    /// The smallest document frequency of a term: a count or a share.
    pub min_df: String,
    /// The largest document frequency of a term: a count or a share.
    pub max_df: String,
    /// The maximum number of terms.
    pub max_features: Option<usize>,
    /// The n terms, in code-point order.
    pub terms: Vec<String>,
    /// The idf of each term, for tf-idf.
    pub idf: Option<Vec<f64>>,
}

/// The weighting of a matrix of terms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredWeighting {
    /// Term frequency times inverse document frequency, in rows of unit norm.
    Tfidf,
    /// Counts.
    Count,
}

/// A list of stop words.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredStopWords {
    /// The English stop words.
    English,
    /// No stop words.
    None,
}
