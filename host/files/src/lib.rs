//! Files of matrices and models.
//!
//! - [`matrix_file`]: matrices from NumPy, SciPy, Matrix Market, tables, triples and pictures.
//! - [`labels`]: matrices with the labels of their rows and columns; columns matched by name.
//! - [`model_folder`]: folders of factors that are written whole or not at all.
//! - [`stored_model`]: a factorization saved in a folder, as a model of new rows.
//! - [`gzip`]: decompression on a second thread.
#![deny(missing_docs)]

pub mod gzip;
pub mod labels;
pub mod matrix_file;
pub mod model_folder;
pub mod stored_model;
