//! Alternating non-negative least squares beside scipy's non-negative least squares, row by row.

use lowrank::nmf::{Nmf, NmfModel, NmfSolver};
use lowrank::{Backend, DenseMatrix, Scalar};
use serde_json::Value;

fn matrix<T: Scalar>(rows: &Value) -> DenseMatrix<T> {
    let entry = |i: usize, j: usize| rows[i][j].as_f64().unwrap();
    let size = (
        rows.as_array().unwrap().len(),
        rows[0].as_array().unwrap().len(),
    );
    DenseMatrix::from_fn(size.0, size.1, |i, j| T::from_f64(entry(i, j)))
}

fn compare_with_scipy<T: Scalar>(tolerance: f64) {
    let golden = include_str!("../golden/non_negative_least_squares.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    for problem in golden.as_array().unwrap() {
        let (a, h, expected) = (
            matrix::<T>(&problem["a"]),
            matrix::<T>(&problem["h"]),
            matrix::<f64>(&problem["w"]),
        );
        for backend in [Backend::Host, Backend::Core] {
            let nmf = Nmf {
                rank: h.ncols(),
                solver: Some(NmfSolver::Anls),
                backend,
                ..Nmf::default()
            };
            let model = NmfModel {
                h: h.clone(),
                ..nmf.fit(&a).unwrap()
            };
            let found = model.transform(&a).unwrap();
            for (found, expected) in found.as_slice().iter().zip(expected.as_slice()) {
                let error = (found.to_f64() - expected).abs();
                assert!(error <= tolerance, "{found} beside {expected}, {backend:?}");
            }
        }
    }
}

#[test]
fn weights_are_the_non_negative_least_squares_of_scipy_in_f64() {
    compare_with_scipy::<f64>(1e-11);
}

#[test]
fn weights_are_the_non_negative_least_squares_of_scipy_in_f32() {
    compare_with_scipy::<f32>(2e-3);
}
