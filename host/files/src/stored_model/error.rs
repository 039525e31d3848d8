use crate::{labels, model_folder};
use std::{io, path::PathBuf};

/// The reason why a stored model cannot be used. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no model.
    #[error("{}: {source}; name the folder of a model", path.display())]
    Unreadable {
        /// The file that describes the model.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The description is not valid.
    #[error("{} describes no model ({reason}); write it again", path.display())]
    Broken {
        /// The file that describes the model.
        path: PathBuf,
        /// The fault in the description.
        reason: String,
    },
    /// The model was written by an incompatible version of lowrank.
    #[error("{} has version {found} and this lowrank reads {expected}: write it again, or take the other lowrank", path.display())]
    Version {
        /// The file that describes the model.
        path: PathBuf,
        /// The version that this library reads.
        expected: u64,
        /// The version of the file.
        found: u64,
    },
    /// The shape of an array differs from the description.
    #[error(
        "{} is {} x {} where the model has {} x {}: write it again",
        path.display(), found.0, found.1, expected.0, expected.1
    )]
    Shape {
        /// The array.
        path: PathBuf,
        /// The shape in the description.
        expected: (usize, usize),
        /// The shape of the array.
        found: (usize, usize),
    },
    /// The number of labels differs from the description.
    #[error("{} has {found} names where the model has {expected}: write it again, or remove it", path.display())]
    Labels {
        /// The file of labels.
        path: PathBuf,
        /// The number in the description.
        expected: usize,
        /// The number of labels.
        found: usize,
    },
    /// A file of labels cannot be read.
    #[error(transparent)]
    LabelFile(#[from] labels::Error),
    /// An array cannot be read.
    #[error(transparent)]
    Array(#[from] model_folder::Error),
}
