//! Invariants of non-negative factorizations: factors >= 0, a loss that never increases, the reported
//! error, and the reason for the stop.

use core::ops::ControlFlow;
use lowrank_core::iteration::Stop;
use lowrank_core::nmf::{BetaNmf, NmfFactors, NmfInit, NmfSolver};
use lowrank_core::svd::RangeFinder;
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, MatRef, Nmf, Real, Workspace};
use lowrank_validate::Matrix;
use lowrank_validate::families::{families, smallest_subnormal};
use lowrank_validate::run::{Factorized, measure, nmf, transform};

const SOLVERS: [NmfSolver; 3] = [NmfSolver::Mu, NmfSolver::Hals, NmfSolver::Anls];
const INITS: [NmfInit; 3] = [NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda];

/// m, n, k, l.
const SHAPES: [(usize, usize, usize, usize); 12] = [
    (1, 1, 1, 1),
    (1, 6, 1, 4),
    (6, 1, 1, 3),
    (2, 2, 2, 2),
    (8, 3, 2, 9),
    (3, 8, 3, 3),
    (16, 16, 16, 16),
    (3, 5, 7, 7),
    (9, 2, 5, 8),
    (1, 4, 3, 3),
    (40, 7, 3, 5),
    (12, 50, 5, 15),
];

/// A factorization and its matrix, both scaled by 2^-e and in f64.
struct Judged {
    norm: f64,
    /// ||A - W H^T||_F.
    error: f64,
    /// The smallest number of the type.
    smallest: f64,
}

impl Judged {
    fn new<T: Real>(a: &Matrix<T>, found: &Factorized<T>) -> Self {
        let e = a.exponent();
        let half = e >> 1;
        let scaled = a.to_f64(e);
        let (w, h) = (found.w.to_f64(half), found.h.to_f64(e - half));
        Self {
            norm: scaled.frobenius(),
            error: scaled.minus(&w.times(&h.transposed())).frobenius(),
            smallest: 2f64.powi((smallest_subnormal::<T>() - e).max(-1000)),
        }
    }
}

fn is_non_negative<T: Real>(a: &Matrix<T>) -> bool {
    a.entries.iter().all(|x| x.is_finite() && *x >= T::ZERO)
}

fn check_factorization<T: Real>(settings: &Nmf, a: &Matrix<T>, l: usize, place: &str) {
    let found = nmf(settings, &a.view(), (a.nrows, a.ncols), l);
    let found = found.unwrap_or_else(|error| panic!("{place}: {error}"));
    assert!(
        is_non_negative(&found.w) && is_non_negative(&found.h),
        "{place}"
    );
    let judged = Judged::new(a, &found);
    let scale = |x: T| x.to_f64().scale_by_power_of_two(-a.exponent());
    // The squared loss is a difference of sums of m n squares about ||A||^2: they round by
    // (m + n) eps at most (seen: 0.9).
    let eps = T::EPSILON.to_f64();
    let rounding = 4.0 * (a.nrows + a.ncols) as f64 * eps * judged.norm * judged.norm;
    for pair in found.errors.windows(2) {
        let (before, after) = (scale(pair[0]), scale(pair[1]));
        let allowed = before * before + rounding + 2.0 * judged.smallest * judged.norm;
        assert!(after * after <= allowed, "{place}: {before} -> {after}");
    }
    let report = found.report.approximation;
    let (error, bound) = (scale(report.error), scale(report.error_bound));
    assert!(
        judged.error <= bound + judged.smallest,
        "{place}: {} > {bound}",
        judged.error
    );
    let slack = 2.0 * rounding.sqrt() + 2.0 * judged.smallest;
    assert!(
        bound <= judged.error + slack,
        "{place}: absurd bound {bound}, {}",
        judged.error
    );
    assert!(
        (error - judged.error).abs() <= slack,
        "{place}: {error} {}",
        judged.error
    );
    // No start and no step leaves what zero factors would do better.
    assert!(
        judged.error <= judged.norm * (1.0 + 1e-3),
        "{place}: worse than zero"
    );
}

fn check_all<T: Real>() {
    for family in families::<T>() {
        for init in INITS {
            for (m, n, k, l) in SHAPES {
                let a = (family.make)(m, n, 3).map(|x: T| x.abs());
                for solver in SOLVERS {
                    let settings = Nmf {
                        rank: k,
                        solver,
                        init,
                        iterations: 25,
                        tolerance: 0.0,
                        ..Default::default()
                    };
                    let name = family.name;
                    let place = format!("{name}, {m} x {n}, k = {k}, {init:?}, {solver:?}");
                    check_factorization(&settings, &a, l, &place);
                }
            }
        }
    }
}

#[test]
fn factors_are_non_negative_and_the_loss_never_rises_in_f32() {
    check_all::<f32>();
}

#[test]
fn factors_are_non_negative_and_the_loss_never_rises_in_f64() {
    check_all::<f64>();
}

/// Returns a non-negative matrix of rank `k` with all kinds of entries.
fn product(m: usize, n: usize, k: usize) -> Matrix<f64> {
    let positive = |x: f64| x.max(0.0);
    let w = Matrix::<f64>::gaussian(m, k, 1).map(positive);
    let h = Matrix::<f64>::gaussian(n, k, 2).map(positive);
    w.times(&h.transposed())
}

#[test]
fn the_true_loss_falls_from_iteration_to_iteration() {
    let a = Matrix::<f64>::gaussian(20, 12, 4).map(f64::abs);
    for init in INITS {
        let mut last = f64::INFINITY;
        for iterations in 0..30 {
            let settings = Nmf {
                rank: 4,
                init,
                iterations,
                tolerance: 0.0,
                ..Default::default()
            };
            let found = nmf(&settings, &a.view(), (20, 12), 8).unwrap();
            assert_eq!(found.report.iterations, iterations);
            assert_eq!(found.report.stop, Stop::Iterations);
            assert_eq!(found.errors.len(), iterations + 1);
            let error = Judged::new(&a, &found).error;
            assert!(
                error < last,
                "{init:?}, iteration {iterations}: {last} -> {error}"
            );
            last = error;
        }
    }
}

#[test]
fn a_non_negative_product_is_found_again() {
    let a = product(30, 20, 3);
    for init in INITS {
        let settings = Nmf {
            rank: 3,
            init,
            iterations: 3000,
            tolerance: 0.0,
            ..Default::default()
        };
        let found = nmf(&settings, &a.view(), (30, 20), 10).unwrap();
        let error = Judged::new(&a, &found).error / a.to_f64(a.exponent()).frobenius();
        // NNDSVD keeps the zeros that it starts with, right or wrong.
        let allowed = if init == NmfInit::Nndsvd { 0.2 } else { 0.02 };
        assert!(error < allowed, "{init:?}: {error}");
    }
}

#[test]
fn an_exact_fit_is_measured_entry_by_entry() {
    // The short formula would leave sqrt(eps) ||A|| of rounding: 1e-8.
    let (w, h) = (
        Matrix::<f64>::gaussian(9, 2, 1).map(f64::abs),
        Matrix::<f64>::gaussian(7, 2, 2).map(f64::abs),
    );
    let a = w.times(&h.transposed());
    for e in [0, -900, 900, -20, 33] {
        let (half, rest) = (e >> 1, e - (e >> 1));
        let measured = measure(&a.scaled(e).view(), &w.scaled(half), &h.scaled(rest)).unwrap();
        let error = measured.error.scale_by_power_of_two(-e);
        assert!(error < 1e-15 * a.frobenius(), "2^{e}: {error}");
        let norm = measured.frobenius_norm.scale_by_power_of_two(-e);
        assert!((norm - a.frobenius()).abs() < 1e-14 * norm, "2^{e}: {norm}");
    }
}

#[test]
fn scaling_by_a_power_of_four_changes_nothing_but_the_scale() {
    let a = Matrix::<f32>::gaussian(20, 12, 3).map(f32::abs);
    for init in INITS {
        let settings = Nmf {
            rank: 3,
            init,
            iterations: 50,
            ..Default::default()
        };
        let plain = nmf(&settings, &a.view(), (20, 12), 6).unwrap();
        for e in [-100, -60, -2, 2, 60, 120] {
            let scaled = nmf(&settings, &a.scaled(e).view(), (20, 12), 6).unwrap();
            assert_eq!(scaled.w.scaled(-e / 2), plain.w, "{init:?}, 2^{e}");
            assert_eq!(scaled.h.scaled(-e / 2), plain.h, "{init:?}, 2^{e}");
            assert_eq!(scaled.report.iterations, plain.report.iterations);
        }
    }
}

#[test]
fn transform_finds_the_weights_of_the_training_rows() {
    let a = Matrix::<f64>::gaussian(20, 12, 3).map(f64::abs);
    let settings = Nmf {
        rank: 3,
        iterations: 3000,
        tolerance: 0.0,
        ..Default::default()
    };
    for (trained, asked) in [
        (0, 0),
        (-1000, -1000),
        (1000, 1000),
        (0, -900),
        (-900, 0),
        (2, 900),
    ] {
        let fit = nmf(&settings, &a.scaled(trained).view(), (20, 12), 3).unwrap();
        let rows = a.scaled(asked);
        let found = transform(&settings, &rows.view(), (20, 12), &fit.h).unwrap();
        assert_eq!(found.h, fit.h);
        assert!(is_non_negative(&found.w));
        let error = found
            .report
            .approximation
            .error
            .scale_by_power_of_two(-asked);
        let fitted = fit
            .report
            .approximation
            .error
            .scale_by_power_of_two(-trained);
        assert!(
            error <= fitted * (1.0 + 1e-6),
            "2^{trained}, 2^{asked}: {error} {fitted}"
        );
        let expected = fit.w.scaled(asked - trained);
        let distance = found.w.minus(&expected).frobenius() / expected.frobenius();
        assert!(distance < 1e-2, "2^{trained}, 2^{asked}: {distance}");
    }
}

#[test]
fn the_weights_of_small_and_large_rows_are_as_good_as_those_of_others() {
    // The first update finds the scale; its gain, which may be all of ||A||, must not end the rest.
    let a = Matrix::<f64>::gaussian(40, 12, 8).map(f64::abs);
    let settings = Nmf {
        rank: 3,
        solver: NmfSolver::Mu,
        ..Default::default()
    };
    let fit = nmf(&settings, &a.view(), (40, 12), 5).unwrap();
    let plain = transform(&settings, &a.view(), (40, 12), &fit.h).unwrap();
    assert!(plain.report.iterations > 10);
    for e in [-20, -10, -3, 3, 10, 20] {
        let found = transform(&settings, &a.scaled(e).view(), (40, 12), &fit.h).unwrap();
        assert_eq!(found.report.iterations, plain.report.iterations, "2^{e}");
        for (x, exact) in found.w.entries.iter().zip(&plain.w.entries) {
            let x = x * 2f64.powi(-e);
            assert!(
                (x - exact).abs() <= 1e-6 * exact.abs() + 1e-12,
                "2^{e}: {x} {exact}"
            );
        }
    }
}

#[test]
fn transform_takes_fewer_rows_than_the_rank() {
    let a = Matrix::<f64>::gaussian(20, 12, 3).map(f64::abs);
    let settings = Nmf {
        rank: 3,
        iterations: 3000,
        tolerance: 0.0,
        ..Default::default()
    };
    let fit = nmf(&settings, &a.view(), (20, 12), 3).unwrap();
    let row = Matrix::from_fn(1, 12, |_, j| a.at(7, j));
    let found = transform(&settings, &row.view(), (1, 12), &fit.h).unwrap();
    for j in 0..3 {
        assert!((found.w.at(0, j) - fit.w.at(7, j)).abs() < 1e-2);
    }
}

#[test]
fn transform_of_subnormal_rows_is_not_zero() {
    // H^T H of such an H underflows.
    let a = Matrix::<f32>::gaussian(20, 12, 3)
        .map(f32::abs)
        .scaled(-140);
    let settings = Nmf {
        rank: 3,
        ..Default::default()
    };
    let fit = nmf(&settings, &a.view(), (20, 12), 3).unwrap();
    let found = transform(&settings, &a.view(), (20, 12), &fit.h).unwrap();
    assert_eq!(found.h, fit.h);
    let norm = found.report.approximation.frobenius_norm;
    assert!(found.report.approximation.error < 0.6 * norm);
}

#[test]
fn weights_too_large_for_the_type_are_an_overflow() {
    // 1 = w h with the smallest h: w is 7e44, and once was infinite.
    let settings = Nmf {
        rank: 1,
        ..Default::default()
    };
    let one = Matrix::from_fn(1, 1, |_, _| 1.0f32);
    let h = one.scaled(-149);
    let error = transform(&settings, &one.view(), (1, 1), &h).unwrap_err();
    assert_eq!(error, Error::Overflow);
    let h = one.scaled(-126);
    let found = transform(&settings, &one.view(), (1, 1), &h).unwrap();
    assert_eq!(found.w.at(0, 0).exponent(), 126);
}

#[test]
fn the_reason_of_the_stop_is_told() {
    let a = Matrix::<f64>::gaussian(20, 12, 3).map(f64::abs);
    let settings = Nmf {
        rank: 2,
        iterations: 100_000,
        tolerance: 1e-4,
        ..Default::default()
    };
    let found = nmf(&settings, &a.view(), (20, 12), 4).unwrap();
    assert_eq!(found.report.stop, Stop::Tolerance);
    assert!(found.report.iterations < 1000);
    assert_eq!(found.errors.len(), found.report.iterations + 1);
    let squares: Vec<f64> = found.errors.iter().map(|x| x * x).collect();
    for (done, square) in squares.iter().enumerate().skip(10) {
        let is_last = done + 1 == squares.len();
        let gain = squares[done - 10] - square;
        assert_eq!(gain <= 1e-4 * square, is_last, "{done}: {gain}");
    }

    let mut buffer = vec![0.0; workspace_len(20, 12, 4)];
    let (mut w, mut h) = (vec![0.0; 40], vec![0.0; 24]);
    let mut workspace = Workspace::in_buffer(&mut buffer, 20, 12, 4).unwrap();
    let mut factors = NmfFactors {
        w: MatMut::new(&mut w, 20, 2).unwrap(),
        h: MatMut::new(&mut h, 12, 2).unwrap(),
    };
    let report = settings.run(&a.view(), &mut workspace, &mut factors, |progress| {
        if progress.iteration == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let report = report.unwrap();
    assert_eq!((report.stop, report.iterations), (Stop::Observer, 3));
}

#[test]
fn rows_and_columns_of_zeros_stay_zero() {
    let a = Matrix::<f64>::gaussian(10, 8, 5);
    let a = Matrix::from_fn(10, 8, |i, j| {
        if i == 3 || j == 6 {
            0.0
        } else {
            a.at(i, j).abs()
        }
    });
    for init in INITS {
        let settings = Nmf {
            rank: 3,
            init,
            ..Default::default()
        };
        let found = nmf(&settings, &a.view(), (10, 8), 5).unwrap();
        for j in 0..3 {
            assert_eq!((found.w.at(3, j), found.h.at(6, j)), (0.0, 0.0), "{init:?}");
        }
    }
}

#[test]
fn the_zero_matrix_has_zero_factors_and_no_error() {
    for init in INITS {
        let settings = Nmf {
            rank: 2,
            init,
            ..Default::default()
        };
        let zero = Matrix::<f32>::zeros(5, 4);
        let found = nmf(&settings, &zero.view(), (5, 4), 3).unwrap();
        assert_eq!(found.report.approximation.error, 0.0, "{init:?}");
        assert!(found.report.iterations <= 10, "{init:?}");
    }
}

#[test]
fn equal_seeds_give_equal_factors() {
    let a = Matrix::<f64>::gaussian(20, 12, 3).map(f64::abs);
    let run = |seed| {
        let settings = Nmf {
            rank: 3,
            init: NmfInit::Random,
            range_finder: RangeFinder {
                seed,
                ..Default::default()
            },
            ..Default::default()
        };
        nmf(&settings, &a.view(), (20, 12), 3).unwrap()
    };
    assert_eq!(run(5).w, run(5).w);
    assert_ne!(run(5).w, run(6).w);
}

#[test]
fn wrong_settings_and_entries_are_named() {
    let settings = Nmf {
        rank: 1,
        ..Default::default()
    };
    let entries = [[1.0, 2.0, 3.0], [4.0, -5.0, f64::NAN]];
    let error = nmf(&settings, &MatRef::from(&entries), (3, 2), 1).unwrap_err();
    assert_eq!(error, Error::NonFinite { row: 2, column: 1 });
    let entries = [[1.0, 2.0, 3.0], [4.0, -5.0, 6.0]];
    let error = nmf(&settings, &MatRef::from(&entries), (3, 2), 1).unwrap_err();
    assert_eq!(error, Error::Negative { row: 1, column: 1 });
    for tolerance in [-1.0, f64::NAN] {
        let settings = Nmf {
            tolerance,
            ..settings
        };
        let error = nmf(&settings, &MatRef::from(&[[1.0]]), (1, 1), 1).unwrap_err();
        assert_eq!(error, Error::Setting { name: "tolerance" });
    }
    for a in [MatRef::from(&[[1.0]; 2]), MatRef::from(&[[1.0; 2]])] {
        let (m, n) = (a.nrows(), a.ncols());
        let settings = Nmf {
            rank: 2,
            ..settings
        };
        let error = nmf(&settings, &a, (m, n), 1).unwrap_err();
        assert_eq!(error, Error::Rank { rank: 2, limit: 1 });
    }
    let settings = Nmf {
        rank: 0,
        ..settings
    };
    let error = nmf(&settings, &MatRef::from(&[[1.0]]), (1, 1), 1).unwrap_err();
    assert_eq!(error, Error::Rank { rank: 0, limit: 1 });
}

#[test]
fn one_workspace_serves_one_divergence_after_another() {
    let a = Matrix::from_fn(6, 5, |i, j| (1 + (i * 3 + j * 5) % 7) as f64);
    let nmf = BetaNmf {
        settings: Nmf {
            rank: 2,
            ..BetaNmf::default().settings
        },
        ..BetaNmf::default()
    };
    let (mut buffer, mut w, mut h) = (vec![0.0; workspace_len(6, 5, 4)], [0.0; 12], [0.0; 10]);
    let mut workspace = Workspace::in_buffer(&mut buffer, 6, 5, 4).unwrap();
    let mut factors = NmfFactors {
        w: MatMut::new(&mut w, 6, 2).unwrap(),
        h: MatMut::new(&mut h, 5, 2).unwrap(),
    };
    let go_on = |_| ControlFlow::Continue(());
    let first = nmf.run(&a.view(), &mut workspace, &mut factors, go_on);
    let again = nmf.run(&a.view(), &mut workspace, &mut factors, go_on);
    assert_eq!(first, again);
    assert!(first.is_ok());
}
