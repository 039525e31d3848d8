//! Topics of texts and low-rank factorization of large matrices.
#![deny(missing_docs)]

mod sparse_matrix;

pub mod corpus;
pub mod text;

pub use sparse_matrix::SparseMatrix;
