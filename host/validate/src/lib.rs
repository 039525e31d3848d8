//! Judges lowrank-core: families of matrices, the ratios that a factorization of each has to keep
//! below a few units, and the algorithms on matrices that own their entries.
//!
//! Nothing here but the algorithms themselves is core's arithmetic, so that it can stand as a
//! judge: products are rounded far below what they judge ([`extended`]), and singular values have
//! a reference of 26 digits ([`mod@reference`]). With the feature `peers`, `validation` runs trials of
//! core beside faer and nalgebra, as the command `lowrank validate` does.

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
