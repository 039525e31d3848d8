use core::fmt;

/// Why a factorization could not be computed.
///
/// Small and `Copy`: no text is built until it is displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// A matrix, a factor or a vector has another shape than its neighbours ask for.
    Shape {
        /// Rows and columns asked for.
        expected: (usize, usize),
        /// Rows and columns found.
        found: (usize, usize),
    },
    /// A buffer holds fewer scalars than the algorithm needs.
    BufferTooSmall {
        /// Scalars needed.
        needed: usize,
        /// Scalars found.
        found: usize,
    },
    /// The rank asked for is zero, or larger than the matrix or the workspace allows.
    Rank {
        /// The rank asked for.
        rank: usize,
        /// The largest rank that these shapes allow.
        limit: usize,
    },
    /// The matrix has no rows or no columns.
    Empty,
    /// An entry is NaN or infinite.
    NonFinite {
        /// Its row, counted from zero.
        row: usize,
        /// Its column, counted from zero.
        column: usize,
    },
    /// An entry is negative where a non-negative factorization needs none to be.
    Negative {
        /// Its row, counted from zero.
        row: usize,
        /// Its column, counted from zero.
        column: usize,
    },
    /// An entry is zero, from which the divergence asked for is infinite.
    Zero {
        /// Its row, counted from zero.
        row: usize,
        /// Its column, counted from zero.
        column: usize,
    },
    /// Entries are missing, and the algorithm asked for needs all of them.
    Incomplete,
    /// The factors that a factorization was to start from have an entry that is negative or not
    /// finite.
    Start,
    /// The three slices of a sparse matrix do not describe one: offsets that fall or that leave
    /// the entries, or a column outside the matrix.
    SparseStructure {
        /// The first row that is wrong, counted from zero.
        row: usize,
    },
    /// A setting is outside its range: a tolerance or a penalty that is negative or not a number, a
    /// beta that is not finite, a solver that does not fit the loss.
    Setting,
    /// The result is larger than its scalar type can hold.
    Overflow,
    /// The iteration of the small singular value decomposition did not settle.
    NotConverged {
        /// Sweeps done.
        sweeps: usize,
    },
    /// A descent leads away from the matrix, or beyond the range of its scalar type: its learning rate
    /// is too large.
    Diverged {
        /// The step at which it was seen, counted from one.
        iteration: usize,
    },
    /// The device or library below failed; its own code, whose text the backend keeps.
    Backend {
        /// The code.
        code: i32,
    },
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
            Error::Setting => f.write_str("a setting is outside its range"),
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
