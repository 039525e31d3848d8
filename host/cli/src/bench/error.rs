use lowrank::memory::gigabytes;

/// Why there is no benchmark. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No solver could take the matrix.
    #[error(transparent)]
    Fit(#[from] lowrank::Error),
    /// A matrix that was to be made up would need more memory than there is.
    #[error(
        "a matrix of {rows} x {columns} with that density needs {} of memory and {} are free: \
         ask for less with --shape or --density",
        gigabytes(*needed), gigabytes(*available)
    )]
    MatrixMemory {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
        /// Bytes needed.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// The density of a matrix that was to be made up is not above 0 and up to 1.
    #[error("no entry is left: ask for more with --density, up to 1")]
    Density,
}
