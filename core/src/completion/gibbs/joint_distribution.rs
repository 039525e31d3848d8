//! The test of the joint distribution (Geweke 2004) of the sampler.
//!
//! Draws from the priors, and entries given these, come from the joint distribution of everything. So does every state of a chain
//! that starts there and draws the entries anew before each sweep, if the sweep leaves their distribution given the entries as it
//! is: a wrong rate, a wrong shape or a stale value in any of the draws moves the means. Many short chains tell more than a long
//! one, whose states depend on each other.

extern crate std;

use super::*;
use crate::CsrRef;
use crate::completion::Sequential;
use crate::operator::Observed;
use std::vec;
use std::vec::Vec;

const M: usize = 3;
const N: usize = 4;

/// One factor and a bias.
const P: usize = 2;

/// The known entries: four of row 0, one of row 1, three of row 2.
const OFFSETS: [usize; M + 1] = [0, 4, 5, 8];
const COLUMNS: [u32; 8] = [0, 1, 2, 3, 1, 0, 1, 3];

const DRAWS: usize = 60_000;

/// Chains, and the sweeps of each.
const CHAINS: usize = 6_000;
const SWEEPS: usize = 10;

/// A stream of draws, by other means than those of the sampler.
struct Stream {
    normals: RandomEntries,
    next: usize,
}

impl Stream {
    fn normal(&mut self) -> f64 {
        self.next += 1;
        self.normals.at(0, self.next)
    }

    /// A draw from the gamma distribution of shape d / 2 and rate 1 / 2.
    fn chi_squared(&mut self, d: usize) -> f64 {
        (0..d).map(|_| self.normal().powi(2)).sum()
    }

    /// A normal vector of precision L = R R^T / c, where R is a 2 x 2 matrix.
    fn with_precision(&mut self, r: [[f64; P]; P], c: f64) -> [f64; P] {
        let z = [self.normal(), self.normal()];
        let determinant = (r[0][0] * r[1][1] - r[0][1] * r[1][0]) / c.sqrt();
        // R^-T z.
        [
            (r[1][1] * z[0] - r[1][0] * z[1]) / determinant,
            (r[0][0] * z[1] - r[0][1] * z[0]) / determinant,
        ]
    }
}

/// Everything that is drawn, except the entries.
#[derive(Clone)]
struct State {
    w: Vec<f64>,
    h: Vec<f64>,
    means: [[f64; P]; 2],
    /// Those at 00, 10 and 11.
    precisions: [[f64; 3]; 2],
    weights: [f64; M],
    alpha: f64,
}

/// A draw from the priors of nu degrees: W(I, p), N(0, (2 L)^-1), alpha of one entry with residual one.
fn prior(stream: &mut Stream, degrees: usize) -> State {
    let mut sides = [M, N].map(|count| {
        let r = [(); P].map(|()| [(); P].map(|()| stream.normal()));
        let dot = |i: usize, j: usize| r[i][0] * r[j][0] + r[i][1] * r[j][1];
        let mean = stream.with_precision(r, 0.5);
        let rows: Vec<f64> = (0..count)
            .flat_map(|_| {
                let x = stream.with_precision(r, 1.0);
                [mean[0] + x[0], mean[1] + x[1]]
            })
            .collect();
        (rows, mean, [dot(0, 0), dot(1, 0), dot(1, 1)])
    });
    State {
        w: core::mem::take(&mut sides[0].0),
        h: core::mem::take(&mut sides[1].0),
        means: [sides[0].1, sides[1].1],
        precisions: [sides[0].2, sides[1].2],
        weights: [(); M].map(|()| stream.chi_squared(degrees) / degrees as f64),
        alpha: stream.chi_squared(1),
    }
}

/// The place of each entry in the order of the columns.
fn transposed_order() -> (Vec<usize>, Vec<u32>, Vec<usize>) {
    let rows: Vec<usize> = (0..M)
        .flat_map(|i| (OFFSETS[i]..OFFSETS[i + 1]).map(move |_| i))
        .collect();
    let mut order: Vec<usize> = (0..COLUMNS.len()).collect();
    order.sort_by_key(|&at| (COLUMNS[at], rows[at]));
    let mut offsets = vec![0; N + 1];
    for column in COLUMNS {
        for offset in &mut offsets[column as usize + 1..] {
            *offset += 1;
        }
    }
    let columns = order.iter().map(|&at| rows[at] as u32).collect();
    (offsets, columns, order)
}

/// What is compared: bounded, or with a few moments, where entries themselves have none.
fn figures(state: &State) -> Vec<f64> {
    let mut all = vec![state.alpha.ln(), state.weights[0].ln(), state.weights[1]];
    // Noise and what it is the noise of.
    all.push((state.alpha * state.weights[2]).ln() * (state.w[4] * state.h[2]).abs().atan());
    for (side, rows) in [&state.w, &state.h].into_iter().enumerate() {
        let [of_factor, both, of_bias] = state.precisions[side];
        all.extend([of_factor.ln(), of_bias.ln()]);
        all.push((both / (of_factor * of_bias).sqrt()).powi(2));
        all.push((of_factor * of_bias - both * both).ln());
        for c in 0..P {
            all.push(state.means[side][c].atan());
            all.push(state.means[side][c].abs().atan());
            all.push(rows[c].atan().powi(2));
            all.push((rows[c] * rows[P + c]).atan());
            all.push(((rows[c] - state.means[side][c]).powi(2) * [of_factor, of_bias][c]).atan());
        }
    }
    all
}

/// Means and their standard errors.
fn means(draws: &[Vec<f64>]) -> Vec<(f64, f64)> {
    let count = draws.len() as f64;
    (0..draws[0].len())
        .map(|c| {
            let mean = draws.iter().map(|figures| figures[c]).sum::<f64>() / count;
            let squares: f64 = draws
                .iter()
                .map(|figures| (figures[c] - mean).powi(2))
                .sum();
            (mean, squares.sqrt() / count)
        })
        .collect()
}

/// The last states of chains that start with draws from the priors, and have new entries before each sweep.
fn chains(degrees: usize) -> Vec<Vec<f64>> {
    let settings = GibbsCompletion {
        noise_degrees: degrees as f64,
        seed: 3,
        ..GibbsCompletion::default()
    };
    assert_eq!(settings.row_len(), P);
    let scale = GibbsScale {
        rank: 1,
        mean: 0.0,
        deviation: 1.0,
    };
    let (unit, mut stream) = (Unit::of(&scale), stream(1));
    let mut memory = vec![f64::NAN; gibbs_scratch_len(M, N, P)];
    let mut scratch = &mut memory[..];
    let mut sampler = Sampler::taken_from(&mut scratch, (M, N), &settings, (unit, &Sequential));
    let (offsets, columns, order) = transposed_order();
    let mut ends = Vec::new();
    for chain in 0..CHAINS {
        let mut state = prior(&mut stream, degrees);
        sampler.alpha = state.alpha;
        sampler.weights.copy_from_slice(&state.weights);
        for sweep in 0..SWEEPS {
            let mut values = [0.0; COLUMNS.len()];
            for i in 0..M {
                for at in OFFSETS[i]..OFFSETS[i + 1] {
                    let j = COLUMNS[at] as usize;
                    let v = unit.prediction(&state.w[P * i..][..P], &state.h[P * j..][..P]);
                    let deviation = (sampler.alpha * sampler.weights[i]).sqrt().recip();
                    values[at] = v + deviation * stream.normal();
                }
            }
            let turned: Vec<f64> = order.iter().map(|&at| values[at]).collect();
            let a = CsrRef::new(&OFFSETS, &COLUMNS, &values, N).unwrap();
            let transposed = CsrRef::new(&offsets, &columns, &turned, M).unwrap();
            let mut w = MatMut::new(&mut state.w, P, M).unwrap();
            let mut h = MatMut::new(&mut state.h, P, N).unwrap();
            let matrices = (&Observed(a), &Observed(transposed));
            let number = chain * SWEEPS + sweep;
            let drawn = sampler.sweep(matrices, (&mut w, &mut h), scratch, number);
            drawn.unwrap();
        }
        for (side, prior) in [&sampler.of_w, &sampler.of_h].into_iter().enumerate() {
            state.means[side].copy_from_slice(prior.mean);
            state.precisions[side] = [0, 1, padded(P) + 1].map(|at| prior.precision[at]);
        }
        state.weights.copy_from_slice(sampler.weights);
        state.alpha = sampler.alpha;
        ends.push(figures(&state));
    }
    ends
}

fn stream(seed: u64) -> Stream {
    Stream {
        normals: RandomEntries::new(Distribution::Gaussian, seed),
        next: 0,
    }
}

#[test]
fn a_sweep_leaves_the_joint_distribution_of_everything_as_it_is() {
    let degrees = 4;
    let mut source = stream(2);
    let independent: Vec<Vec<f64>> = (0..DRAWS)
        .map(|_| figures(&prior(&mut source, degrees)))
        .collect();
    let of_chains = means(&chains(degrees));
    for (c, (expected, found)) in means(&independent).into_iter().zip(of_chains).enumerate() {
        let error = expected.1.hypot(found.1);
        let miss = (found.0 - expected.0) / error;
        // Of a hundred normal draws, none is beyond 4.
        assert!(
            miss.abs() < 4.0,
            "figure {c}: {expected:?} {found:?} {miss}"
        );
        assert!(error < 0.04, "figure {c}: {error}");
    }
}
