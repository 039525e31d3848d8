//! The limits of the machine: memory bandwidth and arithmetic throughput.

use lowrank::memory;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use serde::Serialize;
use std::hint::black_box;
use std::time::Instant;

/// The limits of this machine for a number of threads, each the best of a few passes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Limits {
    /// The number of threads.
    pub threads: usize,
    /// The memory bandwidth: x <- y + a z on three vectors that exceed the caches.
    pub gigabytes_per_second: f64,
    /// Fused multiply-adds, two flops each, on the vectors that the kernels of the host backend are compiled for.
    pub gflops_f64: f64,
    /// The same in f32.
    pub gflops_f32: f64,
}

/// The number of passes, of which the best counts.
const PASSES: usize = 5;

/// The scalars of each of the three vectors: 64 MB, more than the last caches of most machines.
const VECTOR: usize = 1 << 23;

/// The vectors take at most one part in this many of the free memory.
const MEMORY_SHARE: u64 = 4;

impl Limits {
    /// Measures on one thread and, if the current pool has more, on all.
    pub(super) fn measure_all() -> Vec<Self> {
        let mut threads = vec![1, rayon::current_num_threads()];
        threads.dedup();
        threads.into_iter().map(Self::measure).collect()
    }

    fn measure(threads: usize) -> Self {
        Self {
            threads,
            gigabytes_per_second: triad(threads) / 1e9,
            gflops_f64: multiply_add::<f64>(threads) / 1e9,
            gflops_f32: multiply_add::<f32>(threads) / 1e9,
        }
    }
}

/// Measures x <- y + a z, in bytes per second.
fn triad(threads: usize) -> f64 {
    let room = memory::available().unwrap_or(u64::MAX) / MEMORY_SHARE / (3 * 8);
    let len = VECTOR.min(usize::try_from(room).unwrap_or(VECTOR)).max(1);
    let piece = len.div_ceil(threads);
    // Pages that were never written would share one physical page.
    let (mut x, mut y, mut z) = (vec![0.0; len], vec![0.0; len], vec![0.0; len]);
    for (vector, value) in [(&mut x, 1.0), (&mut y, 2.0), (&mut z, 3.0)] {
        on(threads, vector, piece, &|_, part| part.fill(value));
    }
    let arch = Arch::new();
    let factor = black_box(0.5);
    let seconds = best(|| {
        on(threads, &mut x, piece, &|first, part| {
            let rest = y[first..].iter().zip(&z[first..]);
            arch.dispatch(|| {
                for (x, (y, z)) in part.iter_mut().zip(rest.clone()) {
                    *x = y + factor * z;
                }
            });
        });
    });
    black_box(&x);
    (3 * 8 * len) as f64 / seconds
}

/// Calls `work` with each piece of `x` and its index, on as many threads.
fn on(threads: usize, x: &mut [f64], piece: usize, work: &(dyn Fn(usize, &mut [f64]) + Sync)) {
    if threads == 1 {
        return work(0, x);
    }
    let pieces = x.par_chunks_mut(piece).with_max_len(1).enumerate();
    pieces.for_each(|(place, part)| work(place * piece, part));
}

fn best(mut pass: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        pass();
        start.elapsed().as_secs_f64()
    };
    (0..PASSES).map(time).fold(f64::INFINITY, f64::min)
}

/// The number of independent sums: enough for two units with a latency of four or five cycles, and few enough for
/// sixteen registers.
const SUMS: usize = 12;

/// The steps of each sum, about ten milliseconds.
const STEPS: usize = 1 << 22;

/// Measures fused multiply-adds, in flops per second.
fn multiply_add<T: FusedLanes>(threads: usize) -> f64 {
    let arch = Arch::new();
    let lanes = arch.dispatch(Lanes::<T>(Default::default()));
    let run = || {
        black_box(arch.dispatch(Sums::<T>(Default::default())));
    };
    let seconds = best(|| match threads {
        1 => run(),
        _ => drop(rayon::broadcast(|_| run())),
    });
    (2 * threads * lanes * SUMS * STEPS) as f64 / seconds
}

/// Fused arithmetic on the vectors of the processor.
trait FusedLanes {
    type Vector<S: Simd>: Copy;

    fn splat<S: Simd>(simd: S, x: f64) -> Self::Vector<S>;

    /// a b + c.
    fn fused<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;

    fn sum<S: Simd>(simd: S, x: Self::Vector<S>) -> f64;
}

impl FusedLanes for f64 {
    type Vector<S: Simd> = S::f64s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, x: f64) -> S::f64s {
        simd.splat_f64s(x)
    }

    #[inline(always)]
    fn fused<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        simd.mul_add_f64s(a, b, c)
    }

    #[inline(always)]
    fn sum<S: Simd>(simd: S, x: S::f64s) -> f64 {
        simd.reduce_sum_f64s(x)
    }
}

impl FusedLanes for f32 {
    type Vector<S: Simd> = S::f32s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, x: f64) -> S::f32s {
        simd.splat_f32s(x as f32)
    }

    #[inline(always)]
    fn fused<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        simd.mul_add_f32s(a, b, c)
    }

    #[inline(always)]
    fn sum<S: Simd>(simd: S, x: S::f32s) -> f64 {
        f64::from(simd.reduce_sum_f32s(x))
    }
}

/// The number of scalars in a vector.
struct Lanes<T>(std::marker::PhantomData<T>);

impl<T: FusedLanes> WithSimd for Lanes<T> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        size_of::<T::Vector<S>>() / size_of::<T>()
    }
}

/// x <- x a + b, [`STEPS`] times in [`SUMS`] vectors.
struct Sums<T>(std::marker::PhantomData<T>);

impl<T: FusedLanes> WithSimd for Sums<T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (a, b) = (black_box(0.999), black_box(1e-3));
        let (a, b) = (T::splat(simd, a), T::splat(simd, b));
        let mut sums = [b; SUMS];
        for _ in 0..STEPS {
            for sum in &mut sums {
                *sum = T::fused(simd, *sum, a, b);
            }
        }
        sums.into_iter().map(|sum| T::sum(simd, sum)).sum()
    }
}
