//! Reading of the matrix, and conversion of its errors to places in the file.

use super::advice::{Purpose, advised, of_note};
use crate::arguments::{FileFormat, MatrixOptions, MissingChoice, TableArguments, Transform};
use crate::run::{Failure, speak};
use lowrank::Error;
use lowrank_files::matrix_file::{
    Error as FileError, MatrixFile, MatrixReader, Missing, TableOptions, TripleColumns,
};
use std::io;
use std::path::{Path, PathBuf};

/// The name of standard input in messages.
const STANDARD_INPUT: &str = "standard input";

/// The options of reading a matrix.
#[derive(Clone, Debug)]
pub struct Reading {
    mask: Option<PathBuf>,
    missing: Option<MissingChoice>,
    triples: Option<TripleColumns>,
    table: TableArguments,
    purpose: Purpose,
    verbose: bool,
}

impl Reading {
    /// Returns the options of `lowrank factorize`; `verbose`: with all remarks.
    pub fn of_matrix(given: &MatrixOptions, verbose: bool) -> Self {
        Self {
            mask: given.mask.clone(),
            missing: given.missing,
            triples: given.triples.clone(),
            table: given.table.clone(),
            purpose: Purpose::Factorize,
            verbose,
        }
    }

    /// Returns the options of `lowrank transform`.
    pub fn of_rows(given: &Transform) -> Self {
        Self {
            mask: given.mask.clone(),
            missing: given.missing,
            triples: given.triples.clone(),
            table: given.table.clone(),
            purpose: Purpose::Transform,
            verbose: false,
        }
    }

    /// Returns the defaults, for the rows of `lowrank export --check`.
    pub fn of_check() -> Self {
        Self {
            mask: None,
            missing: None,
            triples: None,
            table: TableArguments::default(),
            purpose: Purpose::Transform,
            verbose: false,
        }
    }

    /// Returns true if the matrix may have missing entries.
    pub fn may_miss(&self) -> bool {
        let some = self.mask.is_some() || self.missing.is_some() || self.triples.is_some();
        some && self.missing != Some(MissingChoice::Mean)
    }

    /// Reads the matrix, `-` from standard input, and prints the remarks on it.
    pub fn read(&self, path: &Path) -> Result<MatrixFile, Failure> {
        let reader = self.reader()?;
        let mask = self.mask.as_ref();
        let mask = mask
            .map(|mask| MatrixReader::default().read(mask))
            .transpose();
        let has_triples = self.triples.is_some();
        let failed = |error: FileError| Failure::Said(advised(&error, self.purpose, has_triples));
        let mask = mask.map_err(failed)?;
        let is_input = path == Path::new("-");
        let file = match &mask {
            mask if is_input => {
                reader.read_stream(Path::new(STANDARD_INPUT), io::stdin(), mask.as_ref())
            }
            Some(mask) => reader.read_masked(path, mask),
            None => reader.read(path),
        };
        let file = file.map_err(failed)?;
        for note in &file.notes {
            if self.verbose || note.is_important() {
                let advice = of_note(note);
                speak(format_args!("{}: {note}{advice}", Self::place(path)));
            }
        }
        Ok(file)
    }

    /// Returns the name of the input in messages.
    pub fn place(path: &Path) -> String {
        match path == Path::new("-") {
            true => STANDARD_INPUT.into(),
            false => path.display().to_string(),
        }
    }

    fn reader(&self) -> Result<MatrixReader, Failure> {
        let table = self.table.clone();
        let command = match self.purpose {
            Purpose::Factorize => "factorize",
            Purpose::Transform => "transform",
        };
        let format = table.format.map(FileFormat::of_matrix).transpose();
        Ok(MatrixReader {
            missing: match self.missing {
                Some(MissingChoice::Nan) => Missing::Nan,
                Some(MissingChoice::Mean) => Missing::Mean,
                None => Missing::Refused,
            },
            triples: self.triples.clone(),
            duplicates: table.duplicates.unwrap_or_default(),
            format: format.map_err(|message| Failure::Usage(command, message.into()))?,
            table: TableOptions {
                delimiter: table.delimiter,
                decimal: table.decimal,
                thousands: table.thousands,
                header: table.header,
                index: table.index,
                columns: table.columns,
                drop: table.drop.unwrap_or_default(),
                missing_values: table.missing_values.map(|cells| cells.0),
            },
        })
    }
}

/// Adds the file to an error, and counts its rows and columns from one.
pub fn located(error: Error, path: &Path) -> Failure {
    let file = Reading::place(path);
    let of_core = match error {
        Error::Factorization(of_core) => of_core,
        Error::ZerosOrMissing => {
            let mask = match path == Path::new("-") {
                true => "FILE, a matrix that is not zero where an entry is known",
                false => file.as_str(),
            };
            return Failure::Said(format!(
                "{file}: entries that are not stored may be zeros or missing; those that are not zero are known \
                 with --mask {mask}"
            ));
        }
        other => return other.into(),
    };
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
