use std::fs;
use std::io::{Cursor, Write};

use lowrank::DenseMatrix;
use lowrank_files::matrix_file::{Entries, MatrixReader, to_npy};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{read, refusal, rows};

fn npz(arrays: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        let as_they_are =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(*name, as_they_are).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A vector of bytes as NumPy writes one.
fn vector(bytes: &[u8]) -> Vec<u8> {
    npy("|u1", &format!("{},", bytes.len()), bytes)
}

fn npy(entry_type: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header =
        format!("{{'descr': '{entry_type}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], header.as_bytes(), bytes].concat()
}

/// Indices, offsets, entries and shape of CSR.
fn csr(indices: &[u8], indptr: &[u8], data: &[u8], shape: &[u8]) -> Vec<u8> {
    npz(&[
        ("indices.npy", &vector(indices)),
        ("indptr.npy", &vector(indptr)),
        ("data.npy", &vector(data)),
        ("shape.npy", &vector(shape)),
        ("format.npy", &npy("|S3", "", b"csr")),
    ])
}

#[test]
fn the_only_array_is_the_matrix_and_other_files_are_none() {
    let a = DenseMatrix::from_fn(2, 3, |i, j| (i + 2 * j) as f64);
    let archive = npz(&[("notes.txt", b"notes"), ("a.npy", &to_npy(&a))]);
    assert_eq!(
        read("a.npz", &archive).unwrap().entries,
        Entries::Dense(a.clone())
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any.name");
    fs::write(&path, &archive).unwrap();
    assert_eq!(
        MatrixReader::default().read(&path).unwrap().entries,
        Entries::Dense(a)
    );
}

#[test]
fn archives_without_one_matrix_are_refused() {
    let a = to_npy(&DenseMatrix::from_fn(1, 1, |_, _| 1.0));
    let many: Vec<String> = (0..20).map(|i| format!("array\n{i}.npy")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &a[..])).collect();
    for (bytes, says) in [
        (npz(&[]), "holds no array"),
        (npz(&[("a.txt", b"")]), "holds no array"),
        (
            npz(&[("x.npy", &a), ("y.npy", &a)]),
            "several arrays (x, y)",
        ),
        (npz(&many), "array\\n7, 12 more)"),
        (
            npz(&[("x.npy", &a[..20])]),
            "a.npz, array x: malformed header",
        ),
        (
            npz(&[("x.npy", &[&a[..], b"1"].concat())]),
            "a.npz, array x goes on",
        ),
        (npz(&[("x.npy", &a[..130])]), "a.npz, array x breaks off"),
        (
            npz(&[("x.npy", &vector(b"12"))]),
            "a.npz, array x has 1 dimensions",
        ),
        (b"PK\x03\x04".to_vec(), "truncated or corrupt"),
        (b"1,2\n".to_vec(), "truncated or corrupt"),
    ] {
        let error = refusal("a.npz", &bytes);
        assert!(error.contains(says), "{error}");
    }
    let long = "x".repeat(5000);
    let long = npz(&[
        (&format!("{long}.npy"), &a),
        (&format!("y{long}.npy"), &a[..130]),
    ]);
    assert!(refusal("a.npz", &long).len() < 1000);
    let code = npy(&"q".repeat(5000), "1, 1", b"");
    assert!(refusal("a.npy", &code).len() < 1000);
    let mut altered = npz(&[("x.npy", &npy("<f8", "1, 1", &[0; 8]))]);
    let at = altered
        .windows(7)
        .position(|window| window == b"'<f8', ")
        .unwrap();
    altered[at + 3] = b'4';
    let error = refusal("a.npz", &altered);
    assert!(error.starts_with("a.npz"), "{error}");
}

#[test]
fn sparse_arrays_that_fit_are_a_matrix() {
    let file = read(
        "a.npz",
        &csr(&[1, 0, 2], &[0, 1, 1, 3], &[5, 6, 7], &[3, 3]),
    )
    .unwrap();
    assert_eq!(rows(&file), [[0.0, 5.0, 0.0], [0.0; 3], [6.0, 0.0, 7.0]]);
}

#[test]
fn sparse_arrays_that_do_not_fit_are_refused() {
    for (bytes, says) in [
        (
            csr(&[1, 0], &[0, 1, 1, 2], &[5], &[3, 3]),
            "indptr does not divide",
        ),
        (
            csr(&[1], &[0, 1, 1, 2], &[5, 6], &[3, 3]),
            "indices and data differ in length",
        ),
        (
            csr(&[1, 3], &[0, 1, 1, 2], &[5, 6], &[3, 3]),
            "indices leaves the shape",
        ),
        (
            csr(&[1, 0], &[0, 1, 2], &[5, 6], &[3, 3]),
            "indptr does not divide",
        ),
        (
            csr(&[1, 0], &[0, 2, 1, 2], &[5, 6], &[3, 3]),
            "indptr does not divide",
        ),
        (
            csr(&[1, 0], &[1, 1, 1, 2], &[5, 6], &[3, 3]),
            "indptr does not divide",
        ),
        (csr(&[], &[], &[], &[3, 3]), "indptr does not divide"),
        (csr(&[1], &[0, 1], &[5], &[3]), "has 1 dimensions"),
        (csr(&[], &[0], &[], &[0, 3]), "no entries"),
    ] {
        let error = refusal("a.npz", &bytes);
        assert!(error.contains(says), "{error}");
    }
    let half = npy("<f8", "1,", &0.5f64.to_le_bytes());
    let form = npy("|S3", "", b"coo");
    let large = npy(
        "<i8",
        "2,",
        &[9i64.to_le_bytes(), (1i64 << 40).to_le_bytes()].concat(),
    );
    let one = vector(&[0]);
    for (row, shape, form, says) in [
        (
            &half,
            &vector(&[1, 1]),
            &form,
            "row is not of whole numbers",
        ),
        (&one, &large, &form, "too large"),
        (
            &one,
            &vector(&[1, 1]),
            &npy("<U3", "", b"d\0\0\0i\0\0\0a\0\0\0"),
            "\"dia\"",
        ),
    ] {
        let arrays: [(&str, &[u8]); 5] = [
            ("row.npy", row),
            ("col.npy", &one),
            ("data.npy", &one),
            ("shape.npy", shape),
            ("format.npy", form),
        ];
        let error = refusal("a.npz", &npz(&arrays));
        assert!(error.contains(says), "{error}");
    }
    let error = refusal("a.npz", &npz(&[("format.npy", &form)]));
    assert!(error.contains("not found"), "{error}");
}

#[test]
fn a_place_twice_is_added_up_and_counted() {
    // Row 0 has column 1 twice.
    let file = read(
        "a.npz",
        &csr(&[1, 1, 2], &[0, 2, 2, 3], &[5, 6, 7], &[3, 3]),
    )
    .unwrap();
    assert_eq!(rows(&file), [[0.0, 11.0, 0.0], [0.0; 3], [0.0, 0.0, 7.0]]);
    let notes: Vec<String> = file.notes.iter().map(|note| note.to_string()).collect();
    assert_eq!(
        notes,
        ["1 entry is added to an earlier one at the same place"]
    );
    let once = read(
        "a.npz",
        &csr(&[1, 0, 2], &[0, 1, 1, 3], &[5, 6, 7], &[3, 3]),
    )
    .unwrap();
    assert_eq!(once.notes, []);
}
