//! The works, as `prepare` writes them for all sides: works.json.

use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fs;
use std::path::Path;

pub const FILE: &str = "works.json";

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Plan {
    /// The sizes are those of a quick check and give no figures for a table.
    pub small: bool,
    pub works: Vec<Work>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Work {
    pub name: String,
    pub kind: Kind,
    /// In the folder of the plan: .npz of a sparse matrix, .npy of a dense one.
    pub file: String,
    /// The source of the entries.
    pub origin: String,
    /// The shape as factored: without a number of nonzeros, all entries are stored.
    pub shape: Shape,
    pub rank: usize,
    /// The number of iterations of a run, followed by those that are not counted.
    pub iterations: usize,
    pub warm_up: usize,
    pub runs: usize,
    /// The files of the initial W (m x k) and H (n x k).
    pub start: Option<[String; 2]>,
    /// The learning rate of a gradient descent.
    pub rate: Option<f64>,
    /// The deviation of its initial factors: |N(0, deviation^2)|.
    pub deviation: Option<f64>,
    /// The oversampling of an SVD, followed by the numbers of power iterations to try.
    pub oversampling: usize,
    pub rounds: Vec<usize>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Multiplicative updates for the Frobenius norm.
    Mu,
    /// Projected gradient steps.
    Gradient,
    /// Multiplicative updates for the divergence of Kullback and Leibler.
    Kl,
    Svd,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Shape {
    pub rows: usize,
    pub columns: usize,
    pub nonzeros: Option<usize>,
}

impl Shape {
    pub fn sides(self) -> (f64, f64) {
        (self.rows as f64, self.columns as f64)
    }
}

impl Plan {
    pub fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        Ok(fs::write(
            folder.join(FILE),
            serde_json::to_string_pretty(self)?,
        )?)
    }

    pub fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let path = folder.join(FILE);
        let text = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }
}
