//! Dense matrices as slices with shapes, and the kernels on them.
//!
//! Everything is column-major and in place. Sizes are checked where a matrix is made; inside, an
//! index that leaves a matrix finds an empty slice, so that no panic path is compiled.

pub mod cholesky;
mod columns;
pub mod jacobi_svd;
pub mod lu;
mod matrix;
mod pivoted_qr;
pub mod pseudo_inverse;
pub mod qr;
#[cfg(feature = "nalgebra")]
mod smatrix;
mod vector;

pub use columns::{Columns, ColumnsMut};
use matrix::check_finite;
pub(crate) use matrix::check_shape;
pub use matrix::{MatMut, MatRef};
pub(crate) use vector::{axpy, copy, dot, scale};
