//! Truncated SVD and non-negative matrix factorization without std, heap or panics.
//!
//! - [`TruncatedSvd`]: A ~ U diag(s) V^T, with residuals and an error bound.
//! - [`Nmf`]: A ~ W H^T with W, H >= 0, by HALS or multiplicative updates.
//! - [`BetaNmf`]: the same for the divergences of Kullback and Leibler, Itakura and Saito, and any
//!   other beta, and for matrices with missing entries ([`Observed`]).
//! - [`MiniBatchNmf`], [`MiniBatchBetaNmf`]: the same where rows arrive in batches and none is kept.
//! - [`BetaChain`]: A ~ W F_1 .. F_d H^T with all factors >= 0.
//! - [`GradientNmf`], [`GradientSvd`]: factorizations by gradient descent, whose steps an [`Optimizer`] makes.
//! - [`AlsCompletion`], [`SgdCompletion`]: A ~ W H^T of any sign over the entries that are known, with
//!   biases, by alternating least squares or stochastic gradient descent.
//! - [`Centered`]: a matrix less the means of its columns, for principal component analysis.
//! - [`RangeFinder`]: an orthonormal basis of the range of A.
//! - [`dense`]: the kernels under them, for matrices of run-time size: [`dense::qr`],
//!   [`dense::lu`], [`dense::cholesky`], [`dense::jacobi_svd`], [`dense::pseudo_inverse`].
//!
//! All of them work on f32 and f64 in buffers of the caller: fixed sizes ([`FixedWorkspace`],
//! [`FixedSvd`], [`FixedNmf`]) or slices ([`workspace_len`], [`Workspace::in_buffer`]). A matrix is
//! a [`LinearOperator`]: a dense [`MatRef`] (an `SMatrix` of nalgebra, an array of columns or a
//! slice), a [`CsrRef`] over three slices, a [`CsrBuffer`] that owns them, or a type of yours.
//! Another home for the panels, such as a GPU, implements [`Panel`].
//!
//! Nothing here panics. Results have the same bits on every machine with IEEE 754 arithmetic:
//! sums run from left to right, nothing is fused, square roots and logarithms come from libm.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod approximation;
mod arguments;
mod buffer;
mod column_major;
mod completion;
pub mod dense;
mod descent;
mod divergence;
mod error;
mod iteration;
mod known_entries;
mod learning_rate;
mod nmf;
mod operator;
mod panel;
mod penalty;
mod permutation;
mod random;
mod real;
mod scaling;
mod sparse;
mod summation;
mod svd;
mod workspace;

pub use approximation::Approximation;
pub use completion::{
    AlsCompletion, Completion, CompletionFactors, FixedCompletion, InTurn, RowSchedule,
    SgdCompletion, VisitOrder, Weighting, als_scratch_len,
};
pub use dense::{MatMut, MatRef};
pub use descent::{
    Adam, DescentProgress, DescentState, GradientNmf, GradientNmfReport, GradientStart,
    GradientSvd, GradientSvdReport, Momentum, Objective, Optimizer, Sgd, SignRule,
};
pub use divergence::BetaDivergence;
pub use error::Error;
pub use iteration::{Progress, Report, Stop};
pub use known_entries::KnownEntries;
pub use learning_rate::LearningRate;
pub use nmf::{
    BatchRecord, BetaChain, BetaNmf, ChainFactors, ChainPanels, ChainStart, FactorRule, FixedNmf,
    Forgetting, MiniBatchBetaNmf, MiniBatchNmf, MiniBatchState, Nmf, NmfFactors, NmfInit,
    NmfSolver,
};
pub use operator::{
    DivergenceOperator, EntrywiseOperator, LinearOperator, Observed, Survey, Transposed,
};
pub use panel::{AdamStep, DescentPanel, NonNegativePanel, Panel};
pub use penalty::Penalty;
pub use permutation::Permutation;
pub use random::{Draws, Law};
pub use real::Real;
#[cfg(feature = "heapless")]
pub use sparse::CsrBuffer;
pub use sparse::CsrRef;
pub use summation::Compensated;
pub use svd::{
    Centered, FixedSvd, Normalizer, RangeFinder, Sides, Subspace, SvdFactors, SvdReport,
    TruncatedSvd,
};
pub use workspace::{FixedWorkspace, SmallScratch, Workspace, small_scratch_len, workspace_len};

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
