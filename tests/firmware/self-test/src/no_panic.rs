//! The panic handler: it calls a function that does not exist. If the optimiser cannot show that
//! nothing panics, whatever the data and the sizes, the image does not link.

use core::panic::PanicInfo;

unsafe extern "C" {
    safe fn lowrank_core_can_panic() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    lowrank_core_can_panic()
}
