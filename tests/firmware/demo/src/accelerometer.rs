//! The signal of an accelerometer on a machine with two shafts. The bearing of a worn one rings.

use lowrank_core::random::{Distribution, RandomEntries};

/// The samples in a frame.
pub const SAMPLES: usize = 64;

/// cos and sin of the turn in a sample: 3 and 7 turns of the shafts a frame, 20 of the ring.
const SHAFTS: [(f32, f32); 2] = [(0.956_940_3, 0.290_284_7), (0.773_010_4, 0.634_393_3)];
const RING: (f32, f32) = (-0.382_683_4, 0.923_879_5);

/// The share of a ring that is left a sample later.
const DECAY: f32 = 0.85;

/// A source of frames.
pub struct Machine {
    random: RandomEntries,
    frames: usize,
}

impl Machine {
    pub fn new(seed: u64) -> Self {
        Self {
            random: RandomEntries::new(Distribution::Gaussian, seed),
            frames: 0,
        }
    }

    /// Returns the next frame: shafts of random phases, noise, and a ring that grows with the wear, from 0 to 1.
    pub fn frame(&mut self, wear: f32) -> [f32; SAMPLES] {
        let t = self.frames;
        self.frames += 1;
        let mut frame = [0.0; SAMPLES];
        for (sample, x) in frame.iter_mut().enumerate() {
            *x = 0.1 * self.random.at::<f32>(t, sample);
        }
        for (shaft, turn) in SHAFTS.into_iter().enumerate() {
            // A point of random phase and loudness, that turns.
            let place = SAMPLES + 2 * shaft;
            let mut point = (
                self.random.at::<f32>(t, place),
                self.random.at::<f32>(t, place + 1),
            );
            for x in &mut frame {
                *x += point.0;
                point = turned(point, turn);
            }
        }
        let start = self.random.signs(t, SAMPLES + 4) as usize % SAMPLES;
        let mut point = (0.8 * wear, 0.0);
        for x in &mut frame[start..] {
            *x += point.1;
            let (x, y) = turned(point, RING);
            point = (DECAY * x, DECAY * y);
        }
        frame
    }
}

fn turned((x, y): (f32, f32), (cos, sin): (f32, f32)) -> (f32, f32) {
    (cos * x - sin * y, sin * x + cos * y)
}

/// Prints good frames, from which the model was learnt.
#[cfg(not(target_os = "none"))]
pub fn print_frames() {
    let mut machine = Machine::new(1);
    for _ in 0..2000 {
        let frame = machine.frame(0.0).map(|x| x.to_string());
        println!("{}", frame.join(","));
    }
}
