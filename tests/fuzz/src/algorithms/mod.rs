//! The entries of lowrank-core.
//!
//! Each target reads shapes, buffer lengths, settings and floats from the bytes, calls one public
//! entry and judges the answer: it must end without a panic; an error must name a
//! fault that is there; where there is none the result must be right, by the bounds that the
//! tests of lowrank-core hold it to; and what lies behind the end of a buffer stays as it was.

pub mod approximation;
pub mod csr;
mod guarded;
mod input;
mod mini_batch;
pub mod nmf;
mod operator;
pub mod panel;
pub mod qr_lu;
pub mod small_svd;
pub mod truncated_svd;

pub use guarded::Guarded;
pub use input::{Input, Scalar};

/// A bound of LAPACK's ratios; see the tests of lowrank-core.
pub const THRESHOLD: f64 = 10.0;
