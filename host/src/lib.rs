//! Topics of texts and low-rank factorization of large matrices.
#![deny(missing_docs)]

mod cpu;
mod dense_matrix;
mod error;
mod matrix;
mod model;
mod sparse_matrix;

pub mod corpus;
pub mod report;
pub mod text;
pub mod topics;

pub use cpu::Scalar;
pub use dense_matrix::DenseMatrix;
pub use error::Error;
pub use matrix::Matrix;
pub use model::{Backend, Nmf, NmfModel, SvdModel, SvdSolver, TruncatedSvd};
pub use sparse_matrix::SparseMatrix;

pub use lowrank_core::{Approximation, NmfInit, NmfProgress, Stop};
