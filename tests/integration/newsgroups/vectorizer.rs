//! The matrices of the stripped posts.

use lowrank::SparseMatrix;

use super::data::{golden, stripped};

/// Of the 2034 texts, 57 are empty and three more hold no term but stop words.
const EMPTY_ROWS: usize = 60;

fn frobenius_norm(a: &SparseMatrix<f64>) -> f64 {
    a.values().iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn assert_close(found: f64, expected: f64, relative: f64) {
    let distance = (found - expected).abs();
    assert!(
        distance <= relative * expected.abs(),
        "{found}, not {expected}"
    );
}

#[test]
fn matrices_have_scikit_learns_size_and_norm() {
    let Some(data) = stripped() else { return };
    for (name, a, norm) in [
        ("count", &data.counts, 937.4582657377341),
        ("tfidf", &data.tfidf, 44.429719783046124),
    ] {
        assert_eq!((a.nrows(), a.ncols(), a.nonzeros()), (2034, 26576, 133634));
        assert_eq!(a.empty_rows(), EMPTY_ROWS, "{name}");
        assert_close(frobenius_norm(a), norm, 1e-10);
        let expected = &golden()[name];
        assert_close(
            a.values().iter().sum(),
            expected["sum"].as_f64().unwrap(),
            1e-10,
        );
    }
    assert_eq!(data.counts.values().iter().sum::<f64>(), 199670.0);
}

#[test]
fn vocabulary_is_scikit_learns_at_the_place_looked_at() {
    let Some(data) = stripped() else { return };
    assert_eq!(data.terms.len(), 26576);
    assert!(data.terms.is_sorted_by(|a, b| a < b));
    assert_eq!(
        data.terms[7000..7004],
        ["cosmonauts", "cosmos", "cosponsored", "cost"]
    );
    let expected = golden();
    let expected = expected["terms_from_7000"].as_array().unwrap();
    for (term, expected) in data.terms[7000..].iter().zip(expected) {
        assert_eq!(term.as_str(), expected.as_str().unwrap());
    }
}

#[test]
fn rows_of_tfidf_have_length_one_or_are_empty() {
    let Some(data) = stripped() else { return };
    for row in data.tfidf.row_offsets().windows(2) {
        let entries = &data.tfidf.values()[row[0]..row[1]];
        let length = entries.iter().map(|x| x * x).sum::<f64>().sqrt();
        assert!(entries.is_empty() || (length - 1.0).abs() < 1e-14);
    }
}
