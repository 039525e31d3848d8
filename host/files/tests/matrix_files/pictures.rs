use std::fs;
use std::path::Path;

use lowrank_files::matrix_file::{Entries, Error, MatrixReader};

use super::{read, refusal, rows};

const PLAIN: &[u8] = b"P2 # plain\n3 2\n# white\n9\n0 1 2\n3 4 9\n";

#[test]
fn a_picture_is_the_matrix_of_its_pixels() {
    let expected = [[0.0, 1.0, 2.0], [3.0, 4.0, 9.0]];
    let wide = b"P5 3 2 999\n\0\0\0\x01\0\x02\0\x03\0\x04\x03\xe7".as_slice();
    for bytes in [
        PLAIN,
        b"P5\n#x\n3 2 9 \0\x01\x02\x03\x04\x09",
        b"P5\t3\n2\r9\n\0\x01\x02\x03\x04\x09\n",
    ] {
        let file = read("a.pgm", bytes).unwrap();
        assert_eq!(rows(&file), expected);
        assert_eq!(file.picture, None);
        assert_eq!(read("a", bytes).unwrap(), file);
    }
    assert_eq!(
        rows(&read("a.pgm", wide).unwrap()),
        [[0.0, 1.0, 2.0], [3.0, 4.0, 999.0]]
    );
}

#[test]
fn what_is_no_picture_is_refused() {
    for (bytes, says) in [
        (&b"P6 1 1 9\n000"[..], "P2 or P5"),
        (b"P", "P2 or P5"),
        (b"P2 3 2", "width, height and white"),
        (b"P2 3 -2 9\n1", "line 1: something is not a number"),
        (b"P2 1 1 0\n0", "white"),
        (b"P2 1 1 65536\n0", "white"),
        (b"P2 0 1 9\n", "no entries"),
        (
            b"P2 1 1\n9 10\n",
            "row 1, column 1: the pixel 10 is brighter than white, 9",
        ),
        (b"P5 2 1 9\n\0\x0a", "row 1, column 2: the pixel 10"),
        (b"P2 2 1 9\n1\nx", "line 3: something is not a number"),
        (b"P2 2 1 9\n1\n", "announces 2 entries, 1 are there"),
        (b"P5 2 1 999\n\0\0\0", "announces 2 entries, 1 are there"),
        (
            b"P5 1000000 1000000 9\n\0",
            "announces 1000000000000 entries, 1 are there",
        ),
        (b"P5 99999999999 99999999999 9\n\0", "too large"),
        (
            b"P2 99999999999999999999 1 9\n0",
            "line 1: a number is too long",
        ),
        (b"P2 1 1 9\n1 1", "after the 1 entries"),
        (b"P5 1 1 9\n\x01\x01", "after the 1 entries"),
    ] {
        let error = refusal("a.pgm", bytes);
        assert!(error.contains(says), "{}: {error}", bytes.escape_ascii());
    }
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(root.path().join(name), bytes).unwrap();
    }
    root
}

fn read_folder(root: &Path) -> Result<lowrank_files::matrix_file::MatrixFile, Error> {
    MatrixReader::default().read(root)
}

#[test]
fn a_folder_of_pictures_is_one_a_row_in_the_order_of_their_names() {
    let root = folder(&[
        ("b.pgm", PLAIN),
        ("a.PGM", b"P2 3 2 9 9 8 7 6 5 4"),
        (".hidden.pgm", b"x"),
        ("README", b"x"),
    ]);
    let file = read_folder(root.path()).unwrap();
    assert_eq!(
        rows(&file),
        [
            [9.0, 8.0, 7.0, 6.0, 5.0, 4.0],
            [0.0, 1.0, 2.0, 3.0, 4.0, 9.0]
        ]
    );
    assert_eq!(file.picture, Some((2, 3)));
    assert_eq!(
        file.row_labels.as_deref(),
        Some(&["a.PGM".to_owned(), "b.pgm".to_owned()][..])
    );
    assert!(matches!(file.entries, Entries::Dense(_)));
}

#[test]
fn a_folder_of_other_things_or_of_unlike_pictures_is_refused() {
    let error = read_folder(folder(&[("README", b"x")]).path()).unwrap_err();
    assert!(matches!(error, Error::NoPictures { .. }), "{error}");
    let root = folder(&[("a.pgm", PLAIN), ("b.pgm", b"P2 2 3 9 1 2 3 4 5 6")]);
    let error = read_folder(root.path()).unwrap_err().to_string();
    assert!(
        error.contains("b.pgm is 2 x 3 with white 9") && error.contains("a.pgm is 3 x 2"),
        "{error}"
    );
    let root = folder(&[("a.pgm", PLAIN), ("b.pgm", b"P2 3 2 9 1")]);
    let error = read_folder(root.path()).unwrap_err();
    assert!(
        matches!(&error, Error::Truncated { place, .. } if place.ends_with("b.pgm")),
        "{error}"
    );
}
