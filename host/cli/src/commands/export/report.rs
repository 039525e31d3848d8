//! The report of an export.

use super::comparison::Comparison;
use lowrank_files::device_model::source::precision_name;
use lowrank_files::device_model::{Blob, DeviceModel, Format, TermLimit};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

/// The report. The names of the fields are those of the JSON object, on which scripts rely.
#[derive(Serialize)]
pub struct Report {
    method: &'static str,
    /// The size of the matrix of the fit.
    rows: usize,
    columns: usize,
    rank: usize,
    #[serde(flatten)]
    written: Entry,
    /// Terms left out, since a heavier term or a stop word has their key.
    collisions: usize,
    /// Terms left out, since they are no token of a device.
    unreachable: usize,
    /// The rows of the check whose weights are not all zero.
    checked_rows: Option<usize>,
    /// What the options leave open.
    choices: Vec<Entry>,
}

/// A choice of precision and terms, its size, and its agreement with the host.
#[derive(Serialize)]
pub struct Entry {
    precision: &'static str,
    /// The number of terms, of a model of texts.
    terms: Option<usize>,
    by_index: bool,
    bytes: usize,
    agreement: Option<f64>,
    cosine: Option<f64>,
    error: Option<f64>,
    #[serde(skip)]
    columns: usize,
}

impl Entry {
    pub fn new(blob: &Blob, comparison: &Comparison) -> Self {
        Self {
            agreement: Some(comparison.agreement),
            cosine: Some(comparison.cosine),
            error: Some(comparison.error),
            ..Self::unchecked(blob)
        }
    }

    fn unchecked(blob: &Blob) -> Self {
        Self {
            precision: precision_name(blob.export.encoding),
            terms: None,
            by_index: blob.export.terms == TermLimit::ByIndex,
            bytes: blob.bytes.len(),
            agreement: None,
            cosine: None,
            error: None,
            columns: blob.columns,
        }
    }
}

impl Report {
    pub fn new(
        model: &DeviceModel,
        blob: &Blob,
        check: Option<&Comparison>,
        choices: Vec<Entry>,
    ) -> Self {
        let description = &model.description;
        let of_texts = model.text().is_some();
        let with_terms = |entry: Entry| Entry {
            terms: of_texts.then_some(entry.columns),
            ..entry
        };
        let written = match check {
            Some(check) => Entry::new(blob, check),
            None => Entry::unchecked(blob),
        };
        Self {
            method: description.settings.method().name(),
            rows: description.rows,
            columns: description.columns,
            rank: description.rank,
            written: with_terms(written),
            collisions: blob.collisions,
            unreachable: blob.unreachable,
            checked_rows: check.map(|check| check.rows),
            choices: choices.into_iter().map(with_terms).collect(),
        }
    }

    pub fn to_json(&self, output: &Path, format: Format) -> String {
        #[derive(Serialize)]
        struct Whole<'a> {
            output: String,
            format: &'static str,
            #[serde(flatten)]
            report: &'a Report,
        }
        let whole = Whole {
            output: output.display().to_string(),
            format: format.name(),
            report: self,
        };
        serde_json::to_string_pretty(&whole).expect("numbers and strings are JSON")
    }

    pub fn text(&self, output: &Path) -> String {
        let entry = &self.written;
        let mut text = format!(
            "{} of {} x {}, rank {}: {} bytes in {} ({}{})",
            self.method,
            self.rows,
            self.columns,
            self.rank,
            entry.bytes,
            output.display(),
            entry.precision,
            entry.terms_said(self.columns)
        );
        if self.collisions > 0 {
            let _ = write!(
                text,
                "\nleft out: {} with the key of a heavier term or of a stop word",
                terms(self.collisions)
            );
        }
        if self.unreachable > 0 {
            let _ = write!(
                text,
                "\nleft out: {} that a device does not find in a text",
                terms(self.unreachable)
            );
        }
        if let Some(rows) = self.checked_rows {
            let _ = write!(
                text,
                "\n\nbeside lowrank transform in f64, on {rows} rows:\n\n{HEADER}"
            );
            text.push_str(&entry.line());
            if !self.choices.is_empty() {
                text.push_str("\n\nother choices:\n");
            }
        }
        for choice in &self.choices {
            text.push_str(&choice.line());
        }
        text
    }
}

fn terms(count: usize) -> String {
    match count {
        1 => "1 term".into(),
        _ => format!("{count} terms"),
    }
}

const HEADER: &str = "precision     terms       bytes  same largest   cosine    error";

impl Entry {
    fn terms_said(&self, columns: usize) -> String {
        match (self.terms, self.by_index) {
            (None, _) => String::new(),
            (Some(_), true) => ", all terms by index".into(),
            (Some(terms), false) => format!(", {terms} of {columns} terms"),
        }
    }

    fn line(&self) -> String {
        let terms = match (self.terms, self.by_index) {
            (None, _) => "-".into(),
            (Some(_), true) => "by index".into(),
            (Some(terms), false) => terms.to_string(),
        };
        let figure = |x: Option<f64>| x.map_or("-".into(), |x| format!("{x:.4}"));
        let agreement = self.agreement.unwrap_or_default();
        format!(
            "\n{:<9} {terms:>9} {:>11} {:>11.2} % {:>8} {:>8}",
            self.precision,
            self.bytes,
            100.0 * agreement,
            figure(self.cosine),
            figure(self.error)
        )
    }
}
