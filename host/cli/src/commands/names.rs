//! Names of rows and columns from files of their own.

use crate::arguments::NameOptions;
use crate::run::Failure;
use lowrank_files::labels::{LabelledMatrix, Side, read_labels};
use lowrank_files::matrix_file::MatrixFile;

/// Returns the matrix with the names in its file, or those in the files of the options.
pub fn labelled(file: MatrixFile, names: &NameOptions) -> Result<LabelledMatrix, Failure> {
    let mut matrix = LabelledMatrix::try_from(file)?;
    let given = [
        (Side::Row, &names.row_names),
        (Side::Column, &names.column_names),
    ];
    for (side, path) in given {
        if let Some(path) = path {
            let labels = read_labels(path)?;
            let refused = |error| Failure::Said(format!("{}: {error}", path.display()));
            matrix = matrix.with_labels(side, labels).map_err(refused)?;
        }
    }
    Ok(matrix)
}
