//! Draws from gamma distributions.

use crate::random::{Distribution, RandomEntries};

/// The most trials of a draw, of which each succeeds with probability above 0.95.
const TRIALS: usize = 64;

/// Returns the draw number `place` from the gamma distribution of `shape` >= 1 and scale 1 (Marsaglia & Tsang 2000): a
/// pure function of (shape, seed, place).
pub(super) fn gamma(shape: f64, seed: u64, place: usize) -> f64 {
    let normals = RandomEntries::new(Distribution::Gaussian, seed);
    let uniforms = RandomEntries::new(Distribution::Uniform, !seed);
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    for trial in 0..TRIALS {
        let x: f64 = normals.at(place, trial);
        let root = 1.0 + c * x;
        let v = root * root * root;
        // Between -sqrt(3) and sqrt(3).
        let u: f64 = uniforms.at(place, trial);
        let u = 0.5 + u / libm::sqrt(12.0);
        if v > 0.0 && libm::log(u) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec::Vec;

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        for shape in [1.0, 1.5, 7.0, 4000.0] {
            let n = 40_000;
            let draws: Vec<f64> = (0..n).map(|place| gamma(shape, 11, place)).collect();
            assert!(draws.iter().all(|x| *x > 0.0));
            let mean = draws.iter().sum::<f64>() / n as f64;
            let moment = |k: i32| draws.iter().map(|x| (x - mean).powi(k)).sum::<f64>() / n as f64;
            // Mean and variance are `shape`, the skewness is 2 / sqrt(shape); five standard errors or more.
            let error = (shape / n as f64).sqrt();
            assert!((mean - shape).abs() < 5.0 * error, "{shape} {mean}");
            assert!((moment(2) / shape - 1.0).abs() < 0.08, "{shape}");
            let skewness = moment(3) / moment(2).powf(1.5);
            assert!(
                (skewness - 2.0 / shape.sqrt()).abs() < 0.3,
                "{shape} {skewness}"
            );
        }
    }
}
