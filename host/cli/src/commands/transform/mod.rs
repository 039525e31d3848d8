//! `lowrank transform`: new rows or documents in a saved model.

mod exported;
mod report;
mod rows;

use crate::arguments::Transform;
use crate::commands::factorize::located;
use crate::progress::spinner;
use crate::run::{Failure, start_threads};
use lowrank::method::Method;
use lowrank_files::model_folder::write_file;
use lowrank_files::stored_model::StoredModel;
use lowrank_text::FittedVectorizer;
use report::{Found, Last, Seconds};
use std::path::Path;
use std::time::Instant;

/// Returns the result, as text.
pub fn run(options: &Transform) -> Result<String, Failure> {
    let format = options.output.as_deref().map(Format::of).transpose()?;
    start_threads(options.threads)?;
    let start = Instant::now();
    // A folder is a kept model, a file an exported one.
    let (found, load) = match options.model.is_file() {
        true => exported::transform(options, start)?,
        false => kept(options, start)?,
    };
    let total = start.elapsed().as_secs_f64();
    if let (Some(path), Some(format)) = (&options.output, format) {
        let bytes = match format {
            Format::Npy => found.npy(),
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

/// Returns the weights by a folder, and the seconds of reading.
fn kept(options: &Transform, start: Instant) -> Result<(Found, f64), Failure> {
    let model = StoredModel::read(&options.model)?;
    let rows = match &model.description.text {
        Some(text) => {
            let path = options.model.join("model.json");
            let broken = |error| Failure::Said(format!("{}: {error}", path.display()));
            rows::documents(options, &FittedVectorizer::try_from(text).map_err(broken)?)?
        }
        None => rows::matrix(options, &model)?,
    };
    let load = start.elapsed().as_secs_f64();
    let bar = spinner("transforming");
    let transformed = model.transform(rows.entries.view());
    let method = model.description.settings.method();
    let transformed = transformed.map_err(|error| refused(error, &options.input, method))?;
    bar.finish_and_clear();
    let found = Found {
        method: method.name(),
        weights: transformed.weights,
        last: transformed.biases.map(Last::Biases),
        names: rows.names,
    };
    Ok((found, load))
}

fn wrong<T>(message: &str) -> Result<T, Failure> {
    Err(Failure::Usage("transform", message.into()))
}

fn refused(error: lowrank::Error, input: &Path, method: Method) -> Failure {
    let file = input.display();
    match error {
        // The library's words are of its types.
        lowrank::Error::ZerosOrMissing => Failure::Said(format!(
            "{file}: a completion takes the entries that are known; if they are those that are stored, say so with \
             --mask {file}"
        )),
        lowrank::Error::Factorization(lowrank::core::Error::Incomplete) => Failure::Said(format!(
            "{file}: entries are missing, and {method} needs all of them: fill them in, or keep a model of nmf or \
             completion"
        )),
        other => located(other, input),
    }
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
