//! The limits of the machine: memory bandwidth and arithmetic throughput.

use lowrank::core::LinearOperator;
use lowrank::core::panel::Panel;
use lowrank::core::random::{Distribution, RandomEntries};
use lowrank::internals::{MemorySpace, Operator, Task, run};
use lowrank::{Backend, DenseMatrix, Scalar, memory};
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
    /// faer's product of two square matrices in f64, 10^9 flops a second.
    pub matmul_f64: f64,
    /// The same in f32.
    pub matmul_f32: f64,
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
            gflops_f64: multiply_add(SumsF64, threads) / 1e9,
            gflops_f32: multiply_add(SumsF32, threads) / 1e9,
            matmul_f64: matmul::<f64>(threads) / 1e9,
            matmul_f32: matmul::<f32>(threads) / 1e9,
        }
    }

    /// Returns 10^9 flops a second as a share of what the machine allows in a precision on that many threads: its
    /// multiply-adds, or its bandwidth times the flops for each byte, whichever is less. It exceeds one where data stay
    /// in a cache.
    pub(super) fn share(
        limits: &[Self],
        (precision, threads): (&str, usize),
        (gflops, gigabytes_per_second): (f64, f64),
    ) -> f64 {
        let same = limits.iter().find(|limits| limits.threads == threads);
        let Some(limits) = same.or(limits.last()) else {
            return f64::NAN;
        };
        let arithmetic = match precision {
            f32::NAME => limits.gflops_f32,
            _ => limits.gflops_f64,
        };
        let by_memory = gigabytes_per_second / limits.gigabytes_per_second;
        // The larger share is that of the smaller limit.
        by_memory.max(gflops / arithmetic)
    }
}

/// The side of the matrices of [`matmul`]: in f64 they take 24 MB.
const SIDE: usize = 1024;

/// Measures the product of two square matrices, in flops per second.
fn matmul<T: Scalar>(threads: usize) -> f64 {
    let a = DenseMatrix::from_fn(SIDE, SIDE, |i, j| T::from_f64(((i + 3 * j) % 7) as f64));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let timed = pool.map(|pool| pool.install(|| run(Backend::Host, (&a).into(), Multiply)));
    let seconds = match timed {
        Ok(Ok(seconds)) => seconds,
        _ => f64::NAN,
    };
    2.0 * (SIDE as f64).powi(3) / seconds
}

/// The product with a panel of as many columns, on the host by faer.
struct Multiply;

impl<T: Scalar> Task<T> for Multiply {
    type Output = f64;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<f64, lowrank::Error> {
        let (mut x, mut y) = (S::buffer(SIDE, SIDE)?, S::buffer(SIDE, SIDE)?);
        let (mut x, mut y) = (S::panel(&mut x, SIDE, SIDE)?, S::panel(&mut y, SIDE, SIDE)?);
        x.fill_random(&RandomEntries::new(Distribution::Uniform, 0))?;
        Ok(best(|| _ = black_box(a.apply(&x, &mut y))))
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
fn multiply_add(sums: impl WithSimd<Output = usize> + Copy + Sync, threads: usize) -> f64 {
    let arch = Arch::new();
    let run = || black_box(arch.dispatch(sums));
    let lanes = run();
    let seconds = best(|| match threads {
        1 => drop(run()),
        _ => drop(rayon::broadcast(|_| run())),
    });
    (2 * threads * lanes * SUMS * STEPS) as f64 / seconds
}

/// Declares x <- x a + b, [`STEPS`] times in [`SUMS`] vectors; its result is the number of scalars in a vector.
macro_rules! sums {
    ($name:ident, $scalar:ident, $vector:ident, $splat:ident, $fused:ident) => {
        #[derive(Clone, Copy)]
        struct $name;

        impl WithSimd for $name {
            type Output = usize;

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> usize {
                let (a, b) = (black_box(0.999), black_box(1e-3));
                let (a, b) = (simd.$splat(a), simd.$splat(b));
                let mut sums = [b; SUMS];
                for _ in 0..STEPS {
                    for sum in &mut sums {
                        *sum = simd.$fused(*sum, a, b);
                    }
                }
                black_box(sums);
                size_of::<S::$vector>() / size_of::<$scalar>()
            }
        }
    };
}

sums!(SumsF64, f64, f64s, splat_f64s, mul_add_f64s);
sums!(SumsF32, f32, f32s, splat_f32s, mul_add_f32s);
