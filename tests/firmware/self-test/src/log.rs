//! Every error and report through defmt, to a logger that keeps nothing but a sum of the bytes.

use core::hint::black_box;
use core::sync::atomic::{AtomicU32, Ordering};
use lowrank_core::Error;
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::svd::{Subspace, SvdReport};

static SUM: AtomicU32 = AtomicU32::new(0);

#[defmt::global_logger]
struct Logger;

// SAFETY: one thread, no interrupts: no frame begins inside another one.
unsafe impl defmt::Logger for Logger {
    fn acquire() {}

    unsafe fn flush() {}

    unsafe fn release() {}

    unsafe fn write(bytes: &[u8]) {
        let sum = bytes
            .iter()
            .fold(0, |sum: u32, byte| sum.wrapping_add((*byte).into()));
        SUM.fetch_add(sum, Ordering::Relaxed);
    }
}

/// Logs one of each kind. Returns whether anything arrived at the logger.
pub fn log() -> bool {
    for error in black_box([
        Error::Shape {
            expected: (1, 2),
            found: (3, 4),
        },
        Error::NonFinite { row: 1, column: 2 },
        Error::Backend { code: -5 },
    ]) {
        defmt::println!("{}", error);
    }
    reports(black_box(1.5_f32));
    reports(black_box(2.5_f64));
    SUM.load(Ordering::Relaxed) != 0
}

fn reports<T: Copy + defmt::Format>(x: T) {
    let approximation = Approximation {
        error: x,
        error_bound: x,
        frobenius_norm: x,
    };
    let svd = SvdReport {
        rank: 3,
        frobenius_norm: x,
        error_bound: x,
        converged: black_box(true),
        excess: x,
        iterations: 9,
        subspace: black_box(Subspace::Krylov),
    };
    let progress = Progress {
        iteration: 1,
        iterations: 9,
        error: x,
        loss: x,
    };
    let nmf = Report {
        approximation,
        loss: x,
        iterations: 9,
        stop: black_box(Stop::Tolerance),
    };
    defmt::println!("{} {} {}", svd, progress, nmf);
}
