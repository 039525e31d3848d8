//! Truncated SVD and non-negative matrix factorization without std, heap or panics.
//!
//! | module | content |
//! |---|---|
//! | [`svd`] | [`TruncatedSvd`]: A ~ U diag(s) V^T, with residuals and an error bound; [`RangeFinder`](svd::RangeFinder) |
//! | [`pca`] | [`Centered`](pca::Centered): the centered matrix, whose truncated SVD is a principal component analysis |
//! | [`nmf`] | [`Nmf`]: A ~ W H^T with W, H >= 0, by HALS or multiplicative updates; [`BetaNmf`](nmf::BetaNmf) for other losses and missing entries; [`MiniBatchNmf`](nmf::MiniBatchNmf) and [`MiniBatchBetaNmf`](nmf::MiniBatchBetaNmf) where rows arrive in batches and none is kept; [`BetaChain`](nmf::BetaChain) for A ~ W F_1 .. F_d H^T |
//! | [`completion`] | A ~ W H^T of any sign over the known entries, with biases: [`AlsCompletion`](completion::AlsCompletion), [`SgdCompletion`](completion::SgdCompletion), [`GibbsCompletion`](completion::GibbsCompletion), [`DotBias`](completion::DotBias); which entries are known: [`ImplicitAls`](completion::ImplicitAls) |
//! | [`model`] | models that were trained elsewhere, read in place from flash: [`NmfView`](model::NmfView), [`PcaView`](model::PcaView), [`SvdView`](model::SvdView), [`CompletionView`](model::CompletionView) |
//! | [`sketch`] | [`FrequentDirections`](sketch::FrequentDirections): rows that stream, and their principal axes with a proven error |
//! | [`descent`] | [`GradientNmf`](descent::GradientNmf) and [`GradientSvd`](descent::GradientSvd), whose steps an [`Optimizer`](descent::Optimizer) makes |
//! | [`approximation`], [`iteration`], [`stopping`] | the distance of factors from a matrix; progress and report of iterations; their stopping rule |
//! | [`workspace`] | the buffers, fixed or in slices |
//! | [`operator`] | the traits of a matrix: [`LinearOperator`] and others, [`Observed`](operator::Observed) for missing entries |
//! | [`panel`] | the trait [`Panel`](panel::Panel) of a tall block of columns, which another memory, such as a GPU's, implements |
//! | [`divergence`], [`penalty`], [`learning_rate`] | objectives and learning rates |
//! | [`sparse`] | [`CsrRef`]: three slices, and [`CsrBuffer`](sparse::CsrBuffer), which owns them |
//! | [`dense`] | [`MatRef`], [`MatMut`] and the kernels in place: [`qr`](dense::qr), [`lu`](dense::lu), [`cholesky`](dense::cholesky), [`jacobi_svd`](dense::jacobi_svd), [`pseudo_inverse`](dense::pseudo_inverse) |
//! | [`random`], [`permutation`], [`summation`] | random entries and orders that depend only on seed and place; compensated sums |
//!
//! All of them work on f32 and f64 in buffers of the caller: fixed sizes ([`FixedWorkspace`],
//! [`FixedSvd`], [`FixedNmf`]) or slices ([`workspace_len`](workspace::workspace_len),
//! [`Workspace::in_buffer`]). A matrix is a dense [`MatRef`] (an `SMatrix` of nalgebra, an array of
//! columns or a slice), a [`CsrRef`], or your own type that implements [`LinearOperator`].
//!
//! No function panics. Results have the same bits on every machine with IEEE 754 arithmetic:
//! sums run from left to right, no operations are fused, square roots and logarithms come from libm.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod approximation;
mod arguments;
mod buffer;
mod column_major;
pub mod completion;
pub mod dense;
pub mod descent;
pub mod divergence;
mod entry_stats;
mod error;
pub mod iteration;
pub mod learning_rate;
pub mod model;
pub mod nmf;
pub mod operator;
pub mod panel;
pub mod pca;
pub mod penalty;
pub mod permutation;
pub mod random;
mod real;
mod scaling;
pub mod sketch;
pub mod sparse;
pub mod stopping;
pub mod summation;
pub mod svd;
pub mod workspace;

pub use dense::{MatMut, MatRef};
pub use error::Error;
pub use nmf::{FixedNmf, Nmf};
pub use operator::LinearOperator;
pub use real::Real;
pub use sparse::CsrRef;
pub use svd::{FixedSvd, TruncatedSvd};
pub use workspace::{FixedWorkspace, Workspace};

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
