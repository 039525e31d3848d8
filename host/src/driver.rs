//! The functions of the driver, resolved at their first call.
//!
//! cust links the functions of `libcuda` as symbols, and a binary linked to it would not start on a
//! machine without a driver. This file defines symbols for the functions that the project calls through cust, and
//! forwards each call to the library found at run time. Functions of cust that nothing calls are dropped by the
//! linker (`--gc-sections`, which rustc passes), together with the symbols that they name. A newly used function
//! needs a line in `forward!`; otherwise the linker reports it as undefined.
//!
//! The symbols are weak and only jump to Rust functions with Rust's names. Another crate of the same program may define
//! the same symbols, which then take precedence; it may declare them, and ours forward to the same driver; it may link
//! `libcuda`, and both use one library; or it may load the library itself, which does not involve the symbols.
//!
//! Error codes that cust's enum does not have would be undefined behavior in it and become
//! CUDA_ERROR_UNKNOWN; [`last_code`] returns the original.

// The names are those of the driver.
#![allow(non_snake_case)]

use libloading::Library;
use std::arch::global_asm;
use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::sync::OnceLock;

/// The name of the driver's library, on every distribution.
#[cfg(not(windows))]
const LIBRARY: &str = "libcuda.so.1";
#[cfg(windows)]
const LIBRARY: &str = "nvcuda.dll";

/// CUDA_SUCCESS.
pub(crate) const SUCCESS: u32 = 0;
/// CUDA_ERROR_NO_DEVICE, returned on a machine without a driver.
pub(crate) const NO_DEVICE: u32 = 100;
/// CUDA_ERROR_UNKNOWN.
pub(crate) const UNKNOWN: u32 = 999;

fn library() -> Result<&'static Library, &'static str> {
    static DRIVER: OnceLock<Result<Library, String>> = OnceLock::new();
    let driver = DRIVER.get_or_init(|| {
        // SAFETY: the driver's library has no initialisers that ask anything of its caller.
        unsafe { Library::new(LIBRARY) }.map_err(|error| {
            let cause = std::error::Error::source(&error);
            cause.map_or_else(|| error.to_string(), ToString::to_string)
        })
    });
    driver.as_ref().map_err(String::as_str)
}

/// Returns the reason why there is no driver; `Ok` if there is one.
pub(crate) fn found() -> Result<(), &'static str> {
    library().map(drop)
}

thread_local! {
    /// The last code on this thread that was not a success, before it is passed to cust.
    static LAST: Cell<u32> = const { Cell::new(UNKNOWN) };
}

/// Returns the code of the last failed call on this thread, as the driver gave it.
pub(crate) fn last_code() -> u32 {
    LAST.get()
}

/// Maps a code of the driver to one that cust's enum knows.
fn known(code: u32) -> u32 {
    if code != SUCCESS {
        LAST.set(code);
    }
    match code {
        0..=8 | 34 | 100..=102 | 200..=202 | 205..=224 | 300..=304 | 400 | 401 | 500 | 600 => code,
        700..=705 | 708..=720 | 800..=809 | 900..=911 => code,
        _ => UNKNOWN,
    }
}

/// Returns the driver's own text for one of its codes.
pub(crate) fn text(code: u32) -> Option<String> {
    let entry = entry::<unsafe extern "C" fn(u32, *mut *const c_char) -> u32>(c"cuGetErrorString")?;
    let mut text = std::ptr::null();
    // SAFETY: the driver returns a static string, or null and a code.
    let code = unsafe { entry(code, &mut text) };
    if code != SUCCESS || text.is_null() {
        return None;
    }
    // SAFETY: the string ends in NUL and lives as long as the driver.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

/// Returns an entry of the driver, if there is one.
fn entry<F: Copy>(name: &CStr) -> Option<F> {
    // SAFETY: `forward!` and `text` request entries with the signatures of cuda.h.
    let symbol = unsafe { library().ok()?.get::<F>(name) };
    Some(*symbol.ok()?)
}

/// Defines functions that call those of the driver, and a weak symbol that jumps to each.
macro_rules! forward {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            /// Calls the driver's function of that name.
            ///
            /// # Safety
            /// As cuda.h requires.
            unsafe extern "C" fn $name($($argument: $type),*) -> u32 {
                type Entry = unsafe extern "C" fn($($type),*) -> u32;
                static ENTRY: OnceLock<Option<Entry>> = OnceLock::new();
                let name = const { concat_name(concat!(stringify!($name), "\0")) };
                match ENTRY.get_or_init(|| entry::<Entry>(name)) {
                    // SAFETY: the caller fulfils the contract of that entry.
                    Some(entry) => known(unsafe { entry($($argument),*) }),
                    None => known(NO_DEVICE),
                }
            }
            global_asm!(
                concat!(".weak ", stringify!($name)),
                concat!(stringify!($name), ":"),
                #[cfg(target_arch = "x86_64")]
                "jmp {function}",
                #[cfg(target_arch = "aarch64")]
                "b {function}",
                function = sym $name,
            );
        )*
    };
}

const fn concat_name(name: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(name.as_bytes()) {
        Ok(name) => name,
        Err(_) => c"",
    }
}

forward! {
    cuInit(flags: c_uint);
    cuDriverGetVersion(version: *mut c_int);
    cuDeviceGetCount(count: *mut c_int);
    cuDeviceGet(device: *mut c_int, ordinal: c_int);
    cuDeviceGetName(name: *mut c_char, len: c_int, device: c_int);
    cuDeviceGetAttribute(value: *mut c_int, attribute: c_uint, device: c_int);
    cuDevicePrimaryCtxRetain(context: *mut *mut c_void, device: c_int);
    cuDevicePrimaryCtxRelease_v2(device: c_int);
    cuCtxSetCurrent(context: *mut c_void);
    cuModuleLoadDataEx(
        module: *mut *mut c_void, image: *const c_void, count: c_uint,
        options: *mut c_uint, values: *mut *mut c_void
    );
    cuModuleGetFunction(function: *mut *mut c_void, module: *mut c_void, name: *const c_char);
    cuModuleUnload(module: *mut c_void);
    cuMemAlloc_v2(pointer: *mut u64, bytes: usize);
    cuMemFree_v2(pointer: u64);
    cuMemGetInfo_v2(free: *mut usize, total: *mut usize);
    cuMemcpyDtoH_v2(to: *mut c_void, from: u64, bytes: usize);
    cuMemcpyHtoDAsync_v2(to: u64, from: *const c_void, bytes: usize, stream: *mut c_void);
    cuMemcpyDtoDAsync_v2(to: u64, from: u64, bytes: usize, stream: *mut c_void);
    cuMemsetD8Async(to: u64, value: u8, count: usize, stream: *mut c_void);
    cuStreamCreateWithPriority(stream: *mut *mut c_void, flags: c_uint, priority: c_int);
    cuStreamDestroy_v2(stream: *mut c_void);
    cuStreamSynchronize(stream: *mut c_void);
    cuLaunchKernel(
        function: *mut c_void, grid_x: c_uint, grid_y: c_uint, grid_z: c_uint,
        block_x: c_uint, block_y: c_uint, block_z: c_uint, shared: c_uint,
        stream: *mut c_void, arguments: *mut *mut c_void, extra: *mut *mut c_void
    );
}

/// Keeps the linker from dropping the entries before it reaches cust.
pub(crate) fn keep() {
    static KEPT: [unsafe extern "C" fn(c_uint) -> u32; 1] = [cuInit];
    std::hint::black_box(&KEPT);
}
