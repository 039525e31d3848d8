//! Tests of the accuracy of lowrank-core: families of matrices, ratios of errors to rounding that every factorization
//! has to keep small, and the algorithms on matrices that own their entries.
//!
//! Errors are measured without core's arithmetic: products are rounded far below the measured errors ([`extended`]),
//! and singular values have a reference of 26 digits ([`mod@reference`]). With the feature `peers`, `validation`
//! compares core with faer and nalgebra, as the command `lowrank validate` does.

pub mod double_double;
pub mod extended;
pub mod families;
pub mod figures;
pub mod graded;
pub mod matrix;
pub mod ratios;
pub mod reference;
pub mod refused;
pub mod run;
pub mod subject;
pub mod trials;
pub mod truncation;
#[cfg(feature = "peers")]
pub mod validation;

pub use matrix::Matrix;
pub use subject::Subject;
