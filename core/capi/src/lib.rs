//! lowrank-core for C and C++: `include/lowrank.h` and a static library.
//!
//! | module | content |
//! |---|---|
//! | [`status`] | the codes that functions return, and their texts |
//! | [`memory`] | what a caller lends: pointers, checked, become slices; all unsafe operations |
//! | [`matrix`], [`workspace`] | a matrix in memory; lengths |
//! | [`svd`], [`nmf`] | factorizations |
//! | [`model`], [`nmf_model`], [`pca_model`], [`svd_model`], [`completion_model`] | models that were trained elsewhere |
//! | [`sketch`], [`sketch_bytes`] | rows that stream |
//!
//! Arguments that are only read come by value, results go through pointers. No function keeps a pointer, allocates or
//! panics. A state, [`model::Model`] or [`sketch::Sketch`], is plain numbers and pointers in memory of the caller, and
//! is checked in each call: one that holds anything else is refused, and no fault.
//!
//! The header is made of this source by the test of the package in `header/`.
#![no_std]
#![deny(missing_docs)]

#[cfg(test)]
mod calls;
pub mod completion_model;
pub mod matrix;
pub mod memory;
pub mod model;
pub mod nmf;
pub mod nmf_model;
mod panic;
pub mod pca_model;
mod seal;
pub mod sketch;
pub mod sketch_bytes;
pub mod status;
pub mod svd;
pub mod svd_model;
pub mod workspace;
