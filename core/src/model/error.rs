use core::fmt;

/// The reason why a model, or a row for it, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ModelError {
    /// The bytes do not begin as a model does.
    NotAModel,
    /// The numbers are big-endian.
    Endianness,
    /// Another version of the format, mostly a newer one.
    Version {
        /// The version that was found.
        found: u32,
    },
    /// Fewer bytes than the model has.
    Cut {
        /// The length of the model.
        needed: usize,
        /// The number of bytes.
        found: usize,
    },
    /// The checksum is not that of the bytes: they were changed.
    Checksum,
    /// The sizes contradict each other, or the length.
    Layout,
    /// A model of another method than that of the view.
    Method,
    /// The model has no words: it is one of a matrix, or was exported by index.
    NoWords,
    /// A row, a result or scratch has another length.
    Length {
        /// The length needed.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// An index is not below the number of columns.
    Index {
        /// The index, counted from zero.
        index: usize,
        /// The number of columns.
        columns: usize,
    },
    /// An entry of a row is NaN or infinite.
    NonFinite {
        /// Its column, counted from zero.
        index: usize,
    },
    /// An entry of a row is negative, and the model is a non-negative factorization.
    Negative {
        /// Its column, counted from zero.
        index: usize,
    },
    /// A line has more different terms than the buffer has room for.
    TooManyTerms {
        /// The length of the buffer.
        room: usize,
    },
    /// Entries are so large that their squares are not finite.
    Overflow,
}

impl fmt::Display for ModelError {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            ModelError::NotAModel => f.write_str("the bytes are no model: export one"),
            ModelError::Endianness => {
                f.write_str("the model is big-endian: export it again, models are little-endian")
            }
            ModelError::Version { found } => write!(
                f,
                "the model has version {found} and this reader knows 1: take a newer reader, or export it again"
            ),
            ModelError::Cut { needed, found } => {
                write!(f, "{found} bytes of a model of {needed}: it was cut")
            }
            ModelError::Checksum => {
                f.write_str("the model was changed: its checksum differs; export it again")
            }
            ModelError::Layout => {
                f.write_str("the sizes of the model contradict each other: export it again")
            }
            ModelError::Method => f.write_str("the model is of another method than this view"),
            ModelError::NoWords => {
                f.write_str("the model has no words: export one of texts, not by index")
            }
            ModelError::Length { expected, found } => {
                write!(f, "{found} numbers where {expected} are needed")
            }
            ModelError::Index { index, columns } => {
                write!(f, "index {index} is not below the {columns} columns")
            }
            ModelError::NonFinite { index } => {
                write!(f, "the entry at column {index} is not finite")
            }
            ModelError::Negative { index } => {
                write!(f, "the entry at column {index} is negative")
            }
            ModelError::TooManyTerms { room } => {
                write!(f, "the line has more than {room} different terms")
            }
            ModelError::Overflow => f.write_str("the squares of the entries are not finite"),
        }
    }
}

impl core::error::Error for ModelError {}
