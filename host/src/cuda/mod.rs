//! Panels and operators in the memory of an NVIDIA GPU, through cust.
//!
//! Beside `error/cuda.rs` nothing outside of this folder names cust. A binary that is built with the feature `cuda` needs no CUDA
//! to build nor to start: the driver is looked for when a device is first asked for. The symbols that cust is linked
//! to are weak, so that another binding of the driver may stand beside this one in a program.
//!
//! Everything runs on one stream, in the order in which it is asked for; the host waits where it reads a
//! number that an algorithm decides by. Sums are cut by the shape of what is summed, never by the device, and
//! no kernel adds atomically: equal input gives equal bits.

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
#[cfg(test)]
mod tests;
mod thin_qr;
mod verbs;
mod view;

pub use crate::error::cuda::Error;
pub(crate) use device::device;
pub use info::{DeviceInfo, copy_bandwidth, device_info, load_time};
#[cfg(test)]
pub(crate) use operator::Operator;
pub(crate) use space::CudaSpace;
