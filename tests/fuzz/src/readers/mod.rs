//! The readers of matrix files.
//!
//! The first byte of an input chooses what the reader is asked for, the rest is the file. Reading must end without a panic
//! and without more memory than the file gives reason for. An error must be one line. A matrix must be one: finite, its
//! labels as many as its rows and columns, and the same again when it is written and read.

mod judge;
pub mod matrix_market;
pub mod npy;
pub mod npz;
pub mod pgm;
pub mod table;
pub mod triples;
