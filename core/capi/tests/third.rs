//! Another one, without std, with a panic handler of its own, and with arithmetic that a compiler calls functions for.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[unsafe(no_mangle)]
pub extern "C" fn third_quotient(number: u64, divisor: u64) -> u64 {
    let wide = u128::from(number) << 40;
    (wide / u128::from(divisor) >> 40) as u64
}
