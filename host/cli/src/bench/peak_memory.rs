//! The memory that the process takes at most, where the system counts it.

use std::fs;

/// The largest resident set since some moment.
#[derive(Debug)]
pub(super) struct PeakMemory;

/// Linux: what is written there resets the peak that /proc/self/status tells (proc(5)).
const RESET: (&str, &str) = ("/proc/self/clear_refs", "5");

impl PeakMemory {
    /// None where the peak cannot be reset: it would be that of everything before.
    pub(super) fn since_now() -> Option<Self> {
        let (path, reset) = RESET;
        fs::write(path, reset).ok()?;
        Some(Self)
    }

    pub(super) fn bytes(&self) -> Option<u64> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = peak.trim().strip_suffix(" kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    }
}
