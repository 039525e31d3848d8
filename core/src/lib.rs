//! Truncated SVD and non-negative matrix factorization without std, heap or panics.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
