//! Conversion of a [`FittedVectorizer`] to and from its form in `model.json`.

use super::{DocumentFrequency, Error, FittedVectorizer, StopWords, Vectorizer, Weighting};
use lowrank_files::stored_model::{StoredStopWords, StoredVectorizer, StoredWeighting};

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

impl TryFrom<&StoredVectorizer> for FittedVectorizer {
    type Error = Error;

    /// Restores the vectorizer.
    ///
    /// # Errors
    /// The errors of [`FittedVectorizer::new`], and [`Error::DocumentFrequency`].
    fn try_from(stored: &StoredVectorizer) -> Result<Self, Error> {
        let frequency = |text: &str| text.parse::<DocumentFrequency>();
        let settings = Vectorizer {
            weighting: match stored.weighting {
                StoredWeighting::Tfidf => Weighting::TfIdf,
                StoredWeighting::Count => Weighting::Count,
            },
            sublinear_tf: stored.sublinear_tf,
            stop_words: match stored.stop_words {
                StoredStopWords::English => StopWords::English,
                StoredStopWords::None => StopWords::None,
            },
            ngrams: stored.ngrams,
            min_df: frequency(&stored.min_df)?,
            max_df: frequency(&stored.max_df)?,
            max_features: stored.max_features,
        };
        FittedVectorizer::new(settings, stored.terms.clone(), stored.idf.clone())
    }
}
