//! Dense matrices with a short side, which are decomposed by its Gram matrix: comparison with LAPACK's SVD and with
//! scikit-learn's PCA; what the Gram matrix does not hold is left to a search.

use lowrank::svd::{SvdModel, SvdSolver};
use lowrank::{DenseMatrix, Error, Pca, Scalar, TruncatedSvd};
use serde_json::Value;

const ROWS: usize = 3000;
const COLUMNS: usize = 40;
const RANK: usize = 6;

/// The matrix of ../golden/short_sides.py.
fn matrix(offset: usize) -> DenseMatrix<f64> {
    DenseMatrix::from_fn(ROWS, COLUMNS, |i, j| {
        let noise = (i * i * 7 + i * j * 13 + j * j * j * 5) % 101;
        (noise + 60 * ((i / (j + 1)) % 2) + offset * (j % 3)) as f64
    })
}

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/short_sides.json")).unwrap()
}

fn assert_near<T: Scalar>(found: &[T], expected: &Value, tolerance: f64) {
    let expected = expected.as_array().unwrap();
    assert_eq!(found.len(), expected.len());
    for (x, y) in found.iter().zip(expected) {
        let (x, y) = (x.to_f64(), y.as_f64().unwrap());
        assert!((x - y).abs() <= tolerance * y.abs(), "{x} {y}");
    }
}

fn inner<T: Scalar>(x: &[T], y: &[T]) -> f64 {
    let terms = x.iter().zip(y).map(|(x, y)| x.to_f64() * y.to_f64());
    terms.sum()
}

fn assert_orthonormal<T: Scalar>(x: &DenseMatrix<T>, tolerance: f64) {
    for j in 0..x.ncols() {
        for i in 0..=j {
            let expected = if i == j { 1.0 } else { 0.0 };
            let found = inner(x.column(i), x.column(j));
            assert!((found - expected).abs() <= tolerance, "{i} {j}: {found}");
        }
    }
}

/// Returns ||A - U diag(s) V^T||, entry by entry.
fn error<T: Scalar>(a: &DenseMatrix<T>, found: &SvdModel<T>) -> f64 {
    let mut squares = 0.0;
    for j in 0..a.ncols() {
        for i in 0..a.nrows() {
            let mut left = a.at(i, j).to_f64();
            for (p, s) in found.singular_values.iter().enumerate() {
                left -= found.u.at(i, p).to_f64() * s.to_f64() * found.v.at(j, p).to_f64();
            }
            squares += left * left;
        }
    }
    squares.sqrt()
}

fn svd<T: Scalar>(a: &DenseMatrix<T>, rank: usize) -> SvdModel<T> {
    let settings = TruncatedSvd {
        rank,
        ..TruncatedSvd::default()
    };
    settings.fit(a).unwrap()
}

fn singular_values_are_those_of_lapack<T: Scalar>(tolerance: f64) {
    let tall: DenseMatrix<T> = matrix(0).cast();
    for a in [&tall, &tall.transpose()] {
        let found = svd(a, RANK);
        assert_eq!(found.search.solver, SvdSolver::Exact);
        assert!(found.search.converged && found.rank == RANK);
        assert_near(
            &found.singular_values,
            &golden()["singular_values"],
            tolerance,
        );
        assert_orthonormal(&found.u, 10.0 * tolerance);
        assert_orthonormal(&found.v, 10.0 * tolerance);
        let norm = inner(a.as_slice(), a.as_slice()).sqrt();
        let (error, approximation) = (error(a, &found), found.approximation);
        assert!((approximation.frobenius_norm.to_f64() / norm - 1.0).abs() < tolerance);
        assert!((approximation.error.to_f64() - error).abs() < 10.0 * tolerance * norm);
        assert!(approximation.error_bound.to_f64() >= error);
        for (j, residual) in found.residuals.iter().enumerate() {
            assert!(residual.to_f64() <= 1e-10 * found.singular_values[0].to_f64());
            let column = found.u.column(j).iter().map(|x| x.to_f64());
            let largest = column.fold(0.0, |x: f64, y| if y.abs() > x.abs() { y } else { x });
            assert!(largest > 0.0);
        }
        assert_eq!(found.products.count, 3);
    }
}

#[test]
fn singular_values_of_short_sides_are_those_of_lapack() {
    singular_values_are_those_of_lapack::<f64>(1e-12);
    singular_values_are_those_of_lapack::<f32>(1e-6);
}

#[test]
fn components_of_short_sides_are_those_of_scikit_learn_however_large_the_means() {
    let (tall, golden) = (matrix(0), golden());
    for (a, name) in [
        (tall.clone(), "tall"),
        (tall.transpose(), "wide"),
        (matrix(1_000_000), "shifted"),
    ] {
        let settings = Pca {
            rank: RANK,
            ..Pca::default()
        };
        let found = settings.fit(&a).unwrap();
        assert_eq!(found.search.solver, SvdSolver::Exact, "{name}");
        assert!(found.search.converged);
        let expected = &golden[name];
        assert_near(&found.singular_values, &expected["singular_values"], 1e-12);
        assert_near(&found.means[..RANK], &expected["means"], 1e-14);
        let ratios = &expected["explained_variance_ratio"];
        assert_near(&found.explained_variance_ratio, ratios, 1e-11);
        assert_orthonormal(&found.components, 1e-11);
        for (j, s) in found.singular_values.iter().enumerate() {
            let scores = found.scores.column(j);
            assert!(
                (inner(scores, scores).sqrt() / s - 1.0).abs() < 1e-12,
                "{name}"
            );
        }
        let again = found.transform(&a).unwrap();
        let size = found.means.iter().fold(1.0, |x: f64, y| x.max(y.abs()));
        for (x, y) in found.scores.as_slice().iter().zip(again.as_slice()) {
            assert!((x - y).abs() < 1e-12 * size * 100.0, "{name}: {x} {y}");
        }
    }
    let single = Pca::default().fit(&tall.cast::<f32>()).unwrap();
    assert_eq!(single.search.solver, SvdSolver::Exact);
    for (x, y) in single
        .singular_values
        .iter()
        .zip(golden["tall"]["singular_values"].as_array().unwrap())
    {
        assert!((f64::from(*x) / y.as_f64().unwrap() - 1.0).abs() < 1e-6);
    }
}

/// Means are first looked for in eight runs of eight rows, which here have other ones.
#[test]
fn means_that_a_few_rows_do_not_show_are_subtracted_all_the_same() {
    let shown =
        |i: usize| (0..8).any(|run| (0..8).contains(&(i as i64 - (ROWS as i64 - 8) * run / 7)));
    let (base, rows) = (matrix(0), ROWS as f64);
    for offset in [-80.0, 1e3] {
        let entry = |i, j| base.at(i, j) + if shown(i) { 0.0 } else { offset };
        let a = DenseMatrix::from_fn(ROWS, COLUMNS, entry);
        let means: Vec<f64> = (0..COLUMNS)
            .map(|j| a.column(j).iter().sum::<f64>() / rows)
            .collect();
        let centered = DenseMatrix::from_fn(ROWS, COLUMNS, |i, j| a.at(i, j) - means[j]);
        let exact = TruncatedSvd {
            rank: RANK,
            solver: Some(SvdSolver::Exact),
            ..TruncatedSvd::default()
        };
        let (found, expected) = (
            Pca {
                rank: RANK,
                ..Pca::default()
            }
            .fit(&a)
            .unwrap(),
            exact.fit(&centered).unwrap(),
        );
        assert_eq!(found.search.solver, SvdSolver::Exact);
        for (x, y) in found.singular_values.iter().zip(&expected.singular_values) {
            assert!((x / y - 1.0).abs() < 1e-11, "{offset}: {x} {y}");
        }
        for (x, y) in found.means.iter().zip(&means) {
            assert!(
                (x - y).abs() <= 1e-13 * y.abs().max(1.0),
                "{offset}: {x} {y}"
            );
        }
        assert_orthonormal(&found.components, 1e-10);
    }
}

#[test]
fn bits_of_short_sides_do_not_depend_on_threads() {
    // With means that are small beside the deviations, and large.
    let (small, large) = (matrix(0), matrix(1000));
    for a in [&small, &large, &large.transpose()] {
        let fits: Vec<_> = [1, 2, 5]
            .map(|count| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(count);
                let fit = || (svd(a, 5), Pca::default().fit(a).unwrap());
                pool.build().unwrap().install(fit)
            })
            .to_vec();
        assert!(fits.iter().all(|fit| fit == &fits[0]));
    }
}

#[test]
fn values_that_a_gram_matrix_loses_are_left_to_a_search() {
    // Columns of lengths 1, 1e-1, .. 1e-7, nearly orthogonal.
    let a = DenseMatrix::from_fn(ROWS, 32, |i, j| {
        let noise = ((i * i * 7 + i * j * 13 + j * j * j * 5) % 101) as f64 - 50.0;
        10f64.powi(-(j.min(7) as i32)) * noise
    });
    let (few, many) = (svd(&a, 2), svd(&a, 6));
    assert_eq!(few.search.solver, SvdSolver::Exact);
    assert_ne!(many.search.solver, SvdSolver::Exact);
    assert!(many.search.converged);
    let exact = TruncatedSvd {
        rank: 6,
        solver: Some(SvdSolver::Exact),
        ..TruncatedSvd::default()
    };
    let exact = exact.fit(&a).unwrap();
    for (x, y) in many.singular_values.iter().zip(&exact.singular_values) {
        assert!((x - y).abs() < 1e-7 * exact.singular_values[0], "{x} {y}");
    }
    assert_orthonormal(&many.u, 1e-9);
    assert_orthonormal(&exact.u, 1e-12);
}

#[test]
fn rank_two_and_equal_values_are_found() {
    let pattern =
        |i: usize, j: usize| f64::from((i & j).count_ones().is_multiple_of(2)) * 2.0 - 1.0;
    // 2048 rows of a Hadamard matrix: all 32 columns have the same length and are orthogonal.
    let equal = DenseMatrix::from_fn(2048, 32, pattern);
    let found = svd(&equal, 7);
    assert_eq!(found.search.solver, SvdSolver::Exact);
    for s in &found.singular_values {
        assert!((s / 2048f64.sqrt() - 1.0).abs() < 1e-13);
    }
    assert!(found.singular_values.is_sorted_by(|x, y| x >= y));
    let low = DenseMatrix::from_fn(2048, 32, |i, j| pattern(i, j % 2));
    let found = svd(&low, 2);
    assert!(found.search.converged && found.rank == 2);
    assert!(found.approximation.error < 1e-10 * found.approximation.frobenius_norm);
    let found = svd(&low, 5);
    assert!(found.search.converged && found.rank == 2, "{}", found.rank);
}

#[test]
fn extreme_and_missing_numbers_are_treated_as_everywhere() {
    let a = matrix(0);
    for scale in [1e200, 1e-200] {
        let scaled = DenseMatrix::from_fn(ROWS, COLUMNS, |i, j| a.at(i, j) * scale);
        let found = svd(&scaled, 3);
        let expected = golden();
        for (x, y) in found
            .singular_values
            .iter()
            .zip(expected["singular_values"].as_array().unwrap())
        {
            assert!((x / scale / y.as_f64().unwrap() - 1.0).abs() < 1e-7);
        }
    }
    for (wrong, rank) in [(f64::NAN, 2), (f64::INFINITY, 3), (f64::NEG_INFINITY, 2)] {
        let mut entries = a.clone().into_vec();
        entries[ROWS * 11 + 1234] = wrong;
        let spoiled = DenseMatrix::new(entries, ROWS, COLUMNS).unwrap();
        let place = lowrank::core::Error::NonFinite {
            row: 1234,
            column: 11,
        };
        let settings = TruncatedSvd {
            rank,
            ..TruncatedSvd::default()
        };
        let refused = [
            settings.fit(&spoiled).err(),
            Pca::default().fit(&spoiled).err(),
        ];
        for error in refused {
            assert!(matches!(error, Some(Error::Factorization(e)) if e == place));
        }
    }
    let zero = DenseMatrix::from_fn(ROWS, COLUMNS, |_, j| 3.0 * j as f64);
    let found = Pca::default().fit(&zero).unwrap();
    assert!(found.search.converged && found.rank == 0);
    assert_eq!(found.total_variance, 0.0);
}
