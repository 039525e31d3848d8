//! Real files: the ratings of MovieLens and the faces of CBCL.

use lowrank_files::matrix_file::{Entries, MatrixReader};
use lowrank_tests::data_folder;

#[test]
fn movielens_is_ratings_of_which_most_are_missing() {
    let Some(folder) = data_folder("ml-latest-small-2016/ratings.csv") else {
        return;
    };
    let reader = MatrixReader {
        triples: Some("userId,movieId,rating".parse().unwrap()),
        ..MatrixReader::default()
    };
    let file = reader.read(&folder.join("ratings.csv")).unwrap();
    let Entries::Observed(ratings) = &file.entries else {
        panic!("not observed")
    };
    let shape = (ratings.nrows(), ratings.ncols(), ratings.nonzeros());
    assert_eq!(shape, (671, 9066, 100_004));
    let (users, movies) = (file.row_labels.unwrap(), file.column_labels.unwrap());
    assert_eq!((&*users[0], &*users[670]), ("1", "671"));
    assert_eq!((&*movies[0], &*movies[9065]), ("1", "163949"));
    // The first line: user 1 rated movie 31 with 2.5.
    let first = (&movies[ratings.columns()[0] as usize], ratings.values()[0]);
    assert_eq!((first.0.as_str(), first.1), ("31", 2.5));
    let is_rating = |x: &f64| (0.5..=5.0).contains(x) && (2.0 * x).fract() == 0.0;
    assert!(ratings.values().iter().all(is_rating));
    let by_number = MatrixReader {
        triples: Some("1,2,3".parse().unwrap()),
        ..MatrixReader::default()
    };
    let numbered = by_number.read(&folder.join("ratings.csv")).unwrap();
    assert_eq!(numbered.entries, file.entries);
}

#[test]
fn cbcl_is_a_face_a_row() {
    let Some(folder) = data_folder("faces/cbcl-19x19-one-face-per-row.pgm") else {
        return;
    };
    let path = folder.join("cbcl-19x19-one-face-per-row.pgm");
    let file = MatrixReader::default().read(&path).unwrap();
    let Entries::Dense(faces) = file.entries else {
        panic!("not dense")
    };
    assert_eq!((faces.nrows(), faces.ncols()), (2429, 361));
    let bytes = std::fs::read(&path).unwrap();
    let pixels = &bytes[bytes.len() - 2429 * 361..];
    for (i, face) in pixels.chunks(361).enumerate() {
        for (j, &pixel) in face.iter().enumerate() {
            assert_eq!(faces.at(i, j), f64::from(pixel));
        }
    }
}
