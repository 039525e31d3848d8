//! Properties of the device, and its memory bandwidth.

use super::device::device;
use super::memory::DeviceMemory;
use crate::error::cuda::Error;
use cust::CudaApiVersion;
use cust::device::{Device as CudaDevice, DeviceAttribute};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The GPU that [`Backend::Cuda`](crate::Backend::Cuda) uses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceInfo {
    /// The name in the driver.
    pub name: String,
    /// The major and minor number of its compute capability.
    pub compute_capability: (u32, u32),
    /// The newest version of CUDA that the driver supports: 12040 is CUDA 12.4.
    pub driver: u32,
    /// The bytes of its memory that are free.
    pub free: u64,
    /// The bytes of its memory.
    pub total: u64,
}

/// Returns the properties of the device, which is opened if necessary.
///
/// # Errors
/// The reason why there is no device.
pub fn device_info() -> Result<DeviceInfo, Error> {
    let device = device()?;
    let (free, total) = device.memory()?;
    let _queue = device.queue();
    let raw = CudaDevice::get_device(0).map_err(Error::of)?;
    let number = |attribute| {
        let value = raw.get_attribute(attribute).map_err(Error::of)?;
        Ok(value.unsigned_abs())
    };
    let version = CudaApiVersion::get().map_err(Error::of)?;
    Ok(DeviceInfo {
        name: device.name().to_owned(),
        compute_capability: (
            number(DeviceAttribute::ComputeCapabilityMajor)?,
            number(DeviceAttribute::ComputeCapabilityMinor)?,
        ),
        driver: (version.major() * 1000 + version.minor() * 10).unsigned_abs(),
        free,
        total,
    })
}

/// The number of copies per measurement, so that the time of a launch is negligible.
const COPIES: u32 = 10;

/// Measures the bandwidth of copies of `bytes` within the memory of the device, in bytes read and written per second:
/// an upper bound for kernels. The median of `runs` after one that is not counted.
///
/// # Errors
/// [`Error::Memory`] if there is not enough memory for both; the errors of the driver.
pub fn copy_bandwidth(bytes: usize, runs: usize) -> Result<f64, Error> {
    let device = device()?;
    let (from, to) = (
        DeviceMemory::filled(device, bytes, 0x5a)?,
        DeviceMemory::filled(device, bytes, 0)?,
    );
    let mut queue = device.queue();
    let mut times: Vec<Duration> = Vec::with_capacity(runs + 1);
    for _ in 0..=runs {
        queue.stream.synchronize().map_err(Error::of)?;
        let start = Instant::now();
        for _ in 0..COPIES {
            queue
                .copy(from.address(), to.address(), bytes)
                .map_err(|_| Error::of_last())?;
        }
        queue.stream.synchronize().map_err(Error::of)?;
        times.push(start.elapsed() / COPIES);
    }
    drop(queue);
    let mut times = times.split_off(1.min(runs));
    times.sort_unstable();
    Ok(2.0 * bytes as f64 / times[times.len() / 2].as_secs_f64())
}

/// The last load time in nanoseconds.
static LOAD: AtomicU64 = AtomicU64::new(0);

/// Returns the time that the last matrix of this process took for its statistics, to be divided, transposed if sparse, and
/// copied to the device. The time of a fit minus this is that of the computation. Zero before the first.
pub fn load_time() -> Duration {
    Duration::from_nanos(LOAD.load(Ordering::Relaxed))
}

/// Waits for the copies of a matrix whose loading began at `start`, and records the time.
///
/// # Errors
/// The errors of the driver.
pub(crate) fn loaded(start: Instant) -> Result<(), Error> {
    device()?.queue().stream.synchronize().map_err(Error::of)?;
    let passed = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    LOAD.store(passed, Ordering::Relaxed);
    Ok(())
}
