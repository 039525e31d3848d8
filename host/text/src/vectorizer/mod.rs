//! Conversion of texts to a sparse matrix of term weights.
//!
//! Top layer first:
//!
//! - [`Vectorizer`]: the settings, and the fit of a vocabulary to texts (`fitting`).
//! - [`FittedVectorizer`]: the terms and their idf, and the matrix of further texts.
//! - [`Weighting`], [`Idf`], [`Norm`], [`Analyzer`], [`TokenRule`], [`StripAccents`], [`TokenPattern`], [`StopWords`],
//!   [`DocumentFrequency`], [`Hashing`]: types of the settings.
//! - [`TermTable`], [`BucketTable`]: the counts of texts that come in batches.
//! - `term_counts`: the terms of every text, interned and counted, in parallel; `columns`: the column of each.
//! - `term_extractor`: the terms of a text: tokens without the stop words, joined to n-grams, or `character_ngrams`.
//! - `tokenizer`: the tokens of a text by the default pattern; `token_pattern`: by any other.
//! - `preparation`: a text in lower case and without accents.
//! - `vocabulary`: every distinct term, stored once; `term_index`: the column of each.
//!
//! The terms, their order, the numbers and the defaults are those of scikit-learn 1.9.1's `CountVectorizer`,
//! `TfidfVectorizer` and `HashingVectorizer`, except that the stop words are English by default.

mod analyzer;
mod bucket_table;
mod character_ngrams;
mod columns;
mod document_frequency;
mod error;
mod fitted;
mod fitting;
mod hashing;
mod idle_stop_words;
mod preparation;
mod pruning;
mod settings;
mod stop_words;
mod stored;
mod term_counts;
mod term_extractor;
mod term_index;
mod term_table;
mod token_pattern;
mod tokenizer;
mod vocabulary;
mod weighting;

pub use analyzer::{Analyzer, StripAccents, TokenRule};
pub use bucket_table::BucketTable;
pub use document_frequency::DocumentFrequency;
pub use error::Error;
pub use fitted::FittedVectorizer;
pub use hashing::Hashing;
pub use settings::Vectorizer;
pub use stop_words::StopWords;
pub use term_table::TermTable;
pub use token_pattern::{PatternError, TokenPattern};
pub use weighting::{Idf, Norm, Weighting};
