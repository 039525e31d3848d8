#[cfg(feature = "cuda")]
pub(crate) mod cuda;

use crate::memory::gigabytes;

/// The reason why the host library failed. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A factorization refused its matrix or its settings.
    #[error("{0}")]
    Factorization(lowrank_core::Error),
    /// A GPU is not available or has failed.
    #[cfg(feature = "cuda")]
    #[error(transparent)]
    Cuda(#[from] cuda::Error),
    /// A GPU was requested from a build without CUDA.
    #[error("this binary was built without CUDA")]
    NoCuda,
    /// The exact decomposition needs more memory than is free.
    #[error(
        "the exact SVD of a {rows} x {columns} matrix needs {} of memory and {} are free: \
         use the solver krylov",
        gigabytes(*needed), gigabytes(*available)
    )]
    Memory {
        /// The number of rows.
        rows: usize,
        /// The number of columns.
        columns: usize,
        /// The bytes needed.
        needed: u64,
        /// The bytes free.
        available: u64,
    },
    /// The factors and their workspace need more memory than is free.
    #[error(
        "factors of rank {rank} need {} of memory and {} are free: ask for a smaller rank",
        gigabytes(*needed), gigabytes(*available)
    )]
    FactorMemory {
        /// The requested rank.
        rank: usize,
        /// The bytes needed.
        needed: u64,
        /// The bytes free.
        available: u64,
    },
    /// The copy of the matrix whose columns are divided by their deviations needs more memory than is free.
    #[error(
        "the copy with scaled columns needs {} of memory and {} are free: leave the columns as they are",
        gigabytes(*needed), gigabytes(*available)
    )]
    CopyMemory {
        /// The bytes needed.
        needed: u64,
        /// The bytes free.
        available: u64,
    },
    /// The requested accuracy is finer than rounding.
    #[error("no rank brings the error below {tolerance:e} of the norm: ask for less")]
    Accuracy {
        /// The requested error, relative to the norm.
        tolerance: f64,
    },
    /// Weights were requested before there are components.
    #[error("nothing has been learnt yet: give a batch that is not all zeros to partial_fit first")]
    NothingLearnt,
    /// A completion needs to know whether entries of a sparse matrix that are not stored are zeros or
    /// missing.
    #[error(
        "entries that are not stored may be zeros or missing: \
         complete Observed(&matrix), or a dense matrix"
    )]
    ZerosOrMissing,
    /// faer's decomposition did not converge.
    #[error("the exact SVD did not converge: use the solver krylov")]
    NotConverged,
}

impl From<lowrank_core::Error> for Error {
    fn from(error: lowrank_core::Error) -> Self {
        // Core keeps only the code; its text is the driver's.
        #[cfg(feature = "cuda")]
        if let lowrank_core::Error::Backend { code } = error {
            let code = u32::try_from(code).unwrap_or(u32::MAX);
            return Error::Cuda(cuda::Error::of_code(code));
        }
        Error::Factorization(error)
    }
}
