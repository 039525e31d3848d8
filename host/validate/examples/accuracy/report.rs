//! A table, its place in the document, and the bounds that it shows to be exceeded.

use crate::worst::Worst;
use std::fmt::Write;
use std::io::{Error, ErrorKind, Result};

#[derive(Debug)]
pub struct Report {
    name: &'static str,
    lines: Vec<String>,
    broken: Vec<String>,
}

impl Report {
    /// Creates a table for the place between `<!-- name: begin -->` and `<!-- name: end -->`.
    pub fn new(name: &'static str, introduction: String, headings: &[&str]) -> Self {
        let mut report = Self {
            name,
            lines: vec![introduction, String::new()],
            broken: Vec::new(),
        };
        report.row(headings.iter().map(|heading| heading.to_string()));
        report.row(headings.iter().map(|_| "---".to_string()));
        report
    }

    pub fn name(&self) -> &str {
        self.name
    }

    pub fn row(&mut self, cells: impl Iterator<Item = String>) {
        let mut line = String::from("|");
        for cell in cells {
            let cell = cell.replace('|', "\\|");
            let _ = write!(line, " {cell} |");
        }
        self.lines.push(line);
    }

    /// Records a failure if `kept` is false.
    pub fn promise(&mut self, kept: bool, what: impl FnOnce() -> String) {
        if !kept {
            self.broken.push(format!("{}: {}", self.name, what()));
        }
    }

    pub fn broken(&self) -> &[String] {
        &self.broken
    }

    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// Returns the document with this table between its markers.
    pub fn replace_in(&self, document: &str) -> Result<String> {
        let missing = |marker: &str| Error::new(ErrorKind::InvalidData, format!("no {marker}"));
        let begin = format!("<!-- {}: begin -->\n", self.name);
        let end = format!("<!-- {}: end -->", self.name);
        let (before, rest) = document.split_once(&begin).ok_or_else(|| missing(&begin))?;
        let (_, after) = rest.split_once(&end).ok_or_else(|| missing(&end))?;
        Ok(format!("{before}{begin}{}\n{end}{after}", self.text()))
    }
}

/// Formats a ratio for a table.
pub fn number(x: f64) -> String {
    match x {
        x if x.is_infinite() => "-".to_string(),
        x if x >= 1000.0 => format!("{x:.0e}"),
        x if x >= 100.0 => format!("{x:.0}"),
        x if x >= 10.0 => format!("{x:.1}"),
        x => format!("{x:.2}"),
    }
}

/// Returns a name and the ratios of f32 and f64 side by side.
pub fn cells<const N: usize>(name: &str, worst: [Worst<N>; 2]) -> impl Iterator<Item = String> {
    let [single, double] = worst.map(|worst| worst.ratios.into_iter().map(number));
    let pairs = single.zip(double);
    let ratios = pairs.map(|(single, double)| format!("{single} / {double}"));
    core::iter::once(name.to_string()).chain(ratios)
}
