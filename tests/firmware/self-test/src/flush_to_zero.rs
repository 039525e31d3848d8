//! Results on processors that flush subnormal numbers to zero. In this mode the bits are not guaranteed to be equal.
//!
//! Exits with 0 if a matrix of subnormal f32 is then a zero matrix, and one without subnormal numbers keeps its bits;
//! otherwise with the number of the first claim that fails.
#![no_std]
#![no_main]

#[cfg(target_os = "none")]
mod microcontroller;
mod no_panic;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod x86_64;

use core::arch::asm;
use core::hint::black_box;
use lowrank_core::{Error, FixedSvd, FixedWorkspace, MatRef, Real, TruncatedSvd};

type Matrix = [[f32; 3]; 2];
type Svd = FixedSvd<f32, 3, 2, 2>;

/// Columns that are no multiples of each other.
const ORDINARY: Matrix = [[3.0, 1.0, 4.0], [1.0, 5.0, 9.0]];

/// Called by the entry point of the machine.
#[unsafe(no_mangle)]
extern "C" fn exit_status() -> i32 {
    match claims() {
        Ok([true, true, true]) => 0,
        Ok([false, _, _]) => 1,
        Ok([_, false, _]) => 2,
        Ok([_, _, false]) => 3,
        Err(_) => 4,
    }
}

fn claims() -> Result<[bool; 3], Error> {
    let subnormal = ORDINARY.map(|column| column.map(scale_down));
    let (ordinary, tiny) = (svd(ORDINARY)?, svd(subnormal)?);
    flush_to_zero(true);
    let (ordinary_flushed, tiny_flushed) = (svd(ORDINARY)?, svd(subnormal)?);
    flush_to_zero(false);
    Ok([
        tiny.singular_values == ordinary.singular_values.map(scale_down),
        tiny_flushed.singular_values == [0.0; 2],
        bits(&ordinary).eq(bits(&ordinary_flushed)),
    ])
}

fn scale_down(x: f32) -> f32 {
    x.scale_by_power_of_two(-140)
}

#[inline(never)]
fn svd(a: Matrix) -> Result<Svd, Error> {
    let mut workspace = FixedWorkspace::<f32, 3, 2, 2>::new();
    let mut factors = Svd::new();
    let svd = TruncatedSvd {
        rank: 2,
        ..TruncatedSvd::default()
    };
    let a = black_box(a);
    let a = MatRef::from(&a);
    svd.run(&a, &mut workspace.lend(), &mut factors.lend())?;
    Ok(black_box(factors))
}

fn bits(factors: &Svd) -> impl Iterator<Item = u32> {
    let (u, v) = (factors.u.as_flattened(), factors.v.as_flattened());
    let all = u.iter().chain(&factors.singular_values).chain(v);
    all.map(|x| x.to_bits())
}

/// Switches the mode of the floating-point unit on or off.
#[cfg(target_abi = "eabihf")]
fn flush_to_zero(on: bool) {
    let fpscr: u32 = u32::from(on) << 24;
    // SAFETY: the mode changes results only.
    unsafe { asm!("vmsr fpscr, {}", in(reg) fpscr) };
}

/// Switches the mode of the vector unit on or off: results (bit 15) and operands (bit 6).
#[cfg(target_arch = "x86_64")]
fn flush_to_zero(on: bool) {
    const DEFAULT: u32 = 0x1F80;
    let mxcsr = if on { DEFAULT | 0x8040 } else { DEFAULT };
    // SAFETY: the mode changes results only.
    unsafe { asm!("ldmxcsr [{}]", in(reg) &mxcsr) };
}

#[cfg(not(any(target_abi = "eabihf", target_arch = "x86_64")))]
compile_error!("without a floating-point unit there is no such mode");
