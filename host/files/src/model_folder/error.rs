use std::{io, path::PathBuf};

use crate::matrix_file;

/// The reason why a model could not be written or read. Every message is one line and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder exists and is not empty.
    #[error("{} exists and is not empty; name another folder, or replace it", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The path is not a folder.
    #[error("{} is not a folder; name one", path.display())]
    NotAFolder {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The folder to be replaced contains folders, which a model never does.
    #[error("{} holds the folder {inner:?}, which no model does; move it away or name another folder", path.display())]
    NotAModel {
        /// The folder that was to be replaced.
        path: PathBuf,
        /// A folder in it.
        inner: String,
    },
    /// The parent of the new folder does not exist.
    #[error("{}: no such folder; make it first", path.display())]
    NoParent {
        /// The folder that is missing.
        path: PathBuf,
    },
    /// The name of a file in a model is empty or contains folders.
    #[error("{name:?} is not the name of a file; give one without folders")]
    FileName {
        /// The name.
        name: String,
    },
    /// The operating system refused to write.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// The file or folder to be written.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The folder that was to be replaced could not be moved back.
    #[error("what was replaced is now {} and could not be moved back: {source}; rename it", path.display())]
    Aside {
        /// The present path of the old folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The new folder is in place, but the old one could not be removed.
    #[error("{} is what was replaced and could not be removed: {source}; remove it", path.display())]
    Remains {
        /// The present path of the old folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is not a dense matrix.
    #[error("{} is not dense, all matrices of a model are; give the model's own file", path.display())]
    NotDense {
        /// The file.
        path: PathBuf,
    },
    /// A matrix could not be read.
    #[error(transparent)]
    Matrix(#[from] matrix_file::Error),
}

impl Error {
    pub(super) fn unwritable(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Error::Unwritable { path, source }
    }
}
