//! Measures one factorization: the same random matrices for every case, each factorized once; or the topics of a line.
//!
//! The case is the one that the environment variable `MEASURE_CASE` names when this is compiled.
//! With `MEASURE_CONTROL` set the image is the same without the call: what it is smaller by is
//! the flash of the call. Nothing here computes with scalars, so that all arithmetic is the call's.
#![no_std]
#![no_main]

mod board;
mod cases;
mod jacobi_svd;
mod log_line;
mod matrices;
mod nalgebra_svd;
mod nmf;
mod truncated_svd;

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// The exit status: 0 where all was measured, 1 where a factorization failed, 2 for no case of
/// that name.
#[unsafe(no_mangle)]
extern "C" fn board_main() -> i32 {
    cases::measure_the_chosen()
}
