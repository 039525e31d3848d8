//! Targets for lowrank-core.
//!
//! Each target reads shapes, buffer lengths, settings and floats from the bytes, calls one public
//! function and judges the answer. It must end without a panic. An error must name an actual
//! fault; otherwise the result must be within the bounds of the tests of lowrank-core. Scalars
//! after the end of a buffer must be unchanged.

pub mod approximation;
pub mod csr;
pub mod device_model;
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
