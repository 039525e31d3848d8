//! The signal of a vibration sensor near three machines. In a real
//! device a Fourier transform of the samples of the sensor delivers these spectra.

use lowrank_core::random::{Distribution, RandomEntries};

/// Frequencies of a spectrum.
pub const BINS: usize = 48;

/// A machine that is switched on and off.
pub struct Machine {
    pub name: &'static str,
    /// Centre, width and height of each peak; centre and width in bins.
    peaks: &'static [(f32, f32, f32)],
    /// It runs for so many frames of each period.
    running: usize,
    period: usize,
}

pub const MACHINES: [Machine; 3] = [
    Machine {
        name: "pump",
        peaks: &[(4.0, 0.7, 1.0), (8.0, 0.7, 0.6), (12.0, 0.8, 0.3)],
        running: 7,
        period: 11,
    },
    Machine {
        name: "fan",
        peaks: &[(6.0, 0.8, 0.4), (18.0, 1.0, 1.0), (36.0, 1.2, 0.3)],
        running: 9,
        period: 16,
    },
    Machine {
        name: "bearing",
        peaks: &[(12.0, 1.0, 0.2), (30.0, 3.0, 0.6), (38.0, 4.0, 0.5)],
        running: 4,
        period: 9,
    },
];

impl Machine {
    /// Its spectrum, alone and without noise.
    pub fn spectrum(&self) -> [f32; BINS] {
        let mut spectrum = [0.0; BINS];
        for (bin, x) in spectrum.iter_mut().enumerate() {
            for (centre, width, height) in self.peaks {
                let distance = (bin as f32 - centre) / width;
                *x += height / (1.0 + distance * distance);
            }
        }
        spectrum
    }

    /// Returns the loudness at time `t`: silent at rest, varying by a third while running.
    fn level(&self, t: usize) -> f32 {
        if t % self.period < self.running {
            1.0 + ((t % 5) as f32 - 2.0) / 6.0
        } else {
            0.0
        }
    }
}

/// Returns the spectrum at the sensor at time `t`: all running machines, and noise.
pub fn frame(t: usize) -> [f32; BINS] {
    let noise = RandomEntries::new(Distribution::HalfGaussian, 2026);
    let mut frame = [0.0; BINS];
    for (bin, x) in frame.iter_mut().enumerate() {
        *x = 0.02 * noise.at::<f32>(t, bin);
    }
    for machine in &MACHINES {
        for (x, y) in frame.iter_mut().zip(machine.spectrum()) {
            *x += machine.level(t) * y;
        }
    }
    frame
}
