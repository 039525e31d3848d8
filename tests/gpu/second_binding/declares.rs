//! A program in which lowrank stands beside a binding that declares the driver's functions to the linker.

use cudarc::driver::{result, sys::CUresult};
use lowrank::cuda::{Error, device_info};

#[test]
fn cudarc_and_lowrank_see_the_same_devices() {
    let devices = result::init()
        .and_then(|()| result::device::get_count())
        .map_err(|error| error.0);
    match device_info() {
        Ok(_) => assert!(matches!(devices, Ok(1..)), "{devices:?}"),
        Err(Error::NoDriver { .. } | Error::NoDevice) => {
            let none = matches!(devices, Ok(0) | Err(CUresult::CUDA_ERROR_NO_DEVICE));
            assert!(none, "{devices:?}");
        }
        Err(error) => panic!("{error}"),
    }
}
