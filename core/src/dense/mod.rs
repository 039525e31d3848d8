//! Dense column-major matrices, and the kernels on them.
//!
//! All kernels work in place. Sizes are checked when a view is created; inside the kernels, an index out of range gives
//! an empty slice, so that no panic path is compiled.

pub mod cholesky;
mod columns;
pub(crate) mod four_rows;
pub mod jacobi_svd;
pub(crate) mod lanes;
pub mod lu;
mod matrix;
mod pivoted_qr;
pub mod pseudo_inverse;
pub mod qr;
#[cfg(feature = "nalgebra")]
mod smatrix;
pub(crate) mod triangular;
mod vector;

pub use columns::{Columns, ColumnsMut};
use matrix::check_finite;
pub(crate) use matrix::check_shape;
pub use matrix::{MatMut, MatRef};
pub(crate) use vector::{axpy, copy, dot, scale};
