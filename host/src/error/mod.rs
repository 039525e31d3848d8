#[cfg(feature = "cuda")]
pub(crate) mod cuda;

use crate::memory::gigabytes;

/// Why the host library could not do what it was asked for. Each message is one line that says
/// what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A factorization refused its matrix or its settings.
    #[error("{0}")]
    Factorization(lowrank_core::Error),
    /// A GPU is not there, or could not do what it was asked for.
    #[cfg(feature = "cuda")]
    #[error(transparent)]
    Cuda(#[from] cuda::Error),
    /// A GPU was asked for that this build knows nothing of.
    #[error("this binary was built without CUDA")]
    NoCuda,
    /// The exact decomposition would need more memory than there is.
    #[error(
        "the exact SVD of a {rows} x {columns} matrix needs {} of memory and {} are free: \
         use the solver krylov",
        gigabytes(*needed), gigabytes(*available)
    )]
    Memory {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
        /// Bytes needed.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// The factors and their workspace would need more memory than there is.
    #[error(
        "factors of rank {rank} need {} of memory and {} are free: ask for a smaller rank",
        gigabytes(*needed), gigabytes(*available)
    )]
    FactorMemory {
        /// The rank asked for.
        rank: usize,
        /// Bytes needed.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// The accuracy asked for is finer than rounding.
    #[error("no rank brings the error below {tolerance:e} of the norm: ask for less")]
    Accuracy {
        /// The error asked for, as a share of the norm.
        tolerance: f64,
    },
    /// Weights were asked for before there are components.
    #[error("nothing has been learnt yet: give a batch that is not all zeros to partial_fit first")]
    NothingLearnt,
    /// A completion of a sparse matrix of which is not said whether entries that are not stored are
    /// zeros or missing.
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
        // Core keeps the code alone; its text is the driver's.
        #[cfg(feature = "cuda")]
        if let lowrank_core::Error::Backend { code } = error {
            let code = u32::try_from(code).unwrap_or(u32::MAX);
            return Error::Cuda(cuda::Error::of_code(code));
        }
        Error::Factorization(error)
    }
}
