//! Sketches as bytes, to be sent.

use crate::memory::{Buffer, lend};
use crate::sketch::Sketch;
use crate::status::LowrankStatus;

/// Writes a sketch as bytes, which lowrank merge reads on the desk. LOWRANK_SKETCH_BYTES_LEN(columns, size) suffice for
/// any sketch; `written` is set to the number that this one took.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_write_f32(
    sketch: Sketch<f32>,
    bytes: Buffer<u8>,
    written: *mut usize,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let sketch = sketch.lent(memory)?;
            let bytes = memory.output(bytes, sketch.bytes_len())?;
            let written = memory.place(written)?;
            written.set(sketch.write_bytes(bytes)?);
            Ok(())
        })
    }
}
