//! Conversion of a [`FittedVectorizer`] to and from its form in `model.json`.

use super::{
    Analyzer, DocumentFrequency, Error, FittedVectorizer, Hashing, Idf, Norm, StopWords,
    StripAccents, TokenPattern, TokenRule, Vectorizer, Weighting,
};
use lowrank_files::stored_model::{
    StoredAccents, StoredAnalyzer, StoredHashing, StoredIdf, StoredNorm, StoredStopWords,
    StoredTokenRule, StoredVectorizer, StoredWeighting,
};

impl From<&FittedVectorizer> for StoredVectorizer {
    fn from(fitted: &FittedVectorizer) -> Self {
        let settings = fitted.settings();
        Self {
            analyzer: match settings.analyzer {
                Analyzer::Word => StoredAnalyzer::Word,
                Analyzer::Char => StoredAnalyzer::Char,
                Analyzer::CharWb => StoredAnalyzer::CharWb,
            },
            token_pattern: settings.token_pattern.as_ref().map(ToString::to_string),
            token_rule: match settings.token_rule {
                TokenRule::Unicode => StoredTokenRule::Unicode,
                TokenRule::Ascii => StoredTokenRule::Ascii,
            },
            lowercase: settings.lowercase,
            strip_accents: settings.strip_accents.map(|accents| match accents {
                StripAccents::Ascii => StoredAccents::Ascii,
                StripAccents::Unicode => StoredAccents::Unicode,
            }),
            stop_words: match &settings.stop_words {
                StopWords::English => StoredStopWords::English,
                StopWords::None => StoredStopWords::None,
                StopWords::Own(words) => StoredStopWords::Own(words.clone()),
            },
            ngrams: settings.ngrams,
            min_df: settings.min_df.to_string(),
            max_df: settings.max_df.to_string(),
            max_features: settings.max_features,
            given_vocabulary: settings.vocabulary.is_some(),
            hashing: settings.hashing.map(|hashing| StoredHashing {
                buckets: hashing.buckets,
                signed: hashing.signed,
            }),
            binary: settings.binary,
            weighting: match settings.weighting {
                Weighting::TfIdf => StoredWeighting::Tfidf,
                Weighting::Count => StoredWeighting::Count,
            },
            sublinear_tf: settings.sublinear_tf,
            idf_kind: match settings.idf {
                Idf::Smooth => StoredIdf::Smooth,
                Idf::Plain => StoredIdf::Plain,
                Idf::Off => StoredIdf::Off,
            },
            norm: settings.norm.map(|norm| match norm {
                Norm::L1 => StoredNorm::L1,
                Norm::L2 => StoredNorm::L2,
                Norm::Unscaled => StoredNorm::None,
            }),
            terms: match settings.hashing {
                Some(_) => Vec::new(),
                None => fitted.terms().to_vec(),
            },
            idf: fitted.idf().map(<[f64]>::to_vec),
        }
    }
}

impl TryFrom<&StoredVectorizer> for FittedVectorizer {
    type Error = Error;

    /// Restores the vectorizer.
    ///
    /// # Errors
    /// The errors of [`FittedVectorizer::new`], [`Error::DocumentFrequency`], and [`Error::TokenPattern`].
    fn try_from(stored: &StoredVectorizer) -> Result<Self, Error> {
        let frequency = |text: &str| text.parse::<DocumentFrequency>();
        let pattern = stored
            .token_pattern
            .as_deref()
            .map(str::parse::<TokenPattern>);
        let settings = Vectorizer {
            analyzer: match stored.analyzer {
                StoredAnalyzer::Word => Analyzer::Word,
                StoredAnalyzer::Char => Analyzer::Char,
                StoredAnalyzer::CharWb => Analyzer::CharWb,
            },
            token_pattern: pattern.transpose()?,
            token_rule: match stored.token_rule {
                StoredTokenRule::Unicode => TokenRule::Unicode,
                StoredTokenRule::Ascii => TokenRule::Ascii,
            },
            lowercase: stored.lowercase,
            strip_accents: stored.strip_accents.map(|accents| match accents {
                StoredAccents::Ascii => StripAccents::Ascii,
                StoredAccents::Unicode => StripAccents::Unicode,
            }),
            stop_words: match &stored.stop_words {
                StoredStopWords::English => StopWords::English,
                StoredStopWords::None => StopWords::None,
                StoredStopWords::Own(words) => StopWords::Own(words.clone()),
            },
            ngrams: stored.ngrams,
            min_df: frequency(&stored.min_df)?,
            max_df: frequency(&stored.max_df)?,
            max_features: stored.max_features,
            vocabulary: stored.given_vocabulary.then(|| stored.terms.clone()),
            hashing: stored.hashing.map(|hashing| Hashing {
                buckets: hashing.buckets,
                signed: hashing.signed,
            }),
            binary: stored.binary,
            weighting: match stored.weighting {
                StoredWeighting::Tfidf => Weighting::TfIdf,
                StoredWeighting::Count => Weighting::Count,
            },
            sublinear_tf: stored.sublinear_tf,
            idf: match stored.idf_kind {
                StoredIdf::Smooth => Idf::Smooth,
                StoredIdf::Plain => Idf::Plain,
                StoredIdf::Off => Idf::Off,
            },
            norm: stored.norm.map(|norm| match norm {
                StoredNorm::L1 => Norm::L1,
                StoredNorm::L2 => Norm::L2,
                StoredNorm::None => Norm::Unscaled,
            }),
        };
        FittedVectorizer::new(settings, stored.terms.clone(), stored.idf.clone())
    }
}
