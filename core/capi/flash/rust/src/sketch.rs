//! A sketch that is begun, filled and finished.

use crate::size;
use core::hint::black_box;
use lowrank_core::Error;
use lowrank_core::sketch::{FrequentDirections, buffer_len};

const D: usize = 16;
const L: usize = 4;
const K: usize = 2;

static mut BUFFER: [f32; buffer_len(D, L)] = [0.0; buffer_len(D, L)];
static mut ROW: [f32; D] = [0.0; D];
static mut AXES: [f32; D * K] = [0.0; D * K];
static mut VALUES: [f32; K] = [0.0; K];
static mut MEANS: [f32; D] = [0.0; D];

pub fn call() -> Result<(), Error> {
    // SAFETY: called once, by `main`.
    let (buffer, row, axes, values, means) = unsafe {
        (
            &mut *(&raw mut BUFFER),
            black_box(&*(&raw const ROW)),
            &mut *(&raw mut AXES),
            &mut *(&raw mut VALUES),
            &mut *(&raw mut MEANS),
        )
    };
    let (d, k) = (size(D), size(K));
    let mut sketch = FrequentDirections::centered(buffer, d, size(L))?;
    for _ in 0..size(100) {
        sketch.push(row.get(..d).unwrap_or_default())?;
    }
    for (to, mean) in means.iter_mut().zip(sketch.means()) {
        *to = *mean;
    }
    let found = sketch.components(k)?;
    for (to, value) in values.iter_mut().zip(found.singular_values()) {
        *to = *value;
    }
    let mut numbers = axes.iter_mut();
    for j in 0..k {
        for (to, x) in numbers.by_ref().take(d).zip(found.axis(j)) {
            *to = x;
        }
    }
    black_box((axes, values, means));
    Ok(())
}
