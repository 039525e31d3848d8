//! A program without std, without a heap, and without a panic.
//!
//! Its panic handler calls a function that does not exist. If the optimiser cannot show that no
//! entry of lowrank-core panics, whatever the data and the sizes, the image does not link.
//! It exits with 0 where all results have the bits of [`exercise::GOLDEN`], with 1 elsewhere.
#![no_std]
#![no_main]

#[cfg(target_os = "none")]
mod microcontroller;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod x86_64;

use core::panic::PanicInfo;

unsafe extern "C" {
    safe fn lowrank_core_can_panic() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    lowrank_core_can_panic()
}

/// The exit status; called by the entry point of the machine.
#[unsafe(no_mangle)]
extern "C" fn exit_status() -> i32 {
    #[cfg(feature = "control")]
    assert!(core::hint::black_box(true));
    i32::from(exercise::everything(exercise::SEED) != exercise::GOLDEN)
}
