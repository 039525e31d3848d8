//! Reading of the matrix, and conversion of its errors to places in the file.

use crate::arguments::{MatrixOptions, MissingChoice};
use crate::run::Failure;
use lowrank::Error;
use lowrank_files::matrix_file::{MatrixFile, MatrixReader, Missing, TripleColumns};
use std::path::{Path, PathBuf};

/// The options of reading a matrix.
#[derive(Clone, Debug)]
pub struct Reading {
    pub mask: Option<PathBuf>,
    pub missing: Option<MissingChoice>,
    pub triples: Option<TripleColumns>,
}

impl Reading {
    pub fn of_matrix(given: &MatrixOptions) -> Self {
        Self {
            mask: given.mask.clone(),
            missing: given.missing,
            triples: given.triples.clone(),
        }
    }

    /// Returns true if entries may be missing.
    pub fn may_miss(&self) -> bool {
        self.mask.is_some() || self.missing.is_some() || self.triples.is_some()
    }

    pub fn read(&self, path: &Path) -> Result<MatrixFile, Failure> {
        let reader = MatrixReader {
            missing: match self.missing {
                Some(MissingChoice::Nan) => Missing::Nan,
                None => Missing::Refused,
            },
            triples: self.triples.clone(),
        };
        Ok(match &self.mask {
            Some(mask) => reader.read_masked(path, &MatrixReader::default().read(mask)?)?,
            None => reader.read(path)?,
        })
    }
}

/// Adds the file to an error, and counts its rows and columns from one.
pub fn located(error: Error, path: &Path) -> Failure {
    let Error::Factorization(of_core) = error else {
        return error.into();
    };
    let file = path.display();
    let at = |row: usize, column: usize| format!("{file}, row {}, column {}", row + 1, column + 1);
    Failure::Said(match of_core {
        lowrank::core::Error::NonFinite { row, column } => {
            format!(
                "{}: the entry is not finite in this precision; mend it or take --precision f64",
                at(row, column)
            )
        }
        lowrank::core::Error::Negative { row, column } => {
            format!(
                "{}: the entry is negative, and nmf has none: use --method svd or pca",
                at(row, column)
            )
        }
        lowrank::core::Error::Zero { row, column } => format!(
            "{}: the entry is zero, from which this loss is infinite: use --loss kl or frobenius",
            at(row, column)
        ),
        other => format!("{file}: {other}"),
    })
}
