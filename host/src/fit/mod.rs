//! `fit` and `transform`: the layer that owns memory and selects the backend.

pub mod accuracy;
pub mod buffers;
mod centered_triplets;
pub mod chain;
pub mod completion;
pub mod descent;
pub mod fold_in;
pub mod gradient_nmf;
pub mod gradient_svd;
pub mod loss;
mod measured_triplets;
pub mod mini_batch;
pub mod mixed_precision;
pub mod nmf;
pub mod of_core;
pub mod pca;
pub mod pca_model;
pub mod projection;
pub(crate) mod short_side;
pub(crate) mod standardization;
mod suited_penalty;
pub mod svd;
pub mod svd_model;
pub mod svd_solver;
mod svd_work;

use crate::backend::Backend;
use crate::{Error, Matrix, Scalar, SparseMatrix};
use lowrank_core::LinearOperator;
use lowrank_core::iteration::Progress;
use lowrank_core::operator::EntryStats;
use std::ops::ControlFlow;

pub(crate) use suited_penalty::suited_implicit_penalty;

/// An observer of iterations, which may stop them.
type Observer<'o, T> = &'o mut (dyn FnMut(Progress<T>) -> ControlFlow<()> + Send);

/// The number of columns of a sketch beyond the rank.
const OVERSAMPLING: usize = 10;

/// The number of power iterations. On the tf-idf of four newsgroups, whose singular values decay slowly, ten bring
/// the error of each of ten seeds within 3e-8 of the optimum (k = 5, l = 15), eight within 3.2e-7, and
/// seven exceed 1e-6.
const POWER_ITERATIONS: usize = 10;

/// The columns of a block of a Krylov space: as many as a row of a panel takes of a vector register or two, so that fewer
/// would cost as much. On the newsgroups, blocks of 4 need more passes, blocks of 16 more columns.
const BLOCK: usize = 8;

/// The number of blocks of a Krylov space in memory, beside 3 k columns.
const BLOCKS: usize = 8;

/// The maximum number of blocks of a Krylov space, with restarts.
const MOST_BLOCKS: usize = 1000;

/// Returns the columns of a Krylov space in memory: those that are kept at a restart, or three blocks of k columns, and
/// more blocks.
fn krylov_columns(k: usize, blocks: usize) -> usize {
    let kept = k.saturating_mul(3);
    let columns = kept.saturating_add(blocks.max(1).saturating_mul(BLOCK));
    columns.checked_next_multiple_of(BLOCK).unwrap_or(columns)
}

/// Returns the nonzeros of a dense matrix in compressed rows, if there are few and the backend is the host or any.
fn few_nonzeros<T: Scalar>(a: Matrix<'_, T>, backend: Backend) -> Option<SparseMatrix<T>> {
    if backend.may_be_host() {
        a.with_few_nonzeros()
    } else {
        None
    }
}

fn entry_stats<T: Scalar>(a: Matrix<'_, T>) -> Result<EntryStats<T>, Error> {
    type Panel<'p, T> = lowrank_core::MatMut<'p, T>;
    Ok(match a {
        Matrix::Observed(_) => return Err(lowrank_core::Error::Incomplete.into()),
        Matrix::Sparse(a) => LinearOperator::<Panel<'_, T>>::entry_stats(&a.view()?)?,
        Matrix::Dense(a) => LinearOperator::<Panel<'_, T>>::entry_stats(&a.view()?)?,
    })
}
