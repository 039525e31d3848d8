//! Matrix files made by hand, most of them wrong: each answer names the file, the place and what to do.

mod archives;
mod matrix_market;
mod odd_tables;
mod pictures;
mod triples;

use std::path::Path;

use lowrank_files::matrix_file::{Entries, Error, MatrixFile, MatrixReader};

fn read(name: &str, bytes: &[u8]) -> Result<MatrixFile, Error> {
    MatrixReader::default().read_from(Path::new(name), bytes)
}

/// The message of the error, which is one line.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let error = read(name, bytes).expect_err(name).to_string();
    assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
    error
}

/// All entries row by row; of a sparse matrix, zeros where none is stored.
fn rows(file: &MatrixFile) -> Vec<Vec<f64>> {
    let (nrows, ncols) = (file.entries.nrows(), file.entries.ncols());
    let mut rows = vec![vec![0.0; ncols]; nrows];
    match &file.entries {
        Entries::Dense(a) => {
            for (i, row) in rows.iter_mut().enumerate() {
                row.iter_mut()
                    .enumerate()
                    .for_each(|(j, x)| *x = a.at(i, j));
            }
        }
        Entries::Sparse(a) | Entries::Observed(a) => {
            for (row, pair) in rows.iter_mut().zip(a.row_offsets().windows(2)) {
                for at in pair[0]..pair[1] {
                    row[a.columns()[at] as usize] = a.values()[at];
                }
            }
        }
    }
    rows
}
