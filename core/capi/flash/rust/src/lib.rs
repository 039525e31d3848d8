//! The calls of `flash/call.c` from Rust: the same buffers, sizes that only the running program knows, and no checks of
//! pointers, of which Rust has none.
#![no_std]

#[cfg(any(feature = "fold-in", feature = "pca"))]
mod models;
#[cfg(feature = "nmf")]
mod nmf;
#[cfg(feature = "sketch")]
mod sketch;
#[cfg(feature = "svd")]
mod svd;

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        /// Does not exist: the calls cannot panic.
        safe fn a_panic_is_reachable() -> !;
    }
    a_panic_is_reachable()
}

/// Returns a size that the compiler does not know.
#[allow(dead_code)]
fn size(known: usize) -> usize {
    core::hint::black_box(known)
}

/// Returns a setting, which the compiler does not know if any solver is to be linked.
#[cfg(any(feature = "svd", feature = "nmf"))]
fn setting<T>(known: T) -> T {
    match cfg!(feature = "any-solver") {
        true => core::hint::black_box(known),
        false => known,
    }
}

/// The status of the program: 0 if the call was done.
#[unsafe(no_mangle)]
pub extern "C" fn main() -> i32 {
    #[cfg(feature = "svd")]
    return i32::from(svd::call().is_err());
    #[cfg(feature = "nmf")]
    return i32::from(nmf::call().is_err());
    #[cfg(feature = "fold-in")]
    return i32::from(models::fold_in().is_err());
    #[cfg(feature = "pca")]
    return i32::from(models::pca().is_err());
    #[cfg(feature = "sketch")]
    return i32::from(sketch::call().is_err());
    #[cfg(not(any(
        feature = "svd",
        feature = "nmf",
        feature = "fold-in",
        feature = "pca",
        feature = "sketch"
    )))]
    0
}
