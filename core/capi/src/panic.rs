//! The panic handler.

#[cfg(all(feature = "panic-handler", not(test)))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        /// Does not exist.
        safe fn lowrank_a_panic_is_reachable() -> !;
    }
    lowrank_a_panic_is_reachable()
}
