//! The free memory of the machine.

use sysinfo::System;

/// Returns the bytes that this process may still allocate, within the limits of its control group; `None` if the
/// system does not report them.
pub fn available() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let limit = system.cgroup_limits().map(|limits| limits.free_memory);
    Some(limit.unwrap_or(u64::MAX).min(system.available_memory()))
}

/// Formats `bytes` for a message.
pub fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}
