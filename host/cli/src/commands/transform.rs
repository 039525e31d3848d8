//! `lowrank transform`: new rows or documents in a saved model.

use crate::arguments::Transform;
use crate::commands::factorize::{Reading, located};
use crate::commands::topics;
use crate::progress::spinner;
use crate::run::{Failure, start_threads};
use lowrank::DenseMatrix;
use lowrank_files::matrix_file::{Entries, to_npy};
use lowrank_files::model_folder::write_file;
use lowrank_files::stored_model::StoredModel;
use lowrank_text::FittedVectorizer;
use lowrank_text::corpus::Source;
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// Returns the result, as text.
pub fn run(options: &Transform) -> Result<String, Failure> {
    let format = options.output.as_deref().map(Format::of).transpose()?;
    start_threads(options.threads)?;
    let start = Instant::now();
    let model = StoredModel::read(&options.model)?;
    let rows = match &model.description.text {
        Some(text) => {
            let path = options.model.join("model.json");
            let broken = |error| Failure::Said(format!("{}: {error}", path.display()));
            documents(options, &FittedVectorizer::try_from(text).map_err(broken)?)?
        }
        None => matrix(options)?,
    };
    let load = start.elapsed().as_secs_f64();
    let bar = spinner("transforming");
    let weights = model.transform(rows.entries.view());
    let weights = weights.map_err(|error| located(error, &options.input))?;
    bar.finish_and_clear();
    let total = start.elapsed().as_secs_f64();
    let found = Found {
        method: model.description.settings.method().name(),
        weights: &weights,
        rows: &rows,
    };
    if let (Some(path), Some(format)) = (&options.output, format) {
        let bytes = match format {
            Format::Npy => to_npy(&weights),
            Format::Csv => found.csv()?.into_bytes(),
        };
        write_file(path, &bytes)?;
    }
    let seconds = Seconds {
        load,
        transform: total - load,
        total,
    };
    match (&options.output, options.json) {
        (output, true) => Ok(found.json(output.as_deref(), seconds)),
        (Some(path), false) => Ok(found.line(path, seconds)),
        (None, false) => Ok(found.csv()?.trim_end().to_owned()),
    }
}

fn wrong<T>(message: &str) -> Result<T, Failure> {
    Err(Failure::Usage("transform", message.into()))
}

/// The format of the weights.
#[derive(Clone, Copy)]
enum Format {
    Npy,
    Csv,
}

impl Format {
    fn of(path: &Path) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default();
        if extension.eq_ignore_ascii_case("npy") {
            Ok(Format::Npy)
        } else if extension.eq_ignore_ascii_case("csv") {
            Ok(Format::Csv)
        } else {
            wrong("--output takes a file that ends in .npy or .csv")
        }
    }
}

/// The rows to be transformed.
struct Rows {
    entries: Entries,
    /// The name of a row, and that of its column in a table.
    kind: (&'static str, &'static str),
    names: Option<Vec<String>>,
}

fn matrix(options: &Transform) -> Result<Rows, Failure> {
    if options.texts.is_given() || options.table.is_given() {
        return wrong(
            "--text-column, --ids, --no-quotes, --header, --delimiter, --subset, --categories and --remove belong to a \
             model of texts",
        );
    }
    let reading = Reading {
        mask: options.mask.clone(),
        missing: options.missing,
        triples: options.triples.clone(),
    };
    let file = reading.read(&options.input)?;
    Ok(Rows {
        entries: file.entries,
        kind: ("row", "component"),
        names: file.row_labels,
    })
}

fn documents(options: &Transform, vectorizer: &FittedVectorizer) -> Result<Rows, Failure> {
    if options.mask.is_some() || options.missing.is_some() || options.triples.is_some() {
        return wrong("--mask, --missing and --triples belong to a model of a matrix");
    }
    let named = options.input.to_str().map(str::parse);
    let source = match named {
        Some(Ok(source)) => source,
        Some(Err(never)) => match never {},
        None => Source::Path(options.input.clone()),
    };
    let corpus = topics::read(&source, &options.texts, options.table)?;
    topics::speak_notes(&corpus.notes);
    let entries = Entries::Sparse(vectorizer.transform(&corpus.documents));
    let names = corpus.documents.into_iter().map(|document| document.name);
    Ok(Rows {
        entries,
        kind: ("document", "topic"),
        names: Some(names.collect()),
    })
}

#[derive(Clone, Copy, Serialize)]
struct Seconds {
    load: f64,
    transform: f64,
    total: f64,
}

/// The report. The names of the fields are those of the JSON object, on which scripts rely.
#[derive(Serialize)]
struct Report<'a> {
    method: &'a str,
    rows: usize,
    rank: usize,
    output: Option<String>,
    /// The weights, row by row, unless they are written to a file.
    weights: Option<Vec<Vec<f64>>>,
    seconds: Seconds,
}

struct Found<'a> {
    method: &'static str,
    weights: &'a DenseMatrix<f64>,
    rows: &'a Rows,
}

impl Found<'_> {
    fn row(&self, i: usize) -> Vec<f64> {
        (0..self.weights.ncols())
            .map(|k| self.weights.at(i, k))
            .collect()
    }

    /// Returns a header, and a line for each row: its name or number, and its weights.
    fn csv(&self) -> Result<String, Failure> {
        let (row, column) = self.rows.kind;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let columns = (1..=self.weights.ncols()).map(|k| format!("{column}_{k}"));
        let header: Vec<String> = std::iter::once(row.to_owned()).chain(columns).collect();
        let failed = |error: csv::Error| Failure::Said(format!("cannot write CSV: {error}"));
        writer.write_record(header).map_err(failed)?;
        for i in 0..self.weights.nrows() {
            let name = match self.rows.names.as_ref().and_then(|names| names.get(i)) {
                Some(name) => name.clone(),
                None => (i + 1).to_string(),
            };
            let weights = self.row(i).into_iter().map(|x| x.to_string());
            let record: Vec<String> = std::iter::once(name).chain(weights).collect();
            writer.write_record(record).map_err(failed)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| failed(error.into_error().into()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn json(&self, output: Option<&Path>, seconds: Seconds) -> String {
        let weights = || (0..self.weights.nrows()).map(|i| self.row(i)).collect();
        let report = Report {
            method: self.method,
            rows: self.weights.nrows(),
            rank: self.weights.ncols(),
            output: output.map(|path| path.display().to_string()),
            weights: output.is_none().then(weights),
            seconds,
        };
        serde_json::to_string_pretty(&report).expect("numbers and strings are JSON")
    }

    fn line(&self, path: &Path, seconds: Seconds) -> String {
        let (m, k) = (self.weights.nrows(), self.weights.ncols());
        let Seconds {
            load,
            transform,
            total,
        } = seconds;
        let plural = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        format!(
            "{} of {} in {}\n\n{total:.3} s: load {load:.3}, transform {transform:.3}",
            plural(m, self.rows.kind.0),
            plural(k, self.rows.kind.1),
            path.display()
        )
    }
}
