//! Checks of the reader's results.

use std::fmt::Write;
use std::path::Path;

use lowrank::{DenseMatrix, SparseMatrix};
use lowrank_files::matrix_file::{Entries, Error, MatrixFile, MatrixReader, Missing, to_npy};

/// Returns the option that the lowest bit of an input's first byte selects.
pub fn missing(choice: u8) -> Missing {
    match choice & 1 {
        0 => Missing::Refused,
        _ => Missing::Nan,
    }
}

/// Reads `bytes` as the file `name` and judges the answer.
pub fn read(reader: &MatrixReader, name: &str, bytes: &[u8]) -> Option<MatrixFile> {
    match reader.read_from(Path::new(name), bytes) {
        Ok(file) => {
            check(&file);
            Some(file)
        }
        Err(error) => {
            check_message(&error);
            None
        }
    }
}

fn check_message(error: &Error) {
    let message = error.to_string();
    let is_one_line = !message.contains(['\n', '\r']) && message.len() < 1000;
    assert!(is_one_line && !message.is_empty(), "{message:?}");
}

fn check(file: &MatrixFile) {
    let (nrows, ncols) = (file.entries.nrows(), file.entries.ncols());
    assert!(nrows > 0 && ncols > 0);
    for (labels, count) in [(&file.row_labels, nrows), (&file.column_labels, ncols)] {
        assert!(labels.as_ref().is_none_or(|labels| labels.len() == count));
    }
    if let Some((height, width)) = file.picture {
        assert_eq!(height * width, ncols);
    }
    match &file.entries {
        Entries::Dense(a) => check_dense(a),
        Entries::Sparse(a) => check_sparse(a),
        Entries::Observed(a) => {
            assert!(a.nonzeros() > 0);
            check_sparse(a);
        }
    }
}

fn check_dense(a: &DenseMatrix<f64>) {
    assert!(a.as_slice().iter().all(|x| x.is_finite()));
    let dense = Entries::Dense(a.clone());
    assert_eq!(again("a.npy", &to_npy(a)).entries, dense);
    let mut text = format!(
        "%%MatrixMarket matrix array real general\n{} {}\n",
        a.nrows(),
        a.ncols()
    );
    for x in a.as_slice() {
        writeln!(text, "{x:e}").unwrap();
    }
    assert_eq!(again("a.mtx", text.as_bytes()).entries, dense);
}

fn check_sparse(a: &SparseMatrix<f64>) {
    assert!(a.values().iter().all(|x| x.is_finite()));
    let parts = (
        a.row_offsets().to_vec(),
        a.columns().to_vec(),
        a.values().to_vec(),
    );
    SparseMatrix::new(parts.0, parts.1, parts.2, a.ncols()).unwrap();
    // Empty rows are what a hostile file has most of, and nothing to compare.
    if a.nrows() > 1 << 16 {
        return;
    }
    let mut text = format!(
        "%%MatrixMarket matrix coordinate real general\n{} {} {}\n",
        a.nrows(),
        a.ncols(),
        a.nonzeros()
    );
    for (i, pair) in a.row_offsets().windows(2).enumerate() {
        for at in pair[0]..pair[1] {
            writeln!(
                text,
                "{} {} {:e}",
                i + 1,
                a.columns()[at] + 1,
                a.values()[at]
            )
            .unwrap();
        }
    }
    assert_eq!(
        again("a.mtx", text.as_bytes()).entries,
        Entries::Sparse(a.clone())
    );
}

fn again(name: &str, bytes: &[u8]) -> MatrixFile {
    MatrixReader::default()
        .read_from(Path::new(name), bytes)
        .unwrap()
}
