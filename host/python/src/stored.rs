//! Folders of models, the same as those of the command.

use super::{errors, matrix};
use lowrank::{Scalar, TruncatedSvd};
use lowrank_files::model_folder::{ModelFolder, read_matrix};
use lowrank_files::stored_model::{
    Description, FactorLabels, StoredModel, StoredSettings, VERSION, write_labels,
};
use numpy::PyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::{Path, PathBuf};

/// Writes a folder of a model, whole or not at all.
///
/// - `description`: the JSON of `model.json`, without its versions.
/// - `arrays`: the names of files and their arrays, of one or two dimensions.
/// - `columns`: the names of the columns, if they have some.
/// - `overwrite`: replaces a folder that is there.
#[pyfunction]
pub(crate) fn write_model(
    path: PathBuf,
    description: &Bound<'_, PyDict>,
    arrays: Vec<(String, Bound<'_, PyAny>)>,
    columns: Option<Vec<String>>,
    overwrite: bool,
) -> PyResult<()> {
    let description = of_python(description)?;
    let mut folder = ModelFolder::create(&path, overwrite).map_err(errors::of_folder)?;
    for (name, array) in &arrays {
        match matrix::is_single(array)? {
            true => write_array::<f32>(&mut folder, name, array)?,
            false => write_array::<f64>(&mut folder, name, array)?,
        }
    }
    let labels = FactorLabels {
        rows: None,
        columns: columns.as_deref(),
    };
    write_labels(labels, &mut folder).map_err(errors::of_folder)?;
    folder
        .write("model.json", description.to_json().as_bytes())
        .map_err(errors::of_folder)?;
    folder.commit().map(drop).map_err(errors::of_folder)
}

/// Reads the description that Python wrote, as one of this version.
pub(crate) fn of_python(description: &Bound<'_, PyDict>) -> PyResult<Description> {
    let py = description.py();
    description.set_item("version", VERSION)?;
    description.set_item("lowrank", env!("CARGO_PKG_VERSION"))?;
    let text: String = py
        .import("json")?
        .call_method1("dumps", (description,))?
        .extract()?;
    serde_json::from_str(&text)
        .map_err(|error| PyValueError::new_err(format!("these settings cannot be stored: {error}")))
}

fn write_array<T: matrix::Number>(
    folder: &mut ModelFolder,
    name: &str,
    array: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let written = match array.cast::<PyArray1<T>>() {
        Ok(_) => folder.write_vector(name, &matrix::vector::<T>(array)?),
        Err(_) => folder.write_matrix(name, &matrix::dense::<T>(array)?),
    };
    written.map_err(errors::of_folder)
}

/// Returns the blocks and the iterations of a search for singular triplets, as model.json has them.
#[pyfunction]
pub(crate) fn search_limits() -> (usize, usize) {
    let default = TruncatedSvd::default();
    (default.blocks, default.iterations)
}

/// The description as JSON, the arrays by their names, and the names of the columns.
type Read<'py> = (String, Bound<'py, PyDict>, Option<Vec<String>>);

/// Reads the matrices of a model's folder, and checks it; vectors are left to Python.
#[pyfunction]
pub(crate) fn read_model(py: Python<'_>, path: PathBuf) -> PyResult<Read<'_>> {
    let model = StoredModel::read(&path).map_err(errors::of_model)?;
    let arrays = PyDict::new(py);
    let description = &model.description;
    for name in names(&description.settings) {
        let file = path.join(format!("{name}.npy"));
        // What only the rows of the fit have may be left out.
        if file.exists() {
            let array = match description.precision == f32::NAME {
                true => read::<f32>(py, &file)?,
                false => read::<f64>(py, &file)?,
            };
            arrays.set_item(name, array)?;
        }
    }
    Ok((description.to_json(), arrays, model.column_labels))
}

fn names(settings: &StoredSettings) -> &'static [&'static str] {
    match settings {
        StoredSettings::Nmf(_) => &["h"],
        StoredSettings::Svd(_) => &["v"],
        StoredSettings::Pca(_) => &["components", "mean", "deviation"],
        StoredSettings::Completion(_) => &["w", "h", "row_biases", "column_biases", "mean"],
        _ => &[],
    }
}

fn read<'py, T: matrix::Number>(py: Python<'py>, file: &Path) -> PyResult<Bound<'py, PyAny>> {
    let array = read_matrix::<T>(file).map_err(errors::of_folder)?;
    matrix::array(py, &array).map(Bound::into_any)
}
