//! Microcontrollers under QEMU: the entry point, and the exit by semihosting.

use semihosting::process::exit;

#[cfg(target_arch = "arm")]
use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
use riscv_rt::entry;

/// The exit status of a processor fault, such as a stack that exceeds the RAM.
const FAULT: i32 = 2;

#[entry]
fn main() -> ! {
    exit(crate::exit_status())
}

#[cfg(target_arch = "arm")]
#[cortex_m_rt::exception]
unsafe fn HardFault(_: &cortex_m_rt::ExceptionFrame) -> ! {
    exit(FAULT)
}

#[cfg(target_arch = "riscv32")]
#[unsafe(no_mangle)]
extern "C" fn abort() -> ! {
    exit(FAULT)
}
