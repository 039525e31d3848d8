//! The weights of new rows, for people and for machines.

use super::rows::{Columns, Rows};
use crate::run::Failure;
use lowrank::DenseMatrix;
use lowrank_files::matrix_file::to_npy;
use lowrank_files::stored_model::TransformedRows;
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
    biases: Option<&'a [f64]>,
    seconds: Seconds,
}

pub struct Found<'a> {
    pub method: &'static str,
    pub transformed: &'a TransformedRows,
    pub rows: &'a Rows,
}

impl Found<'_> {
    fn weights(&self) -> &DenseMatrix<f64> {
        &self.transformed.weights
    }

    fn row(&self, i: usize) -> Vec<f64> {
        let weights = self.weights();
        (0..weights.ncols()).map(|k| weights.at(i, k)).collect()
    }

    fn bias(&self, i: usize) -> Option<f64> {
        self.transformed.biases.as_ref()?.get(i).copied()
    }

    /// Returns the weights as an array, the bias in the last column.
    pub fn npy(&self) -> Vec<u8> {
        let (m, k) = (self.weights().nrows(), self.weights().ncols());
        match &self.transformed.biases {
            None => to_npy(self.weights()),
            Some(biases) => to_npy(&DenseMatrix::from_fn(m, k + 1, |i, p| match p == k {
                true => biases[i],
                false => self.weights().at(i, p),
            })),
        }
    }

    /// Returns a header, and a line for each row: its name or number, its weights, and its bias.
    pub fn csv(&self) -> Result<String, Failure> {
        let (row, column) = self.rows.words.of_rows();
        let mut writer = csv::Writer::from_writer(Vec::new());
        let columns = (1..=self.weights().ncols()).map(|k| format!("{column}_{k}"));
        let bias = self.transformed.biases.as_ref().map(|_| "bias".to_owned());
        let header = std::iter::once(row.to_owned()).chain(columns).chain(bias);
        let failed = |error: csv::Error| Failure::Said(format!("cannot write CSV: {error}"));
        writer.write_record(header).map_err(failed)?;
        for i in 0..self.weights().nrows() {
            let name = match self.rows.names.as_ref().and_then(|names| names.get(i)) {
                Some(name) => name.clone(),
                None => (i + 1).to_string(),
            };
            let numbers = self.row(i).into_iter().chain(self.bias(i));
            let record = std::iter::once(name).chain(numbers.map(|x| x.to_string()));
            writer.write_record(record).map_err(failed)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| failed(error.into_error().into()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub fn json(&self, output: Option<&Path>, seconds: Seconds) -> String {
        let weights = || (0..self.weights().nrows()).map(|i| self.row(i)).collect();
        let is_shown = output.is_none();
        let report = Report {
            method: self.method,
            rows: self.weights().nrows(),
            rank: self.weights().ncols(),
            row_names: self.rows.names.as_deref(),
            columns: self.rows.columns.as_ref(),
            output: output.map(|path| path.display().to_string()),
            weights: is_shown.then(weights),
            biases: self.transformed.biases.as_deref().filter(|_| is_shown),
            seconds,
        };
        serde_json::to_string_pretty(&report).expect("numbers and strings are JSON")
    }

    pub fn line(&self, path: &Path, seconds: Seconds) -> String {
        let (m, k) = (self.weights().nrows(), self.weights().ncols());
        let (row, column) = self.rows.words.of_rows();
        let Seconds {
            load,
            transform,
            total,
        } = seconds;
        let plural = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        let bias = match self.transformed.biases {
            Some(_) => " and a bias",
            None => "",
        };
        format!(
            "{} of {}{bias} in {}\n\n{total:.3} s: load {load:.3}, transform {transform:.3}",
            plural(m, row),
            plural(k, column),
            path.display()
        )
    }
}
