//! Fuzz targets: functions that pass bytes to public functions, and judge the answers.
//!
//! No fuzzer is needed to build this crate: its test replays the stored inputs.

pub mod algorithms;
pub mod readers;
