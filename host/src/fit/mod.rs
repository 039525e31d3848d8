//! `fit` and `transform`: the layer that owns memory and picks the backend.

mod buffers;
mod chain;
mod completion;
mod completion_model;
mod descent;
mod gradient_nmf;
mod gradient_svd;
mod held_out;
mod mini_batch;
mod nmf;
mod pca;
mod svd;

pub use buffers::{Memory, Sizes};
pub use chain::{BetaChain, ChainFactorization, ChainModel};
pub use completion::{Completion, CompletionSolver};
pub use completion_model::CompletionModel;
pub use descent::Descent;
pub use gradient_nmf::{GradientNmf, GradientNmfModel};
pub use gradient_svd::{GradientSvd, GradientSvdModel};
pub use held_out::HeldOut;
pub use mini_batch::{MiniBatchModel, MiniBatchNmf};
pub use nmf::{Loss, Nmf, NmfModel, weights_of};
pub use pca::{Pca, PcaModel, project_centered};
pub use svd::{Accuracy, SvdModel, SvdSolver, TruncatedSvd, project};

use crate::{Error, Matrix, Scalar};
use lowrank_core::LinearOperator;
use lowrank_core::iteration::Progress;
use lowrank_core::operator::Survey;
use std::ops::ControlFlow;

/// What is told of each iteration and may end it.
type Observer<'o, T> = &'o mut (dyn FnMut(Progress<T>) -> ControlFlow<()> + Send);

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

/// Checks that 1 <= rank <= min(m, n).
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
