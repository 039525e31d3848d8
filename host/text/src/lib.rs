//! Text corpora, matrices of term weights, and topics.
//!
//! ```
//! use lowrank::Nmf;
//! use lowrank_text::corpus::{CorpusReader, Source};
//! use lowrank_text::{Vectorizer, topics::Topics};
//!
//! let corpus = CorpusReader::default().read(&Source::Sample)?;
//! let (vocabulary, a) = Vectorizer::default().fit_transform(&corpus.documents)?;
//! let model = Nmf { rank: 6, ..Nmf::default() }.fit(&a)?;
//! let topics = Topics::of_nmf(&model, vocabulary.terms(), 8).topics;
//! assert!(topics.iter().any(|topic| topic.to_string().contains("telescope")));
//! let weights = model.transform(&vocabulary.transform(&["a moon, a planet and a star"]))?;
//! assert_eq!((weights.nrows(), weights.ncols()), (1, 6));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Top layer first:
//!
//! - [`topics`]: the components of a model in words, and the choice of their number.
//! - [`vectorizer`]: texts to a sparse matrix of term weights.
//! - [`corpus`]: readers of texts in folders, archives, tables and JSON Lines.
//! - `characters`: the classes of characters of Python's `str` and `re`.
#![deny(missing_docs)]

mod characters;

pub mod corpus;
pub mod topics;
pub mod vectorizer;

pub use vectorizer::{FittedVectorizer, Vectorizer};
