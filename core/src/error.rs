use core::fmt;

/// The reason why a factorization could not be computed.
///
/// Small and `Copy`: no text is built until it is displayed.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The shape of a matrix, a factor or a vector does not fit the other arguments.
    Shape {
        /// The rows and columns required.
        expected: (usize, usize),
        /// The rows and columns found.
        found: (usize, usize),
    },
    /// A buffer holds fewer scalars than the algorithm needs.
    BufferTooSmall {
        /// The number of scalars needed.
        needed: usize,
        /// The number of scalars found.
        found: usize,
    },
    /// The requested rank is zero, or larger than the matrix or the workspace allows.
    Rank {
        /// The requested rank.
        rank: usize,
        /// The largest rank for these shapes.
        limit: usize,
    },
    /// The matrix has no rows or no columns.
    Empty,
    /// An entry is NaN or infinite.
    NonFinite {
        /// The row, counted from zero.
        row: usize,
        /// The column, counted from zero.
        column: usize,
    },
    /// An entry is negative in a non-negative factorization.
    Negative {
        /// The row, counted from zero.
        row: usize,
        /// The column, counted from zero.
        column: usize,
    },
    /// An entry is zero, for which the requested divergence is infinite.
    Zero {
        /// The row, counted from zero.
        row: usize,
        /// The column, counted from zero.
        column: usize,
    },
    /// Entries are missing, and the requested algorithm needs all of them.
    Incomplete,
    /// The initial factors have an entry that is negative or not finite.
    Start,
    /// The three slices of a sparse matrix are inconsistent: offsets that decrease or exceed the number of
    /// entries, or a column outside the matrix.
    SparseStructure {
        /// The first inconsistent row, counted from zero.
        row: usize,
    },
    /// A setting is outside its range: a tolerance or a penalty that is negative or not a number, a
    /// beta that is not finite, a solver that does not fit the loss.
    ///
    /// The value is not kept: to print a number takes an image 20 kB and a panic path.
    Setting {
        /// Its name, that of the field.
        name: &'static str,
    },
    /// The result is larger than its scalar type can hold.
    Overflow,
    /// The iteration of the small singular value decomposition did not converge.
    NotConverged {
        /// The number of sweeps.
        sweeps: usize,
    },
    /// A descent increases its loss, or leaves the range of its scalar type: its learning rate is too large.
    Diverged {
        /// The step at which divergence was detected, counted from one.
        iteration: usize,
    },
    /// The device or library of a backend failed; the backend holds the text for its code.
    Backend {
        /// The code.
        code: i32,
    },
}

impl Error {
    /// Refuses a setting unless it `fits`.
    pub(crate) fn unless(fits: bool, name: &'static str) -> Result<(), Self> {
        if fits {
            Ok(())
        } else {
            Err(Error::Setting { name })
        }
    }
}

/// The name and the value of a field.
type Field<'f> = (&'static str, &'f dyn fmt::Debug);

impl fmt::Debug for Error {
    /// As a derived one, but for the name of a setting: escaping a text can panic.
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variant, fields): (_, [Option<Field<'_>>; 2]) = match self {
            Error::Shape { expected, found } => (
                "Shape",
                [Some(("expected", expected)), Some(("found", found))],
            ),
            Error::BufferTooSmall { needed, found } => (
                "BufferTooSmall",
                [Some(("needed", needed)), Some(("found", found))],
            ),
            Error::Rank { rank, limit } => ("Rank", [Some(("rank", rank)), Some(("limit", limit))]),
            Error::NonFinite { row, column } => {
                ("NonFinite", [Some(("row", row)), Some(("column", column))])
            }
            Error::Negative { row, column } => {
                ("Negative", [Some(("row", row)), Some(("column", column))])
            }
            Error::Zero { row, column } => ("Zero", [Some(("row", row)), Some(("column", column))]),
            Error::SparseStructure { row } => ("SparseStructure", [Some(("row", row)), None]),
            Error::NotConverged { sweeps } => ("NotConverged", [Some(("sweeps", sweeps)), None]),
            Error::Diverged { iteration } => ("Diverged", [Some(("iteration", iteration)), None]),
            Error::Backend { code } => ("Backend", [Some(("code", code)), None]),
            Error::Setting { name } => {
                f.write_str("Setting { name: \"")?;
                f.write_str(name)?;
                return f.write_str("\" }");
            }
            Error::Empty => return f.write_str("Empty"),
            Error::Incomplete => return f.write_str("Incomplete"),
            Error::Start => return f.write_str("Start"),
            Error::Overflow => return f.write_str("Overflow"),
        };
        let mut text = f.debug_struct(variant);
        for (name, value) in fields.into_iter().flatten() {
            text.field(name, value);
        }
        text.finish()
    }
}

impl fmt::Display for Error {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Error::Shape { expected, found } => write!(
                f,
                "a matrix is {} x {} where {} x {} is needed",
                found.0, found.1, expected.0, expected.1
            ),
            Error::BufferTooSmall { needed, found } => {
                write!(
                    f,
                    "a buffer holds {found} scalars where {needed} are needed"
                )
            }
            Error::Rank { rank, limit } => {
                write!(f, "rank {rank} is not between 1 and {limit}")
            }
            Error::Empty => f.write_str("the matrix has no rows or no columns"),
            Error::NonFinite { row, column } => {
                write!(f, "the entry at row {row}, column {column} is not finite")
            }
            Error::Negative { row, column } => {
                write!(f, "the entry at row {row}, column {column} is negative")
            }
            Error::Zero { row, column } => write!(
                f,
                "the entry at row {row}, column {column} is zero, from which this loss is infinite"
            ),
            Error::Incomplete => {
                f.write_str("entries are missing, and this algorithm needs all of them")
            }
            Error::Start => f.write_str("the start has an entry that is negative or not finite"),
            Error::SparseStructure { row } => {
                write!(f, "row {row} of the sparse matrix is not well-formed")
            }
            // A formatted text is padded, and padding can panic.
            Error::Setting { name } => {
                f.write_str("the setting ")?;
                f.write_str(name)?;
                f.write_str(" is outside its range")
            }
            Error::Overflow => f.write_str("the result is too large for the scalar type"),
            Error::NotConverged { sweeps } => {
                write!(f, "no convergence after {sweeps} sweeps")
            }
            Error::Diverged { iteration } => write!(
                f,
                "the iteration diverged at step {iteration}: take a smaller learning rate"
            ),
            Error::Backend { code } => write!(f, "the backend failed with code {code}"),
        }
    }
}

impl core::error::Error for Error {}
