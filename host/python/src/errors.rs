//! Exceptions of Python for the errors of the library.

use lowrank::core::Error as CoreError;
use pyo3::PyErr;
use pyo3::exceptions::{
    PyIndexError, PyKeyboardInterrupt, PyMemoryError, PyOSError, PyRuntimeError, PyValueError,
};
use std::any::Any;

/// Returns the exception for an error of a factorization: ValueError for what the caller can change, MemoryError and
/// IndexError by their names, RuntimeError for the rest.
pub(crate) fn of_fit(error: lowrank::Error) -> PyErr {
    use lowrank::Error;
    let text = error.to_string();
    match error {
        Error::Factorization(error) => of_core(error),
        Error::Memory { .. }
        | Error::FactorMemory { .. }
        | Error::CopyMemory { .. }
        | Error::ItemMemory { .. }
        | Error::SampleMemory { .. } => PyMemoryError::new_err(text),
        Error::Stopped => PyKeyboardInterrupt::new_err(text),
        Error::NoSuchUser { .. } | Error::NoSuchItem { .. } => PyIndexError::new_err(text),
        Error::NoCuda => PyValueError::new_err(
            "this package was built without CUDA: take backend='auto' or 'host'",
        ),
        Error::NotConverged => PyRuntimeError::new_err(
            "the exact SVD did not converge: take another solver, such as 'krylov'",
        ),
        _ => PyValueError::new_err(text),
    }
}

fn of_core(error: CoreError) -> PyErr {
    let text = match error {
        // The words that scikit-learn's users, and its checks, look for.
        CoreError::Negative { row, column } => format!(
            "Negative values in data passed as X: the entry at row {row}, column {column} is negative"
        ),
        CoreError::NonFinite { row, column } => format!(
            "Input X contains NaN or infinity: the entry at row {row}, column {column} is not finite"
        ),
        CoreError::Zero { row, column } => format!(
            "the entry at row {row}, column {column} is zero, from which this loss is infinite: take \
             beta_loss='kullback-leibler' or 'frobenius', or add a small number to X"
        ),
        CoreError::Start => {
            "Negative values in data passed as W or H, or values that are not finite".to_owned()
        }
        CoreError::Incomplete => {
            "entries are missing, and this method needs all of them: fill them in, by MatrixCompletion or \
             sklearn.impute"
                .to_owned()
        }
        CoreError::SparseStructure { row } => format!(
            "row {row} of the sparse matrix is not well-formed: an index lies outside of it, or indptr decreases"
        ),
        other => other.to_string(),
    };
    match error {
        CoreError::NotConverged { .. } | CoreError::Backend { .. } => PyRuntimeError::new_err(text),
        _ => PyValueError::new_err(text),
    }
}

/// Returns the exception for a folder that cannot be read or written.
pub(crate) fn of_folder(error: lowrank_files::model_folder::Error) -> PyErr {
    use lowrank_files::model_folder::Error;
    let text = match &error {
        Error::NotEmpty { path } => format!(
            "{} exists and is not empty: name another folder, or replace it by overwrite=True",
            path.display()
        ),
        _ => error.to_string(),
    };
    match error {
        Error::NotDense { .. } | Error::Matrix(_) | Error::FileName { .. } => {
            PyValueError::new_err(text)
        }
        _ => PyOSError::new_err(text),
    }
}

/// Returns the exception for a folder that holds no model.
pub(crate) fn of_model(error: lowrank_files::stored_model::Error) -> PyErr {
    use lowrank_files::stored_model::Error;
    let text = error.to_string();
    match error {
        Error::Unreadable { .. } => PyOSError::new_err(text),
        Error::Array(error) => of_folder(error),
        _ => PyValueError::new_err(text),
    }
}

/// Returns the exception for a model that cannot go to a device.
pub(crate) fn of_device(error: lowrank_files::device_model::Error) -> PyErr {
    use lowrank_files::device_model::Error;
    match error {
        Error::Stored(error) => of_model(error),
        Error::Array(error) => of_folder(error),
        error => PyValueError::new_err(error.to_string()),
    }
}

/// Returns the exception for a panic, which is a fault of the library.
pub(crate) fn of_panic(payload: &(dyn Any + Send)) -> PyErr {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied());
    PyRuntimeError::new_err(format!(
        "a fault in lowrank, not in its use: {}. Please report it with what led to it",
        text.unwrap_or("a panic without a message")
    ))
}
