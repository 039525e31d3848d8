//! Judges lowrank-core: families of matrices, the ratios that a factorization of each has to keep
//! below a few units, and the algorithms on matrices that own their entries.
//!
//! Nothing here but the algorithms themselves is core's arithmetic, so that it can stand as a
//! judge: products are rounded far below what they judge ([`extended`]), and singular values have
//! a reference of 26 digits ([`mod@reference`]). The command `lowrank validate` runs it for users, the
//! tests and the example of this package for us.

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

pub use matrix::Matrix;
pub use subject::Subject;
