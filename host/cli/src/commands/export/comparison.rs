//! The weights of a device beside those of the host.

use super::rows::{CheckRows, Rows};
use crate::commands::device::Device;
use lowrank::DenseMatrix;
use lowrank::core::model::{Method, ModelError, QUANTILES};
use lowrank_files::device_model::{Blob, TermLimit};

/// The weights of a device beside those of the host, over the rows whose weights there are not all zero.
pub struct Comparison {
    /// The number of these rows.
    pub rows: usize,
    /// The share of them whose largest weight is that of the same component.
    pub agreement: f64,
    /// The mean cosine of their weights.
    pub cosine: f64,
    /// ||W - W'||_F / ||W||_F.
    pub error: f64,
    /// The residuals of all rows, ascending.
    residuals: Vec<f32>,
}

impl Comparison {
    /// Runs the model on all rows.
    pub fn new(check: &CheckRows, blob: &Blob, method: Method) -> Result<Self, ModelError> {
        let device = Device::parse(&blob.bytes, method)?;
        let k = check.weights.ncols();
        let mut sums = Sums::default();
        let mut residuals = Vec::new();
        let mut weights = vec![0.0; k];
        let mut terms = vec![(0, 0.0); blob.columns];
        for i in 0..check.weights.nrows() {
            let residual = match &check.rows {
                Rows::Texts(_, counts) if blob.export.terms == TermLimit::ByIndex => {
                    let (indices, values) = counts.row(i);
                    let counts = indices.iter().zip(values);
                    let mut terms: Vec<_> = counts.map(|(j, x)| (*j, *x as f32)).collect();
                    device.weights(&device.words()?.weigh(&mut terms)?, &mut weights)?
                }
                Rows::Texts(corpus, _) => {
                    let text = corpus.documents[i].text.as_bytes();
                    device.weights(&device.words()?.row(text, &mut terms)?, &mut weights)?
                }
                Rows::Matrix(a) => device.weights_of(a, i, &mut weights)?,
            };
            residuals.push(residual);
            sums.add(&row(&check.weights, i), &weights);
        }
        residuals.sort_unstable_by(f32::total_cmp);
        let share = |sum: f64| {
            if sums.rows > 0 {
                sum / sums.rows as f64
            } else {
                1.0
            }
        };
        Ok(Self {
            rows: sums.rows,
            agreement: share(sums.same as f64),
            cosine: share(sums.cosines),
            error: match sums.squares > 0.0 {
                true => (sums.differences / sums.squares).sqrt(),
                false => 0.0,
            },
            residuals,
        })
    }

    /// Returns the residuals at [`QUANTILES`]; none without rows.
    pub fn thresholds(&self) -> Option<[f32; QUANTILES.len()]> {
        let count = self.residuals.len();
        let last = count.checked_sub(1)?;
        let place = |share: f32| (f64::from(share) * count as f64).ceil() as usize;
        Some(QUANTILES.map(|share| self.residuals[place(share).saturating_sub(1).min(last)]))
    }
}

fn row(a: &DenseMatrix<f64>, i: usize) -> Vec<f64> {
    (0..a.ncols()).map(|j| a.at(i, j)).collect()
}

#[derive(Default)]
struct Sums {
    rows: usize,
    same: usize,
    cosines: f64,
    differences: f64,
    squares: f64,
}

impl Sums {
    fn add(&mut self, host: &[f64], device: &[f32]) {
        let device: Vec<f64> = device.iter().map(|x| f64::from(*x)).collect();
        let (of_host, of_device) = (dot(host, host), dot(&device, &device));
        if of_host == 0.0 {
            return;
        }
        self.rows += 1;
        self.squares += of_host;
        let pairs = host.iter().zip(&device);
        self.differences += pairs.map(|(x, y)| (x - y).powi(2)).sum::<f64>();
        // Where the device finds nothing there is no largest weight, and no direction.
        if of_device > 0.0 {
            self.same += usize::from(largest(host) == largest(&device));
            self.cosines += dot(host, &device) / (of_host * of_device).sqrt();
        }
    }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Returns the place of the number of largest magnitude, of equal ones the first.
fn largest(x: &[f64]) -> usize {
    let mut place = 0;
    for (j, value) in x.iter().enumerate() {
        if value.abs() > x[place].abs() {
            place = j;
        }
    }
    place
}
