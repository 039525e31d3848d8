//! Principal components: comparison with scikit-learn and with the SVD of a centered copy; ranks by
//! accuracy.

use lowrank::svd::{Accuracy, SvdModel, SvdSolver};
use lowrank::{
    Backend, DenseMatrix, Error, Matrix, Observed, Pca, Scalar, SparseMatrix, TruncatedSvd,
};
use serde_json::Value;

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().unwrap();
    list.iter().map(|x| x.as_f64().unwrap()).collect()
}

/// A matrix from a list of rows.
fn matrix(rows: &Value) -> DenseMatrix<f64> {
    let rows: Vec<Vec<f64>> = rows.as_array().unwrap().iter().map(numbers).collect();
    DenseMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

/// The nonzeros.
fn sparse<T: Scalar>(a: &DenseMatrix<T>) -> SparseMatrix<T> {
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for i in 0..a.nrows() {
        for j in (0..a.ncols()).filter(|j| a.at(i, *j) != T::ZERO) {
            columns.push(j as u32);
            values.push(a.at(i, j));
        }
        offsets.push(columns.len());
    }
    SparseMatrix::new(offsets, columns, values, a.ncols()).unwrap()
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

fn compare_with_scikit_learn<T: Scalar>(tolerance: f64) {
    let golden: Value = serde_json::from_str(include_str!("../golden/components.json")).unwrap();
    let dense: DenseMatrix<T> = matrix(&golden["matrix"]).cast();
    let stored = sparse(&dense);
    for backend in [Backend::Host, Backend::Core] {
        for a in [Matrix::Dense(&dense), Matrix::Sparse(&stored)] {
            let pca = Pca {
                rank: 4,
                backend,
                ..Pca::default()
            };
            let model = pca.fit(a).unwrap();
            let near =
                |found: &[T], name: &str| assert_near(found, &numbers(&golden[name]), tolerance);
            near(&model.means, "means");
            near(&model.singular_values, "singular_values");
            near(&model.explained_variance, "explained_variance");
            near(&model.explained_variance_ratio, "explained_variance_ratio");
            let (components, scores) = (matrix(&golden["components"]), matrix(&golden["scores"]));
            for found in [&model.scores, &model.transform(a).unwrap()] {
                assert_near_up_to_signs(
                    [(&model.components, &components), (found, &scores)],
                    200.0 * tolerance,
                );
            }
            let all = model.explained_variance[0] / model.explained_variance_ratio[0];
            assert_near(&[model.total_variance], &[all.to_f64()], tolerance);
            let restored = model.inverse_transform(&model.scores).unwrap();
            assert_near(restored.as_slice(), dense.cast().as_slice(), 0.01);
        }
    }
}

#[test]
fn principal_components_are_those_of_scikit_learn() {
    compare_with_scikit_learn::<f64>(1e-12);
    compare_with_scikit_learn::<f32>(2e-5);
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
    for solver in [
        SvdSolver::Krylov,
        SvdSolver::Chebyshev,
        SvdSolver::Randomized,
        SvdSolver::Exact,
    ] {
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
