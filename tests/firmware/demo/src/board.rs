//! The board: start and end of the program, output, stack usage. On a desktop it is an ordinary program.

#[cfg(target_os = "none")]
pub use semihosting::println;
#[cfg(not(target_os = "none"))]
pub use std::println;

#[cfg(all(target_os = "none", target_arch = "arm"))]
use cortex_m as _; // critical sections
#[cfg(all(target_os = "none", target_arch = "arm"))]
use cortex_m_rt::entry;
#[cfg(all(target_os = "none", target_arch = "riscv32"))]
use riscv_rt::entry;

#[cfg(target_os = "none")]
#[entry]
fn start() -> ! {
    match crate::run() {
        Ok(()) => semihosting::process::exit(0),
        Err(error) => {
            println!("{error}");
            semihosting::process::exit(1)
        }
    }
}

/// Returns the maximum stack usage in bytes, if the start-up code has painted the stack.
#[cfg(all(target_os = "none", target_arch = "arm"))]
pub fn stack_used() -> Option<usize> {
    unsafe extern "C" {
        static _stack_end: u32;
        static _stack_start: u32;
    }
    let (mut lowest, top) = (&raw const _stack_end, &raw const _stack_start);
    // SAFETY: the linker script puts whole words of RAM between both addresses.
    while lowest < top && unsafe { lowest.read_volatile() } == cortex_m_rt::STACK_PAINT_VALUE {
        lowest = lowest.wrapping_add(1);
    }
    Some(top.addr() - lowest.addr())
}

#[cfg(not(all(target_os = "none", target_arch = "arm")))]
pub fn stack_used() -> Option<usize> {
    None
}
