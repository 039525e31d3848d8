//! Targets of the fuzzer: functions that give its bytes to public entries, and judge the answers.
//!
//! Nothing here needs a fuzzer: the test of this package replays the inputs that are kept.

pub mod algorithms;
pub mod readers;
