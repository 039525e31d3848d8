//! The nonlinear least-squares problem of a user among held items.

use crate::Error;
use lowrank_core::MatMut;
use lowrank_core::dense::cholesky::{cholesky, cholesky_solve};

/// The problem min sum_j (r_j - low - (high - low) s(f_j . x + c_j))^2 + penalty |x|^2.
pub(super) struct User {
    pub(super) features: Vec<Vec<f64>>,
    /// c.
    pub(super) offsets: Vec<f64>,
    /// r.
    pub(super) ratings: Vec<f64>,
    /// low and high.
    pub(super) range: (f64, f64),
    pub(super) penalty: f64,
}

/// The maximum number of steps; a handful suffice.
const STEPS: usize = 200;

/// The iteration ends when a step gains less than this share.
const TOLERANCE: f64 = 1e-13;

impl User {
    /// Computes the p numbers x by damped Gauss-Newton steps (Levenberg 1944; Marquardt 1963) from zero.
    pub(super) fn minimizer(&self, p: usize) -> Result<Vec<f64>, Error> {
        let (mut x, mut damping) = (vec![0.0; p], 1e-3);
        let mut loss = self.loss(&x);
        for _ in 0..STEPS {
            let step = self.step(&x, damping)?;
            let next: Vec<f64> = x.iter().zip(&step).map(|(x, step)| x + step).collect();
            let next_loss = self.loss(&next);
            let gain = loss - next_loss;
            if gain > 0.0 {
                (x, loss, damping) = (next, next_loss, damping / 10.0);
            } else {
                damping *= 10.0;
            }
            if gain.abs() <= TOLERANCE * loss {
                break;
            }
        }
        Ok(x)
    }

    /// Returns the prediction of entry `j`, and its slope along f_j . x.
    fn predicted(&self, j: usize, x: &[f64]) -> [f64; 2] {
        let (low, high) = self.range;
        let along: f64 = self.features[j].iter().zip(x).map(|(f, x)| f * x).sum();
        let share = 1.0 / (1.0 + (-along - self.offsets[j]).exp());
        let width = high - low;
        [low + width * share, width * share * (1.0 - share)]
    }

    fn loss(&self, x: &[f64]) -> f64 {
        let squares = self.ratings.iter().enumerate().map(|(j, rating)| {
            let [v, _] = self.predicted(j, x);
            (rating - v) * (rating - v)
        });
        squares.sum::<f64>() + self.penalty * x.iter().map(|x| x * x).sum::<f64>()
    }

    /// Solves (J^T J + (penalty + damping) I) step = J^T e - penalty x.
    fn step(&self, x: &[f64], damping: f64) -> Result<Vec<f64>, Error> {
        let p = x.len();
        let mut gram = vec![0.0; p * p];
        let mut step: Vec<f64> = x.iter().map(|x| -self.penalty * x).collect();
        for (j, (features, rating)) in self.features.iter().zip(&self.ratings).enumerate() {
            let [v, slope] = self.predicted(j, x);
            for (c, f) in features.iter().enumerate() {
                step[c] += slope * (rating - v) * f;
                for (g, other) in gram[c * p..][..p].iter_mut().zip(features) {
                    *g += slope * slope * f * other;
                }
            }
        }
        for c in 0..p {
            gram[c * p + c] += self.penalty + damping;
        }
        let mut factor = MatMut::new(&mut gram, p, p)?;
        cholesky(&mut factor)?;
        cholesky_solve(&factor, &mut step)?;
        Ok(step)
    }
}
