//! Non-negative factorization for every loss: comparison with scikit-learn, and invariants.

use crate::matrices::{kept as sparse, of_rows as matrix, positive};
use lowrank::iteration::Progress;
use lowrank::nmf::{Loss, NmfInit, NmfModel, NmfSolver, Penalty};
use lowrank::{Backend, DenseMatrix, Error, Matrix, Nmf, Observed, Scalar};
use serde_json::Value;
use std::ops::ControlFlow;

fn go_on<T>(_: Progress<T>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

const BETAS: [f64; 7] = [2.0, 1.0, 0.0, 0.5, 1.5, 3.0, -0.5];

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/divergences.json")).unwrap()
}

fn cast<T: Scalar>(a: &DenseMatrix<f64>) -> DenseMatrix<T> {
    DenseMatrix::from_fn(a.nrows(), a.ncols(), |i, j| T::from_f64(a.at(i, j)))
}

fn penalty(weights: &Value) -> Penalty<f64> {
    let [l1, l2] = [0, 1].map(|i| weights[i].as_f64().unwrap());
    Penalty { l1, l2 }
}

fn settings(case: &Value, backend: Backend) -> Nmf {
    Nmf {
        rank: 3,
        loss: Loss::of_beta(case["beta"].as_f64().unwrap()),
        solver: Some(match case["solver"].as_str().unwrap() {
            "mu" => NmfSolver::Mu,
            _ => NmfSolver::Hals,
        }),
        iterations: case["iterations"].as_u64().unwrap() as usize,
        tolerance: 0.0,
        w_penalty: penalty(&case["w_penalty"]),
        h_penalty: penalty(&case["h_penalty"]),
        backend,
        ..Nmf::default()
    }
}

/// W H^T.
fn product<T: Scalar>(w: &DenseMatrix<T>, h: &DenseMatrix<T>) -> DenseMatrix<f64> {
    DenseMatrix::from_fn(w.nrows(), h.nrows(), |i, j| {
        let terms = (0..w.ncols()).map(|p| w.at(i, p).to_f64() * h.at(j, p).to_f64());
        terms.sum()
    })
}

/// The largest difference over the largest entry.
fn distance<T: Scalar>(found: &DenseMatrix<T>, expected: &DenseMatrix<f64>) -> f64 {
    let largest = expected.as_slice().iter().fold(0.0, |x: f64, y| x.max(*y));
    let pairs = found.as_slice().iter().zip(expected.as_slice());
    pairs.fold(0.0, |x: f64, (a, b)| x.max((a.to_f64() - b).abs())) / largest
}

fn compare_with_scikit_learn<T: Scalar>(tolerance: f64) {
    let golden = golden();
    let (w, h) = (cast(&matrix(&golden["w"])), cast(&matrix(&golden["h"])));
    let cases = golden["cases"].as_array().unwrap();
    for case in cases {
        let dense: DenseMatrix<T> = cast(&matrix(
            &golden["matrices"][case["matrix"].as_str().unwrap()],
        ));
        let nonzeros = sparse(&dense, |_, _, x| x != T::ZERO);
        let every = sparse(&dense, |_, _, _| true);
        for backend in [Backend::Host, Backend::Core] {
            let mut matrices = vec![Matrix::Dense(&dense), Matrix::Sparse(&nonzeros)];
            if case["solver"] == "mu" {
                matrices.push(Matrix::Observed(&every));
            }
            for a in matrices {
                let model = settings(case, backend)
                    .fit_with(a, Some((&w, &h)), go_on)
                    .unwrap();
                let (w, h) = (matrix(&case["w_found"]), matrix(&case["h_found"]));
                let (errors, tolerance) = if case["solver"] == "mu" {
                    let errors = [distance(&model.w, &w), distance(&model.h, &h)];
                    (errors, tolerance)
                } else {
                    // Where coordinate descent has settled, the sizes of components are arbitrary.
                    let found = product(&model.w, &model.h);
                    ([distance(&found, &product(&w, &h)), 0.0], 1e3 * tolerance)
                };
                let name = format!("{} {} {}", case["matrix"], case["beta"], case["solver"]);
                assert!(
                    errors.iter().all(|e| *e < tolerance),
                    "{name} {backend:?} {errors:?}, penalties {} {}",
                    case["w_penalty"],
                    case["h_penalty"]
                );
            }
        }
    }
    assert_eq!(cases.len(), 48);
}

#[test]
fn every_loss_and_penalty_gives_the_factors_of_scikit_learn() {
    compare_with_scikit_learn::<f64>(1e-10);
    compare_with_scikit_learn::<f32>(2e-4);
}

/// sum d(a | v) + penalties, by the definitions.
fn objective(a: &DenseMatrix<f64>, settings: &Nmf, model: &NmfModel<f64>) -> f64 {
    let beta = settings.loss.beta();
    let mut sum = 0.0;
    for i in 0..a.nrows() {
        for j in 0..a.ncols() {
            let k = model.w.ncols();
            let v: f64 = (0..k).map(|p| model.w.at(i, p) * model.h.at(j, p)).sum();
            let a = a.at(i, j);
            sum += if beta == 1.0 {
                a * (a / v).ln() - a + v
            } else if beta == 0.0 {
                a / v - (a / v).ln() - 1.0
            } else {
                (a.powf(beta) + (beta - 1.0) * v.powf(beta) - beta * a * v.powf(beta - 1.0))
                    / (beta * (beta - 1.0))
            };
        }
    }
    let cost = |x: &DenseMatrix<f64>, penalty: Penalty<f64>| {
        let x = x.as_slice();
        penalty.l1 * x.iter().sum::<f64>() + penalty.l2 / 2.0 * x.iter().map(|x| x * x).sum::<f64>()
    };
    sum + cost(&model.w, settings.w_penalty) + cost(&model.h, settings.h_penalty)
}

#[test]
fn no_iteration_raises_the_loss_with_its_penalties() {
    let a = positive(30, 20, 1);
    let penalties = [Penalty::default(), Penalty { l1: 0.2, l2: 0.1 }];
    for solver in [NmfSolver::Mu, NmfSolver::Hals] {
        for beta in BETAS {
            if solver == NmfSolver::Hals && beta != 2.0 {
                continue;
            }
            for (w_penalty, h_penalty) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                // Only the steps for 1 <= beta <= 2 are proven with penalties.
                if w_penalty + h_penalty > 0 && !(1.0..=2.0).contains(&beta) {
                    continue;
                }
                let mut settings = Nmf {
                    rank: 4,
                    loss: Loss::of_beta(beta),
                    solver: Some(solver),
                    init: NmfInit::Random,
                    iterations: 0,
                    tolerance: 0.0,
                    w_penalty: penalties[w_penalty],
                    h_penalty: penalties[h_penalty],
                    ..Nmf::default()
                };
                let mut model = settings.fit(&a).unwrap();
                let mut last = objective(&a, &settings, &model);
                let plain = Nmf {
                    w_penalty: penalties[0],
                    h_penalty: penalties[0],
                    ..settings
                };
                let loss = objective(&a, &plain, &model);
                assert!(
                    (model.loss - loss).abs() <= 1e-12 * loss,
                    "{beta} {} {loss}",
                    model.loss
                );
                settings.iterations = 1;
                for _ in 0..40 {
                    model = settings
                        .fit_with(&a, Some((&model.w, &model.h)), go_on)
                        .unwrap();
                    let now = objective(&a, &settings, &model);
                    assert!(
                        now <= last * (1.0 + 1e-13),
                        "{beta} {solver:?}: {last} {now}"
                    );
                    last = now;
                }
                assert!(model.w.as_slice().iter().all(|x| *x >= 0.0));
            }
        }
    }
}

/// For an optimum: x >= 0, g = d loss / d x >= 0, x g = 0; here the largest violation, over the
/// largest term of a gradient.
fn kkt(a: &DenseMatrix<f64>, settings: &Nmf, model: &NmfModel<f64>) -> f64 {
    let (m, n, k) = (a.nrows(), a.ncols(), model.w.ncols());
    let beta = settings.loss.beta();
    let mut worst: f64 = 0.0;
    let mut check = |x: f64, pull: f64, push: f64| {
        let gradient = push - pull;
        let violation = if x > 1e-9 {
            gradient.abs()
        } else {
            (-gradient).max(0.0)
        };
        worst = worst.max(violation / push);
    };
    let v =
        |i: usize, j: usize| -> f64 { (0..k).map(|p| model.w.at(i, p) * model.h.at(j, p)).sum() };
    for p in 0..k {
        for i in 0..m {
            let sum = |e: f64, data: bool| -> f64 {
                (0..n)
                    .map(|j| {
                        v(i, j).powf(e) * if data { a.at(i, j) } else { 1.0 } * model.h.at(j, p)
                    })
                    .sum()
            };
            let x = model.w.at(i, p);
            let penalty = settings.w_penalty.l1 + settings.w_penalty.l2 * x;
            check(x, sum(beta - 2.0, true), sum(beta - 1.0, false) + penalty);
        }
        for j in 0..n {
            let sum = |e: f64, data: bool| -> f64 {
                (0..m)
                    .map(|i| {
                        v(i, j).powf(e) * if data { a.at(i, j) } else { 1.0 } * model.w.at(i, p)
                    })
                    .sum()
            };
            let x = model.h.at(j, p);
            let penalty = settings.h_penalty.l1 + settings.h_penalty.l2 * x;
            check(x, sum(beta - 2.0, true), sum(beta - 1.0, false) + penalty);
        }
    }
    worst
}

#[test]
fn what_is_found_satisfies_the_optimality_conditions() {
    let a = positive(12, 10, 2);
    let one = Penalty { l1: 0.05, l2: 0.02 };
    for (solver, beta, iterations, tolerance) in [
        (NmfSolver::Hals, 2.0, 4000, 1e-7),
        (NmfSolver::Mu, 2.0, 60_000, 1e-3),
        (NmfSolver::Mu, 1.0, 60_000, 1e-3),
        (NmfSolver::Mu, 1.5, 60_000, 1e-3),
    ] {
        let settings = Nmf {
            rank: 3,
            loss: Loss::of_beta(beta),
            solver: Some(solver),
            init: NmfInit::Random,
            iterations,
            tolerance: 0.0,
            w_penalty: one,
            h_penalty: one,
            ..Nmf::default()
        };
        let model = settings.fit(&a).unwrap();
        let residual = kkt(&a, &settings, &model);
        assert!(residual < tolerance, "{solver:?} {beta}: {residual:e}");
    }
}

#[test]
fn an_l1_penalty_makes_zeros_and_a_large_one_makes_nothing_else() {
    let a = positive(25, 15, 3);
    let zeros = |l1: f64| {
        let penalty = Penalty { l1, l2: 0.0 };
        let model = Nmf {
            rank: 4,
            h_penalty: penalty,
            w_penalty: Penalty { l1: 0.0, l2: 1.0 },
            ..Nmf::default()
        }
        .fit(&a)
        .unwrap();
        model.h.as_slice().iter().filter(|x| **x == 0.0).count()
    };
    let counts = [0.0, 1.0, 3.0, 1e6].map(zeros);
    assert!(counts.is_sorted() && counts[0] < counts[2], "{counts:?}");
    assert_eq!(counts[3], 15 * 4);
}

#[test]
fn a_missing_entry_is_completed_as_the_whole_matrix_would_have_it() {
    let (w, h) = (positive(40, 2, 4), positive(30, 2, 5));
    let whole = DenseMatrix::from_fn(40, 30, |i, j| {
        w.at(i, 0) * h.at(j, 0) + w.at(i, 1) * h.at(j, 1)
    });
    let known = sparse(&whole, |i, j, _| (i * 5 + j * 3) % 7 != 0);
    for backend in [Backend::Host, Backend::Core] {
        for loss in [Loss::Frobenius, Loss::KullbackLeibler] {
            let settings = Nmf {
                rank: 2,
                loss,
                init: NmfInit::Random,
                iterations: 20_000,
                tolerance: 0.0,
                backend,
                ..Nmf::default()
            };
            let model = settings.fit(Observed(&known)).unwrap();
            assert!(
                model.approximation.error < 1e-3,
                "{}",
                model.approximation.error
            );
            let mut worst: f64 = 0.0;
            for i in 0..40 {
                for j in 0..30 {
                    let v: f64 = (0..2).map(|p| model.w.at(i, p) * model.h.at(j, p)).sum();
                    worst = worst.max((v - whole.at(i, j)).abs() / whole.at(i, j));
                }
            }
            assert!(worst < 2e-3, "{loss:?} {backend:?}: {worst:e}");
            // Zeros in the place of what is missing are another matrix.
            let as_zeros = settings.fit(&known).unwrap();
            assert!(as_zeros.approximation.error > 1.0);
        }
    }
}

#[test]
fn new_rows_find_the_weights_that_the_loss_asks_for() {
    let a = positive(20, 12, 6);
    for beta in BETAS {
        let settings = Nmf {
            rank: 2,
            loss: Loss::of_beta(beta),
            iterations: 3000,
            tolerance: 0.0,
            ..Nmf::default()
        };
        let model = settings.fit(&a).unwrap();
        let weights = model.transform(&a).unwrap();
        let of = |w: &DenseMatrix<f64>| {
            objective(
                &a,
                &settings,
                &NmfModel {
                    w: w.clone(),
                    ..model.clone()
                },
            )
        };
        let (trained, found) = (of(&model.w), of(&weights));
        assert!(found <= trained * (1.0 + 1e-6), "{beta}: {trained} {found}");
    }
}

#[test]
fn a_matrix_of_any_size_gives_the_same_factors_but_for_their_scale() {
    let a = positive(15, 10, 7);
    let settings = |beta| Nmf {
        rank: 2,
        loss: Loss::of_beta(beta),
        init: NmfInit::Random,
        iterations: 10,
        tolerance: 0.0,
        ..Nmf::default()
    };
    for beta in BETAS {
        let plain = settings(beta).fit(&a).unwrap();
        for e in [-200, 100] {
            let size = 2f64.powi(2 * e);
            let scaled = DenseMatrix::from_fn(15, 10, |i, j| a.at(i, j) * size);
            let found = settings(beta).fit(&scaled).map_err(|e| (beta, e)).unwrap();
            for (x, y) in found.h.as_slice().iter().zip(plain.h.as_slice()) {
                assert!(
                    (x / 2f64.powi(e) - y).abs() <= 1e-12 * y,
                    "{beta} {e}: {x} {y}"
                );
            }
        }
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let mut a = positive(6, 5, 8);
    let nmf = |loss, solver| Nmf {
        rank: 2,
        loss,
        solver,
        ..Nmf::default()
    };
    let message = |result: Result<NmfModel<f64>, Error>| result.unwrap_err().to_string();
    assert!(message(nmf(Loss::KullbackLeibler, Some(NmfSolver::Hals)).fit(&a)).contains("setting"));
    assert!(message(nmf(Loss::Beta(f64::NAN), None).fit(&a)).contains("setting"));
    let bad = Penalty { l1: -1.0, l2: 0.0 };
    assert!(
        message(
            Nmf {
                w_penalty: bad,
                ..nmf(Loss::Frobenius, None)
            }
            .fit(&a)
        )
        .contains("setting")
    );
    let negative = DenseMatrix::from_fn(6, 2, |i, _| i as f64 - 1.0);
    let h = positive(5, 2, 9);
    let started = nmf(Loss::Frobenius, None).fit_with(&a, Some((&negative, &h)), go_on);
    assert!(message(started).contains("start"));
    let started = nmf(Loss::Frobenius, None).fit_with(&a, Some((&h, &h)), go_on);
    assert_eq!(message(started), "a matrix is 5 x 2 where 6 x 2 is needed");
    let known = sparse(&a, |i, j, _| i != j);
    let svd = lowrank::TruncatedSvd {
        rank: 2,
        ..Default::default()
    };
    for solver in [
        lowrank::svd::SvdSolver::Krylov,
        lowrank::svd::SvdSolver::Chebyshev,
        lowrank::svd::SvdSolver::Exact,
    ] {
        let refused = lowrank::TruncatedSvd {
            solver: Some(solver),
            ..svd
        }
        .fit(Observed(&known));
        assert!(refused.unwrap_err().to_string().contains("missing"));
    }
    assert!(
        message(nmf(Loss::Frobenius, Some(NmfSolver::Hals)).fit(Observed(&known)))
            .contains("setting")
    );
    a = DenseMatrix::from_fn(6, 5, |i, j| if (i, j) == (4, 2) { 0.0 } else { a.at(i, j) });
    for backend in [Backend::Host, Backend::Core] {
        let refused = Nmf {
            backend,
            ..nmf(Loss::ItakuraSaito, None)
        }
        .fit(&a);
        assert!(message(refused).contains("row 4, column 2 is zero"));
    }
    assert!(nmf(Loss::Beta(0.5), None).fit(&a).is_ok());
}
