use crate::text::{DocumentFrequency, Error, FittedVectorizer, StopWords, Vectorizer, Weighting};
use serde::{Deserialize, Serialize};

/// A [`FittedVectorizer`] in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredVectorizer {
    weighting: StoredWeighting,
    sublinear_tf: bool,
    stop_words: StoredStopWords,
    ngrams: (usize, usize),
    min_df: String,
    max_df: String,
    max_features: Option<usize>,
    /// In code-point order.
    terms: Vec<String>,
    /// One for each term, for tf-idf.
    idf: Option<Vec<f64>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredWeighting {
    Tfidf,
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredStopWords {
    English,
    None,
}

impl From<&FittedVectorizer> for StoredVectorizer {
    fn from(fitted: &FittedVectorizer) -> Self {
        let settings = fitted.settings();
        Self {
            weighting: match settings.weighting {
                Weighting::TfIdf => StoredWeighting::Tfidf,
                Weighting::Count => StoredWeighting::Count,
            },
            sublinear_tf: settings.sublinear_tf,
            stop_words: match settings.stop_words {
                StopWords::English => StoredStopWords::English,
                StopWords::None => StoredStopWords::None,
            },
            ngrams: settings.ngrams,
            min_df: settings.min_df.to_string(),
            max_df: settings.max_df.to_string(),
            max_features: settings.max_features,
            terms: fitted.terms().to_vec(),
            idf: fitted.idf().map(<[f64]>::to_vec),
        }
    }
}

impl StoredVectorizer {
    /// The n terms.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// What makes rows of texts.
    ///
    /// # Errors
    /// Those of [`FittedVectorizer::new`], and [`Error::DocumentFrequency`].
    pub fn fitted(&self) -> Result<FittedVectorizer, Error> {
        let frequency = |text: &str| text.parse::<DocumentFrequency>();
        let settings = Vectorizer {
            weighting: match self.weighting {
                StoredWeighting::Tfidf => Weighting::TfIdf,
                StoredWeighting::Count => Weighting::Count,
            },
            sublinear_tf: self.sublinear_tf,
            stop_words: match self.stop_words {
                StoredStopWords::English => StopWords::English,
                StoredStopWords::None => StopWords::None,
            },
            ngrams: self.ngrams,
            min_df: frequency(&self.min_df)?,
            max_df: frequency(&self.max_df)?,
            max_features: self.max_features,
        };
        FittedVectorizer::new(settings, self.terms.clone(), self.idf.clone())
    }
}
