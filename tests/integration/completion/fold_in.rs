//! New rows in a completion whose columns are held.

use super::{WEIGHTINGS, kept, known, low_rank, settings};
use lowrank::completion::{Biases, CompletionSolver, HeldColumns, NewRows, Weighting, fold_in};
use lowrank::{Backend, Completion, DenseMatrix, Error, Observed, Scalar, SparseMatrix};
use lowrank_core::Error as Core;
use rayon::ThreadPoolBuilder;
use serde_json::Value;

/// Reads the output of golden/fold_in.py.
fn golden() -> Value {
    serde_json::from_str(include_str!("../../golden/fold_in.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|x| x.as_f64().unwrap()).collect()
}

fn matrix<T: Scalar>(rows: &Value) -> DenseMatrix<T> {
    let rows: Vec<Vec<f64>> = rows.as_array().unwrap().iter().map(numbers).collect();
    let of = |i: usize, j: usize| T::from_f64(rows[i][j]);
    DenseMatrix::from_fn(rows.len(), rows[0].len(), of)
}

fn of_case<T: Scalar>(case: &Value) -> (Completion, NewRows<T>) {
    let settings = Completion {
        rank: case["rank"].as_u64().unwrap() as usize,
        biases: case["biases"].as_bool().unwrap().into(),
        l2: case["l2"].as_f64(),
        bias_l2: case["bias_l2"].as_f64().unwrap(),
        weighting: match case["by_count"].as_bool().unwrap() {
            true => Weighting::Count,
            false => Weighting::Plain,
        },
        ..Completion::default()
    };
    let biases: Vec<T> = numbers(&case["column_biases"])
        .into_iter()
        .map(T::from_f64)
        .collect();
    let held = HeldColumns {
        h: &matrix(&case["h"]),
        biases: &biases,
        mean: T::from_f64(case["mean"].as_f64().unwrap()),
    };
    let mut entries = Vec::new();
    for (i, row) in case["rows"].as_array().unwrap().iter().enumerate() {
        for entry in row.as_array().unwrap() {
            let entry = numbers(entry);
            entries.push((i, entry[0] as usize, T::from_f64(entry[1])));
        }
    }
    let rows = case["rows"].as_array().unwrap().len();
    let a = SparseMatrix::from_triplets(rows, 12, entries).unwrap();
    (settings, fold_in(&settings, held, Observed(&a)).unwrap())
}

#[test]
fn new_rows_are_those_of_a_ridge_regression_on_the_held_columns() {
    fn check<T: Scalar>(tolerance: f64) {
        for case in golden()["cases"].as_array().unwrap() {
            let (settings, found) = of_case::<T>(case);
            let (w, biases) = (matrix::<T>(&case["w"]), numbers(&case["row_biases"]));
            for (i, bias) in biases.iter().enumerate() {
                let miss = (found.biases[i].to_f64() - bias).abs();
                assert!(
                    miss < tolerance,
                    "{} {settings:?} bias {i}: {miss}",
                    T::NAME
                );
                for k in 0..settings.rank {
                    let miss = (found.w.at(i, k) - w.at(i, k)).to_f64().abs();
                    assert!(
                        miss < tolerance,
                        "{} {settings:?} ({i}, {k}): {miss}",
                        T::NAME
                    );
                }
            }
        }
    }
    check::<f64>(1e-11);
    check::<f32>(2e-4);
}

#[test]
fn the_rows_of_a_fit_come_back_where_they_were() {
    let a = known(&low_rank::<f64>(), kept);
    for weighting in WEIGHTINGS {
        let als = Completion {
            iterations: 3000,
            tolerance: 1e-15,
            ..settings(CompletionSolver::Als, weighting)
        };
        let model = als.fit(Observed(&a)).unwrap();
        let rows = model.fold_in(Observed(&a)).unwrap();
        for i in 0..a.nrows() {
            let miss = (rows.biases[i] - model.row_biases[i]).abs();
            assert!(miss < 1e-6, "{weighting:?} bias {i}: {miss}");
            for k in 0..2 {
                let miss = (rows.w.at(i, k) - model.w.at(i, k)).abs();
                assert!(miss < 1e-6, "{weighting:?} ({i}, {k}): {miss}");
            }
        }
        // Nothing is known of row 5.
        assert_eq!(
            (rows.biases[5], rows.w.at(5, 0), rows.w.at(5, 1)),
            (0.0, 0.0, 0.0)
        );
    }
}

#[test]
fn a_row_is_the_same_alone_and_among_others_on_any_number_of_threads() {
    fn check<T: Scalar>() {
        let a = known(&low_rank::<T>(), kept);
        let host = settings(CompletionSolver::Als, Weighting::Plain);
        let model = host.fit(Observed(&a)).unwrap();
        let expected = model.fold_in(Observed(&a)).unwrap();
        for threads in [1, 3] {
            let pool = ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            assert_eq!(
                pool.install(|| model.fold_in(Observed(&a))).unwrap(),
                expected
            );
        }
        let mut of_core = model.clone();
        of_core.settings.backend = Backend::Core;
        assert_eq!(of_core.fold_in(Observed(&a)).unwrap(), expected);
        for i in 0..a.nrows() {
            // One row has fewer rows than the rank.
            let alone = model.fold_in(Observed(&a.select_rows(&[i]))).unwrap();
            assert_eq!(alone.biases[0], expected.biases[i]);
            assert_eq!(
                (alone.w.at(0, 0), alone.w.at(0, 1)),
                (expected.w.at(i, 0), expected.w.at(i, 1))
            );
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn rows_and_columns_of_any_size_are_folded_in_alike() {
    fn check<T: Scalar>(exponents: [i32; 4]) {
        let a = low_rank::<T>();
        let ordinary = Completion {
            biases: Biases::None,
            ..settings(CompletionSolver::Als, Weighting::Plain)
        };
        let model = ordinary.fit(Observed(&known(&a, kept))).unwrap();
        let expected = model.fold_in(&a).unwrap();
        for exponent in exponents {
            let half = exponent / 2;
            let scaled = |a: &DenseMatrix<T>, e: i32| {
                let of = |i, j| a.at(i, j).scale_by_power_of_two(e);
                DenseMatrix::from_fn(a.nrows(), a.ncols(), of)
            };
            let settings = Completion {
                l2: ordinary.l2.map(|l2| l2 * 2f64.powi(2 * half)),
                ..ordinary
            };
            let (h, none) = (scaled(&model.h, half), [T::ZERO; 9]);
            let held = HeldColumns {
                h: &h,
                biases: &none,
                mean: T::ZERO,
            };
            let found = fold_in(&settings, held, &scaled(&a, 2 * half)).unwrap();
            let found = scaled(&found.w, -half);
            for (one, other) in found.as_slice().iter().zip(expected.w.as_slice()) {
                let miss = (*one - *other).to_f64().abs();
                assert!(
                    miss < 1e4 * T::EPSILON.to_f64(),
                    "{} {exponent}: {one} {other}",
                    T::NAME
                );
            }
        }
    }
    check::<f64>([-900, -340, 340, 900]);
    check::<f32>([-100, -40, 40, 100]);
}

#[test]
fn a_user_who_is_unlike_the_columns_in_size_is_an_error_or_finite() {
    // Numbers of the columns near the end of the range, and ratings that are not.
    let h = DenseMatrix::from_fn(3, 1, |_, _| 1e19f32);
    let held = HeldColumns {
        h: &h,
        biases: &[1e30, -1e30, 0.0],
        mean: 1e37,
    };
    let a = DenseMatrix::from_fn(1, 3, |_, j| j as f32);
    let settings = Completion {
        rank: 1,
        l2: Some(12.0),
        ..Completion::default()
    };
    let rows = fold_in(&settings, held, &a).unwrap();
    assert!(rows.w.at(0, 0).is_finite() && rows.biases[0].is_finite());
    let nan = DenseMatrix::from_fn(3, 1, |_, _| f32::NAN);
    let error = fold_in(&settings, HeldColumns { h: &nan, ..held }, &a).unwrap_err();
    assert!(
        matches!(error, Error::Factorization(Core::Overflow)),
        "{error}"
    );
}

#[test]
fn arguments_that_do_not_fit_are_refused_and_a_place_is_named() {
    let a = known(&low_rank::<f64>(), kept);
    let model = settings(CompletionSolver::Als, Weighting::Plain)
        .fit(Observed(&a))
        .unwrap();
    let of = |result: Result<NewRows<f64>, Error>| match result {
        Err(Error::Factorization(error)) => error,
        other => panic!("{other:?}"),
    };
    let narrow = DenseMatrix::from_fn(2, 8, |_, _| 1.0);
    let (expected, found) = ((2, 9), (2, 8));
    assert_eq!(of(model.fold_in(&narrow)), Core::Shape { expected, found });
    let odd = DenseMatrix::from_fn(2, 9, |i, j| if (i, j) == (1, 4) { f64::NAN } else { 1.0 });
    assert_eq!(
        of(model.fold_in(&odd)),
        Core::NonFinite { row: 1, column: 4 }
    );
    assert!(matches!(model.fold_in(&a), Err(Error::ZerosOrMissing)));
    let held = HeldColumns {
        h: &model.h,
        biases: &model.column_biases,
        mean: model.mean,
    };
    let other_rank = Completion {
        rank: 3,
        ..model.settings
    };
    let refused = of(fold_in(&other_rank, held, Observed(&a)));
    assert!(matches!(refused, Core::Shape { .. }), "{refused}");
    let short = HeldColumns {
        biases: &model.column_biases[1..],
        ..held
    };
    assert!(matches!(
        of(fold_in(&model.settings, short, Observed(&a))),
        Core::Shape { .. }
    ));
    let wrong = Completion {
        l2: Some(-1.0),
        ..model.settings
    };
    assert_eq!(
        of(fold_in(&wrong, held, Observed(&a))),
        Core::Setting { name: "l2" }
    );
    let none = SparseMatrix::<f64>::new(vec![0], vec![], vec![], 9).unwrap();
    assert_eq!(of(model.fold_in(Observed(&none))), Core::Empty);
    // The penalty that suited the matrix of the fit is in the settings of the model, and not in those of a new fit.
    let open = Completion {
        l2: None,
        ..model.settings
    };
    let refused = fold_in(&open, held, Observed(&a)).unwrap_err();
    assert!(matches!(refused, Error::NoPenalty), "{refused}");
    let chosen = open.fit(Observed(&a)).unwrap();
    assert!(chosen.fold_in(Observed(&a)).is_ok());
}

#[test]
fn a_model_of_biases_alone_has_biases_of_new_rows() {
    let a = known(&low_rank::<f64>(), kept);
    let biases = Completion {
        rank: 0,
        iterations: 2000,
        tolerance: 0.0,
        ..settings(CompletionSolver::Als, Weighting::Plain)
    };
    let model = biases.fit(Observed(&a)).unwrap();
    let rows = model.fold_in(Observed(&a)).unwrap();
    assert_eq!(rows.w.ncols(), 0);
    for (found, expected) in rows.biases.iter().zip(&model.row_biases) {
        assert!((found - expected).abs() < 1e-12);
    }
}
