//! Memory of the device, and copies to and from the host.

use super::device::{Device, Queue, Scratch};
use crate::error::cuda::{Error, of_core};
use bytemuck::Pod;
use cust::memory::{
    AsyncCopyDestination, CopyDestination, DeviceBuffer, DevicePointer, DeviceSlice,
};

/// A buffer in the memory of the device.
pub(crate) struct DeviceMemory {
    pub(super) device: &'static Device,
    /// The buffer; `None` once it is freed.
    buffer: Option<DeviceBuffer<u8>>,
}

impl std::fmt::Debug for DeviceMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceMemory")
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

impl DeviceMemory {
    /// Allocates `len` zeros.
    ///
    /// # Errors
    /// [`Error::Memory`] if there is not enough memory.
    pub(crate) fn zeros<T: Pod>(device: &'static Device, len: usize) -> Result<Self, Error> {
        Self::filled(device, len.saturating_mul(size_of::<T>()), 0)
    }

    /// Allocates `bytes` with the same `value`.
    ///
    /// # Errors
    /// [`Error::Memory`] if there is not enough memory.
    pub(super) fn filled(device: &'static Device, bytes: usize, value: u8) -> Result<Self, Error> {
        let memory = Self::uninitialized(device, bytes)?;
        let queue = device.queue();
        let mut slice = slice(memory.address(), memory.bytes());
        // SAFETY: the slice is the whole buffer, which lives until the queue has executed this:
        // freeing it waits for the device.
        unsafe { slice.set_8_async(value, &queue.stream) }.map_err(Error::of)?;
        drop(queue);
        Ok(memory)
    }

    /// Copies `values` to the device.
    ///
    /// # Errors
    /// [`Error::Memory`] if there is not enough memory.
    pub(super) fn holding<T: Pod>(device: &'static Device, values: &[T]) -> Result<Self, Error> {
        Self::holding_before(device, values, 0)
    }

    /// Copies `values` to the device, followed by scalars that a kernel may read but does not use.
    ///
    /// # Errors
    /// [`Error::Memory`] if there is not enough memory.
    pub(super) fn holding_before<T: Pod>(
        device: &'static Device,
        values: &[T],
        more: usize,
    ) -> Result<Self, Error> {
        let bytes = size_of_val(values).saturating_add(more * size_of::<T>());
        let memory = Self::uninitialized(device, bytes)?;
        device
            .queue()
            .write(memory.address(), values)
            .map_err(|_| Error::of_last())?;
        Ok(memory)
    }

    fn uninitialized(device: &'static Device, bytes: usize) -> Result<Self, Error> {
        let bytes = bytes.max(1);
        let queue = device.queue();
        // SAFETY: both callers write the part whose values are used.
        let buffer = unsafe { DeviceBuffer::uninitialized(bytes) };
        let buffer = buffer.map_err(|error| device.allocation_error(bytes, error))?;
        drop(queue);
        Ok(Self {
            device,
            buffer: Some(buffer),
        })
    }

    /// Returns its address.
    pub(super) fn address(&self) -> u64 {
        self.buffer
            .as_ref()
            .map_or(0, |buffer| buffer.as_device_ptr().as_raw())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.buffer.as_ref().map_or(0, |buffer| buffer.len())
    }
}

impl Drop for DeviceMemory {
    fn drop(&mut self) {
        // The context has to be current when memory is freed.
        let queue = self.device.queue();
        self.buffer = None;
        drop(queue);
    }
}

/// Returns `len` bytes of the device from an address on.
fn slice(address: u64, len: usize) -> DeviceSlice<u8> {
    // SAFETY: a slice is an address and a length; its uses below are checked by the driver.
    unsafe { DeviceSlice::from_raw_parts(DevicePointer::from_raw(address), len) }
}

impl Queue {
    /// Copies `values` to an address, in the order of the queue.
    pub(super) fn write<T: Pod>(
        &mut self,
        address: u64,
        values: &[T],
    ) -> Result<(), lowrank_core::Error> {
        let bytes: &[u8] = bytemuck::cast_slice(values);
        if bytes.is_empty() {
            return Ok(());
        }
        // SAFETY: the driver has read pageable memory of the host when this returns; the address is that
        // of a buffer as long as `values`.
        unsafe { slice(address, bytes.len()).async_copy_from(bytes, &self.stream) }.map_err(of_core)
    }

    /// Copies the content of an address to the host, after everything before it in the queue.
    ///
    /// This is the driver's blocking copy, which waits for our stream, as for every stream that is not
    /// non-blocking: a failed copy leaves nothing that might still write to `values`.
    pub(super) fn read<T: Pod>(
        &mut self,
        address: u64,
        values: &mut [T],
    ) -> Result<(), lowrank_core::Error> {
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(values);
        if bytes.is_empty() {
            return Ok(());
        }
        slice(address, bytes.len()).copy_to(bytes).map_err(of_core)
    }

    /// Copies bytes within the device.
    pub(super) fn copy(
        &mut self,
        from: u64,
        to: u64,
        bytes: usize,
    ) -> Result<(), lowrank_core::Error> {
        if bytes == 0 {
            return Ok(());
        }
        let from = slice(from, bytes);
        // SAFETY: both are buffers of that length, and the queue keeps the order.
        unsafe { slice(to, bytes).async_copy_from(&from, &self.stream) }.map_err(of_core)
    }

    /// Copies numbers to scratch for a kernel and returns their address.
    pub(super) fn send<T: Pod>(&mut self, values: &[T]) -> Result<u64, lowrank_core::Error> {
        let address = self.scratch::<T>(Scratch::Numbers, values.len())?;
        self.write(address, values)?;
        Ok(address)
    }
}
