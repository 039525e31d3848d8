//! Values of other programs, in JSON, and the comparison with them.

use lowrank::SparseMatrix;
use serde_json::Value;

/// Returns a list of texts.
pub fn strings(value: &Value) -> Vec<String> {
    let texts = value.as_array().unwrap().iter();
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

/// Returns a list of whole numbers.
pub fn indices(value: &Value) -> Vec<usize> {
    let numbers = value.as_array().unwrap().iter();
    numbers
        .map(|number| number.as_u64().unwrap() as usize)
        .collect()
}

/// Returns a list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

/// Checks numbers to a share of each of them.
pub fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= tolerance * expected.abs(),
            "{what}: {found:?} for {expected:?}"
        );
    }
}

/// Checks a matrix against compressed rows, `indptr`, `indices` and the values of that name.
pub fn assert_same_matrix(
    found: &SparseMatrix<f64>,
    expected: &Value,
    (values, tolerance): (&str, f64),
    what: &str,
) {
    let columns: Vec<usize> = found
        .columns()
        .iter()
        .map(|&column| column as usize)
        .collect();
    assert_eq!(found.row_offsets(), indices(&expected["indptr"]), "{what}");
    assert_eq!(columns, indices(&expected["indices"]), "{what}");
    assert_close(found.values(), &numbers(&expected[values]), tolerance, what);
}
