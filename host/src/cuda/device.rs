//! The GPU, opened once, with one stream and the kernels requested so far.

use crate::driver;
use crate::error::cuda::{Error, of_core};
use cust::CudaFlags;
use cust::context::{Context, CurrentContext};
use cust::device::Device as CudaDevice;
use cust::function::Function;
use cust::memory::{DeviceBuffer, mem_get_info};
use cust::module::Module;
use cust::stream::{Stream, StreamFlags};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The first GPU that the driver reports.
pub(crate) struct Device {
    context: Context,
    name: String,
    queue: Mutex<Queue>,
}

// SAFETY: contexts, streams, modules and functions are handles that the driver lets any thread use; a
// thread makes the context its own before it does (`Device::queue`), and what is mutable stands behind
// the mutex.
unsafe impl Send for Device {}
// SAFETY: as above.
unsafe impl Sync for Device {}

/// The queue of launches and copies, which are executed in order. The owner of the lock may use the scratch buffers
/// until it releases the lock.
pub(super) struct Queue {
    pub(super) stream: Stream,
    pub(super) functions: HashMap<String, Function<'static>>,
    pub(super) modules: HashMap<&'static str, &'static Module>,
    scratch: [Option<DeviceBuffer<u8>>; Scratch::COUNT],
    /// The counter of finished blocks.
    counter: Option<DeviceBuffer<u32>>,
}

/// A shared buffer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scratch {
    /// Partial sums.
    Partials,
    /// Results of sums to be copied to the host, and factors copied from it.
    Numbers,
    /// A panel, or the partial sums of one.
    Panel,
}

impl Scratch {
    const COUNT: usize = 3;
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Returns the device of this process, opened by the first call.
///
/// # Errors
/// The reason why there is none.
pub(crate) fn device() -> Result<&'static Device, Error> {
    static DEVICE: OnceLock<Result<Device, Error>> = OnceLock::new();
    DEVICE
        .get_or_init(Device::open)
        .as_ref()
        .map_err(Clone::clone)
}

impl Device {
    fn open() -> Result<Self, Error> {
        driver::keep();
        driver::found().map_err(|reason| Error::NoDriver {
            reason: reason.to_owned(),
        })?;
        cust::init(CudaFlags::empty()).map_err(Error::of)?;
        if CudaDevice::num_devices().map_err(Error::of)? == 0 {
            return Err(Error::NoDevice);
        }
        let device = CudaDevice::get_device(0).map_err(Error::of)?;
        let context = Context::new(device).map_err(Error::of)?;
        let name = device.name().map_err(Error::of)?;
        let queue = Queue {
            stream: Stream::new(StreamFlags::DEFAULT, None).map_err(Error::of)?,
            functions: HashMap::new(),
            modules: HashMap::new(),
            scratch: [const { None }; Scratch::COUNT],
            counter: None,
        };
        Ok(Self {
            context,
            name,
            queue: Mutex::new(queue),
        })
    }

    /// Returns its name in the driver.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the free and the total bytes of its memory.
    pub(crate) fn memory(&self) -> Result<(u64, u64), Error> {
        let _queue = self.queue();
        let (free, total) = mem_get_info().map_err(Error::of)?;
        Ok((free as u64, total as u64))
    }

    /// Returns the queue, with the context current on this thread.
    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        // If a context cannot be made current, the next call fails with the same code.
        let _ = CurrentContext::set_current(&self.context);
        queue
    }

    /// Returns the error of a failed allocation of `needed` bytes, or the driver's otherwise.
    pub(super) fn allocation_error(&self, needed: usize, error: cust::error::CudaError) -> Error {
        if error != cust::error::CudaError::OutOfMemory {
            return Error::of(error);
        }
        let free = mem_get_info().map_or(0, |(free, _)| free as u64);
        Error::Memory {
            needed: needed as u64,
            free,
        }
    }
}

impl Queue {
    /// Returns the address of a number that is zero whenever a kernel starts: the last block to count itself resets
    /// it.
    pub(super) fn counter(&mut self) -> Result<u64, lowrank_core::Error> {
        if self.counter.is_none() {
            // SAFETY: it is written here, before what is handed to the queue later reads it; the buffer lives as
            // long as the queue.
            let counter = unsafe {
                let mut counter = DeviceBuffer::uninitialized(1).map_err(of_core)?;
                let zeroed = counter.set_8_async(0, &self.stream);
                zeroed.map_err(of_core)?;
                counter
            };
            self.counter = Some(counter);
        }
        let counter = self.counter.as_ref().expect("it was made above");
        Ok(counter.as_device_ptr().as_raw())
    }

    /// Returns the address of a shared buffer of at least `len` entries; its content is lost if it has to grow.
    pub(super) fn scratch<T>(
        &mut self,
        which: Scratch,
        len: usize,
    ) -> Result<u64, lowrank_core::Error> {
        let bytes = len.saturating_mul(size_of::<T>()).max(1);
        let slot = &mut self.scratch[which as usize];
        if slot.as_ref().is_none_or(|buffer| buffer.len() < bytes) {
            // The driver frees the old buffer only after its last use.
            *slot = None;
            // SAFETY: users of scratch write before they read.
            let grown = unsafe { DeviceBuffer::uninitialized(bytes.next_power_of_two()) };
            *slot = Some(grown.map_err(of_core)?);
        }
        let buffer = slot.as_ref().expect("it was made above");
        Ok(buffer.as_device_ptr().as_raw())
    }
}
