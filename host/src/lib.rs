//! Topics of texts, and low-rank factorization of large matrices: truncated SVD and NMF.
//!
//! ```
//! use lowrank::corpus::{CorpusReader, Source};
//! use lowrank::text::Vectorizer;
//! use lowrank::{Nmf, topics::Topics};
//!
//! let corpus = CorpusReader::default().read(&Source::Sample)?;
//! let (vocabulary, a) = Vectorizer::default().fit_transform(&corpus.documents)?;
//! let model = Nmf { rank: 6, ..Nmf::default() }.fit(&a)?;
//! let topics = Topics::of_nmf(&model, vocabulary.terms(), 8).topics;
//! assert!(topics.iter().any(|topic| topic.to_string().contains("telescope")));
//! let weights = model.transform(&vocabulary.transform(&["a moon, a planet and a star"]))?;
//! assert_eq!((weights.nrows(), weights.ncols()), (1, 6));
//! # Ok::<(), lowrank::Error>(())
//! ```
//!
//! Top layer first:
//!
//! - [`report`]: what a run found, as a table and as JSON.
//! - [`plot`]: how a run went, singular values, topics and components, as SVG and PNG.
//! - [`mod@bench`]: how fast the solvers are on this machine, beside its limits.
//! - [`validate`]: how accurate the algorithms are, beside faer and nalgebra.
//! - [`topics`]: a model in words.
//! - [`Nmf`], [`TruncatedSvd`] and [`Pca`]: settings with `fit`; [`NmfModel`], [`SvdModel`] and
//!   [`PcaModel`] with `transform`; [`MiniBatchNmf`], whose [`MiniBatchModel`] learns more rows by
//!   `partial_fit`. They own the memory and pick the [`Backend`].
//! - [`GradientNmf`], [`GradientSvd`] and [`BetaChain`]: the same by gradient descent, and for more than two
//!   factors.
//! - [`Completion`]: a matrix of which some entries are missing ([`Observed`]), to a [`CompletionModel`]
//!   that can [`predict`](CompletionModel::predict) them; [`HeldOut`] entries judge it.
//! - [`stored_model`]: what a factorization left in a folder, as a model of new rows.
//! - [`text`]: texts to a [`SparseMatrix`]. [`corpus`]: where texts come from.
//! - [`matrix_file`]: matrices in files. [`model_folder`]: models in files.
//! - [`SparseMatrix`], [`DenseMatrix`]: matrices in memory, of f32 or f64 ([`Scalar`]).
//!
//! The algorithms are those of `lowrank-core`, which runs without a heap; here they run on all
//! threads of the current rayon pool, with the same bits for any number of them.
#![deny(missing_docs)]

mod cholesky_qr;
mod cpu;
mod dense_matrix;
mod error;
mod inflating;
mod matrix;
mod memory;
mod model;
mod sparse_matrix;
#[cfg(test)]
mod world_tests;

pub mod bench;
pub mod corpus;
#[cfg(feature = "cuda")]
pub mod cuda;
pub mod matrix_file;
pub mod model_folder;
pub mod plot;
pub mod report;
pub mod stored_model;
pub mod text;
pub mod topics;
pub mod validate;

pub use cpu::Scalar;
pub use dense_matrix::DenseMatrix;
pub use error::Error;
pub use matrix::{Matrix, Observed, OwnedMatrix};
pub use model::{
    Accuracy, Backend, BetaChain, ChainFactorization, ChainModel, Completion, CompletionModel,
    CompletionSolver, Descent, GradientNmf, GradientNmfModel, GradientSvd, GradientSvdModel,
    HeldOut, Loss, MiniBatchModel, MiniBatchNmf, Nmf, NmfModel, Pca, PcaModel, Placement, Reason,
    SvdModel, SvdSolver, TruncatedSvd,
};
pub use sparse_matrix::SparseMatrix;

pub use lowrank_core::{
    Adam, Approximation, CompletionProgress, DescentProgress, FactorRule, Forgetting, LearningRate,
    Momentum, NmfInit, NmfProgress, NmfReport, NmfSolver, Objective, Penalty, SignRule, Stop,
    VisitOrder, Weighting,
};
