//! Which machines run? Vibration spectra in a ring buffer, compressed by a truncated SVD and taken
//! apart by NMF, in 16 kB of RAM, without a heap.
//!
//! In this folder's workspace, `cargo run --release --package demo` runs it on the desk, and
//! `--target thumbv6m-none-eabi` on an emulated micro:bit.
#![cfg_attr(target_os = "none", no_std, no_main)]

mod board;
mod machines;

use board::println;
use core::ops::ControlFlow;
use heapless::HistoryBuf;
use lowrank_core::{Error, FixedNmf, FixedSvd, FixedWorkspace, MatRef, Nmf, Real, TruncatedSvd};
use machines::{BINS, MACHINES};
use static_cell::ConstStaticCell;

/// Spectra that the ring buffer holds.
const FRAMES: usize = 32;
/// Parts to look for.
const PARTS: usize = MACHINES.len();
/// Columns of the sketch: some more than parts.
const WIDTH: usize = PARTS + 3;

type Ring = HistoryBuf<[f32; BINS], FRAMES>;
type Workspace = FixedWorkspace<f32, BINS, FRAMES, WIDTH>;
type Svd = FixedSvd<f32, BINS, FRAMES, PARTS>;
type Parts = FixedNmf<f32, BINS, FRAMES, PARTS>;

static RING: ConstStaticCell<Ring> = ConstStaticCell::new(Ring::new());
static WORKSPACE: ConstStaticCell<Workspace> = ConstStaticCell::new(Workspace::new());
static SVD: ConstStaticCell<Svd> = ConstStaticCell::new(Svd::new());
static PARTS_FOUND: ConstStaticCell<Parts> = ConstStaticCell::new(Parts::new());

#[cfg(not(target_os = "none"))]
fn main() -> Result<(), Error> {
    run()
}

fn run() -> Result<(), Error> {
    let ring = RING.take();
    for t in 0..FRAMES + FRAMES / 2 {
        ring.write(machines::frame(t)); // over the oldest one
    }
    // Each spectrum is a column, in the order of the ring: both factorizations take any order.
    let a = MatRef::new(ring.as_slice().as_flattened(), BINS, ring.len())?;
    let workspace = WORKSPACE.take();
    compress(&a, workspace, SVD.take())?;
    take_apart(&a, workspace, PARTS_FOUND.take())?;
    let buffers = size_of::<(Ring, Workspace, Svd, Parts)>();
    println!("RAM      {buffers} bytes of buffers");
    if let Some(stack) = board::stack_used() {
        println!("         {stack} bytes of stack");
    }
    Ok(())
}

/// The spectra as three numbers each, and three spectra.
fn compress(a: &MatRef<'_, f32>, workspace: &mut Workspace, svd: &mut Svd) -> Result<(), Error> {
    let settings = TruncatedSvd {
        rank: PARTS,
        ..TruncatedSvd::default()
    };
    let (mut workspace, mut svd) = svd.lend_with(workspace);
    let report = settings.run(a, &mut workspace, &mut svd)?;
    let lost = report.error_bound / report.frobenius_norm;
    let (all, kept) = (BINS * FRAMES, PARTS * (BINS + FRAMES + 1));
    println!(
        "SVD      {:.2} % of the energy in {kept} of {all} numbers",
        100.0 * (1.0 - lost * lost)
    );
    Ok(())
}

/// The spectrum of each machine in W, and when it ran in H.
fn take_apart(
    a: &MatRef<'_, f32>,
    workspace: &mut Workspace,
    parts: &mut Parts,
) -> Result<(), Error> {
    let settings = Nmf {
        rank: PARTS,
        ..Nmf::default()
    };
    let (mut workspace, mut lent) = parts.lend_with(workspace);
    let go_on = |_| ControlFlow::Continue(());
    let report = settings.run(a, &mut workspace, &mut lent, go_on)?;
    let (error, norm) = (
        report.approximation.error,
        report.approximation.frobenius_norm,
    );
    println!(
        "NMF      error {:.2} % after {} iterations",
        100.0 * error / norm,
        report.iterations
    );
    for machine in &MACHINES {
        let spectrum = machine.spectrum();
        let found = parts.w.iter().map(|part| cosine(part, &spectrum));
        println!("{:8} cosine {:.3}", machine.name, found.fold(0.0, f32::max));
    }
    Ok(())
}

/// 1 where two spectra differ in loudness only.
fn cosine(x: &[f32], y: &[f32]) -> f32 {
    inner_product(x, y) / Real::sqrt(inner_product(x, x) * inner_product(y, y))
}

fn inner_product(x: &[f32], y: &[f32]) -> f32 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}
