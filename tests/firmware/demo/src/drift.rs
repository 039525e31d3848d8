//! Is the machine as it was? Principal components of frames of an accelerometer, learnt on the desk, find drift on the
//! device: less than a kilobyte of model in flash, four numbers of RAM.
//!
//! In this folder's workspace, `cargo run --release --package demo --bin drift` runs it on the desk, and
//! `--target thumbv6m-none-eabi` on an emulated micro:bit. The model was made by `demo/learn`.
#![cfg_attr(target_os = "none", no_std, no_main)]

mod accelerometer;
mod board;

use accelerometer::Machine;
use board::println;
use lowrank_core::model::{ModelError, PcaView};
use lowrank_core::sketch::{FrequentDirections, buffer_len};
use static_cell::ConstStaticCell;

/// What was learnt on the desk, with the residuals of good frames.
static MODEL: &[u8] = include_bytes!("vibration.lrm");

/// The samples in a frame.
const SAMPLES: usize = accelerometer::SAMPLES;

/// A device that learns by itself needs a sketch.
const LEARNT: usize = buffer_len(SAMPLES, 8);
static SKETCH: ConstStaticCell<[f32; LEARNT]> = ConstStaticCell::new([0.0; LEARNT]);

#[cfg(not(target_os = "none"))]
fn main() -> Result<(), Error> {
    if std::env::args().nth(1).as_deref() == Some("frames") {
        accelerometer::print_frames();
        return Ok(());
    }
    run()
}

/// The reason why the demo ends early.
#[derive(Debug)]
pub enum Error {
    Model(ModelError),
    Sketch(lowrank_core::Error),
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Error::Model(error) => error.fmt(f),
            Error::Sketch(error) => error.fmt(f),
        }
    }
}

fn run() -> Result<(), Error> {
    let model = PcaView::parse(MODEL).map_err(Error::Model)?;
    println!("model    {} bytes", MODEL.len());
    let limit = model.thresholds().at(0.999).unwrap_or(f32::MAX);
    let mut machine = Machine::new(7);
    for (state, wear) in [("new", 0.0), ("worn", 0.5), ("broken", 1.0)] {
        let mut alarms = 0;
        for _ in 0..100 {
            let mut scores = [0.0; 4];
            let frame = machine.frame(wear);
            let residual = model.project(&frame, &mut scores).map_err(Error::Model)?;
            if residual > limit {
                alarms += 1;
            }
        }
        println!("{state:8} {alarms} of 100 frames are unusual");
    }
    learn(&mut machine).map_err(Error::Sketch)?;
    if let Some(stack) = board::stack_used() {
        println!("         {stack} bytes of stack");
    }
    Ok(())
}

/// Without a desk: the axes of 500 good frames, of which none is kept, and how far others are from them.
fn learn(machine: &mut Machine) -> Result<(), lowrank_core::Error> {
    let mut sketch = FrequentDirections::centered(SKETCH.take(), SAMPLES, 8)?;
    for _ in 0..500 {
        sketch.push(&machine.frame(0.0))?;
    }
    let normal = sketch.pca(4)?;
    let mut farthest = [0.0f32; 2];
    for (farthest, wear) in farthest.iter_mut().zip([0.0, 1.0]) {
        for _ in 0..100 {
            let residual = normal.project(&machine.frame(wear), &mut [0.0; 4]);
            *farthest = residual.unwrap_or(f32::MAX).max(*farthest);
        }
    }
    let [good, broken] = farthest;
    println!("learnt   good frames are within {good:.3}, broken ones within {broken:.3}");
    Ok(())
}
