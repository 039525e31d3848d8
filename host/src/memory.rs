//! The free memory of the machine.

use sysinfo::System;

/// Requests below 256 MiB are not checked against free memory.
const BYTES_NOT_COUNTED: u64 = 1 << 28;

/// Returns the bytes that this process may still allocate, within the limits of its control group; `None` if the
/// system does not report them.
pub fn available() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let limit = system.cgroup_limits().map(|limits| limits.free_memory);
    Some(limit.unwrap_or(u64::MAX).min(system.available_memory()))
}

/// Checks that `needed` bytes can be allocated: that they are few, or no more than those that are `available`.
///
/// # Errors
/// The available bytes.
pub(crate) fn check(needed: u64, available: impl FnOnce() -> Option<u64>) -> Result<(), u64> {
    if needed < BYTES_NOT_COUNTED {
        return Ok(());
    }
    // No allocation is larger, whatever is free.
    let available = available().unwrap_or(isize::MAX as u64);
    if needed > available {
        return Err(available);
    }
    Ok(())
}

/// Formats `bytes` for a message.
pub fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}
