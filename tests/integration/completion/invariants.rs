//! Invariants of every completion.

use super::{SOLVERS, WEIGHTINGS, kept, known, low_rank, plain, settings};
use lowrank::completion::{Biases, CompletionModel, CompletionSolver, Weighting};
use lowrank::descent::LearningRate;
use lowrank::iteration::Stop;
use lowrank::{Completion, DenseMatrix, Observed, Scalar, SparseMatrix};
use std::ops::ControlFlow;

/// The gradient of the loss with respect to every number of the model, at its largest, from the
/// definition.
fn gradient(a: &SparseMatrix<f64>, model: &CompletionModel<f64>) -> f64 {
    let m = a.nrows();
    let rows = (0..m).map(|i| {
        let entries = a.row_offsets()[i]..a.row_offsets()[i + 1];
        let residual = |index| (i, a.columns()[index] as usize, a.values()[index]);
        entries.map(residual).collect::<Vec<_>>()
    });
    let mut of_rows = vec![Vec::new(); m];
    let mut of_columns = vec![Vec::new(); a.ncols()];
    for (i, j, x) in rows.flatten() {
        let e = x - model.predict(i, j).unwrap();
        of_rows[i].push((e, j));
        of_columns[j].push((e, i));
    }
    let of_w = of_factor(model, &model.w, &model.row_biases, &model.h, &of_rows);
    let of_h = of_factor(model, &model.h, &model.column_biases, &model.w, &of_columns);
    of_w.max(of_h)
}

/// The same for one factor X, whose rows have these residuals, each in a row of the other factor.
fn of_factor(
    model: &CompletionModel<f64>,
    x: &DenseMatrix<f64>,
    biases: &[f64],
    other: &DenseMatrix<f64>,
    residuals: &[Vec<(f64, usize)>],
) -> f64 {
    let Completion { l2, bias_l2, .. } = model.settings;
    let l2 = l2.unwrap();
    let mut largest = 0.0f64;
    for (i, residuals) in residuals.iter().enumerate() {
        let l2 = match model.settings.weighting {
            Weighting::Plain => l2,
            Weighting::Count => l2 * residuals.len() as f64,
        };
        for p in 0..x.ncols() {
            let pull: f64 = residuals.iter().map(|&(e, j)| e * other.at(j, p)).sum();
            largest = largest.max((l2 * x.at(i, p) - pull).abs());
        }
        let pull: f64 = residuals.iter().map(|&(e, _)| e).sum();
        largest = largest.max((bias_l2 * biases[i] - pull).abs());
    }
    largest
}

#[test]
fn the_gradient_of_the_loss_is_zero_where_a_completion_ends() {
    let a = known(&low_rank::<f64>(), kept);
    for weighting in WEIGHTINGS {
        let als = Completion {
            iterations: 3000,
            tolerance: 1e-15,
            ..settings(CompletionSolver::Als, weighting)
        };
        let model = als.fit(Observed(&a)).unwrap();
        let left = gradient(&a, &model);
        assert!(left < 1e-6, "{weighting:?} {left} {}", model.iterations);
        // A small rate leaves a small noise.
        let sgd = Completion {
            iterations: 20_000,
            tolerance: 0.0,
            learning_rate: LearningRate {
                initial: 0.02,
                factor: 0.5,
                every: 2000,
            },
            ..settings(CompletionSolver::Sgd, weighting)
        };
        let descended = sgd.fit(Observed(&a)).unwrap();
        let left = gradient(&a, &descended);
        assert!(left < 1e-2, "{weighting:?} {left}");
        let excess = descended.loss / model.loss - 1.0;
        assert!(excess.abs() < 1e-3, "{weighting:?} {excess}");
    }
}

#[test]
fn the_loss_of_alternating_least_squares_never_rises_and_is_the_one_that_is_told() {
    let a = known(&low_rank::<f64>(), kept);
    for weighting in WEIGHTINGS {
        for (rank, l2, biases) in [
            (0, 0.1, Biases::Both),
            (2, 0.0, Biases::None),
            (2, 0.1, Biases::Both),
            (2, 0.1, Biases::Rows),
            (2, 0.1, Biases::Columns),
            (8, 0.0, Biases::Both),
        ] {
            let als = Completion {
                rank,
                l2: Some(l2),
                biases,
                ..settings(CompletionSolver::Als, weighting)
            };
            let mut losses = Vec::new();
            let mut watch = |progress: lowrank::iteration::Progress<f64>| {
                losses.push(progress.loss);
                ControlFlow::Continue(())
            };
            let model = als.fit_with(Observed(&a), &mut watch).unwrap();
            assert_eq!(losses.len(), model.iterations + 1);
            let rounding = 1e-13 * model.approximation.frobenius_norm.powi(2);
            for pair in losses.windows(2) {
                assert!(pair[1] <= pair[0] + rounding, "{als:?} {pair:?}");
            }
            assert_eq!(losses.last(), Some(&model.loss));
        }
    }
}

#[test]
fn missing_entries_of_a_low_rank_matrix_are_found() {
    fn check<T: Scalar>(tolerance: f64) {
        let wave = |x: usize, p: usize| 1.2 + ((x * 7 + p * 5) as f64 * 0.77).sin();
        let product = |i, j| wave(i, 0) * wave(j, 1) - wave(i, 2) * wave(j, 3);
        let a = DenseMatrix::from_fn(20, 15, |i, j| T::from_f64(product(i, j)));
        let missing = |i: usize, j: usize| (i * i + j * 3 + i * j).is_multiple_of(5);
        let als = Completion {
            iterations: 2000,
            tolerance: 1e-14,
            ..plain(CompletionSolver::Als, 2)
        };
        let some = known(&a, |i, j| !missing(i, j));
        let model = als.fit(Observed(&some)).unwrap();
        let rmse = model.rmse(Observed(&known(&a, missing))).unwrap();
        assert!(rmse < tolerance, "{} {rmse}", T::NAME);
        assert_eq!(model.completed().at(3, 2), model.predict(3, 2).unwrap());
    }
    check::<f64>(1e-6);
    check::<f32>(1e-3);
}

#[test]
fn rows_and_columns_of_which_nothing_is_known_have_no_bias_and_no_weight() {
    let a = known(&low_rank::<f64>(), kept);
    for solver in SOLVERS {
        for weighting in WEIGHTINGS {
            let model = settings(solver, weighting).fit(Observed(&a)).unwrap();
            assert_eq!(model.predict(5, 7), Some(model.mean));
            assert_eq!(model.predict(12, 0), None);
            assert_eq!(model.predict(0, 9), None);
            for p in 0..2 {
                assert_eq!((model.w.at(5, p), model.h.at(7, p)), (0.0, 0.0));
            }
        }
    }
    let nothing = known(&low_rank::<f64>(), |_, _| false);
    for solver in SOLVERS {
        let model = settings(solver, Weighting::Plain)
            .fit(Observed(&nothing))
            .unwrap();
        assert_eq!(model.predict(0, 0), Some(0.0));
        assert_eq!(model.rmse(Observed(&nothing)), Some(0.0));
    }
}

#[test]
fn rows_with_fewer_entries_than_unknowns_are_fitted() {
    // Row i has i entries: with eight unknowns and no penalty most systems are singular.
    let a = known(&low_rank::<f64>(), |i, j| j < i);
    let als = Completion {
        biases: Biases::Both,
        iterations: 500,
        ..plain(CompletionSolver::Als, 8)
    };
    let model = als.fit(Observed(&a)).unwrap();
    assert!(
        model.approximation.error < 1e-6,
        "{:?}",
        model.approximation
    );
    assert!(model.w.as_slice().iter().all(|x| x.abs() < 1e3));
}

#[test]
fn entries_of_any_size_are_completed_alike() {
    fn check<T: Scalar>(exponents: [i32; 4]) {
        let a = low_rank::<T>();
        for exponent in exponents {
            let unit = |e: i32, x: T| x.scale_by_power_of_two(e);
            let scaled =
                DenseMatrix::from_fn(a.nrows(), a.ncols(), |i, j| unit(exponent, a.at(i, j)));
            for solver in SOLVERS {
                let ordinary = Completion {
                    iterations: 30,
                    ..settings(solver, Weighting::Count)
                };
                let size = 2f64.powi(exponent);
                let extreme = Completion {
                    l2: ordinary.l2.map(|l2| l2 * size),
                    // The biases have no unit, and so neither their rate: they are left out.
                    biases: Biases::None,
                    learning_rate: LearningRate::constant(0.01 / size),
                    ..ordinary
                };
                let ordinary = Completion {
                    biases: Biases::None,
                    ..ordinary
                };
                let expected = ordinary.fit(Observed(&known(&a, kept))).unwrap();
                let found = extreme.fit(Observed(&known(&scaled, kept))).unwrap();
                assert_eq!(found.iterations, expected.iterations);
                let error = unit(exponent, expected.approximation.error);
                let miss = (found.approximation.error - error).abs().to_f64();
                let rounding = 1e3 * T::EPSILON.to_f64() * error.to_f64();
                assert!(miss <= rounding, "{} {exponent} {solver:?}", T::NAME);
                let bound = found.approximation;
                assert!(bound.error_bound >= bound.error && bound.error > T::ZERO);
            }
        }
    }
    check::<f64>([-900, -340, 340, 900]);
    check::<f32>([-100, -40, 40, 100]);
}

#[test]
fn an_observer_ends_a_completion() {
    let a = known(&low_rank::<f64>(), kept);
    for solver in SOLVERS {
        let mut seen = Vec::new();
        let mut watch = |progress: lowrank::iteration::Progress<f64>| {
            seen.push((progress.iteration, progress.error));
            match progress.iteration {
                3 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        };
        let settings = settings(solver, Weighting::Plain);
        let model = settings.fit_with(Observed(&a), &mut watch).unwrap();
        assert_eq!((model.iterations, model.stop), (3, Stop::Observer));
        assert_eq!(seen.len(), 4);
        assert_eq!(seen[3], (3, model.approximation.error));
    }
}

#[test]
fn entries_far_from_zero_that_hardly_differ_are_completed() {
    let a = low_rank::<f32>();
    let far = DenseMatrix::from_fn(12, 9, |i, j| 16384.0 + a.at(i, j));
    let als = Completion {
        biases: Biases::Both,
        ..plain(CompletionSolver::Als, 2)
    };
    let model = als.fit(&far).unwrap();
    // Entries are known to 2^-10, and without factors 2^-2 would be left.
    let left = model.rmse(Observed(&known(&far, |_, _| true))).unwrap();
    assert!(left < 2e-3, "{left}");
}

#[test]
fn penalties_beyond_the_range_of_the_type_leave_the_mean_alone() {
    let a = known(&low_rank::<f32>(), kept);
    for solver in SOLVERS {
        let settings = Completion {
            l2: Some(1e300),
            bias_l2: 1e300,
            ..settings(solver, Weighting::Plain)
        };
        let model = settings.fit(Observed(&a)).unwrap();
        for (i, j) in [(0, 1), (3, 2), (5, 7)] {
            let off = model.predict(i, j).unwrap() - model.mean;
            assert!(off.abs() < 1e-6, "{solver:?} {i} {j} {off}");
        }
    }
}

/// More than 8 numbers of a row are found by conjugate gradients.
#[test]
fn wide_rows_end_where_the_gradient_of_the_loss_is_zero() {
    let wave = |x: usize, p: usize| ((x * 7 + p * 5 + 1) as f64 * 0.37).sin();
    let entry = |i, j| 2.0 + (0..9).map(|p| wave(i, p) * wave(j, p + 3)).sum::<f64>();
    let a = known(&DenseMatrix::from_fn(90, 70, entry), kept);
    for weighting in WEIGHTINGS {
        let als = Completion {
            rank: 20,
            l2: Some(1.0),
            iterations: 3000,
            tolerance: 1e-15,
            ..settings(CompletionSolver::Als, weighting)
        };
        let model = als.fit(Observed(&a)).unwrap();
        let left = gradient(&a, &model);
        assert!(left < 1e-5, "{weighting:?} {left} {}", model.iterations);
    }
}
