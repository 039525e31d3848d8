//! Errors of a GPU and its driver.

use crate::driver;
use crate::memory::gigabytes;
use cust::error::CudaError;

/// The reason why a GPU is not available or has failed.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// No driver is installed.
    #[error("there is no CUDA driver on this machine ({reason})")]
    NoDriver {
        /// The error of the search for its library.
        reason: String,
    },
    /// The driver reports no device.
    #[error("the CUDA driver finds no GPU")]
    NoDevice,
    /// A call of the driver failed.
    #[error("the GPU failed: {text} (CUDA error {code})")]
    Driver {
        /// The driver's code.
        code: u32,
        /// The driver's text for the code.
        text: String,
    },
    /// The memory of the device is too small.
    #[error(
        "the GPU needs {} of memory and {} are free",
        gigabytes(*needed), gigabytes(*free)
    )]
    Memory {
        /// The bytes needed.
        needed: u64,
        /// The bytes free.
        free: u64,
    },
    /// The number of stored entries exceeds the 32 bits of the kernels.
    #[error("the matrix has {entries} stored entries, and the GPU takes 4294967295 at most")]
    TooManyEntries {
        /// The number of stored entries.
        entries: usize,
    },
}

impl Error {
    /// Returns the error behind one of cust's.
    pub(crate) fn of(error: CudaError) -> Self {
        Self::of_code(code_of(error))
    }

    /// Returns the error of the last failed call on this thread.
    pub(crate) fn of_last() -> Self {
        Self::of_code(driver::last_code())
    }

    /// Returns the error of a code of the driver.
    pub(crate) fn of_code(code: u32) -> Self {
        if code == driver::NO_DEVICE {
            return match driver::found() {
                Ok(()) => Self::NoDevice,
                Err(reason) => Self::NoDriver {
                    reason: reason.to_owned(),
                },
            };
        }
        let text = driver::text(code).unwrap_or_else(|| "unknown error".to_owned());
        Self::Driver { code, text }
    }
}

/// Returns the error of core, which holds only the code.
pub(crate) fn of_core(error: CudaError) -> lowrank_core::Error {
    let code = i32::try_from(code_of(error)).unwrap_or(i32::MAX);
    lowrank_core::Error::Backend { code }
}

/// Returns the driver's code behind an error of cust's, whose enum does not have all of them.
fn code_of(error: CudaError) -> u32 {
    match error as u32 {
        driver::UNKNOWN => driver::last_code(),
        code => code,
    }
}
