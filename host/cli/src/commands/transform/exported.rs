//! New rows in a model that `lowrank export` wrote, by the code of a device.

use super::report::{Found, Last};
use super::rows::{Names, check_of_matrix, corpus, names_of};
use super::wrong;
use crate::arguments::Transform;
use crate::commands::device::Device;
use crate::commands::factorize::Reading;
use crate::commands::names::labelled;
use crate::run::Failure;
use lowrank::DenseMatrix;
use lowrank::core::model::{ModelError, Words};
use lowrank_files::matrix_file::Entries;
use lowrank_files::stored_model::TableWords;
use std::fs;
use std::time::Instant;

/// Returns the weights and residuals by an exported model, and the seconds of reading.
pub fn transform(options: &Transform, start: Instant) -> Result<(Found, f64), Failure> {
    let path = options.model.display();
    if options.triples.is_some() || options.absent.is_some() {
        return wrong(
            "--triples and --absent belong to the folder of a model: an exported one has no names of columns",
        );
    }
    let bytes = fs::read(&options.model);
    let bytes = bytes.map_err(|error| Failure::Said(format!("cannot read {path}: {error}")))?;
    let refused = |error: ModelError| {
        Failure::Said(format!(
            "{path}: {error}; give the folder of a model, or bytes that lowrank export wrote"
        ))
    };
    let device = Device::of_any_method(&bytes).map_err(refused)?;
    match device.words() {
        Ok(words) => documents(options, &device, words, start),
        Err(_) => matrix(options, &device, start),
    }
}

fn documents(
    options: &Transform,
    device: &Device<'_>,
    words: Words<'_>,
    start: Instant,
) -> Result<(Found, f64), Failure> {
    if let Err(ModelError::NoWords) = words.row(b"", &mut []) {
        return Err(Failure::Said(format!(
            "{}: the model has no keys of its terms: export it without --by-index",
            options.model.display()
        )));
    }
    let corpus = corpus(options)?;
    let load = start.elapsed().as_secs_f64();
    let mut terms = vec![(0, 0.0); words.terms()];
    let rows = Rows {
        options,
        device,
        count: corpus.documents.len(),
    };
    let found = rows.weights(|i, w| {
        let text = corpus.documents[i].text.as_bytes();
        device.weights(&words.row(text, &mut terms)?, w)
    })?;
    Ok((rows.found(found, names_of(corpus)), load))
}

fn matrix(
    options: &Transform,
    device: &Device<'_>,
    start: Instant,
) -> Result<(Found, f64), Failure> {
    check_of_matrix(options)?;
    let file = Reading::of_rows(options).read(&options.input)?;
    let (entries, names, _) = labelled(file, &options.names)?.into_parts();
    let input = options.input.display();
    let (n, _) = device.shape();
    if entries.ncols() != n {
        return Err(Failure::Said(format!(
            "{input}: {} columns, and the model has {n}: give those of the model in its order, since an exported model \
             has no names of columns",
            entries.ncols()
        )));
    }
    let is_completion = matches!(device, Device::Completion(_));
    match &entries {
        Entries::Observed(_) if !is_completion => {
            return Err(Failure::Said(format!(
                "{input}: entries are missing, and a device takes whole rows: fill them in"
            )));
        }
        Entries::Sparse(_) if is_completion => {
            return Err(Failure::Said(format!(
                "{input}: a completion takes the entries that are known; if they are those that are stored, say so with \
                 --mask {input}"
            )));
        }
        _ => {}
    }
    let load = start.elapsed().as_secs_f64();
    let rows = Rows {
        options,
        device,
        count: entries.nrows(),
    };
    let found = rows.weights(|i, w| device.weights_of(&entries, i, w))?;
    let names = Names {
        words: TableWords::Matrix,
        rows: names,
        columns: None,
    };
    Ok((rows.found(found, names), load))
}

/// Rows to be transformed by a device.
struct Rows<'r> {
    options: &'r Transform,
    device: &'r Device<'r>,
    count: usize,
}

impl Rows<'_> {
    /// Returns the weights of each row, and its residual or bias.
    fn weights(
        &self,
        mut of_row: impl FnMut(usize, &mut [f32]) -> Result<f32, ModelError>,
    ) -> Result<(DenseMatrix<f64>, Vec<f64>), Failure> {
        let (_, k) = self.device.shape();
        let mut w = vec![0.0; k];
        let (mut weights, mut last) = (Vec::new(), Vec::new());
        for i in 0..self.count {
            let number = of_row(i, &mut w).map_err(|error| {
                let file = self.options.input.display();
                Failure::Said(format!("{file}: row {}: {error}", i + 1))
            })?;
            weights.extend(w.iter().map(|x| f64::from(*x)));
            last.push(f64::from(number));
        }
        let weights = DenseMatrix::from_fn(self.count, k, |i, j| weights[i * k + j]);
        Ok((weights, last))
    }

    fn found(&self, (weights, last): (DenseMatrix<f64>, Vec<f64>), names: Names) -> Found {
        let last = match self.device {
            Device::Completion(_) => Last::Biases(last),
            _ => Last::Residuals(last),
        };
        Found {
            method: self.device.method(),
            weights,
            last: Some(last),
            names,
        }
    }
}
