//! The threads of this process.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{env, process, ptr};

struct Owned {
    process: u32,
    pool: ThreadPool,
}

/// The pool of a process, or of its parent, whose threads a fork leaves behind. No lock: one that another thread held
/// when the process was forked would never be released.
static POOL: AtomicPtr<Owned> = AtomicPtr::new(ptr::null_mut());

/// Returns the pool of this process, made at the first call. A pool is never dropped: that of a parent has no threads here
/// that could end.
///
/// It has as many threads as `RAYON_NUM_THREADS` or else `OMP_NUM_THREADS` say, which joblib sets for its workers, and
/// otherwise as there are processors.
pub(crate) fn threads() -> Result<&'static ThreadPool, ThreadPoolBuildError> {
    let process = process::id();
    let seen = POOL.load(Ordering::Acquire);
    if let Some(pool) = of_process(seen, process) {
        return Ok(pool);
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(wanted_threads())
        .thread_name(|i| format!("lowrank-{i}"))
        .build()?;
    let new = Box::into_raw(Box::new(Owned { process, pool }));
    match POOL.compare_exchange(seen, new, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: `new` is from a box and is never freed.
        Ok(_) => Ok(unsafe { &(*new).pool }),
        Err(other) => {
            // SAFETY: `new` is from a box, and no one else has seen it.
            let unused = unsafe { Box::from_raw(new) };
            match of_process(other, process) {
                Some(pool) => Ok(pool),
                // Only one of this process can have come in between.
                None => Ok(&Box::leak(unused).pool),
            }
        }
    }
}

fn of_process(owned: *const Owned, process: u32) -> Option<&'static ThreadPool> {
    // SAFETY: the pointer is null, or from a box that is never freed.
    let owned = unsafe { owned.as_ref() }?;
    (owned.process == process).then_some(&owned.pool)
}

/// The number of threads, or zero for one for each processor.
fn wanted_threads() -> usize {
    let number = |name: &str| {
        let text = env::var(name).ok()?;
        let first = text.split(',').next()?.trim();
        first.parse().ok().filter(|threads| *threads > 0)
    };
    number("RAYON_NUM_THREADS")
        .or_else(|| number("OMP_NUM_THREADS"))
        .unwrap_or(0)
}
