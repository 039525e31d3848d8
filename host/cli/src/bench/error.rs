use lowrank::memory::gigabytes;

/// The reason why a benchmark could not be run. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No solver accepts the matrix.
    #[error(transparent)]
    Fit(#[from] lowrank::Error),
    /// A synthetic matrix needs more memory than is free.
    #[error(
        "a matrix of {rows} x {columns} with that density needs {} of memory and {} are free: \
         ask for less with --shape or --density",
        gigabytes(*needed), gigabytes(*available)
    )]
    MatrixMemory {
        /// The number of rows.
        rows: usize,
        /// The number of columns.
        columns: usize,
        /// The bytes needed.
        needed: u64,
        /// The bytes that are free.
        available: u64,
    },
    /// The density of a synthetic matrix is not in (0, 1].
    #[error("no entry is left: ask for more with --density, up to 1")]
    Density,
}
