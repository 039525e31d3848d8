/// Why there is no picture. Each message is one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file whose name does not say in which of the formats it is to be written.
    #[error("{file} is no name of a plot: let it end in .svg or .png")]
    Format {
        /// The name of the file.
        file: String,
    },
    /// There is nothing to be drawn.
    #[error("there is nothing to plot: {what}")]
    Nothing {
        /// What is missing.
        what: &'static str,
    },
    /// The entries of a component are not as many as a picture has pixels.
    #[error(
        "components of {entries} entries are no pictures of {height} x {width} pixels: \
         give a height and a width whose product is {entries}"
    )]
    PictureSize {
        /// Entries of a component.
        entries: usize,
        /// Rows of pixels asked for.
        height: usize,
        /// Columns of pixels asked for.
        width: usize,
    },
    /// The pictures would be larger than an image may be.
    #[error(
        "{count} pictures of {height} x {width} pixels are too large for one image: plot fewer"
    )]
    TooLarge {
        /// The number of pictures.
        count: usize,
        /// Rows of pixels of each.
        height: usize,
        /// Columns of pixels of each.
        width: usize,
    },
    /// The plot could not be drawn or encoded.
    #[error("the plot cannot be drawn: {reason}")]
    Drawing {
        /// What the library below says.
        reason: String,
    },
}

impl Error {
    pub(super) fn drawing(error: impl std::fmt::Display) -> Self {
        Error::Drawing {
            reason: error.to_string(),
        }
    }
}
