//! Matrices in files for the tests of `lowrank factorize` and `lowrank transform`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use lowrank::DenseMatrix;
use lowrank_files::model_folder::read_matrix;

use crate::outcome::{Outcome, lowrank, outcome_of};

/// A folder that is removed after the test.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a matrix as CSV.
    pub fn csv(&self, name: &str, a: &DenseMatrix<f64>) -> PathBuf {
        let mut text = String::new();
        for i in 0..a.nrows() {
            let row: Vec<String> = (0..a.ncols()).map(|j| a.at(i, j).to_string()).collect();
            writeln!(text, "{}", row.join(",")).unwrap();
        }
        self.text(name, &text)
    }

    pub fn text(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Returns the names of all files, hidden or not, sorted.
    pub fn names(&self) -> Vec<String> {
        names(self.0.path())
    }
}

/// Returns the names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// Returns a positive 30 x 20 matrix, nearly of rank four.
pub fn positive() -> DenseMatrix<f64> {
    DenseMatrix::from_fn(30, 20, |i, j| {
        let part = |k: usize| {
            let (x, y) = ((i * (k + 3) + k) % 7, (j * (k + 2) + 1) % 5);
            (x * y) as f64
        };
        (0..4).map(part).sum::<f64>() + 0.1 * ((i * 13 + j * 7) % 11) as f64 + 0.05
    })
}

/// Returns a matrix with signs.
pub fn signed() -> DenseMatrix<f64> {
    let a = positive();
    DenseMatrix::from_fn(30, 20, |i, j| a.at(i, j) - 8.0)
}

/// Runs `lowrank factorize` with options separated by blanks.
pub fn factorize(matrix: &Path, options: &str) -> Outcome {
    let command = &mut lowrank();
    command.arg("factorize").arg(matrix);
    outcome_of(command.args(options.split_whitespace()))
}

/// Runs `lowrank factorize` with an output folder.
pub fn factorize_to(matrix: &Path, folder: &Path, options: &str) -> Outcome {
    let command = &mut lowrank();
    command
        .arg("factorize")
        .arg(matrix)
        .arg("--output")
        .arg(folder);
    outcome_of(command.args(options.split_whitespace()))
}

/// Runs `lowrank transform` with options separated by blanks.
pub fn transform(model: &Path, input: &Path, options: &str) -> Outcome {
    let command = &mut lowrank();
    command.arg("transform").arg(model).arg(input);
    outcome_of(command.args(options.split_whitespace()))
}

pub fn array(folder: &Path, name: &str) -> DenseMatrix<f64> {
    read_matrix(&folder.join(name)).unwrap()
}

/// ||A - X Y^T||_F.
pub fn distance(a: &DenseMatrix<f64>, x: &DenseMatrix<f64>, y: &DenseMatrix<f64>) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.nrows() {
        for j in 0..a.ncols() {
            let product: f64 = (0..x.ncols()).map(|k| x.at(i, k) * y.at(j, k)).sum();
            sum += (a.at(i, j) - product).powi(2);
        }
    }
    sum.sqrt()
}

/// The largest difference of two matrices of one shape.
pub fn difference(a: &DenseMatrix<f64>, b: &DenseMatrix<f64>) -> f64 {
    assert_eq!((a.nrows(), a.ncols()), (b.nrows(), b.ncols()));
    let pairs = a.as_slice().iter().zip(b.as_slice());
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}
