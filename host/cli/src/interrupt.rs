//! Ctrl-C: once ends an iteration, twice ends the program.

use crate::run::speak;
use std::sync::atomic::{AtomicU8, Ordering};

/// The exit status of a run ended by Ctrl-C, as in shells: 128 plus the number of SIGINT.
pub const STATUS: u8 = 130;

/// There is no result yet: Ctrl-C ends the program.
const IDLE: u8 = 0;
/// The current iteration leads to a result.
const ITERATING: u8 = 1;
/// The iteration is to stop.
const STOPPING: u8 = 2;
/// Files are being written, which takes a moment.
const WRITING: u8 = 3;

static STATE: AtomicU8 = AtomicU8::new(IDLE);

/// Installs the handler of Ctrl-C.
pub fn listen() {
    // If that is impossible, Ctrl-C ends the program as usual.
    let _ = ctrlc::set_handler(|| {
        let stop = STATE.compare_exchange(ITERATING, STOPPING, Ordering::SeqCst, Ordering::SeqCst);
        match stop {
            Ok(_) => speak("stopping after this iteration; Ctrl-C again ends at once"),
            Err(WRITING) => {}
            Err(_) => std::process::exit(i32::from(STATUS)),
        }
    });
}

/// Returns true if the current iteration is to be the last.
pub fn is_asked() -> bool {
    STATE.load(Ordering::SeqCst) == STOPPING
}

/// Marks the beginning of iterations, after which there is a result to keep.
pub fn begin_iterations() {
    let _ = STATE.compare_exchange(IDLE, ITERATING, Ordering::SeqCst, Ordering::SeqCst);
}

/// Marks the end of iterations; a request to stop is remembered.
pub fn end_iterations() {
    let _ = STATE.compare_exchange(ITERATING, IDLE, Ordering::SeqCst, Ordering::SeqCst);
}

/// Runs `write` without interruption by Ctrl-C.
pub fn uninterrupted<T>(write: impl FnOnce() -> T) -> T {
    let before = STATE.swap(WRITING, Ordering::SeqCst);
    let done = write();
    STATE.store(before, Ordering::SeqCst);
    done
}
