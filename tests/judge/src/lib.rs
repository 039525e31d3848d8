//! Judges lowrank-core: families of matrices, the ratios that a factorization of each has to keep
//! below a few units, and the algorithms on matrices that own their entries.
//!
//! Nothing here but the algorithms themselves is core's arithmetic, so that it can stand as a
//! judge. The command `lowrank validate` runs it for users, the tests of this package for us.

pub mod families;
pub mod figures;
pub mod matrix;
pub mod ratios;
pub mod refused;
pub mod run;
pub mod subject;

pub use matrix::Matrix;
pub use subject::Subject;
