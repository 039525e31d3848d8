//! What can go wrong between the host and a GPU.

use crate::driver;
use crate::memory::gigabytes;
use cust::error::CudaError;

/// Why a GPU is not there, or could not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// No driver is installed.
    #[error("there is no CUDA driver on this machine ({reason})")]
    NoDriver {
        /// What the search for its library said.
        reason: String,
    },
    /// The driver answers and has no device.
    #[error("the CUDA driver finds no GPU")]
    NoDevice,
    /// The driver refused a call.
    #[error("the GPU failed: {text} (CUDA error {code})")]
    Driver {
        /// The driver's code.
        code: u32,
        /// The driver's text for it.
        text: String,
    },
    /// What is asked for does not fit into the memory of the device.
    #[error(
        "the GPU needs {} of memory and {} are free",
        gigabytes(*needed), gigabytes(*free)
    )]
    Memory {
        /// Bytes needed.
        needed: u64,
        /// Bytes free.
        free: u64,
    },
    /// The matrix has more stored entries than the kernels count with 32 bits.
    #[error("the matrix has {entries} stored entries, and the GPU takes 4294967295 at most")]
    TooManyEntries {
        /// Entries stored.
        entries: usize,
    },
}

impl Error {
    /// The error behind one of cust's.
    pub(crate) fn of(error: CudaError) -> Self {
        Self::of_code(code_of(error))
    }

    /// The error of the last call on this thread that failed.
    pub(crate) fn of_last() -> Self {
        Self::of_code(driver::last_code())
    }

    /// The error of a code of the driver.
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

/// The same for core, which keeps the code alone.
pub(crate) fn of_core(error: CudaError) -> lowrank_core::Error {
    let code = i32::try_from(code_of(error)).unwrap_or(i32::MAX);
    lowrank_core::Error::Backend { code }
}

/// The driver's code behind an error of cust's, whose enum does not have all of them.
fn code_of(error: CudaError) -> u32 {
    match error as u32 {
        driver::UNKNOWN => driver::last_code(),
        code => code,
    }
}
