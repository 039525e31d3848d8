//! Folders of factors that are written whole or not at all.
//!
//! ```no_run
//! use lowrank_files::model_folder::{ModelFolder, read_matrix};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (h, trace) = (lowrank::DenseMatrix::new(vec![1.0], 1, 1)?, "");
//! let mut folder = ModelFolder::create("model".as_ref(), false)?; // before the long work
//! folder.write_matrix("h.npy", &h)?;
//! folder.write("trace.csv", trace.as_bytes())?;
//! let path = folder.commit()?;
//! let h = read_matrix::<f32>(&path.join("h.npy"))?;
//! # Ok(())
//! # }
//! ```

mod atomic_file;
mod error;
mod folder;

pub use atomic_file::write_file;
pub use error::Error;
pub use folder::ModelFolder;

use std::path::Path;

use crate::matrix_file::{Entries, MatrixReader};
use lowrank::{DenseMatrix, Scalar};

/// Reads a matrix of a model from its .npy file.
///
/// # Errors
/// [`Error::Matrix`] if the file is not a dense matrix of finite numbers.
pub fn read_matrix<T: Scalar>(path: &Path) -> Result<DenseMatrix<T>, Error> {
    match MatrixReader::default().read(path)?.entries {
        Entries::Dense(a) => Ok(a.cast()),
        Entries::Sparse(_) | Entries::Observed(_) => Err(Error::NotDense {
            path: path.to_owned(),
        }),
    }
}
