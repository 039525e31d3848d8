//! A program without std, without a heap, and without a panic: all entries of lowrank-core.
//!
//! It exits with 0 where all results have the bits of [`exercise::GOLDEN`], with 1 elsewhere.
#![no_std]
#![no_main]

#[cfg(feature = "defmt")]
mod log;
#[cfg(target_os = "none")]
mod microcontroller;
mod no_panic;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod x86_64;

/// The exit status; called by the entry point of the machine.
#[unsafe(no_mangle)]
extern "C" fn exit_status() -> i32 {
    #[cfg(feature = "defmt")]
    if !log::log() {
        return 3;
    }
    i32::from(!is_golden())
}

#[cfg(not(feature = "control"))]
fn is_golden() -> bool {
    exercise::everything(exercise::SEED) == exercise::GOLDEN
}

/// The control: nothing but an assertion that holds, so that its image is made in seconds.
#[cfg(feature = "control")]
fn is_golden() -> bool {
    assert!(core::hint::black_box(true));
    true
}
