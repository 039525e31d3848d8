//! Rows that stream, and the directions that they share.

use crate::matrix::{Scalar, check_rank};
use crate::memory::{Buffer, Memory, Plain, View, lend};
use crate::seal::seal;
use crate::status::LowrankStatus as Status;
use crate::status::LowrankStatus;
use lowrank_core::sketch::{FrequentDirections, SketchState, buffer_len};

/// A sketch of rows that stream (Frequent Directions: Liberty 2013; Ghashami, Liberty, Phillips & Woodruff 2016). Its
/// numbers are to be read only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Sketch<T> {
    /// Its memory.
    pub buffer: Buffer<T>,
    /// d, the numbers of a row.
    pub columns: usize,
    /// l: 2 l rows are held.
    pub size: usize,
    /// The rows that are held now.
    pub filled: usize,
    /// The number of rows that were pushed; below 2^63.
    pub count: u64,
    /// ||A||_F^2 of all rows; of a centered sketch, less the means.
    pub squares: T,
    /// What the sum of the squares has lost to rounding.
    pub squares_lost: T,
    /// A bound of ||A^T A - B^T B||_2, where B are the rows that are held.
    pub bound: T,
    /// 1 if the means are subtracted, 0 if not.
    pub is_centered: u32,
    /// Set by each function.
    pub seal: usize,
}

// SAFETY: pointers and numbers.
unsafe impl<T: Plain> Plain for Sketch<T> {}

/// The result of a sketch.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SketchAxes<T> {
    /// V, columns x rank, column after column: the directions, orthonormal, the strongest first.
    pub axes: Buffer<T>,
    /// The rank singular values, descending.
    pub singular_values: Buffer<T>,
    /// The means of the columns, d numbers; zeros unless the sketch is centered.
    pub means: Buffer<T>,
}

impl<T: Scalar> Sketch<T> {
    fn sealed(&self) -> usize {
        seal(&[
            self.buffer.data.addr(),
            self.buffer.length,
            self.columns,
            self.size,
            self.filled,
            (self.count >> 32) as usize,
            (self.count & u64::from(u32::MAX)) as usize,
            self.is_centered as usize,
        ])
    }

    /// Lends the sketch, if it is one.
    pub(crate) fn lent<'m>(
        &self,
        memory: &mut Memory<'m>,
    ) -> Result<FrequentDirections<'m, T>, Status> {
        if self.seal != self.sealed() {
            return Err(Status::State);
        }
        let numbers = memory.output(self.buffer, buffer_len(self.columns, self.size))?;
        let state = SketchState {
            d: self.columns,
            l: self.size,
            filled: self.filled,
            is_centered: self.is_centered != 0,
            count: self.count,
            squares: self.squares,
            squares_lost: self.squares_lost,
            bound: self.bound,
        };
        FrequentDirections::resume(numbers, &state).map_err(|_| Status::State)
    }

    fn keep(&mut self, state: &SketchState<T>) {
        self.filled = state.filled;
        self.count = state.count;
        self.squares = state.squares;
        self.squares_lost = state.squares_lost;
        self.bound = state.bound;
        self.seal = self.sealed();
    }
}

/// Returns the numbers in the buffer of a sketch: (2 size + 1) columns + 12 size^2 + 14 size. LOWRANK_SKETCH_LEN is the
/// same as a constant.
#[unsafe(no_mangle)]
pub extern "C" fn lowrank_sketch_len(columns: usize, size: usize) -> usize {
    buffer_len(columns, size)
}

/// # Safety
/// As [`lend`] demands.
#[inline(always)]
unsafe fn begin<T: Scalar>(
    sketch: *mut Sketch<T>,
    buffer: Buffer<T>,
    columns: usize,
    size: usize,
    is_centered: u32,
) -> LowrankStatus {
    // SAFETY: as the caller of this function promises.
    unsafe {
        lend(|memory| {
            let place = memory.place(sketch)?;
            let numbers = memory.output(buffer, buffer_len(columns, size))?;
            let begun = match is_centered {
                0 => FrequentDirections::new(numbers, columns, size),
                _ => FrequentDirections::centered(numbers, columns, size),
            };
            let state = begun.map_err(|_| Status::Size)?.state();
            let mut sketch = Sketch {
                buffer,
                columns,
                size,
                filled: 0,
                count: 0,
                squares: T::ZERO,
                squares_lost: T::ZERO,
                bound: T::ZERO,
                is_centered: u32::from(is_centered != 0),
                seal: 0,
            };
            sketch.keep(&state);
            place.set(sketch);
            Ok(())
        })
    }
}

/// # Safety
/// As [`lend`] demands.
#[inline(always)]
unsafe fn push<T: Scalar>(sketch: *mut Sketch<T>, row: View<T>) -> LowrankStatus {
    // SAFETY: as the caller of this function promises.
    unsafe {
        lend(|memory| {
            let sketch = memory.state(sketch)?;
            let mut directions = sketch.lent(memory)?;
            let row = memory.input(row, row.length)?;
            let done = directions.push(row);
            sketch.keep(&directions.state());
            Ok(done?)
        })
    }
}

/// # Safety
/// As [`lend`] demands.
#[inline(always)]
unsafe fn merge<T: Scalar>(sketch: *mut Sketch<T>, other: Sketch<T>) -> LowrankStatus {
    // SAFETY: as the caller of this function promises.
    unsafe {
        lend(|memory| {
            let sketch = memory.state(sketch)?;
            let mut directions = sketch.lent(memory)?;
            let is_centered = other.is_centered;
            let other = other.lent(memory)?;
            if is_centered != sketch.is_centered {
                return Err(Status::Centering);
            }
            let done = directions.merge(&other.summary());
            sketch.keep(&directions.state());
            Ok(done?)
        })
    }
}

/// # Safety
/// As [`lend`] demands.
#[inline(always)]
unsafe fn finish<T: Scalar>(
    sketch: *mut Sketch<T>,
    rank: usize,
    result: SketchAxes<T>,
) -> LowrankStatus {
    // SAFETY: as the caller of this function promises.
    unsafe {
        lend(|memory| {
            let sketch = memory.state(sketch)?;
            let mut directions = sketch.lent(memory)?;
            let d = sketch.columns;
            check_rank(rank, d.min(sketch.filled))?;
            let axes = memory.output(result.axes, d.saturating_mul(rank))?;
            let values = memory.output(result.singular_values, rank)?;
            let means = memory.output(result.means, d)?;
            for (to, mean) in means.iter_mut().zip(directions.means()) {
                *to = *mean;
            }
            let done = directions.components(rank).map(|found| {
                let sizes = found.singular_values();
                for (value, size) in values.iter_mut().zip(sizes) {
                    *value = *size;
                }
                let mut numbers = axes.iter_mut();
                for j in 0..rank {
                    for (to, x) in numbers.by_ref().take(d).zip(found.axis(j)) {
                        *to = x;
                    }
                }
            });
            // The bound takes in the rounding of the rotation.
            sketch.keep(&directions.state());
            Ok(done?)
        })
    }
}

/// Begins a sketch of rows of `columns` numbers: B, of 2 size rows, with B^T B nearly A^T A for the matrix A of all rows
/// that are pushed.
///
/// - `buffer`: LOWRANK_SKETCH_LEN(columns, size) numbers, which belong to the sketch from now on.
/// - `size`: twice the number of axes that are wanted is a good one.
/// - `is_centered`: 1 for principal components, the means being subtracted; 0 for singular vectors.
///
/// # Safety
/// Each pointer that is not refused names as many numbers as its length says, as long as the sketch is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_begin_f32(
    sketch: *mut Sketch<f32>,
    buffer: Buffer<f32>,
    columns: usize,
    size: usize,
    is_centered: u32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { begin(sketch, buffer, columns, size, is_centered) }
}

/// Computes lowrank_sketch_begin_f32 in double precision.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_begin_f64(
    sketch: *mut Sketch<f64>,
    buffer: Buffer<f64>,
    columns: usize,
    size: usize,
    is_centered: u32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { begin(sketch, buffer, columns, size, is_centered) }
}

/// Adds a row. One that is refused leaves the sketch as it was.
///
/// Costs 2 columns, and every size + 1 rows 8 columns size^2 and a singular value decomposition of 2 size x 2 size.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_push_f32(
    sketch: *mut Sketch<f32>,
    row: View<f32>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { push(sketch, row) }
}

/// Computes lowrank_sketch_push_f32 in double precision.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_push_f64(
    sketch: *mut Sketch<f64>,
    row: View<f64>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { push(sketch, row) }
}

/// Adds all rows that another sketch has seen, as if they had come here; the bounds add up. The other one stays as it is.
/// Both have as many columns, and both are centered, or neither.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_merge_f32(
    sketch: *mut Sketch<f32>,
    other: Sketch<f32>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { merge(sketch, other) }
}

/// Computes lowrank_sketch_merge_f32 in double precision.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_merge_f64(
    sketch: *mut Sketch<f64>,
    other: Sketch<f64>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { merge(sketch, other) }
}

/// Computes the `rank` strongest directions of all rows so far. Rows can be pushed again afterwards.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_finish_f32(
    sketch: *mut Sketch<f32>,
    rank: usize,
    result: SketchAxes<f32>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { finish(sketch, rank, result) }
}

/// Computes lowrank_sketch_finish_f32 in double precision.
///
/// # Safety
/// As for lowrank_sketch_begin_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_sketch_finish_f64(
    sketch: *mut Sketch<f64>,
    rank: usize,
    result: SketchAxes<f64>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { finish(sketch, rank, result) }
}
