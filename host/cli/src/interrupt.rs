//! Ctrl-C: once ends an iteration, twice ends the program.

use crate::run::speak;
use std::sync::atomic::{AtomicU8, Ordering};

/// The exit status of what Ctrl-C has ended, as shells have it: 128 and the number of SIGINT.
pub const STATUS: u8 = 130;

/// Nothing can be kept yet: Ctrl-C ends the program.
const IDLE: u8 = 0;
/// What there is after the iteration at hand is a result.
const ITERATING: u8 = 1;
/// That was asked for.
const STOPPING: u8 = 2;
/// A moment, after which all files are whole.
const WRITING: u8 = 3;

static STATE: AtomicU8 = AtomicU8::new(IDLE);

/// Listens to Ctrl-C from now on.
pub fn listen() {
    // Where that cannot be, Ctrl-C ends the program as it always did.
    let _ = ctrlc::set_handler(|| {
        let stop = STATE.compare_exchange(ITERATING, STOPPING, Ordering::SeqCst, Ordering::SeqCst);
        match stop {
            Ok(_) => speak("stopping after this iteration; Ctrl-C again ends at once"),
            Err(WRITING) => {}
            Err(_) => std::process::exit(i32::from(STATUS)),
        }
    });
}

/// Whether an iteration is to be the last one.
pub fn is_asked() -> bool {
    STATE.load(Ordering::SeqCst) == STOPPING
}

/// From here on what there is after an iteration is kept.
pub fn begin_iterations() {
    let _ = STATE.compare_exchange(IDLE, ITERATING, Ordering::SeqCst, Ordering::SeqCst);
}

/// The iterations are over; whether Ctrl-C has ended them stays known.
pub fn end_iterations() {
    let _ = STATE.compare_exchange(ITERATING, IDLE, Ordering::SeqCst, Ordering::SeqCst);
}

/// Does `write` without being ended by Ctrl-C.
pub fn uninterrupted<T>(write: impl FnOnce() -> T) -> T {
    let before = STATE.swap(WRITING, Ordering::SeqCst);
    let done = write();
    STATE.store(before, Ordering::SeqCst);
    done
}
