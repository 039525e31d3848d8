//! What the fuzzer does with its bytes.
//!
//! Each target reads shapes, buffer lengths, settings and floats from the bytes, calls one public
//! entry of lowrank-core and judges the answer: it must end without a panic; an error must name a
//! fault that is there; where there is none the result must be right, by the bounds that the
//! tests of `lowrank-validate` hold it to; and what lies behind the end of a buffer stays as it was.
//!
//! Nothing here needs a fuzzer: the test of this package replays the committed corpora.

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

/// What LAPACK's ratios stay below; see the tests of `lowrank-validate`.
pub const THRESHOLD: f64 = 10.0;
