//! Files of matrices and models.
//!
//! - [`matrix_file`]: matrices from NumPy, SciPy, Matrix Market, tables, triples and pictures.
//! - [`labels`]: matrices with the labels of their rows and columns; columns matched by name.
//! - [`model_folder`]: folders of factors that are written whole or not at all.
//! - [`stored_model`]: a factorization saved in a folder, as a model of new rows.
//! - [`device_model`]: a saved factorization as bytes that a microcontroller reads in place.
//! - [`device_sketch`]: sketches that microcontrollers sent, merged to a model.
//! - [`line_ends`]: the ends of lines.
//! - [`gzip`]: decompression on a second thread.
//! - [`foreign`]: files of kinds that are not read.
#![deny(missing_docs)]

pub mod device_model;
pub mod device_sketch;
pub mod foreign;
pub mod gzip;
pub mod labels;
pub mod line_ends;
pub mod matrix_file;
pub mod model_folder;
pub mod stored_model;
