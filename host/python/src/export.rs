//! Models for microcontrollers, the same as those of the command.

use super::{errors, matrix, stored};
use lowrank::DenseMatrix;
use lowrank::core::model::Encoding;
use lowrank_files::device_model::source::precision_name;
use lowrank_files::device_model::{DeviceModel, Error, Export, Format, TermLimit};
use lowrank_files::stored_model;
use lowrank_text::FittedVectorizer;
use numpy::PyArray2;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::HashMap;
use std::path::PathBuf;

/// The choices of an export.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Choices {
    /// `None` for that of the path.
    format: Option<String>,
    /// `None` for that of the method.
    precision: Option<String>,
    terms: Option<usize>,
    bytes: Option<usize>,
    by_index: bool,
}

impl Choices {
    fn format(&self) -> PyResult<Option<Format>> {
        let all = [Format::Blob, Format::Rust, Format::C];
        named(self.format.as_deref(), &all, Format::name, "format")
    }

    fn encoding(&self) -> PyResult<Option<Encoding>> {
        let all = [Encoding::Single, Encoding::SixteenBits, Encoding::Root];
        named(self.precision.as_deref(), &all, precision_name, "precision")
    }

    fn terms(&self) -> PyResult<TermLimit> {
        match (self.by_index, self.terms, self.bytes) {
            (false, None, None) => Ok(TermLimit::All),
            (true, None, None) => Ok(TermLimit::ByIndex),
            (false, Some(count), None) => Ok(TermLimit::Count(count)),
            (false, None, Some(bytes)) => Ok(TermLimit::Bytes(bytes)),
            _ => Err(PyValueError::new_err(
                "terms, bytes and by_index exclude each other: give one of them",
            )),
        }
    }
}

/// Returns the choice of this name.
fn named<C: Copy>(
    name: Option<&str>,
    all: &[C],
    name_of: fn(C) -> &'static str,
    what: &str,
) -> PyResult<Option<C>> {
    let Some(name) = name else { return Ok(None) };
    let found = all.iter().copied().find(|choice| name_of(*choice) == name);
    let unknown = || PyValueError::new_err(format!("{name:?} is no {what}"));
    found.map(Some).ok_or_else(unknown)
}

/// Writes a model for a microcontroller. Returns what was written.
///
/// - `description`, `arrays`: as for `write_model`.
#[pyfunction]
pub(crate) fn export_model<'py>(
    path: PathBuf,
    description: &Bound<'py, PyDict>,
    arrays: Vec<(String, Bound<'py, PyAny>)>,
    choices: Choices,
) -> PyResult<Bound<'py, PyDict>> {
    let py = description.py();
    let description = stored::of_python(description)?;
    let vectorizer = match &description.text {
        Some(text) => {
            let refused = |error: lowrank_text::vectorizer::Error| {
                PyValueError::new_err(format!("the vectorizer cannot be exported: {error}"))
            };
            Some(FittedVectorizer::try_from(text).map_err(refused)?)
        }
        None => None,
    };
    let stop_words = vectorizer
        .as_ref()
        .map(|fitted| fitted.settings().stop_words.words());
    let arrays = double(&arrays)?;
    let array = |name: &str, expected: (usize, usize)| {
        let found = arrays.get(name);
        let shape = found.map_or((0, 0), |array| (array.nrows(), array.ncols()));
        match found {
            Some(array) if shape == expected => Ok(array.clone()),
            _ => Err(Error::Stored(stored_model::Error::Shape {
                path: name.into(),
                expected,
                found: shape,
            })),
        }
    };
    let model = DeviceModel::new(description, &stop_words.unwrap_or_default(), array)
        .map_err(errors::of_device)?;
    let export = Export::new(model.method(), choices.encoding()?, choices.terms()?);
    let format = choices.format()?.unwrap_or_else(|| Format::of(&path));
    let blob = model.blob(&export, None).map_err(errors::of_device)?;
    blob.write(&path, format, &model)
        .map_err(errors::of_folder)?;
    let written = PyDict::new(py);
    written.set_item("format", format.name())?;
    written.set_item("precision", precision_name(export.encoding))?;
    written.set_item("bytes", blob.bytes.len())?;
    written.set_item("columns", blob.columns)?;
    written.set_item("collisions", blob.collisions)?;
    written.set_item("unreachable", blob.unreachable)?;
    Ok(written)
}

/// Copies the arrays of two dimensions, in f64.
fn double(arrays: &[(String, Bound<'_, PyAny>)]) -> PyResult<HashMap<String, DenseMatrix<f64>>> {
    let mut copies = HashMap::new();
    for (name, array) in arrays {
        let copy = match matrix::is_single(array)? {
            true if array.cast::<PyArray2<f32>>().is_ok() => {
                let single = matrix::dense::<f32>(array)?;
                let wide = |i, j| f64::from(single.at(i, j));
                DenseMatrix::from_fn(single.nrows(), single.ncols(), wide)
            }
            false if array.cast::<PyArray2<f64>>().is_ok() => matrix::dense::<f64>(array)?,
            _ => continue,
        };
        copies.insert(name.clone(), copy);
    }
    Ok(copies)
}
