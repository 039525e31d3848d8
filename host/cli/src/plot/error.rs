/// The reason why a plot could not be made. Each message is one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The name of a file does not identify a format.
    #[error("{file} is no name of a plot: let it end in .svg or .png")]
    Format {
        /// The name of the file.
        file: String,
    },
    /// There is nothing to be drawn.
    #[error("there is nothing to plot: {what}")]
    Nothing {
        /// The missing data.
        what: &'static str,
    },
    /// The number of entries of a component differs from the number of pixels of a picture.
    #[error(
        "components of {entries} entries are no pictures of {height} x {width} pixels: \
         give a height and a width whose product is {entries}"
    )]
    PictureSize {
        /// The number of entries of a component.
        entries: usize,
        /// The requested height in pixels.
        height: usize,
        /// The requested width in pixels.
        width: usize,
    },
    /// The pictures together exceed the limit of an image.
    #[error(
        "{count} pictures of {height} x {width} pixels are too large for one image: plot fewer"
    )]
    TooLarge {
        /// The number of pictures.
        count: usize,
        /// The height of each in pixels.
        height: usize,
        /// The width of each in pixels.
        width: usize,
    },
    /// The plot could not be drawn or encoded.
    #[error("the plot cannot be drawn: {reason}")]
    Drawing {
        /// The message of the drawing library.
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
