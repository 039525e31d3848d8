//! Singular vectors searched in f32 for triplets in f64, beside a search in f64.

use lowrank::svd::{SearchPrecision, SvdModel, SvdSolver};
use lowrank::{Backend, DenseMatrix, Pca, SparseMatrix, TruncatedSvd};
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_validate::Matrix;

/// Spectra with 200 values, each with its name, and whether f32 suffices for the ten leading ones.
fn spectra() -> Vec<(&'static str, Vec<f64>, bool)> {
    let values = |f: fn(i32) -> f64| (0..200).map(f).collect();
    vec![
        ("1 / i", values(|i| 1.0 / f64::from(i + 1)), true),
        (
            "evenly spaced",
            values(|i| 1.0 - 0.004 * f64::from(i)),
            true,
        ),
        ("1 % apart", values(|i| 0.99_f64.powi(i)), true),
        ("copies of five", values(|i| 0.9_f64.powi(i / 5)), true),
        ("copies of twelve", values(|i| 0.9_f64.powi(i / 12)), true),
        ("all equal", values(|_| 1.0), true),
        ("0.5^i", values(|i| 0.5_f64.powi(i)), false),
        ("rank four", values(|i| f64::from(i32::from(i < 4))), false),
        ("tiny", values(|i| 1e-200 / f64::from(i + 1)), false),
        ("huge", values(|i| 1e200 / f64::from(i + 1)), false),
    ]
}

fn dense(a: &Matrix<f64>) -> DenseMatrix<f64> {
    DenseMatrix::from_fn(a.nrows, a.ncols, |i, j| a.at(i, j))
}

/// The largest |x_i . x_j - delta_ij|.
fn departure(x: &DenseMatrix<f64>) -> f64 {
    let mut largest = 0.0_f64;
    for i in 0..x.ncols() {
        for j in 0..=i {
            let pairs = x.column(i).iter().zip(x.column(j));
            let inner: f64 = pairs.map(|(x, y)| x * y).sum();
            largest = largest.max((inner - f64::from(i32::from(i == j))).abs());
        }
    }
    largest
}

/// The larger of ||A v_j - s_j u_j|| and ||A^T u_j - s_j v_j||.
fn residual(a: &DenseMatrix<f64>, model: &SvdModel<f64>, j: usize) -> f64 {
    let (u, s, v) = (
        model.u.column(j),
        model.singular_values[j],
        model.v.column(j),
    );
    let rows =
        (0..a.nrows()).map(|i| (0..a.ncols()).map(|c| a.at(i, c) * v[c]).sum::<f64>() - s * u[i]);
    let columns = (0..a.ncols()).map(|c| {
        let product: f64 = a.column(c).iter().zip(u).map(|(a, u)| a * u).sum();
        product - s * v[c]
    });
    let scale = model.singular_values[0];
    let length = |x: &mut dyn Iterator<Item = f64>| {
        x.map(|x| (x / scale).powi(2)).sum::<f64>().sqrt() * scale
    };
    length(&mut rows.into_iter()).max(length(&mut columns.into_iter()))
}

fn settings(search: SearchPrecision) -> TruncatedSvd {
    TruncatedSvd {
        rank: 10,
        solver: Some(SvdSolver::Krylov),
        search,
        ..TruncatedSvd::default()
    }
}

#[test]
fn triplets_are_those_of_a_search_in_f64() {
    for (name, values, suffices) in spectra() {
        for (m, n) in [(200, 260), (260, 200)] {
            let largest = values[0];
            let relative: Vec<f64> = values.iter().map(|s| s / largest).collect();
            let unit = dense(&Matrix::with_spectrum(m, n, &relative, 3));
            let a = DenseMatrix::from_fn(m, n, |i, j| unit.at(i, j) * largest);
            let mixed = settings(SearchPrecision::Single).fit(&a).unwrap();
            let full = settings(SearchPrecision::Full).fit(&a).unwrap();
            assert!(mixed.search.converged && full.search.converged, "{name}");
            assert!(!full.search.single);
            assert_eq!(mixed.search.single, suffices, "{name}, {m} x {n}");
            let share = (mixed.approximation.error - full.approximation.error) / largest;
            assert!(share.abs() < 1e-6, "{name}: {share:e}");
            for (j, (s, expected)) in mixed.singular_values.iter().zip(&values).enumerate() {
                assert!(
                    (s - expected).abs() < 1e-6 * largest,
                    "{name}: {s:e} {expected:e}"
                );
                let (found, said) = (residual(&a, &mixed, j), mixed.residuals[j]);
                assert!(
                    (found - said).abs() < 1e-12 * largest,
                    "{name}: {found:e} {said:e}"
                );
            }
            for x in [&mixed.u, &mixed.v] {
                assert!(departure(x) < 1e-11, "{name}: {:e}", departure(x));
            }
        }
    }
}

#[test]
fn the_default_searches_large_matrices_in_f32_and_no_others() {
    let random = RandomEntries::new(Distribution::Gaussian, 5);
    let auto = TruncatedSvd::default();
    for (m, n, single) in [(150, 140, true), (128, 300, false), (300, 20, false)] {
        let a = DenseMatrix::<f64>::from_fn(m, n, |i, j| random.at(i, j));
        assert_eq!(auto.fit(&a).unwrap().search.single, single, "{m} x {n}");
        let strict = TruncatedSvd {
            tolerance: 1e-12,
            ..auto
        };
        assert!(!strict.fit(&a).unwrap().search.single, "{m} x {n}");
        let exact = TruncatedSvd {
            solver: Some(SvdSolver::Exact),
            ..auto
        };
        assert!(!exact.fit(&a).unwrap().search.single, "{m} x {n}");
    }
    let a = DenseMatrix::<f32>::from_fn(150, 140, |i, j| random.at(i, j));
    assert!(auto.fit(&a).unwrap().search.single);
}

#[test]
fn entries_that_are_not_finite_are_said_as_in_f64() {
    let mut entries = vec![1.0; 200 * 150];
    entries[7] = f64::NAN;
    let a = DenseMatrix::new(entries, 200, 150).unwrap();
    let said = |search| settings(search).fit(&a).unwrap_err().to_string();
    assert_eq!(said(SearchPrecision::Single), said(SearchPrecision::Full));
}

#[test]
fn threads_and_backends_change_nothing_that_matters() {
    let random = RandomEntries::new(Distribution::Gaussian, 7);
    let dense = DenseMatrix::<f64>::from_fn(160, 200, |i, j| random.at(i, j));
    let all = (0..160).flat_map(|i| (0..200).map(move |j| (i, j)));
    let triplets = all.map(|(i, j)| (i, j, dense.at(i, j)));
    let sparse = SparseMatrix::from_triplets(160, 200, triplets).unwrap();
    let single = settings(SearchPrecision::Single);
    let of_core = TruncatedSvd {
        backend: Backend::Core,
        ..single
    };
    let found = single.fit(&sparse).unwrap();
    let others = [single.fit(&dense), of_core.fit(&sparse)];
    for other in others.map(Result::unwrap) {
        assert!(other.search.single);
        for (s, expected) in other.singular_values.iter().zip(&found.singular_values) {
            assert!((s - expected).abs() < 1e-7, "{s} {expected}");
        }
    }
}

#[test]
fn principal_components_are_those_of_a_search_in_f64() {
    let values: Vec<f64> = (0..200).map(|i| 1.0 / f64::from(i + 1)).collect();
    for (m, n) in [(200, 260), (260, 200)] {
        let centered = dense(&Matrix::with_spectrum(m, n, &values, 11));
        // Means of up to a million deviations, which f32 does not resolve.
        for (size, suffices) in [(0.0, true), (0.1, true), (1e6, false)] {
            let a =
                DenseMatrix::from_fn(m, n, |i, j| centered.at(i, j) + size * (1 + j % 3) as f64);
            let pca = |search| Pca {
                rank: 6,
                solver: Some(SvdSolver::Krylov),
                search,
                ..Pca::default()
            };
            let mixed = pca(SearchPrecision::Single).fit(&a).unwrap();
            let full = pca(SearchPrecision::Full).fit(&a).unwrap();
            assert_eq!(mixed.search.single, suffices, "{m} x {n}, {size:e}");
            for (s, expected) in mixed.singular_values.iter().zip(&full.singular_values) {
                assert!(
                    (s - expected).abs() < 1e-7 * (1.0 + size),
                    "{size:e}: {s} {expected}"
                );
            }
        }
    }
}
