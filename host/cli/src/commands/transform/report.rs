//! The weights of new rows, for people and for machines.

use super::rows::{Columns, Names};
use crate::run::Failure;
use lowrank::DenseMatrix;
use lowrank_cli::report::counted;
use lowrank_files::matrix_file::to_npy;
use serde::Serialize;
use std::path::Path;

#[derive(Clone, Copy, Serialize)]
pub struct Seconds {
    pub load: f64,
    pub transform: f64,
    pub total: f64,
}

/// The report. The names of the fields are those of the JSON object, on which scripts rely.
#[derive(Serialize)]
struct Report<'a> {
    method: &'a str,
    rows: usize,
    rank: usize,
    /// The names of the rows.
    row_names: Option<&'a [String]>,
    /// The columns beside those of the model, for a matrix.
    columns: Option<&'a Columns>,
    output: Option<String>,
    /// The weights, row by row, unless they are written to a file.
    weights: Option<Vec<Vec<f64>>>,
    /// The biases of the rows, for a completion with biases, unless they are written to a file.
    biases: Option<Vec<f64>>,
    /// The residuals of the rows, for an exported model, unless they are written to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    residuals: Option<Vec<f64>>,
    seconds: Seconds,
}

/// The weights of the rows.
pub struct Found {
    pub method: &'static str,
    pub weights: DenseMatrix<f64>,
    pub last: Option<Last>,
    pub names: Names,
}

/// A number more of each row.
pub enum Last {
    /// For a completion with biases.
    Biases(Vec<f64>),
    /// For an exported model.
    Residuals(Vec<f64>),
}

impl Last {
    fn name(&self) -> &'static str {
        match self {
            Last::Biases(_) => "bias",
            Last::Residuals(_) => "residual",
        }
    }

    fn numbers(&self) -> &[f64] {
        match self {
            Last::Biases(numbers) | Last::Residuals(numbers) => numbers,
        }
    }
}

impl Found {
    fn row(&self, i: usize) -> Vec<f64> {
        let weights = &self.weights;
        (0..weights.ncols()).map(|k| weights.at(i, k)).collect()
    }

    fn last(&self, i: usize) -> Option<f64> {
        self.last.as_ref()?.numbers().get(i).copied()
    }

    /// Returns the weights as an array, the bias or the residual in the last column.
    pub fn npy(&self) -> Vec<u8> {
        let (m, k) = (self.weights.nrows(), self.weights.ncols());
        match self.last.as_ref().map(Last::numbers) {
            None => to_npy(&self.weights),
            Some(last) => to_npy(&DenseMatrix::from_fn(m, k + 1, |i, p| match p == k {
                true => last[i],
                false => self.weights.at(i, p),
            })),
        }
    }

    /// Returns a header, and a line for each row: its name or number, its weights, and its bias or residual.
    pub fn csv(&self) -> Result<String, Failure> {
        let (row, column) = self.names.words.of_rows();
        let mut writer = csv::Writer::from_writer(Vec::new());
        let columns = (1..=self.weights.ncols()).map(|k| format!("{column}_{k}"));
        let last = self.last.as_ref().map(|last| last.name().to_owned());
        let header = std::iter::once(row.to_owned()).chain(columns).chain(last);
        let failed = |error: csv::Error| Failure::Said(format!("cannot write CSV: {error}"));
        writer.write_record(header).map_err(failed)?;
        for i in 0..self.weights.nrows() {
            let name = match self.names.rows.as_ref().and_then(|names| names.get(i)) {
                Some(name) => name.clone(),
                None => (i + 1).to_string(),
            };
            let numbers = self.row(i).into_iter().chain(self.last(i));
            let record = std::iter::once(name).chain(numbers.map(|x| x.to_string()));
            writer.write_record(record).map_err(failed)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| failed(error.into_error().into()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub fn json(&self, output: Option<&Path>, seconds: Seconds) -> String {
        let weights = || (0..self.weights.nrows()).map(|i| self.row(i)).collect();
        let is_shown = output.is_none();
        let (biases, residuals) = match &self.last {
            Some(Last::Biases(numbers)) => (Some(numbers), None),
            Some(Last::Residuals(numbers)) => (None, Some(numbers)),
            None => (None, None),
        };
        let shown = |numbers: Option<&'_ Vec<f64>>| numbers.filter(|_| is_shown).cloned();
        let report = Report {
            method: self.method,
            rows: self.weights.nrows(),
            rank: self.weights.ncols(),
            row_names: self.names.rows.as_deref(),
            columns: self.names.columns.as_ref(),
            output: output.map(|path| path.display().to_string()),
            weights: is_shown.then(weights),
            biases: shown(biases),
            residuals: shown(residuals),
            seconds,
        };
        serde_json::to_string_pretty(&report).expect("numbers and strings are JSON")
    }

    pub fn line(&self, path: &Path, seconds: Seconds) -> String {
        let (m, k) = (self.weights.nrows(), self.weights.ncols());
        let (row, column) = self.names.words.of_rows();
        let Seconds {
            load,
            transform,
            total,
        } = seconds;
        let last = match &self.last {
            Some(last) => format!(" and a {}", last.name()),
            None => String::new(),
        };
        format!(
            "{} of {}{last} in {}\n\n{total:.3} s: load {load:.3}, transform {transform:.3}",
            counted(m, row),
            counted(k, column),
            path.display()
        )
    }
}
