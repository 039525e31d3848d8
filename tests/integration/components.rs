//! Principal components: comparison with scikit-learn and with the SVD of a centered copy; ranks by
//! accuracy.

use crate::matrices::{kept, of_rows as matrix};
use lowrank::svd::{Accuracy, SvdModel, SvdSolver};
use lowrank::{
    Backend, DenseMatrix, Error, Matrix, Observed, Pca, Scalar, SparseMatrix, TruncatedSvd,
};
use serde_json::Value;

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().unwrap();
    list.iter().map(|x| x.as_f64().unwrap()).collect()
}

/// The nonzeros.
fn sparse<T: Scalar>(a: &DenseMatrix<T>) -> SparseMatrix<T> {
    kept(a, |_, _, x| x != T::ZERO)
}

fn assert_near<T: Scalar>(found: &[T], expected: &[f64], tolerance: f64) {
    let largest = expected.iter().fold(0.0, |x: f64, y| x.max(y.abs()));
    assert_eq!(found.len(), expected.len());
    for (x, y) in found.iter().zip(expected) {
        assert!((x.to_f64() - y).abs() <= tolerance * largest, "{x} {y}");
    }
}

/// The columns agree up to their signs, the same in both pairs.
fn assert_near_up_to_signs<T: Scalar>(
    pairs: [(&DenseMatrix<T>, &DenseMatrix<f64>); 2],
    tolerance: f64,
) {
    for j in 0..pairs[0].0.ncols() {
        let (found, expected) = (pairs[0].0.column(j), pairs[0].1.column(j));
        let inner: f64 = found
            .iter()
            .zip(expected)
            .map(|(x, y)| x.to_f64() * y)
            .sum();
        for (found, expected) in pairs {
            let expected: Vec<f64> = expected
                .column(j)
                .iter()
                .map(|y| y * inner.signum())
                .collect();
            assert_near(found.column(j), &expected, tolerance);
        }
    }
}

const SOLVERS: [SvdSolver; 4] = [
    SvdSolver::Krylov,
    SvdSolver::Chebyshev,
    SvdSolver::Randomized,
    SvdSolver::Exact,
];

fn compare_with_scikit_learn<T: Scalar>(golden: &Value, settings: Pca, tolerance: f64) {
    let dense: DenseMatrix<T> = matrix(&golden["matrix"]).cast();
    let stored = sparse(&dense);
    for a in [Matrix::Dense(&dense), Matrix::Sparse(&stored)] {
        let model = settings.fit(a).unwrap();
        let near = |found: &[T], name: &str| assert_near(found, &numbers(&golden[name]), tolerance);
        near(&model.means, "means");
        near(&model.singular_values, "singular_values");
        near(&model.explained_variance, "explained_variance");
        near(&model.explained_variance_ratio, "explained_variance_ratio");
        match &model.deviations {
            Some(deviations) => near(deviations, "deviations"),
            None => assert!(golden["deviations"].is_null()),
        }
        let (components, scores) = (matrix(&golden["components"]), matrix(&golden["scores"]));
        for found in [&model.scores, &model.transform(a).unwrap()] {
            assert_near_up_to_signs(
                [(&model.components, &components), (found, &scores)],
                200.0 * tolerance,
            );
        }
        let all = model.explained_variance[0] / model.explained_variance_ratio[0];
        assert_near(&[model.total_variance], &[all.to_f64()], tolerance);
        for (j, mean) in model.means.iter().enumerate() {
            let constant = dense.column(j).iter().all(|x| x == mean);
            let deviation = model.deviations.as_ref().map(|d| d[j] == T::ZERO);
            assert_eq!(deviation.unwrap_or(constant), constant);
        }
        let largest = model.singular_values[0].to_f64();
        for residual in &model.residuals {
            assert!(residual.to_f64() <= tolerance * largest, "{residual}");
        }
        // The error is that of what inverse_transform restores, in units of the deviations.
        let restored = model.inverse_transform(&model.scores).unwrap();
        let unit = |j: usize| match &model.deviations {
            Some(d) if d[j] == T::ZERO => f64::INFINITY,
            Some(d) => d[j].to_f64(),
            None => 1.0,
        };
        let places = (0..dense.ncols()).flat_map(|j| (0..dense.nrows()).map(move |i| (i, j)));
        let squares: f64 = places
            .map(|(i, j)| (restored.at(i, j).to_f64() - dense.at(i, j).to_f64()) / unit(j))
            .map(|x| x * x)
            .sum();
        let (error, bound) = (model.approximation.error, model.approximation.error_bound);
        assert!((error.to_f64() - squares.sqrt()).abs() <= 10.0 * tolerance * largest);
        assert!(bound >= error && squares.sqrt() <= bound.to_f64() + tolerance * largest);
    }
}

#[test]
fn principal_components_are_those_of_scikit_learn() {
    let golden: Value = serde_json::from_str(include_str!("../golden/components.json")).unwrap();
    for case in golden.as_array().unwrap() {
        for backend in [Backend::Host, Backend::Core] {
            for solver in std::iter::once(None).chain(SOLVERS.map(Some)) {
                let settings = Pca {
                    rank: 4,
                    solver,
                    scale: case["scale"].as_bool().unwrap(),
                    backend,
                    ..Pca::default()
                };
                compare_with_scikit_learn::<f64>(case, settings, 1e-12);
                compare_with_scikit_learn::<f32>(case, settings, 2e-5);
            }
        }
    }
}

/// Entries that fall off in rank, from a small generator.
fn falling(m: usize, n: usize, decay: f64) -> DenseMatrix<f64> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut draw = |rows: usize| {
        DenseMatrix::from_fn(rows, 12, |_, _| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        })
    };
    let (u, v) = (draw(m), draw(n));
    DenseMatrix::from_fn(m, n, |i, j| {
        (0..12)
            .map(|p| decay.powi(p as i32) * u.at(i, p) * v.at(j, p))
            .sum()
    })
}

#[test]
fn implicit_centering_equals_a_centered_copy_however_large_the_means() {
    let a = falling(60, 25, 0.7);
    for (offset, tolerance) in [(0.0, 1e-13), (10.0, 1e-12), (1e6, 1e-7)] {
        let shifted = DenseMatrix::from_fn(60, 25, |i, j| a.at(i, j) + offset * (1 + j % 3) as f64);
        let mean = |j: usize| shifted.column(j).iter().sum::<f64>() / 60.0;
        let means: Vec<f64> = (0..25).map(mean).collect();
        let copy = DenseMatrix::from_fn(60, 25, |i, j| shifted.at(i, j) - means[j]);
        let exact = TruncatedSvd {
            rank: 5,
            solver: Some(SvdSolver::Exact),
            ..Default::default()
        };
        let exact = exact.fit(&copy).unwrap();
        let pca = Pca {
            rank: 5,
            tolerance: 0.0,
            ..Pca::default()
        };
        let model = pca.fit(&shifted).unwrap();
        assert_near(&model.singular_values, &exact.singular_values, tolerance);
        let all = exact.approximation.frobenius_norm.powi(2) / 59.0;
        assert_near(&[model.total_variance], &[all], tolerance);
    }
}

#[test]
fn what_has_no_variance_has_components_of_none() {
    let flat = DenseMatrix::from_fn(5, 3, |_, j| j as f64);
    let one_row = DenseMatrix::from_fn(1, 3, |_, j| j as f64);
    for a in [&flat, &one_row] {
        let model = Pca {
            rank: 1,
            ..Pca::default()
        }
        .fit(a)
        .unwrap();
        assert!(
            model.total_variance.abs() < 1e-28,
            "{}",
            model.total_variance
        );
        assert!(model.explained_variance[0] < 1e-28);
        assert_near(&model.means, &[0.0, 1.0, 2.0], 1e-15);
    }
    let message = |error: Error| error.to_string();
    let pca = Pca::default();
    assert!(message(pca.fit(&one_row).unwrap_err()).contains("rank 2"));
    let missing = sparse(&flat);
    let refused = Pca { rank: 1, ..pca }.fit(Observed(&missing));
    assert!(message(refused.unwrap_err()).contains("missing"));
    let model = Pca { rank: 1, ..pca }.fit(&flat).unwrap();
    assert!(model.transform(&one_row.transpose()).is_err());
    assert!(model.inverse_transform(&flat).is_err());
}

#[test]
fn exact_components_are_exact_where_a_gram_matrix_would_lose_them() {
    let a = falling(60, 25, 0.7);
    for (m, n, offset) in [(60, 25, 0.0), (60, 25, 1e6), (25, 60, 1.0), (25, 60, 1e5)] {
        let at = |i: usize, j: usize| if m == 60 { a.at(i, j) } else { a.at(j, i) };
        let shifted = DenseMatrix::from_fn(m, n, |i, j| at(i, j) + offset * (1 + j % 3) as f64);
        let mean = |j: usize| shifted.column(j).iter().sum::<f64>() / m as f64;
        let copy = DenseMatrix::from_fn(m, n, |i, j| shifted.at(i, j) - mean(j));
        let exact = Some(SvdSolver::Exact);
        let svd = TruncatedSvd {
            rank: 12,
            solver: exact,
            ..Default::default()
        };
        let expected = svd.fit(&copy).unwrap();
        let pca = Pca {
            rank: 12,
            solver: exact,
            ..Pca::default()
        };
        let tolerance = 1e-14 * (1.0 + offset);
        for a in [Matrix::Dense(&shifted), Matrix::Sparse(&sparse(&shifted))] {
            let model = pca.fit(a).unwrap();
            assert_near(&model.singular_values, &expected.singular_values, tolerance);
            // All is explained: the error is measured, entry by entry.
            let norm = expected.approximation.frobenius_norm;
            let approximation = &model.approximation;
            assert!((approximation.frobenius_norm / norm - 1.0).abs() < 1e-8);
            assert!(approximation.error < 1e-7 * norm, "{approximation:?}");
            assert!(approximation.error <= approximation.error_bound);
            assert!(approximation.error_bound < 1e-6 * norm, "{approximation:?}");
        }
    }
}

#[test]
fn exact_components_have_converged_however_large_the_means() {
    let a = falling(60, 25, 0.9);
    for offset in [0.0, 1e3, 1e5] {
        let shifted = DenseMatrix::from_fn(60, 25, |i, j| a.at(i, j) + offset * (1 + j % 3) as f64);
        let single: DenseMatrix<f32> = shifted.cast();
        let exact = Pca {
            rank: 3,
            solver: Some(SvdSolver::Exact),
            ..Pca::default()
        };
        assert!(exact.fit(&shifted).unwrap().search.converged, "{offset}");
        assert!(exact.fit(&single).unwrap().search.converged, "{offset}");
    }
}

#[test]
fn a_column_of_equal_entries_stays_zero_and_is_counted() {
    let a = DenseMatrix::from_fn(9, 5, |i, j| match j {
        1 => 0.1,
        3 => 0.0,
        _ => ((i * (j + 2)) % 7) as f64,
    });
    let new = DenseMatrix::from_fn(1, 5, |_, j| j as f64 + 100.0 * (j % 2) as f64);
    let flat = DenseMatrix::from_fn(1, 5, |_, j| if j % 2 == 0 { j as f64 } else { 0.0 });
    for solver in SOLVERS {
        for a in [Matrix::Dense(&a), Matrix::Sparse(&sparse(&a))] {
            let pca = Pca {
                rank: 5,
                solver: Some(solver),
                scale: true,
                ..Pca::default()
            };
            let model = pca.fit(a).unwrap();
            assert_eq!(model.constant_columns(), Some(2));
            assert_eq!(model.rank, 3, "{solver:?}");
            assert!((model.total_variance - 3.0).abs() < 1e-12);
            // Whatever stands there in a new row counts for nothing.
            let scores = model.transform(&new).unwrap();
            assert_near(
                scores.as_slice(),
                model.transform(&flat).unwrap().as_slice(),
                1e-14,
            );
            let restored = model.inverse_transform(&scores).unwrap();
            assert_eq!((restored.at(0, 1), restored.at(0, 3)), (0.1, 0.0));
            let plain = Pca {
                scale: false,
                ..pca
            }
            .fit(a)
            .unwrap();
            assert_eq!(plain.constant_columns(), None);
        }
    }
}

#[test]
fn scaled_components_do_not_depend_on_units() {
    let a = falling(40, 12, 0.8);
    let pca = Pca {
        rank: 3,
        scale: true,
        ..Pca::default()
    };
    let model = pca.fit(&a).unwrap();
    for power in [-300, -20, 20, 300] {
        let unit = |j: usize| 10f64.powi(power * (j % 2) as i32);
        let other = DenseMatrix::from_fn(40, 12, |i, j| a.at(i, j) * unit(j) + unit(j));
        for other in [Matrix::Dense(&other), Matrix::Sparse(&sparse(&other))] {
            let found = pca.fit(other).unwrap();
            assert_near(&found.singular_values, &model.singular_values, 1e-13);
            assert_near(&[found.total_variance], &[12.0], 1e-13);
            let again = found.transform(other).unwrap();
            assert_near(again.as_slice(), found.scores.as_slice(), 1e-11);
        }
    }
    let one_row = DenseMatrix::from_fn(1, 3, |_, j| j as f64);
    let single = Pca { rank: 1, ..pca }.fit(&one_row).unwrap();
    assert_eq!(single.constant_columns(), Some(3));
    assert_eq!(single.total_variance, 0.0);
    let nan = DenseMatrix::from_fn(4, 3, |i, j| if (i, j) == (2, 1) { f64::NAN } else { 1.0 });
    let refused = Pca { rank: 1, ..pca }.fit(&nan).unwrap_err();
    let place = lowrank::core::Error::NonFinite { row: 2, column: 1 };
    assert!(matches!(refused, Error::Factorization(error) if error == place));
}

#[test]
fn the_fewest_components_are_those_that_explain_enough() {
    let a = falling(90, 70, 0.6);
    for scale in [false, true] {
        let exact = Pca {
            rank: 70,
            solver: Some(SvdSolver::Exact),
            scale,
            ..Pca::default()
        };
        let all = exact.fit(&a).unwrap();
        let explained = |k: usize| all.explained_variance_ratio[..k].iter().sum::<f64>();
        for solver in SOLVERS {
            for start in [1, 2, 70] {
                let settings = Pca {
                    rank: start,
                    solver: Some(solver),
                    scale,
                    ..Pca::default()
                };
                for share in [0.1, 0.5, 0.9, 0.99] {
                    let model = settings.fit_to(&a, Accuracy::Variance(share)).unwrap();
                    let k = model.singular_values.len();
                    assert!(explained(k) >= share - 1e-9 && (k == 1 || explained(k - 1) < share));
                    assert_near(&model.singular_values, &all.singular_values[..k], 1e-7);
                    assert_eq!((model.scores.ncols(), model.components.ncols()), (k, k));
                    assert_eq!((model.rank, model.residuals.len()), (k, k));
                    let left = (1.0 - explained(k)).sqrt();
                    let error = model.approximation.error / model.approximation.frobenius_norm;
                    assert!((error - left).abs() < 1e-7, "{error} {left}");
                }
                let model = settings.fit_to(&a, Accuracy::Error(0.1)).unwrap();
                let k = model.singular_values.len();
                assert!(explained(k) >= 0.99 - 1e-9 && explained(k - 1) < 0.99);
            }
        }
        assert!(exact.fit_to(&a, Accuracy::Variance(1.5)).is_err());
        let refused = exact.fit_to(&a, Accuracy::Error(0.0));
        assert!(
            matches!(refused, Err(Error::Accuracy { .. })),
            "{refused:?}"
        );
    }
}

/// ||A - U diag(s) V^T||_F, entry by entry.
fn error_of(a: &DenseMatrix<f64>, model: &SvdModel<f64>) -> f64 {
    let mut squares = 0.0;
    for i in 0..a.nrows() {
        for j in 0..a.ncols() {
            let terms = model.singular_values.iter().enumerate();
            let v: f64 = terms
                .map(|(p, s)| model.u.at(i, p) * s * model.v.at(j, p))
                .sum();
            squares += (a.at(i, j) - v).powi(2);
        }
    }
    squares.sqrt()
}

#[test]
fn the_rank_is_the_smallest_that_is_accurate_enough() {
    let a = falling(90, 70, 0.6);
    let norm = a.as_slice().iter().map(|x| x * x).sum::<f64>().sqrt();
    let all = TruncatedSvd {
        rank: 70,
        solver: Some(SvdSolver::Exact),
        ..Default::default()
    };
    let s = all.fit(&a).unwrap().singular_values;
    let left = |k: usize| s[k..].iter().map(|s| s * s).sum::<f64>().sqrt();
    for solver in SOLVERS {
        for backend in [Backend::Host, Backend::Core] {
            for start in [1, 6, 70] {
                let settings = TruncatedSvd {
                    rank: start,
                    solver: Some(solver),
                    backend,
                    ..Default::default()
                };
                for tolerance in [0.9, 0.5, 0.1, 1e-2, 1e-3] {
                    let model = settings.fit_to(&a, Accuracy::Error(tolerance)).unwrap();
                    let k = model.singular_values.len();
                    let error = error_of(&a, &model);
                    assert!(
                        error <= tolerance * norm * (1.0 + 1e-9),
                        "{solver:?} {tolerance}"
                    );
                    assert!((model.approximation.error - error).abs() <= 1e-9 * norm);
                    assert!(model.approximation.error_bound >= error * (1.0 - 1e-12));
                    assert!(
                        k == 1 || left(k - 1) > tolerance * norm,
                        "{solver:?} {tolerance} {k}"
                    );
                    assert_eq!((model.u.ncols(), model.v.ncols(), model.rank), (k, k, k));
                }
                let model = settings.fit_to(&a, Accuracy::Variance(0.8)).unwrap();
                let k = model.singular_values.len();
                assert!(left(k) <= 0.2f64.sqrt() * norm && left(k - 1) > 0.2f64.sqrt() * norm);
            }
        }
    }
    let settings = TruncatedSvd::default();
    for share in [-0.1, 1.1, f64::NAN] {
        assert!(settings.fit_to(&a, Accuracy::Error(share)).is_err());
        assert!(settings.fit_to(&a, Accuracy::Variance(share)).is_err());
    }
    let refused = settings.fit_to(&a, Accuracy::Error(0.0));
    assert!(
        matches!(refused, Err(Error::Accuracy { .. })),
        "{refused:?}"
    );
}
