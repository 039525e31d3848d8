//! A program in which lowrank stands beside a binding that defines the driver's functions itself, as
//! `host/src/driver.rs` does: it would not link if lowrank's symbols were not weak.

use lowrank::cuda::{Error, device_info};

/// CUDA_ERROR_NO_DEVICE.
const NO_DEVICE: u32 = 100;

/// Defines functions of the driver that know of no device.
macro_rules! define {
    ($($name:ident)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name() -> u32 {
                NO_DEVICE
            }
        )*
    };
}

mod second_binding {
    #![allow(non_snake_case)]
    use super::NO_DEVICE;

    define! {
        cuInit cuDriverGetVersion cuDeviceGetCount cuDeviceGet cuDeviceGetName cuDeviceGetAttribute
        cuDevicePrimaryCtxRetain cuDevicePrimaryCtxRelease_v2 cuCtxSetCurrent cuModuleLoadDataEx
        cuModuleGetFunction cuModuleUnload cuMemAlloc_v2 cuMemFree_v2 cuMemGetInfo_v2 cuMemcpyDtoH_v2
        cuMemcpyHtoDAsync_v2 cuMemcpyDtoDAsync_v2 cuMemsetD8Async cuStreamCreateWithPriority
        cuStreamDestroy_v2 cuStreamSynchronize cuLaunchKernel
    }
}

#[test]
fn definitions_of_the_program_replace_those_of_lowrank() {
    // Where there is a driver, cust is answered by the functions above.
    match device_info() {
        Err(Error::NoDriver { .. } | Error::NoDevice) => (),
        other => panic!("{other:?}"),
    }
}
