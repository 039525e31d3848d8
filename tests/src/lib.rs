//! Tests that cross crates, or need data: what they share.

pub mod families;
pub mod matrix;
pub mod ratios;
pub mod run;

pub use matrix::Matrix;
