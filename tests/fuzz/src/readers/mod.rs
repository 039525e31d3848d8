//! Targets for the readers of matrix files.
//!
//! The first byte of an input selects the options of the reader, the rest is the file. Reading must end without a panic
//! and without more memory than the file justifies. An error must be one line. A matrix must be valid: finite, with as
//! many labels as rows and columns, and unchanged when it is written and read again.

mod judge;
pub mod matrix_market;
pub mod npy;
pub mod npz;
pub mod pgm;
pub mod table;
pub mod triples;
