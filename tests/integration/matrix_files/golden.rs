//! Files by NumPy and SciPy, which golden/matrix_files.py has stored.

use lowrank::{DenseMatrix, SparseMatrix};
use lowrank_files::matrix_file::{Entries, MatrixReader, to_npy};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../../golden/matrix_files.json")).unwrap()
}

fn bytes(file: &Value) -> Vec<u8> {
    let hex = file["bytes"].as_str().unwrap();
    let digits = (0..hex.len()).step_by(2);
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    digits.map(byte).collect()
}

fn name(file: &Value) -> &str {
    file["name"].as_str().unwrap()
}

fn index(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

fn expected(file: &Value) -> Entries {
    let (nrows, ncols) = (index(&file["shape"][0]), index(&file["shape"][1]));
    let entries = &file["entries"];
    if file["kind"] == "dense" {
        let entry = |i: usize, j: usize| entries[i][j].as_f64().unwrap();
        return Entries::Dense(DenseMatrix::from_fn(nrows, ncols, entry));
    }
    let mut row_offsets = vec![0; nrows + 1];
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for entry in entries.as_array().unwrap() {
        let below = row_offsets.iter_mut().skip(index(&entry[0]) + 1);
        below.for_each(|offset| *offset += 1);
        columns.push(index(&entry[1]) as u32);
        values.push(entry[2].as_f64().unwrap());
    }
    Entries::Sparse(SparseMatrix::new(row_offsets, columns, values, ncols).unwrap())
}

#[test]
fn every_file_of_numpy_and_scipy_holds_what_they_say() {
    let golden = golden();
    let files = golden["files"].as_array().unwrap();
    assert!(files.len() > 60);
    for file in files {
        let read = MatrixReader::default().read_from(name(file).as_ref(), &bytes(file)[..]);
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.entries, expected(file), "{}", name(file));
    }
}

#[test]
fn what_holds_no_matrix_is_refused_by_name() {
    let golden = golden();
    for file in golden["refused"].as_array().unwrap() {
        let read = MatrixReader::default().read_from(name(file).as_ref(), &bytes(file)[..]);
        let error = read.unwrap_err().to_string();
        let says = file["says"].as_str().unwrap();
        assert!(
            error.starts_with(name(file)) && error.contains(says),
            "{error}"
        );
    }
}

#[test]
fn a_file_of_numpy_or_scipy_cut_anywhere_is_refused() {
    for file in golden()["files"].as_array().unwrap() {
        let whole = bytes(file);
        // The last number of a text may be shorter, and its line end missing.
        let certain = if name(file).ends_with(".mtx") {
            whole.len() - 25
        } else {
            whole.len()
        };
        for length in (0..certain).step_by(7) {
            let read = MatrixReader::default().read_from(name(file).as_ref(), &whole[..length]);
            assert!(read.is_err(), "{}, {length} bytes", name(file));
        }
    }
}

#[test]
fn what_is_written_is_what_numpy_writes() {
    let golden = golden();
    let of = |name: &str| {
        let files = golden["files"].as_array().unwrap();
        files.iter().find(|file| file["name"] == name).unwrap()
    };
    let Entries::Dense(double) = expected(of("written64.npy")) else {
        panic!("not dense")
    };
    assert_eq!(to_npy(&double), bytes(of("written64.npy")));
    assert_eq!(to_npy(&double.cast::<f32>()), bytes(of("written32.npy")));
}
