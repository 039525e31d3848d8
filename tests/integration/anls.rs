//! Alternating non-negative least squares beside scipy's non-negative least squares, row by row.

use crate::matrices::of_rows as matrix;
use lowrank::nmf::{Nmf, NmfModel, NmfSolver};
use lowrank::{Backend, Scalar};
use serde_json::Value;

fn compare_with_scipy<T: Scalar>(tolerance: f64) {
    let golden = include_str!("../golden/non_negative_least_squares.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    for problem in golden.as_array().unwrap() {
        let (a, h, expected) = (
            matrix(&problem["a"]).cast::<T>(),
            matrix(&problem["h"]).cast::<T>(),
            matrix(&problem["w"]),
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
