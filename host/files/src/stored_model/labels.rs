//! The labels of a model's rows and columns, beside its arrays.

use super::Error;
use crate::labels::{LabelledMatrix, read_labels, to_csv};
use crate::model_folder::{self, ModelFolder};
use std::path::Path;

/// The labels of the m rows.
const ROWS: &str = "rows.csv";
/// The labels of the n columns.
const COLUMNS: &str = "columns.csv";

/// The labels of a factorized matrix, where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactorLabels<'a> {
    /// m labels.
    pub rows: Option<&'a [String]>,
    /// n labels.
    pub columns: Option<&'a [String]>,
}

impl<'a, T> From<&'a LabelledMatrix<T>> for FactorLabels<'a> {
    fn from(matrix: &'a LabelledMatrix<T>) -> Self {
        Self {
            rows: matrix.row_labels(),
            columns: matrix.column_labels(),
        }
    }
}

/// Writes `rows.csv` and `columns.csv`, where there are labels.
///
/// # Errors
/// The errors of [`ModelFolder::write`].
pub fn write_labels(
    labels: FactorLabels<'_>,
    folder: &mut ModelFolder,
) -> Result<(), model_folder::Error> {
    for (name, labels) in [(ROWS, labels.rows), (COLUMNS, labels.columns)] {
        if let Some(labels) = labels {
            folder.write(name, to_csv(labels).as_bytes())?;
        }
    }
    Ok(())
}

/// Reads the labels of the `rows` rows of the model in `folder`; `None` for a model without.
///
/// # Errors
/// [`Error::LabelFile`], and [`Error::Labels`] if there is not one for each row.
pub fn read_row_labels(folder: &Path, rows: usize) -> Result<Option<Vec<String>>, Error> {
    read(folder, ROWS, rows)
}

/// Reads the labels of the `columns` columns of the model in `folder`, as [`read_row_labels`] does.
///
/// # Errors
/// As for [`read_row_labels`].
pub fn read_column_labels(folder: &Path, columns: usize) -> Result<Option<Vec<String>>, Error> {
    read(folder, COLUMNS, columns)
}

fn read(folder: &Path, name: &str, expected: usize) -> Result<Option<Vec<String>>, Error> {
    let path = folder.join(name);
    if !path.exists() {
        return Ok(None);
    }
    let labels = read_labels(&path)?;
    match labels.len() {
        found if found == expected => Ok(Some(labels)),
        found => Err(Error::Labels {
            path,
            expected,
            found,
        }),
    }
}
