//! The dense matrix of the SVD: a known spectrum and noise.

use lowrank::DenseMatrix;
use lowrank_core::random::{Distribution, RandomEntries};
use rayon::prelude::*;
use std::f64::consts::PI;

/// Singular values 1, 1/2, 1/3 .. of the part without noise.
const COMPONENTS: usize = 128;

/// ||noise||_F: its largest singular value is about 2 / sqrt(n) of that.
const NOISE: f64 = 0.02;

/// A = sum over j of u_j v_j^T / j, and noise: u_j and v_j are cosines of frequency j and 3 j, which
/// are orthonormal. n x n.
///
/// The best approximation of rank k leaves about the root of 1 / (k + 1)^2 + .. + 1 / 128^2 + noise.
pub fn matrix(n: usize) -> DenseMatrix<f32> {
    let components = COMPONENTS.min(n / 4);
    let cosine = |i: usize, frequency: usize| {
        let turns = (2 * i + 1) * frequency % (4 * n);
        (2.0 / n as f64).sqrt() * (PI * turns as f64 / (2 * n) as f64).cos()
    };
    let left: Vec<Vec<f32>> = (1..=components)
        .into_par_iter()
        .map(|j| (0..n).map(|i| cosine(i, j) as f32).collect())
        .collect();
    let noise = RandomEntries::new(Distribution::Gaussian, 9);
    let deviation = (NOISE / n as f64) as f32;
    let mut entries = vec![0f32; n * n];
    entries
        .par_chunks_mut(n)
        .enumerate()
        .for_each(|(column, entries)| {
            for (i, x) in entries.iter_mut().enumerate() {
                *x = deviation * noise.at::<f32>(i, column);
            }
            for (place, left) in left.iter().enumerate() {
                let j = place + 1;
                let right = (cosine(column, 3 * j) / j as f64) as f32;
                for (x, u) in entries.iter_mut().zip(left) {
                    *x += right * u;
                }
            }
        });
    DenseMatrix::new(entries, n, n).expect("n columns of n entries")
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::TruncatedSvd;
    use lowrank::svd::SvdSolver;

    #[test]
    fn singular_values_are_the_ones_that_were_meant() {
        let svd = TruncatedSvd {
            rank: 10,
            solver: Some(SvdSolver::Exact),
            ..TruncatedSvd::default()
        };
        let found = svd.fit(&matrix(256)).unwrap();
        for (place, s) in found.singular_values.iter().enumerate() {
            let meant = 1.0 / (place + 1) as f64;
            assert!(
                (f64::from(*s) - meant).abs() < 2.0 * NOISE / 16.0,
                "{s} {meant}"
            );
        }
    }
}
