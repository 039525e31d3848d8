//! Panels and operators in the memory of an NVIDIA GPU, through cust.
//!
//! Only this folder and `error/cuda.rs` use cust. A binary built with the feature `cuda` needs CUDA neither to build
//! nor to start: the driver is loaded when a device is first requested. The symbols that cust is linked to are weak, so
//! that a program may also use another binding of the driver.
//!
//! All work runs on one stream, in order; the host waits where it reads a number on which an algorithm
//! decides. Sums are divided by the shape of the summands, never by the device, and no kernel adds
//! atomically: equal input gives equal bits.

mod dense;
mod descent;
mod device;
mod device_matrix;
mod divergence;
mod info;
mod kullback_leibler;
mod launch;
mod memory;
mod nonnegative;
mod operator;
mod panel;
mod reduction;
mod small;
mod space;
mod sparse;
mod splits;
mod thin_qr;
mod verbs;
mod view;

pub use crate::error::cuda::Error;
pub(crate) use device::device;
pub use info::{DeviceInfo, copy_bandwidth, device_info, load_time};
#[cfg(test)]
pub(crate) use operator::Operator;
pub(crate) use space::{CudaSpace, cuda_operator};
