//! The memory that there is.

use sysinfo::System;

/// Bytes that this process may still take, within the limits of its control group; none where the
/// system does not say.
pub fn available() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let limit = system.cgroup_limits().map(|limits| limits.free_memory);
    Some(limit.unwrap_or(u64::MAX).min(system.available_memory()))
}

/// `bytes` as a message says it.
pub fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}
