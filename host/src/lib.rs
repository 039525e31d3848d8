//! Low-rank factorization of large matrices: truncated SVD, PCA, NMF and completion.
//!
//! ```
//! use lowrank::{DenseMatrix, Nmf};
//! let a = DenseMatrix::from_fn(40, 30, |i, j| ((i * j) % 7) as f64);
//! let model = Nmf { rank: 3, ..Nmf::default() }.fit(&a)?;
//! assert_eq!((model.w.nrows(), model.h.nrows(), model.h.ncols()), (40, 30, 3));
//! # Ok::<(), lowrank::Error>(())
//! ```
//!
//! - [`Nmf`], [`TruncatedSvd`] and [`Pca`]: settings with `fit`; [`NmfModel`], [`SvdModel`] and
//!   [`PcaModel`] with `transform`; [`MiniBatchNmf`], whose [`MiniBatchModel`] learns more rows by
//!   `partial_fit`. They own the memory and pick the [`Backend`].
//! - [`GradientNmf`], [`GradientSvd`] and [`BetaChain`]: the same by gradient descent, and for more than two
//!   factors.
//! - [`Completion`]: a matrix of which some entries are missing ([`Observed`]), to a [`CompletionModel`]
//!   that can [`predict`](CompletionModel::predict) them; [`HeldOut`] entries judge it.
//! - [`SparseMatrix`], [`DenseMatrix`]: matrices in memory, of f32 or f64 ([`Scalar`]).
//! - [`method`]: all of them by name, with settings by name: the catalog that the command is made of.
//! - [`memory`]: the memory that there is.
//!
//! The algorithms are those of [`core`], which runs without a heap; here they run on all
//! threads of the current rayon pool, with the same bits for any number of them. Matrices in files,
//! stored models, texts and the command are packages of their own: `lowrank-files`, `lowrank-text`
//! and `lowrank-cli`.
#![deny(missing_docs)]

mod backend;
mod cholesky_qr;
mod cpu;
mod dense_matrix;
mod error;
mod fit;
mod matrix;
mod memory_space;
mod scalar;
#[cfg(test)]
mod space_tests;
mod sparse_matrix;

#[cfg(feature = "cuda")]
pub mod cuda;
pub mod memory;
pub mod method;

pub use lowrank_core as core;

pub use backend::{Backend, Placement, Products, Reason};
pub use dense_matrix::DenseMatrix;
pub use error::Error;
pub use fit::{
    Accuracy, BetaChain, ChainFactorization, ChainModel, Completion, CompletionModel,
    CompletionSolver, Descent, GradientNmf, GradientNmfModel, GradientSvd, GradientSvdModel,
    HeldOut, Loss, MiniBatchModel, MiniBatchNmf, Nmf, NmfModel, Pca, PcaModel, SvdModel, SvdSolver,
    TruncatedSvd,
};
#[doc(hidden)]
pub use fit::{project, project_centered, weights_of};
pub use matrix::{Matrix, Observed, OwnedMatrix};
pub use scalar::Scalar;
pub use sparse_matrix::SparseMatrix;

pub use lowrank_core::approximation::Approximation;
pub use lowrank_core::completion::{VisitOrder, Weighting};
pub use lowrank_core::descent::{Adam, DescentProgress, Momentum, Objective, SignRule};
pub use lowrank_core::iteration::{Progress, Report, Stop};
pub use lowrank_core::learning_rate::LearningRate;
pub use lowrank_core::nmf::{FactorRule, Forgetting, NmfInit, NmfSolver};
pub use lowrank_core::penalty::Penalty;

/// The way into core's algorithms on the panels of a backend, for the packages of this workspace.
#[doc(hidden)]
pub mod internals {
    pub use crate::backend::{Operator, Task, run};
    pub use crate::fit::{Memory, Sizes};
    pub use crate::memory_space::MemorySpace;
}
