//! What is the log about? Each line becomes a topic on the device: no vocabulary, no heap, 256 bytes for a line.
//!
//! In this folder's workspace, `cargo run --release --package demo --bin logs` runs it on the desk, and
//! `--target thumbv6m-none-eabi` on an emulated micro:bit. The model was made by `demo/learn` of `logs.txt`.
#![cfg_attr(target_os = "none", no_std, no_main)]

mod board;

use board::println;
use lowrank_core::model::{ModelError, NmfView};

static MODEL: &[u8] = include_bytes!("logs.lrm");

/// The topics of the model.
const TOPICS: usize = 4;

/// The different terms that a line may have.
const TERMS: usize = 32;

const LINES: [&str; 8] = [
    "ata2: I/O error, retry of sector 4711 on disk sdb",
    "Disk sdc: read error, sector remapped",
    "eth0: link is up, 100 Mbit, full duplex",
    "LINK DOWN on eth1, packets dropped",
    "sshd: failed password for root from 10.0.0.7 port 22",
    "authentication failure for user guest, session closed",
    "fan 2 speed below minimum, temperature 71 C",
    "the quick brown fox jumps over the lazy dog",
];

#[cfg(not(target_os = "none"))]
fn main() -> Result<(), ModelError> {
    run()
}

fn run() -> Result<(), ModelError> {
    let model = NmfView::parse(MODEL)?;
    let words = model.words()?;
    println!("model    {} bytes, {} terms", MODEL.len(), words.terms());
    for line in LINES {
        let (mut terms, mut weights) = ([(0, 0.0); TERMS], [0.0; TOPICS]);
        let row = words.row(line.as_bytes(), &mut terms)?;
        let unexplained = model.fold_in(&row, 20, &mut weights)?;
        match strongest(&weights) {
            Some(topic) => println!("topic {topic}  unexplained {unexplained:.2}  {line}"),
            None => println!("unknown  unexplained {unexplained:.2}  {line}"),
        }
    }
    if let Some(stack) = board::stack_used() {
        println!("         {stack} bytes of stack");
    }
    Ok(())
}

/// Returns the topic of largest weight, from 1; none where all are zero.
fn strongest(weights: &[f32]) -> Option<usize> {
    let mut found = (None, 0.0);
    for (topic, weight) in (1..).zip(weights) {
        if *weight > found.1 {
            found = (Some(topic), *weight);
        }
    }
    found.0
}
