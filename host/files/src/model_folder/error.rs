use std::{io, path::PathBuf};

use crate::matrix_file;

/// Why a model could not be written or read. Every message is one line and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder exists and holds something.
    #[error("{} exists and is not empty; name another folder, or replace it with --force", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A folder was asked for, and this is something else.
    #[error("{} is not a folder; name one", path.display())]
    NotAFolder {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The folder to be replaced holds folders, which no model does.
    #[error("{} holds the folder {inner:?}, which no model does; move it away or name another folder", path.display())]
    NotAModel {
        /// The folder that was to be replaced.
        path: PathBuf,
        /// A folder in it.
        inner: String,
    },
    /// The folder that the new one was to stand in does not exist.
    #[error("{}: no such folder; make it first", path.display())]
    NoParent {
        /// The folder that is missing.
        path: PathBuf,
    },
    /// The name of a file in a model has folders in it, or is no name.
    #[error("{name:?} is not the name of a file; give one without folders")]
    FileName {
        /// The name.
        name: String,
    },
    /// The operating system refused to write.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// What was to be written.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder that was to be replaced could not be moved back.
    #[error("what was replaced is now {} and could not be moved back: {source}; rename it", path.display())]
    Aside {
        /// Where the old folder is now.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The new folder is in its place, and the one that it replaces could not be removed.
    #[error("{} is what was replaced and could not be removed: {source}; remove it", path.display())]
    Remains {
        /// Where the old folder is now.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A dense matrix was asked for.
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
