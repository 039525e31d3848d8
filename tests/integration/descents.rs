//! Factorizations by gradient descent: comparison with PyTorch's optimizers, and invariants.

use crate::matrices::of_rows as matrix;
use lowrank::descent::{
    Adam, Descent, GradientNmf, GradientNmfModel, GradientSvd, LearningRate, Momentum, Objective,
    SignRule,
};
use lowrank::iteration::Progress;
use lowrank::svd::SvdSolver;
use lowrank::{Backend, DenseMatrix, Error, Scalar, SparseMatrix, TruncatedSvd};
use lowrank_core::Error as CoreError;
use lowrank_core::random::{Distribution, RandomEntries};
use rayon::prelude::*;
use serde_json::Value;
use std::ops::ControlFlow;

fn go_on<T>(_: Progress<T>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Entries evenly spread between 0 and 1.
fn uniform<T: Scalar>(m: usize, n: usize, seed: u64) -> DenseMatrix<T> {
    let random = RandomEntries::new(Distribution::Uniform, seed);
    let width = 2.0 * 3f64.sqrt();
    let entry = |i, j| T::from_f64(random.at::<f64>(i, j) / width + 0.5);
    DenseMatrix::from_fn(m, n, entry)
}

/// The largest difference between two matrices.
fn apart<T: Scalar>(x: &DenseMatrix<T>, y: &DenseMatrix<T>) -> f64 {
    let pairs = x.as_slice().iter().zip(y.as_slice());
    let off = pairs.map(|(x, y)| (x.to_f64() - y.to_f64()).abs());
    off.fold(0.0, f64::max)
}

/// The same, where each column may have another sign.
fn apart_up_to_signs<T: Scalar>(x: &DenseMatrix<T>, y: &DenseMatrix<T>) -> f64 {
    let column = |j: usize| {
        let off = |sign: f64| {
            let pairs = x.column(j).iter().zip(y.column(j));
            let off = pairs.map(|(x, y)| (x.to_f64() - sign * y.to_f64()).abs());
            off.fold(0.0, f64::max)
        };
        off(1.0).min(off(-1.0))
    };
    (0..x.ncols()).map(column).fold(0.0, f64::max)
}

fn core_error<M: std::fmt::Debug>(result: Result<M, Error>) -> CoreError {
    match result {
        Err(Error::Factorization(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// The settings of golden/descents.py.
fn golden_cases() -> [(&'static str, GradientNmf); 5] {
    let plain = GradientNmf {
        rank: 3,
        learning_rate: Some(LearningRate::constant(0.02)),
        iterations: 40,
        ..GradientNmf::default()
    };
    let mean = SignRule::MeanPenalty {
        weight: 0.7,
        floor: 0.0,
    };
    let adam = GradientNmf {
        descent: Descent::Adam(Adam {
            betas: (0.9, 0.99),
            epsilon: 1e-7,
        }),
        objective: Objective::Norm,
        sign: mean,
        learning_rate: Some(LearningRate::constant(0.01)),
        ..plain
    };
    let heavy_ball = Descent::Momentum(Momentum { momentum: 0.8 });
    let penalty = SignRule::Penalty {
        weight: 3.0,
        floor: 1e-2,
    };
    let projected = SignRule::Projected;
    [
        (
            "penalised",
            GradientNmf {
                sign: penalty,
                ..plain
            },
        ),
        ("projected", plain),
        (
            "heavy_ball",
            GradientNmf {
                descent: heavy_ball,
                ..adam
            },
        ),
        ("adam", adam),
        (
            "projected_adam",
            GradientNmf {
                sign: projected,
                ..adam
            },
        ),
    ]
}

fn agrees_with_pytorch<T: Scalar>(tolerance: f64) {
    let golden: Value = serde_json::from_str(include_str!("../golden/descents.json")).unwrap();
    let (a, w, h) = (
        matrix(&golden["a"]).cast::<T>(),
        matrix(&golden["w"]).cast::<T>(),
        matrix(&golden["h"]).cast::<T>(),
    );
    for (name, settings) in golden_cases() {
        for backend in [Backend::Core, Backend::Host] {
            let settings = GradientNmf {
                backend,
                ..settings
            };
            let model = settings.fit_with(&a, Some((&w, &h)), go_on).unwrap();
            let (w, h) = (&golden[name]["w"], &golden[name]["h"]);
            let off = apart(&model.w, &matrix(w).cast()).max(apart(&model.h, &matrix(h).cast()));
            assert!(off < tolerance, "{name} {backend:?} {off:e}");
            assert_eq!(model.iterations, 40);
        }
    }
}

#[test]
fn factors_are_those_of_pytorchs_optimizers_step_for_step() {
    // Adam divides by the square root of sums of squares, which enlarges rounding.
    agrees_with_pytorch::<f64>(1e-12);
    agrees_with_pytorch::<f32>(1e-3);
}

/// A dense matrix as a sparse one that stores all its entries.
fn sparse<T: Scalar>(a: &DenseMatrix<T>) -> SparseMatrix<T> {
    let (m, n) = (a.nrows(), a.ncols());
    let offsets = (0..=m).map(|i| i * n).collect();
    let columns = (0..m * n).map(|p| (p % n) as u32).collect();
    let values = (0..m * n).map(|p| a.at(p / n, p % n)).collect();
    SparseMatrix::new(offsets, columns, values, n).unwrap()
}

#[test]
fn sparse_and_dense_matrices_have_the_same_factors() {
    let a = uniform::<f64>(30, 20, 3);
    for (name, settings) in golden_cases() {
        let settings = GradientNmf {
            seed: 5,
            ..settings
        };
        let dense: GradientNmfModel<f64> = settings.fit(&a).unwrap();
        let sparse = settings.fit(&sparse(&a)).unwrap();
        assert!(apart(&dense.w, &sparse.w) < 1e-10, "{name}");
        assert!(apart(&dense.h, &sparse.h) < 1e-10, "{name}");
    }
}

#[test]
fn a_descent_finds_a_matrix_of_its_rank() {
    let (w, h) = (uniform::<f64>(40, 3, 1), uniform::<f64>(25, 3, 2));
    let entry = |i, j| (0..3).map(|p| w.at(i, p) * h.at(j, p)).sum::<f64>();
    for (m, n) in [(40, 25), (25, 40)] {
        let a = DenseMatrix::from_fn(m, n, |i, j| if m == 40 { entry(i, j) } else { entry(j, i) });
        for descent in [
            Descent::Plain,
            Descent::Momentum(Momentum::default()),
            GradientNmf::adam(),
        ] {
            let settings = GradientNmf {
                rank: 3,
                descent,
                iterations: 4000,
                ..GradientNmf::default()
            };
            let model = settings.fit(&a).unwrap();
            let share = model.approximation.error / model.approximation.frobenius_norm;
            assert!(share < 0.01, "{} {share}", settings.solver_name());
            assert_eq!(model.negative_entries, 0);
        }
    }
}

#[test]
fn new_rows_get_the_weights_that_explain_them() {
    let a = uniform::<f64>(40, 25, 9);
    let model = GradientNmf::default().fit(&a).unwrap();
    let weights = model.transform(&a).unwrap();
    let off = |w: &DenseMatrix<f64>| {
        let entry = |i, j| (0..6).map(|p| w.at(i, p) * model.h.at(j, p)).sum::<f64>();
        let cells = (0..40).flat_map(|i| (0..25).map(move |j| (i, j)));
        cells
            .map(|(i, j)| (a.at(i, j) - entry(i, j)).powi(2))
            .sum::<f64>()
    };
    assert!(off(&weights) <= off(&model.w) * (1.0 + 1e-9));
}

#[test]
fn descents_that_lead_away_are_no_results() {
    let a = uniform::<f64>(20, 15, 4);
    for descent in [Descent::Plain, Descent::Momentum(Momentum::default())] {
        let settings = GradientNmf {
            descent,
            sign: SignRule::Penalty {
                weight: 0.0,
                floor: 0.0,
            },
            learning_rate: Some(LearningRate::constant(10.0)),
            ..GradientNmf::default()
        };
        for backend in [Backend::Core, Backend::Host] {
            let settings = GradientNmf {
                backend,
                ..settings
            };
            let error = core_error(settings.fit(&a));
            assert!(matches!(error, CoreError::Diverged { .. }), "{error:?}");
            let error = core_error(settings.fit(&a.cast::<f32>()));
            assert!(matches!(error, CoreError::Diverged { .. }), "{error:?}");
        }
    }
    let settings = GradientSvd {
        rank: 3,
        learning_rate: LearningRate::constant(1e9),
        starts: 2,
        ..GradientSvd::default()
    };
    let error = core_error(settings.fit(&a));
    assert!(matches!(error, CoreError::Diverged { .. }), "{error:?}");
}

#[test]
fn settings_out_of_range_and_matrices_that_do_not_fit_are_refused() {
    let setting = |name| CoreError::Setting { name };
    let a = uniform::<f64>(6, 5, 1);
    let nmf = GradientNmf {
        rank: 2,
        ..GradientNmf::default()
    };
    for rate in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        let learning_rate = LearningRate::constant(rate);
        let of_nmf = GradientNmf {
            learning_rate: Some(learning_rate),
            ..nmf
        };
        assert_eq!(core_error(of_nmf.fit(&a)), setting("learning_rate"));
        let of_svd = GradientSvd {
            rank: 2,
            learning_rate,
            ..GradientSvd::default()
        };
        assert_eq!(core_error(of_svd.fit(&a)), setting("learning_rate"));
    }
    let heavy = Descent::Momentum(Momentum { momentum: 1.0 });
    let with_momentum = GradientNmf {
        descent: heavy,
        learning_rate: Some(LearningRate::default()),
        ..nmf
    };
    assert_eq!(core_error(with_momentum.fit(&a)), setting("momentum"));
    let none = GradientNmf { rank: 0, ..nmf };
    let limit = CoreError::Rank { rank: 0, limit: 5 };
    assert_eq!(core_error(none.fit(&a)), limit);
    let large = GradientNmf { rank: 6, ..nmf };
    assert_eq!(large.fit(&a).unwrap().w.ncols(), 6);
    let signed = DenseMatrix::from_fn(6, 5, |i, j| if (i, j) == (2, 3) { -1.0 } else { 1.0 });
    let place = CoreError::Negative { row: 2, column: 3 };
    assert_eq!(core_error(nmf.fit(&signed)), place);
    let holed = DenseMatrix::from_fn(6, 5, |i, j| if (i, j) == (4, 1) { f64::NAN } else { 1.0 });
    let place = CoreError::NonFinite { row: 4, column: 1 };
    assert_eq!(core_error(nmf.fit(&holed)), place);
    let svd = GradientSvd {
        rank: 2,
        ..GradientSvd::default()
    };
    assert_eq!(core_error(svd.fit(&holed)), place);
    let none = GradientSvd { starts: 0, ..svd };
    assert_eq!(core_error(none.fit(&a)), setting("starts"));
}

#[test]
fn a_matrix_of_zeros_has_factors() {
    let zeros = DenseMatrix::from_fn(7, 6, |_, _| 0.0);
    let nmf = GradientNmf::default().fit(&zeros).unwrap();
    assert!(nmf.approximation.error < 0.1);
    let svd = GradientSvd {
        rank: 2,
        starts: 2,
        ..GradientSvd::default()
    };
    let svd = svd.fit(&zeros).unwrap();
    assert_eq!(svd.singular_values, [0.0, 0.0]);
}

#[test]
fn an_observer_sees_every_iteration_and_ends_the_descent() {
    let a = uniform::<f64>(20, 15, 4);
    let mut seen = Vec::new();
    let mut observe = |progress: lowrank::iteration::Progress<f64>| {
        seen.push(progress.error);
        match progress.iteration {
            7 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    };
    let model = GradientNmf::default()
        .fit_with(&a, None, &mut observe)
        .unwrap();
    assert_eq!(
        (model.iterations, model.stop),
        (7, lowrank::iteration::Stop::Observer)
    );
    assert_eq!(seen.len(), 8);
    assert!((seen[7] - model.approximation.error).abs() < 1e-12);
}

fn svd(m: usize, n: usize, seed: u64) -> GradientSvd {
    GradientSvd {
        rank: m.min(n),
        seed,
        backend: Backend::Core,
        ..GradientSvd::default()
    }
}

fn exact<T: Scalar>(a: &DenseMatrix<T>, rank: usize) -> lowrank::svd::SvdModel<T> {
    let settings = TruncatedSvd {
        rank,
        solver: Some(SvdSolver::Exact),
        ..TruncatedSvd::default()
    };
    settings.fit(a).unwrap()
}

/// Counts the uniform matrices, of 100, that agree with their exact SVD to 1e-4: in s, and in U and V too.
fn agreements(m: usize, n: usize, settings: impl Fn(u64) -> GradientSvd + Sync) -> (usize, usize) {
    let agrees = |seed: u64| {
        let a = uniform::<f64>(m, n, 1000 + seed);
        let Ok(found) = settings(100 * seed).fit(&a) else {
            return (0, 0);
        };
        let exact = exact(&a, m.min(n));
        let values = found.singular_values.iter().zip(&exact.singular_values);
        let s_agrees = values.fold(0.0f64, |off, (s, t)| off.max((s - t).abs())) < 1e-4;
        let of_u = apart_up_to_signs(&found.u, &exact.u);
        let of_v = apart_up_to_signs(&found.v, &exact.v);
        let all_agree = s_agrees && of_u.max(of_v) < 1e-4;
        (usize::from(s_agrees), usize::from(all_agree))
    };
    let both = (0..100u64).into_par_iter().map(agrees);
    both.reduce(|| (0, 0), |x, y| (x.0 + y.0, x.1 + y.1))
}

#[test]
fn svd_by_descent_agrees_with_the_exact_one_on_nearly_all_small_matrices() {
    for (m, n) in [(5, 4), (4, 4), (7, 4), (4, 3), (3, 4)] {
        let (in_s, in_all) = agreements(m, n, |seed| svd(m, n, seed));
        println!("{m} x {n}: {in_s} of 100 agree in s, {in_all} in U and V, too");
        assert!(in_s >= 98, "{m} x {n}: {in_s}");
        assert!(in_all >= 98, "{m} x {n}: {in_all}");
    }
}

#[test]
fn single_starts_end_in_local_minima_now_and_then() {
    let single = |seed| GradientSvd {
        starts: 1,
        refinement: 0,
        ..svd(4, 4, seed)
    };
    let (in_s, _) = agreements(4, 4, single);
    println!("4 x 4, one start: {in_s} of 100 agree in s");
    assert!((50..95).contains(&in_s), "{in_s}");
}

#[test]
fn svd_of_a_smaller_rank_is_the_best_of_that_rank() {
    for backend in [Backend::Core, Backend::Host] {
        let a = uniform::<f64>(9, 7, 12);
        let settings = GradientSvd {
            rank: 2,
            backend,
            ..svd(9, 7, 0)
        };
        let found = settings.fit(&a).unwrap();
        let exact = exact(&a, 2);
        // Eckart and Young: nothing of rank two comes closer, and the minimum is that.
        let (error, least) = (found.approximation.error, exact.approximation.error);
        assert!(error >= least * (1.0 - 1e-12) && error < least * (1.0 + 1e-4));
        for (s, t) in found.singular_values.iter().zip(&exact.singular_values) {
            assert!((s - t).abs() < 1e-3, "{s} {t}");
        }
    }
}

#[test]
fn svd_by_descent_does_not_depend_on_the_size_of_entries_and_works_in_f32() {
    let a = uniform::<f64>(5, 4, 1001);
    let settings = svd(5, 4, 100);
    let found = settings.fit(&a).unwrap();
    for e in [-900, -30, 40, 900] {
        let size = 2f64.powi(e);
        let scaled = DenseMatrix::from_fn(5, 4, |i, j| a.at(i, j) * size);
        let other = settings.fit(&scaled).unwrap();
        for (s, t) in found.singular_values.iter().zip(&other.singular_values) {
            assert!((s - t / size).abs() < 1e-9, "2^{e}: {s} {t:e}");
        }
        assert!(apart_up_to_signs(&found.u, &other.u) < 1e-6);
    }
    let single = settings.fit(&a.cast::<f32>()).unwrap();
    for (s, t) in found.singular_values.iter().zip(&single.singular_values) {
        assert!((s - f64::from(*t)).abs() < 1e-4, "{s} {t}");
    }
}
