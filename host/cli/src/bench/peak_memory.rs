//! The peak memory of the process, where the system reports it.

use std::fs;

/// The peak resident set since some moment.
#[derive(Debug)]
pub(super) struct PeakMemory;

/// Linux: writing this resets the peak in /proc/self/status (proc(5)).
const RESET: (&str, &str) = ("/proc/self/clear_refs", "5");

impl PeakMemory {
    /// Resets the peak; `None` if that is not possible, because the peak would include earlier work.
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
