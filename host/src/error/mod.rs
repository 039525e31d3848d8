#[cfg(feature = "cuda")]
pub(crate) mod cuda;

use crate::memory::gigabytes;

/// The error of a product after the flag of [`stoppable`](crate::backend::stoppable) was set. Core keeps only a code, and
/// this one is no driver's.
pub(crate) const STOPPED: lowrank_core::Error = lowrank_core::Error::Backend { code: i32::MIN };

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
    /// Rows are to be folded in with a penalty that is left to the matrix of the fit.
    #[error("new rows need the penalty of the fit: take the settings of the model, or set l2")]
    NoPenalty,
    /// A matrix of users and items has no entries.
    #[error("there are no ratings: nothing can be learnt from them")]
    NoEntries,
    /// A user is outside a model.
    #[error(
        "there is no user {user}: the model has {users}, counted from 0; a new one is folded in"
    )]
    NoSuchUser {
        /// The user, counted from zero.
        user: usize,
        /// The number of users.
        users: usize,
    },
    /// An item is outside a model.
    #[error("there is no item {item}: the model has {items}, counted from 0")]
    NoSuchItem {
        /// The item, counted from zero.
        item: usize,
        /// The number of items.
        items: usize,
    },
    /// The weights between items need more memory than is free.
    #[error(
        "weights between {items} items need {} of memory and {} are free: \
         take Implicit, or leave out items with few entries",
        gigabytes(*needed), gigabytes(*available)
    )]
    ItemMemory {
        /// The number of items.
        items: usize,
        /// The bytes needed.
        needed: u64,
        /// The bytes free.
        available: u64,
    },
    /// The samples of a posterior distribution need more memory than is free.
    #[error(
        "{samples} samples need {} of memory and {} are free: ask for fewer samples or a smaller rank",
        gigabytes(*needed), gigabytes(*available)
    )]
    SampleMemory {
        /// The number of samples.
        samples: usize,
        /// The bytes needed.
        needed: u64,
        /// The bytes free.
        available: u64,
    },
    /// A division by time has as many times as there are entries, or none is given.
    #[error(
        "{found} times were given for {entries} entries: a division by time needs one for each"
    )]
    Times {
        /// The number of entries.
        entries: usize,
        /// The number of times.
        found: usize,
    },
    /// The flag of [`stoppable`](crate::backend::stoppable) ended the work.
    #[error("stopped before there is a result")]
    Stopped,
    /// faer's decomposition did not converge.
    #[error("the exact SVD did not converge: use the solver krylov")]
    NotConverged,
}

impl From<lowrank_core::Error> for Error {
    fn from(error: lowrank_core::Error) -> Self {
        if error == STOPPED {
            return Error::Stopped;
        }
        // Core keeps only the code; its text is the driver's.
        #[cfg(feature = "cuda")]
        if let lowrank_core::Error::Backend { code } = error {
            let code = u32::try_from(code).unwrap_or(u32::MAX);
            return Error::Cuda(cuda::Error::of_code(code));
        }
        Error::Factorization(error)
    }
}
