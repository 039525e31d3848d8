use serde::{Deserialize, Serialize};

/// The settings and the terms of a fitted vectorizer, as `model.json` holds them. What older files do not say was as in
/// the default of each setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredVectorizer {
    /// What terms are made of.
    #[serde(default)]
    pub analyzer: StoredAnalyzer,
    /// The pattern of tokens; `None` for that of two or more word characters.
    #[serde(default)]
    pub token_pattern: Option<String>,
    /// The letters of tokens without a pattern.
    #[serde(default)]
    pub token_rule: StoredTokenRule,
    /// Texts are changed to lower case.
    #[serde(default = "yes")]
    pub lowercase: bool,
    /// The accents that are taken from characters.
    #[serde(default)]
    pub strip_accents: Option<StoredAccents>,
    /// The words that are removed.
    pub stop_words: StoredStopWords,
    /// The smallest and the largest number of words or characters in a term.
    pub ngrams: (usize, usize),
    /// The smallest document frequency of a term: a count or a share.
    pub min_df: String,
    /// The largest document frequency of a term: a count or a share.
    pub max_df: String,
    /// The maximum number of terms.
    pub max_features: Option<usize>,
    /// The terms were given, not found in texts.
    #[serde(default)]
    pub given_vocabulary: bool,
    /// The columns are hashes of terms.
    #[serde(default)]
    pub hashing: Option<StoredHashing>,
    /// A term counts once in a text.
    #[serde(default)]
    pub binary: bool,
    /// The weighting of the matrix.
    pub weighting: StoredWeighting,
    /// Replaces a count c by 1 + ln c.
    pub sublinear_tf: bool,
    /// The inverse document frequency of tf-idf.
    #[serde(default)]
    pub idf_kind: StoredIdf,
    /// The norm of the rows; `None` for that of the weighting: L2 for tf-idf, none for counts.
    #[serde(default)]
    pub norm: Option<StoredNorm>,
    /// The n terms, in code-point order or in that of the given vocabulary; none for hashes.
    pub terms: Vec<String>,
    /// The idf of each term, where the weighting has one.
    pub idf: Option<Vec<f64>>,
}

fn yes() -> bool {
    true
}

impl StoredVectorizer {
    /// Returns n, the number of columns.
    pub fn columns(&self) -> usize {
        self.hashing
            .map_or(self.terms.len(), |hashing| hashing.buckets)
    }
}

/// The pieces that terms are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredAnalyzer {
    /// Words.
    #[default]
    Word,
    /// Characters.
    Char,
    /// Characters within words.
    CharWb,
}

/// The letters of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredTokenRule {
    /// Those of Unicode.
    #[default]
    Unicode,
    /// Those of ASCII and all characters beyond it.
    Ascii,
}

/// The way accents are taken from characters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredAccents {
    /// All that is not ASCII once characters are decomposed.
    Ascii,
    /// Marks that combine.
    Unicode,
}

/// The columns of hashed terms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredHashing {
    /// The number of columns.
    pub buckets: usize,
    /// Terms count as 1 or -1.
    pub signed: bool,
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

/// The inverse document frequency of tf-idf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredIdf {
    /// As if one more text held every term.
    #[default]
    Smooth,
    /// Of the texts as they are.
    Plain,
    /// One for each term.
    Off,
}

/// The norm of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredNorm {
    /// The sum of the absolute values.
    L1,
    /// The root of the sum of the squares.
    L2,
    /// Rows as they are.
    None,
}

/// A list of stop words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredStopWords {
    /// The English stop words.
    English,
    /// No stop words.
    None,
    /// These words.
    Own(Vec<String>),
}
