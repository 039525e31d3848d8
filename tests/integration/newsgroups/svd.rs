//! Truncated SVD of the tf-idf of the stripped posts.

use lowrank::svd::{SearchPrecision, SvdModel, SvdSolver};
use lowrank::{Backend, SparseMatrix, TruncatedSvd};

use super::data::{THREADS, on_threads, singular_values, stripped};
use super::measure::{
    bits, distance, empty_rows, in_f64, loss_of_orthogonality, residual, transposed_residual,
};

/// ||A - A_5||_F, which no factorization of rank five gets below.
const OPTIMUM: f64 = 43.69905343;

const RANDOMIZED: TruncatedSvd = TruncatedSvd {
    rank: 5,
    solver: Some(SvdSolver::Randomized),
    oversampling: 10,
    power_iterations: 10,
    backend: Backend::Auto,
    seed: 0,
    search: SearchPrecision::Full,
    blocks: 0,
    iterations: 200,
    tolerance: 0.0,
};

const EXACT: TruncatedSvd = TruncatedSvd {
    solver: Some(SvdSolver::Exact),
    ..RANDOMIZED
};

fn fit(a: &SparseMatrix<f64>, svd: TruncatedSvd) -> SvdModel<f64> {
    svd.fit(a).unwrap()
}

/// Checks the properties of a truncated SVD by any solver: its factors are orthonormal, its figures are those of its
/// factors, and its error is the least for its right factor.
fn assert_consistent(a: &SparseMatrix<f64>, model: &SvdModel<f64>) {
    let s = &model.singular_values;
    assert_eq!(model.rank, s.len());
    assert!(s.is_sorted_by(|x, y| x >= y), "{s:?}");
    // c eps: the sums of the inner products have up to 26576 terms of mixed sign.
    assert!(loss_of_orthogonality(&model.u) < 1e-13);
    assert!(loss_of_orthogonality(&model.v) < 1e-13);
    for (k, &s_k) in s.iter().enumerate() {
        let (u, v) = (model.u.column(k), model.v.column(k));
        let found = residual(a, v, s_k, u);
        let rounding = 1e-13 * s[0];
        assert!(
            (found - model.residuals[k]).abs() <= rounding,
            "residual {k}: {found:e}, reported {:e}",
            model.residuals[k]
        );
        let largest = u
            .iter()
            .fold(0.0f64, |m, x| if x.abs() > m.abs() { *x } else { m });
        assert!(largest > 0.0, "sign of column {k} of U");
    }
    let error = distance(a, &model.scores(), &model.v);
    let reported = model.approximation;
    assert!((error - reported.error).abs() <= 1e-12 * error, "{error}");
    assert!(reported.error <= reported.error_bound);
    // Pythagoras: what is kept and what is left are orthogonal.
    let kept: f64 = s.iter().map(|s| s * s).sum();
    let left = (reported.frobenius_norm.powi(2) - kept).sqrt();
    assert!((error - left).abs() <= 1e-12 * error, "{error}, not {left}");
}

#[test]
fn exact_svd_of_five_topics_reaches_the_optimum() {
    let Some(data) = stripped() else { return };
    let a = &data.tfidf;
    let model = fit(a, EXACT);
    let error = model.approximation.error;
    assert!((error - OPTIMUM).abs() < 1e-7, "{error}");
    let golden = singular_values("tfidf");
    let kept: f64 = golden[..5].iter().map(|s| s * s).sum();
    let optimum = (44.429719783046124f64.powi(2) - kept).sqrt();
    assert!((error - optimum).abs() < 1e-11, "{error}, not {optimum}");
    assert_consistent(a, &model);
    let s = &model.singular_values;
    for (k, s_k) in s.iter().enumerate() {
        let (u, v) = (model.u.column(k), model.v.column(k));
        assert!(model.residuals[k] <= 1e-10 * s[0]);
        assert!(transposed_residual(a, u, *s_k, v) <= 1e-10 * s[0]);
    }
}

#[test]
fn default_svd_of_five_topics_is_nearly_optimal_from_any_seed() {
    let Some(data) = stripped() else { return };
    let defaults = TruncatedSvd {
        rank: 5,
        ..TruncatedSvd::default()
    };
    for seed in 0..10 {
        let model = fit(&data.tfidf, TruncatedSvd { seed, ..defaults });
        let error = model.approximation.error;
        assert!(error <= 43.69907, "seed {seed}: {error}");
        assert!(error >= OPTIMUM - 1e-8, "seed {seed}: {error}");
        if seed == 0 {
            assert_consistent(&data.tfidf, &model);
        }
    }
}

#[test]
fn exact_solver_finds_ten_singular_values() {
    let Some(data) = stripped() else { return };
    for (name, a) in [("count", &data.counts), ("tfidf", &data.tfidf)] {
        let model = fit(a, TruncatedSvd { rank: 10, ..EXACT });
        for (found, expected) in model.singular_values.iter().zip(singular_values(name)) {
            let distance = (found - expected).abs();
            assert!(distance <= 1e-12 * expected, "{name}: {found}, {expected}");
        }
        assert_consistent(a, &model);
    }
}

/// Checks that the gaps of the counts suffice for the defaults, which reach 7.5e-11. The tenth value of tf-idf,
/// 2.23, is close to the twenty-first, 1.99: the defaults leave 1.2e-3 of it, 20 power iterations
/// 1.5e-5, 30 2.4e-7, 40 3.0e-9.
#[test]
fn randomized_solver_finds_ten_singular_values() {
    let Some(data) = stripped() else { return };
    for (name, a, power_iterations) in [("count", &data.counts, 10), ("tfidf", &data.tfidf, 30)] {
        let ten = TruncatedSvd {
            rank: 10,
            power_iterations,
            ..RANDOMIZED
        };
        let model = fit(a, ten);
        for (found, expected) in model.singular_values.iter().zip(singular_values(name)) {
            let distance = (found - expected).abs();
            assert!(distance <= 1e-6 * expected, "{name}: {found}, {expected}");
        }
        assert_consistent(a, &model);
    }
}

/// Uses no knowledge of the spectrum. The tolerance is one of the error: the tenth value, which
/// hardly affects it, is 1.1e-6 away.
#[test]
fn krylov_solver_finds_ten_singular_values() {
    let Some(data) = stripped() else { return };
    for (name, a) in [("count", &data.counts), ("tfidf", &data.tfidf)] {
        let ten = TruncatedSvd {
            rank: 10,
            solver: Some(SvdSolver::Krylov),
            ..TruncatedSvd::default()
        };
        let model = fit(a, ten);
        for (found, expected) in model.singular_values.iter().zip(singular_values(name)) {
            let distance = (found - expected).abs();
            assert!(distance <= 5e-6 * expected, "{name}: {found}, {expected}");
        }
        assert_consistent(a, &model);
    }
}

#[test]
fn core_and_single_precision_reach_the_error_of_the_host() {
    let Some(data) = stripped() else { return };
    let a = &data.tfidf;
    let core = TruncatedSvd {
        backend: Backend::Core,
        ..RANDOMIZED
    };
    let error = fit(a, RANDOMIZED).approximation.error;
    let on_core = fit(a, core);
    let distance = (on_core.approximation.error - error).abs();
    assert!(distance <= 1e-6, "core: {distance:e}");
    assert_consistent(a, &on_core);

    let single = a.cast::<f32>();
    for svd in [RANDOMIZED, EXACT, core] {
        let model = svd.fit(&single).unwrap();
        let found = f64::from(model.approximation.error);
        assert!((found / error - 1.0).abs() <= 1e-4, "{svd:?}: {found}");
        // Sums of 26576 products in single precision: c sqrt(n) eps with c = 4.
        let loss = loss_of_orthogonality(&in_f64(&model.v));
        assert!(
            loss < 4.0 * 26576f64.sqrt() * f64::from(f32::EPSILON),
            "{svd:?}: {loss:e}"
        );
        let measured = self::distance(a, &in_f64(&model.scores()), &in_f64(&model.v));
        assert!(
            (measured / error - 1.0).abs() <= 1e-4,
            "{svd:?}: {measured}"
        );
    }
}

#[test]
fn svd_has_the_same_bits_on_any_number_of_threads() {
    let Some(data) = stripped() else { return };
    let run = |count| on_threads(count, || fit(&data.tfidf, RANDOMIZED));
    let alone = run(THREADS[0]);
    for count in &THREADS[1..] {
        let model = run(*count);
        for (x, y) in [(&alone.u, &model.u), (&alone.v, &model.v)] {
            assert_eq!(bits(x.as_slice()), bits(y.as_slice()), "{count} threads");
        }
        assert_eq!(bits(&alone.singular_values), bits(&model.singular_values));
        assert_eq!(bits(&alone.residuals), bits(&model.residuals));
        assert_eq!(alone.approximation, model.approximation);
    }
}

#[test]
fn empty_documents_have_no_scores() {
    let Some(data) = stripped() else { return };
    for svd in [RANDOMIZED, EXACT] {
        let model = fit(&data.tfidf, svd);
        for i in empty_rows(&data.tfidf) {
            for k in 0..5 {
                assert!(model.u.at(i, k).abs() < 1e-15, "{svd:?}: row {i}");
            }
        }
    }
}

#[test]
fn transform_of_the_fitted_posts_gives_their_scores() {
    let Some(data) = stripped() else { return };
    let model = fit(&data.tfidf, EXACT);
    let projected = model.transform(&data.tfidf).unwrap();
    let scores = model.scores();
    for (x, y) in projected.as_slice().iter().zip(scores.as_slice()) {
        assert!((x - y).abs() < 1e-9);
    }
}
