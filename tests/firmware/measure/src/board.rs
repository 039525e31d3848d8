//! The functions of the board: a measured call, and an output.

#[cfg(all(target_arch = "arm", target_os = "none"))]
core::arch::global_asm!(include_str!("../board.s"), options(raw));

unsafe extern "C" {
    fn board_measure(function: extern "C" fn(*mut u8), argument: *mut u8) -> u32;
    fn board_write(start: *const u8, length: usize);
}

/// Calls `function` once. Returns the bytes of stack that it used.
pub fn measure<C>(argument: &mut C, function: extern "C" fn(*mut u8)) -> u32 {
    // SAFETY: the function takes a pointer to a C, and nothing else touches it meanwhile.
    unsafe { board_measure(function, (&raw mut *argument).cast()) }
}

/// Writes the bytes of scalars or integers.
pub fn write<T: Plain>(values: &[T]) {
    // SAFETY: these types have no padding, and the slice is alive.
    unsafe { board_write(values.as_ptr().cast(), size_of_val(values)) }
}

/// A type of which every byte is part of its value.
pub trait Plain: Copy {}
impl Plain for u32 {}
impl Plain for f32 {}
impl Plain for f64 {}
