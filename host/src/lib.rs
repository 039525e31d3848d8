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
//! - [`Nmf`], [`TruncatedSvd`], [`Pca`], [`Completion`] and [`MiniBatchNmf`]: settings with `fit`, and with `fit_with`
//!   for an observer and, for most of them, initial factors. They own the memory and select the [`Backend`].
//! - [`matrix`]: [`SparseMatrix`] and [`DenseMatrix`] in memory, of f32 or f64 ([`Scalar`]).
//! - [`nmf`], [`svd`], [`completion`]: their models, and the types of their settings.
//! - [`descent`]: the same factorizations by gradient descent.
//! - [`recommend`]: recommenders, their lists and their judgement.
//! - [`iteration`]: progress, reports, and the reason why an iteration stopped.
//! - [`method`]: a catalog of all methods with their settings by name, on which the command is built.
//! - [`backend`]: the choice of the backend and its reason; [`memory`]: the free memory of the machine.
//!
//! The algorithms are those of [`core`], which runs without a heap. Here they run on all
//! threads of the current rayon pool, with the same bits for any number of them. Matrices in files,
//! stored models, texts and the command are separate packages: `lowrank-files`, `lowrank-text`
//! and `lowrank-cli`.
#![deny(missing_docs)]

mod cholesky_qr;
mod cpu;
#[cfg(feature = "cuda")]
mod driver;
mod error;
mod fit;
mod memory_space;
mod recycling;
mod scalar;
#[cfg(test)]
mod tests;

pub mod backend;
#[cfg(feature = "cuda")]
pub mod cuda;
pub mod matrix;
pub mod memory;
pub mod method;
pub mod recommend;

pub use backend::Backend;
pub use error::Error;
pub use fit::completion::Completion;
pub use fit::mini_batch::MiniBatchNmf;
pub use fit::nmf::Nmf;
pub use fit::pca::Pca;
pub use fit::svd::TruncatedSvd;
pub use lowrank_core as core;
pub use matrix::{DenseMatrix, Matrix, Observed, SparseMatrix};
pub use scalar::Scalar;

/// Non-negative matrix factorization: of a matrix, of rows in batches, into chains of factors.
pub mod nmf {
    pub use crate::fit::chain::{BetaChain, ChainFactorization, ChainModel};
    pub use crate::fit::loss::Loss;
    pub use crate::fit::mini_batch::{MiniBatchModel, MiniBatchNmf};
    #[doc(hidden)]
    pub use crate::fit::nmf::weights_of;
    pub use crate::fit::nmf::{Nmf, NmfModel};
    pub use lowrank_core::nmf::{FactorRule, Forgetting, NmfInit, NmfSolver};
    pub use lowrank_core::penalty::Penalty;
}

/// Truncated singular value decomposition, and principal components.
pub mod svd {
    pub use crate::fit::accuracy::Accuracy;
    pub use crate::fit::mixed_precision::SearchPrecision;
    pub use crate::fit::pca::Pca;
    pub use crate::fit::pca_model::PcaModel;
    pub use crate::fit::svd::TruncatedSvd;
    pub use crate::fit::svd_model::{SvdModel, SvdSearch};
    pub use crate::fit::svd_solver::SvdSolver;
    #[doc(hidden)]
    pub use crate::fit::{pca_model::project_centered, projection::project};
}

/// Completion of matrices with missing entries.
pub mod completion {
    pub use crate::fit::completion::{Completion, CompletionModel, CompletionSolver, NewRows};
    pub use crate::fit::fold_in::{HeldColumns, fold_in};
    pub use crate::matrix::held_out::HeldOut;
    pub use lowrank_core::completion::{Biases, VisitOrder, Weighting};
    pub use lowrank_core::learning_rate::LearningRate;
}

/// The same factorizations by gradient descent, for comparison.
pub mod descent {
    pub use crate::fit::descent::Descent;
    pub use crate::fit::gradient_nmf::{GradientNmf, GradientNmfModel};
    pub use crate::fit::gradient_svd::{GradientSvd, GradientSvdModel};
    pub use lowrank_core::descent::{Adam, DescentProgress, Momentum, Objective, SignRule};
    pub use lowrank_core::learning_rate::LearningRate;
}

/// Progress and reports of all iterative methods.
pub mod iteration {
    pub use lowrank_core::approximation::Approximation;
    pub use lowrank_core::iteration::{Progress, Report, Stop};
}

/// Access to core's algorithms on the panels of a backend, for the packages of this workspace.
#[doc(hidden)]
pub mod internals {
    pub use crate::backend::{Operator, Task, run};
    pub use crate::cpu::thin_svd::thin_svd;
    pub use crate::fit::buffers::{Memory, Sizes};
    pub use crate::fit::of_core::InWidth;
    pub use crate::memory_space::MemorySpace;
}
