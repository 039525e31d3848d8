//! Conversion of texts to a sparse matrix of term weights.
//!
//! Top layer first:
//!
//! - [`Vectorizer`]: the settings, and the fit of a vocabulary to texts.
//! - [`FittedVectorizer`]: the terms and their idf, and the matrix of further texts.
//! - [`Weighting`], [`StopWords`], [`DocumentFrequency`]: types of the settings.
//! - `term_counts`: the terms of every text, interned and counted, in parallel.
//! - `analyzer`: the terms of a text: tokens without the stop words, joined to n-grams.
//! - `tokenizer`: the tokens of a text, in lower case.
//! - `vocabulary`: every distinct term, stored once.
//!
//! The terms, their order, the numbers and the defaults are those of scikit-learn 1.9.1's `CountVectorizer` and
//! `TfidfVectorizer`, except that the stop words are English by default.

mod analyzer;
mod document_frequency;
mod error;
mod fitted;
mod pruning;
mod settings;
mod stop_words;
mod stored;
mod term_counts;
mod tokenizer;
mod vocabulary;
mod weighting;

pub use document_frequency::DocumentFrequency;
pub use error::Error;
pub use fitted::FittedVectorizer;
pub use settings::Vectorizer;
pub use stop_words::StopWords;
pub use weighting::Weighting;
