//! `fit` and `transform`: the layer that owns memory and picks the backend.

mod backend;
pub mod buffers;
mod chain;
mod compiled;
mod completion;
mod completion_model;
mod counted;
mod descent;
mod gradient_nmf;
mod gradient_svd;
mod held_out;
pub mod job;
mod mini_batch;
mod nmf;
mod pca;
mod svd;
pub mod world;

pub use backend::{Backend, Placement, Reason};
pub use chain::{BetaChain, ChainFactorization, ChainModel};
pub(crate) use compiled::Compiled;
pub use completion::{Completion, CompletionSolver};
pub use completion_model::CompletionModel;
pub use counted::Products;
pub use descent::Descent;
pub use gradient_nmf::{GradientNmf, GradientNmfModel};
pub use gradient_svd::{GradientSvd, GradientSvdModel};
pub use held_out::HeldOut;
pub use mini_batch::{MiniBatchModel, MiniBatchNmf};
pub use nmf::weights_of;
pub use nmf::{Loss, Nmf, NmfModel};
pub use pca::project_centered;
pub use pca::{Pca, PcaModel};
pub use svd::project;
pub use svd::{Accuracy, SvdModel, SvdSolver, TruncatedSvd};

use crate::{Error, Matrix, Scalar};
use lowrank_core::LinearOperator;
use lowrank_core::operator::Survey;

/// Columns of a sketch beyond the rank.
const OVERSAMPLING: usize = 10;

/// Power iterations: on the tf-idf of four newsgroups, whose singular values fall slowly, ten bring
/// the error of each of ten seeds within 3e-8 of the optimum (k = 5, l = 15), eight within 3.2e-7 and
/// seven no longer within 1e-6.
const POWER_ITERATIONS: usize = 10;

/// Blocks of a Krylov space.
const BLOCKS: usize = 12;

/// Blocks of the Krylov space that a non-negative factorization starts from.
const STARTING_BLOCKS: usize = 8;

/// That an m x n matrix has a factorization of that rank.
pub(crate) fn check_rank((m, n): (usize, usize), rank: usize) -> Result<(), lowrank_core::Error> {
    let limit = m.min(n);
    if limit == 0 {
        return Err(lowrank_core::Error::Empty);
    }
    if rank == 0 || rank > limit {
        return Err(lowrank_core::Error::Rank { rank, limit });
    }
    Ok(())
}

fn survey<T: Scalar>(a: Matrix<'_, T>) -> Result<Survey<T>, Error> {
    type Panel<'p, T> = lowrank_core::MatMut<'p, T>;
    Ok(match a {
        Matrix::Observed(_) => return Err(lowrank_core::Error::Incomplete.into()),
        Matrix::Sparse(a) => LinearOperator::<Panel<'_, T>>::survey(&a.view()?)?,
        Matrix::Dense(a) => LinearOperator::<Panel<'_, T>>::survey(&a.view()?)?,
    })
}
