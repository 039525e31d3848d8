use crate::model_folder;
use lowrank::core::model::ModelError;
use std::{io, path::PathBuf};

/// The reason why sketches cannot be merged. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("{}: {source}; name a sketch that a device has written", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is no sketch.
    #[error("{} is no sketch ({source}): have the device send it again", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The fault of the bytes.
        source: ModelError,
    },
    /// The numbers of a sketch are not valid.
    #[error("{} is no sketch ({source}): have the device make it anew", path.display())]
    Numbers {
        /// The file.
        path: PathBuf,
        /// The fault of the numbers.
        source: lowrank::core::Error,
    },
    /// Two sketches are of rows of different kinds.
    #[error(
        "{} has rows of {found} numbers and the first sketch of {expected}: merge sketches of one sensor",
        path.display()
    )]
    Columns {
        /// The file.
        path: PathBuf,
        /// The columns of the first sketch.
        expected: usize,
        /// The columns of this one.
        found: usize,
    },
    /// One sketch is centered and another is not.
    #[error("{} is centered where the first sketch is not, or the other way round: make all alike", path.display())]
    Centering {
        /// The file.
        path: PathBuf,
    },
    /// There is no sketch.
    #[error("no sketch is named: name one or more")]
    Nothing,
    /// No sketch has a row.
    #[error("no sketch has seen a row: have the devices push rows before they send")]
    Empty,
    /// The sketches have fewer axes.
    #[error("rank {rank} is too large: the sketches have {limit} axes together")]
    Rank {
        /// The rank.
        rank: usize,
        /// The number of axes.
        limit: usize,
    },
    /// The axes cannot be computed.
    #[error(transparent)]
    Axes(#[from] lowrank::core::Error),
    /// The model cannot be written.
    #[error(transparent)]
    Folder(#[from] model_folder::Error),
}
