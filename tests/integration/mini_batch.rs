//! Factorization in batches: comparison with all rows at once and with scikit-learn, and invariants.

use crate::matrices::{all_entries as stored, of_rows as matrix, positive};
use lowrank::iteration::Progress;
use lowrank::iteration::Stop;
use lowrank::matrix::OwnedMatrix;
use lowrank::nmf::{Forgetting, Loss, NmfInit, NmfModel, NmfSolver, Penalty};
use lowrank::{
    Backend, DenseMatrix, Error, Matrix, MiniBatchNmf, Nmf, Observed, Scalar, SparseMatrix,
};
use lowrank_core::Error as Core;
use lowrank_text::corpus::{CorpusReader, Source};
use lowrank_text::vectorizer::{Vectorizer, Weighting};
use serde_json::Value;
use std::ops::ControlFlow;

fn go_on<T>(_: Progress<T>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

const BACKENDS: [Backend; 2] = [Backend::Host, Backend::Core];

/// Rows `start..start + count`.
fn rows<T: Scalar>(a: &DenseMatrix<T>, start: usize, count: usize) -> DenseMatrix<T> {
    DenseMatrix::from_fn(count, a.ncols(), |i, j| a.at(start + i, j))
}

/// W H^T of rank k, with zeros in W and H.
fn low_rank(m: usize, n: usize, k: usize) -> DenseMatrix<f64> {
    let sparse = |x: f64| (x - 0.4).max(0.0);
    let (w, h) = (positive(m, k, 31), positive(n, k, 32));
    DenseMatrix::from_fn(m, n, |i, j| {
        (0..k)
            .map(|p| sparse(w.at(i, p)) * sparse(h.at(j, p)))
            .sum()
    })
}

/// The largest difference over the largest entry.
fn difference<T: Scalar>(found: &DenseMatrix<T>, expected: &DenseMatrix<f64>) -> f64 {
    let largest = expected.as_slice().iter().fold(0.0, |x: f64, y| x.max(*y));
    let pairs = found.as_slice().iter().zip(expected.as_slice());
    pairs.fold(0.0, |x: f64, (a, b)| x.max((a.to_f64() - b).abs())) / largest
}

fn sample(weighting: Weighting) -> SparseMatrix<f64> {
    let corpus = CorpusReader::default().read(&Source::Sample).unwrap();
    let vectorizer = Vectorizer {
        weighting,
        ..Vectorizer::default()
    };
    vectorizer.fit_transform(&corpus.documents).unwrap().1
}

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/mini_batches.json")).unwrap()
}

fn compare_with_scikit_learn<T: Scalar>(tolerance: f64) {
    let golden = golden();
    let (a, h): (DenseMatrix<T>, DenseMatrix<T>) = (
        matrix(&golden["matrix"]).cast(),
        matrix(&golden["h"]).cast(),
    );
    let size = golden["rows"].as_u64().unwrap() as usize;
    let cases = golden["cases"].as_array().unwrap();
    for case in cases {
        let beta = case["beta"].as_f64().unwrap();
        for backend in BACKENDS {
            let settings = MiniBatchNmf {
                nmf: Nmf {
                    rank: 3,
                    loss: Loss::of_beta(beta),
                    solver: Some(NmfSolver::Mu),
                    iterations: golden["iterations"].as_u64().unwrap() as usize,
                    tolerance: 0.0,
                    backend,
                    ..Nmf::default()
                },
                forgetting: Forgetting::ByBatch(golden["kept"].as_f64().unwrap()),
                ..MiniBatchNmf::default()
            };
            let mut model = settings.begin_from(&h).unwrap();
            for (batch, expected) in case["steps"].as_array().unwrap().iter().enumerate() {
                // Observed: the same sums for beta = 2, too, where all entries are known.
                let batch = stored(&rows(&a, batch * size, size));
                model.partial_fit(Observed(&batch)).unwrap();
                let error = difference(model.components(), &matrix(expected));
                assert!(error < tolerance, "beta {beta} {backend:?}: {error:e}");
            }
        }
    }
    assert_eq!(cases.len(), 6);
}

#[test]
fn every_batch_leaves_the_components_of_scikit_learn() {
    compare_with_scikit_learn::<f64>(1e-8);
    compare_with_scikit_learn::<f32>(1e-3);
}

#[test]
fn passes_end_no_farther_away_than_those_of_scikit_learn() {
    let golden = golden();
    let a = matrix(&golden["matrix"]);
    let settings = MiniBatchNmf {
        nmf: Nmf {
            rank: 3,
            iterations: 2000,
            tolerance: 1e-12,
            ..Nmf::default()
        },
        ..MiniBatchNmf::default()
    };
    let mut model = settings.begin_from(&matrix(&golden["h"])).unwrap();
    for _ in 0..500 {
        for start in (0..40).step_by(8) {
            model.partial_fit(&rows(&a, start, 8)).unwrap();
        }
    }
    let (ours, theirs) = (
        model.factorize(&a).unwrap().approximation.error,
        golden["fitted"].as_f64().unwrap(),
    );
    assert!(ours <= theirs * (1.0 + 1e-6), "{ours} {theirs}");
}

fn full(settings: &MiniBatchNmf, rows: usize) -> Nmf {
    Nmf {
        rank: settings.nmf.rank,
        loss: settings.nmf.loss,
        solver: settings.nmf.solver,
        init: settings.nmf.init,
        iterations: 20_000,
        tolerance: 1e-10,
        w_penalty: settings.nmf.w_penalty,
        h_penalty: Penalty {
            l1: settings.nmf.h_penalty.l1 * rows as f64,
            l2: settings.nmf.h_penalty.l2 * rows as f64,
        },
        ..Nmf::default()
    }
}

/// The objective of both, for `rows` rows.
fn objective(settings: &MiniBatchNmf, model: &NmfModel<f64>) -> f64 {
    let cost = |x: &DenseMatrix<f64>, penalty: Penalty<f64>, times: f64| {
        let x = x.as_slice();
        let squares: f64 = x.iter().map(|x| x * x).sum();
        times * (penalty.l1 * x.iter().sum::<f64>() + penalty.l2 / 2.0 * squares)
    };
    model.loss
        + cost(&model.w, settings.nmf.w_penalty, 1.0)
        + cost(&model.h, settings.nmf.h_penalty, model.w.nrows() as f64)
}

#[test]
fn one_batch_of_all_rows_again_and_again_is_the_full_factorization() {
    let a = positive(30, 12, 1);
    let penalty = Penalty { l1: 0.2, l2: 0.1 };
    let of_a_row = Penalty {
        l1: 0.2 / 30.0,
        l2: 0.1 / 30.0,
    };
    let none = Penalty::default();
    for (loss, solver, tolerance) in [
        (Loss::Frobenius, NmfSolver::Hals, 1e-5),
        (Loss::Frobenius, NmfSolver::Mu, 5e-3),
        (Loss::KullbackLeibler, NmfSolver::Mu, 5e-3),
        (Loss::ItakuraSaito, NmfSolver::Mu, 5e-3),
        (Loss::Beta(1.5), NmfSolver::Mu, 5e-3),
    ] {
        for (w_penalty, h_penalty) in [(none, none), (penalty, of_a_row)] {
            if loss == Loss::ItakuraSaito && h_penalty != none {
                continue;
            }
            let settings = MiniBatchNmf {
                nmf: Nmf {
                    rank: 3,
                    loss,
                    solver: Some(solver),
                    iterations: 50,
                    w_penalty,
                    h_penalty,
                    ..Nmf::default()
                },
                forgetting: Forgetting::ByBatch(0.0),
                batch_size: 30,
                passes: if solver == NmfSolver::Hals { 600 } else { 3000 },
                pass_tolerance: 0.0,
            };
            let found = settings.fit(&a).unwrap();
            let nmf = full(&settings, 30);
            // There may be several optima; what is found is one, and all rows at once stay there.
            let continued = nmf.fit_with(&a, Some((&found.w, &found.h)), go_on).unwrap();
            let gained = objective(&settings, &found) / objective(&settings, &continued) - 1.0;
            assert!(
                gained.abs() < tolerance,
                "{loss:?} {solver:?} {h_penalty:?}: {gained:e}"
            );
            let expected = objective(&settings, &nmf.fit(&a).unwrap());
            let off = objective(&settings, &found) / expected - 1.0;
            assert!(off < 5e-2, "{loss:?} {solver:?} {h_penalty:?}: {off:e}");
        }
    }
}

#[test]
fn batches_of_the_sample_come_near_the_full_factorization() {
    let a = sample(Weighting::TfIdf);
    let settings = MiniBatchNmf {
        batch_size: 60,
        ..MiniBatchNmf::default()
    };
    let error = Nmf::default().fit(&a).unwrap().approximation.error;
    for seed in 0..3 {
        let model = MiniBatchNmf {
            nmf: Nmf {
                seed,
                ..settings.nmf
            },
            ..settings
        }
        .fit(&a)
        .unwrap();
        let found = model.approximation.error;
        assert!(found <= error * 1.005, "seed {seed}: {found} {error}");
        assert_eq!(model.stop, Stop::Tolerance);
        // The error is that of the factors that are returned.
        let mut squares = 0.0;
        let mut at = 0;
        for i in 0..a.nrows() {
            let end = a.row_offsets()[i + 1];
            for j in 0..a.ncols() {
                let stored = at < end && a.columns()[at] as usize == j;
                let value = if stored { a.values()[at] } else { 0.0 };
                at += usize::from(stored);
                let v: f64 = (0..6).map(|p| model.w.at(i, p) * model.h.at(j, p)).sum();
                squares += (value - v) * (value - v);
            }
        }
        assert!((squares.sqrt() / found - 1.0).abs() < 1e-10, "{found}");
    }
}

#[test]
fn batches_of_counts_come_near_the_full_divergence() {
    let a = sample(Weighting::Count);
    let settings = MiniBatchNmf {
        nmf: Nmf {
            loss: Loss::KullbackLeibler,
            iterations: 50,
            ..Nmf::default()
        },
        batch_size: 60,
        ..MiniBatchNmf::default()
    };
    let nmf = Nmf {
        loss: Loss::KullbackLeibler,
        ..Nmf::default()
    };
    let loss = nmf.fit(&a).unwrap().loss;
    let found = settings.fit(&a).unwrap().loss;
    assert!(found <= loss * 1.08, "{found} {loss}");
}

#[test]
fn a_matrix_of_low_rank_is_recovered_from_one_row_at_a_time_or_many() {
    let a = low_rank(120, 30, 3);
    for (batch_size, passes, tolerance) in [(1, 40, 1e-2), (40, 150, 5e-3), (120, 400, 5e-3)] {
        for backend in BACKENDS {
            let model = MiniBatchNmf {
                nmf: Nmf {
                    rank: 3,
                    tolerance: 1e-10,
                    backend,
                    ..Nmf::default()
                },
                batch_size,
                passes,
                pass_tolerance: 0.0,
                ..MiniBatchNmf::default()
            }
            .fit(&a)
            .unwrap();
            let share = model.approximation.error / model.approximation.frobenius_norm;
            assert!(share < tolerance, "{batch_size} {backend:?}: {share:e}");
            assert_eq!((model.iterations, model.stop), (passes, Stop::Iterations));
        }
    }
}

#[test]
fn both_backends_and_both_precisions_learn_the_same() {
    let a = positive(60, 12, 3);
    for (loss, tolerance) in [(Loss::Frobenius, 1e-9), (Loss::KullbackLeibler, 1e-9)] {
        let settings = MiniBatchNmf {
            nmf: Nmf {
                rank: 3,
                loss,
                init: NmfInit::Random,
                iterations: 30,
                tolerance: 0.0,
                ..Nmf::default()
            },
            batch_size: 16,
            passes: 5,
            pass_tolerance: 0.0,
            ..MiniBatchNmf::default()
        };
        let host = settings.fit(&a).unwrap();
        let core = MiniBatchNmf {
            nmf: Nmf {
                backend: Backend::Core,
                ..settings.nmf
            },
            ..settings
        };
        let on_core = core.fit(&a).unwrap();
        assert!(difference(&on_core.h, &host.h) < tolerance);
        assert!((on_core.loss / host.loss - 1.0).abs() < tolerance);
        for settings in [settings, core] {
            let single = settings.fit(&a.cast::<f32>()).unwrap();
            assert!((f64::from(single.loss) / host.loss - 1.0).abs() < 1e-3);
        }
        // Sparse and dense batches are the same rows.
        let sparse = settings.fit(&stored(&a)).unwrap();
        assert!(difference(&sparse.h, &host.h) < tolerance);
    }
}

#[test]
fn any_number_of_threads_learns_the_same_bits() {
    let a = sample(Weighting::TfIdf);
    for loss in [Loss::Frobenius, Loss::KullbackLeibler] {
        let settings = MiniBatchNmf {
            nmf: Nmf {
                loss,
                iterations: 20,
                ..Nmf::default()
            },
            batch_size: 100,
            passes: 3,
            ..MiniBatchNmf::default()
        };
        let on = |count| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(count);
            pool.build().unwrap().install(|| settings.fit(&a).unwrap())
        };
        let bits = |x: &DenseMatrix<f64>| -> Vec<u64> {
            x.as_slice().iter().map(|x| x.to_bits()).collect()
        };
        let alone = on(1);
        for count in [2, 3] {
            let model = on(count);
            assert_eq!(bits(&model.h), bits(&alone.h));
            assert_eq!(bits(&model.w), bits(&alone.w));
        }
    }
}

/// <G, H^T H> / 2 - <N, H> + penalties from the batches that were given, each with its weights.
fn surrogate(
    batches: &[(DenseMatrix<f64>, DenseMatrix<f64>)],
    h: &DenseMatrix<f64>,
    h_penalty: Penalty<f64>,
) -> f64 {
    let mut sum = 0.0;
    for (a, w) in batches {
        for i in 0..a.nrows() {
            for j in 0..a.ncols() {
                let v: f64 = (0..w.ncols()).map(|p| w.at(i, p) * h.at(j, p)).sum();
                sum += v * v / 2.0 - a.at(i, j) * v;
            }
            for x in h.as_slice() {
                sum += h_penalty.l1 * x + h_penalty.l2 / 2.0 * x * x;
            }
        }
    }
    sum
}

#[test]
fn a_batch_never_raises_the_loss_of_what_has_been_learnt() {
    let a = positive(64, 14, 5);
    let penalty = Penalty { l1: 0.01, l2: 0.02 };
    for solver in [NmfSolver::Hals, NmfSolver::Mu] {
        for h_penalty in [Penalty::default(), penalty] {
            let settings = MiniBatchNmf {
                nmf: Nmf {
                    rank: 4,
                    solver: Some(solver),
                    init: NmfInit::Random,
                    h_penalty,
                    ..Nmf::default()
                },
                forgetting: Forgetting::ByAge(0),
                ..MiniBatchNmf::default()
            };
            let mut model = settings.begin(14).unwrap();
            let mut learnt = Vec::new();
            model.partial_fit(&rows(&a, 0, 8)).unwrap();
            // The first weights are those for a start that nobody has seen: begin again from here.
            model = settings.begin_from(model.components()).unwrap();
            for start in (0..64).step_by(8) {
                let batch = rows(&a, start, 8);
                let before = model.components().clone();
                let w = weights(&before, &batch, &settings);
                learnt.push((batch.clone(), w));
                model.partial_fit(&batch).unwrap();
                let (from, to) = (
                    surrogate(&learnt, &before, h_penalty),
                    surrogate(&learnt, model.components(), h_penalty),
                );
                assert!(to <= from + 1e-12 * from.abs(), "{solver:?}: {from} {to}");
                assert!(model.components().as_slice().iter().all(|x| *x >= 0.0));
            }
        }
    }
}

/// The weights that a batch has for H, found as `partial_fit` finds them.
fn weights(
    h: &DenseMatrix<f64>,
    batch: &DenseMatrix<f64>,
    settings: &MiniBatchNmf,
) -> DenseMatrix<f64> {
    let nmf = Nmf {
        iterations: settings.nmf.iterations,
        tolerance: settings.nmf.tolerance,
        ..full(settings, 1)
    };
    let model = NmfModel {
        h: h.clone(),
        settings: nmf,
        ..nmf.fit(&positive(9, h.nrows(), 8)).unwrap()
    };
    model.transform(batch).unwrap()
}

#[test]
fn rows_of_any_size_teach_the_same_components() {
    let a = positive(48, 10, 6);
    for loss in [
        Loss::Frobenius,
        Loss::KullbackLeibler,
        Loss::ItakuraSaito,
        Loss::Beta(0.5),
        Loss::Beta(-0.5),
        Loss::Beta(3.0),
    ] {
        for backend in BACKENDS {
            let settings = MiniBatchNmf {
                nmf: Nmf {
                    rank: 2,
                    loss,
                    init: NmfInit::Random,
                    iterations: 20,
                    backend,
                    ..Nmf::default()
                },
                ..MiniBatchNmf::default()
            };
            let learn = |size: f64| {
                let mut model = settings.begin(10).unwrap();
                for start in (0..48).step_by(12) {
                    let batch = rows(&a, start, 12);
                    let batch = DenseMatrix::from_fn(12, 10, |i, j| batch.at(i, j) * size);
                    model.partial_fit(&batch).unwrap();
                }
                model
            };
            let plain = learn(1.0);
            for e in [-600, -64, 64, 600] {
                let scaled = learn(2f64.powi(e));
                let off = difference(scaled.components(), plain.components());
                assert!(off < 1e-9, "{loss:?} {backend:?} {e}: {off:e}");
            }
        }
    }
}

#[test]
fn batches_of_different_size_neither_overflow_nor_drown_what_is_larger() {
    let a = low_rank(60, 12, 2);
    for loss in [Loss::Frobenius, Loss::KullbackLeibler, Loss::Beta(1.5)] {
        for backend in BACKENDS {
            let settings = MiniBatchNmf {
                nmf: Nmf {
                    rank: 2,
                    loss,
                    init: NmfInit::Random,
                    backend,
                    ..Nmf::default()
                },
                forgetting: Forgetting::ByAge(0),
                ..MiniBatchNmf::default()
            };
            for sizes in [
                [1e-200, 1e200],
                [1e200, 1e-200],
                [1e-300, 1.0],
                [0.0, 1e-200],
            ] {
                let mut model = settings.begin(12).unwrap();
                for _ in 0..60 {
                    for (start, size) in [(0, sizes[0]), (30, sizes[1])] {
                        let batch = rows(&a, start, 30);
                        let batch = DenseMatrix::from_fn(30, 12, |i, j| batch.at(i, j) * size);
                        model.partial_fit(&batch).unwrap();
                    }
                }
                let h = model.components();
                assert!(h.as_slice().iter().all(|x| x.is_finite() && *x >= 0.0));
                let larger = if sizes[0] > sizes[1] { 0 } else { 30 };
                let found = model
                    .factorize(&rows(&a, larger, 30))
                    .unwrap()
                    .approximation;
                let share = found.error / found.frobenius_norm;
                assert!(share < 5e-2, "{loss:?} {backend:?} {sizes:?}: {share:e}");
            }
        }
    }
}

#[test]
fn a_thousand_batches_of_zeros_forget_nothing_and_end_nothing() {
    let a = positive(20, 8, 9);
    let zeros = DenseMatrix::from_fn(4, 8, |_, _| 0.0);
    for loss in [Loss::Frobenius, Loss::KullbackLeibler] {
        for solver in [Some(NmfSolver::Mu), None] {
            let settings = MiniBatchNmf {
                nmf: Nmf {
                    rank: 3,
                    loss,
                    solver,
                    iterations: 30,
                    ..Nmf::default()
                },
                forgetting: Forgetting::ByBatch(0.3),
                ..MiniBatchNmf::default()
            };
            let mut model = settings.begin(8).unwrap();
            model.partial_fit(&zeros).unwrap();
            assert!(matches!(model.transform(&a), Err(Error::NothingLearnt)));
            model.partial_fit(&a).unwrap();
            for _ in 0..1500 {
                model.partial_fit(&zeros).unwrap();
            }
            assert_eq!(model.rows(), 4 + 20 + 1500 * 4);
            for _ in 0..400 {
                model.partial_fit(&a).unwrap();
            }
            let loss = model.factorize(&a).unwrap().loss;
            let nmf = full(&settings, 20).fit(&a).unwrap();
            assert!(loss <= nmf.loss * 1.02, "{solver:?}: {loss} {}", nmf.loss);
        }
    }
}

#[test]
fn a_component_without_weight_waits_for_rows_that_need_it() {
    // Only the first columns have entries at first, and the second component lives on the others.
    let h = DenseMatrix::from_fn(6, 2, |i, p| if (i < 3) == (p == 0) { 1.0 } else { 0.0 });
    let part = |first: bool| {
        DenseMatrix::from_fn(5, 6, |i, j| {
            if (j < 3) == first {
                (1 + i + j) as f64
            } else {
                0.0
            }
        })
    };
    for loss in [Loss::Frobenius, Loss::KullbackLeibler, Loss::Beta(0.5)] {
        for solver in [Some(NmfSolver::Mu), None] {
            for backend in BACKENDS {
                let settings = MiniBatchNmf {
                    nmf: Nmf {
                        rank: 2,
                        loss,
                        solver,
                        backend,
                        ..Nmf::default()
                    },
                    ..MiniBatchNmf::default()
                };
                let mut model = settings.begin_from(&h).unwrap();
                for _ in 0..10 {
                    model.partial_fit(&part(true)).unwrap();
                }
                for j in 3..6 {
                    assert_eq!(model.components().at(j, 1), 1.0, "{loss:?} {solver:?}");
                }
                for _ in 0..30 {
                    model.partial_fit(&part(false)).unwrap();
                }
                let both = model.components();
                for column in 0..2 {
                    let used = (0..6).filter(|j| both.at(*j, column) > 1e-20).count();
                    assert_eq!(used, 3, "{loss:?} {solver:?} {both:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_missing_is_learnt_around() {
    let whole = low_rank(80, 12, 2);
    let known = |start: usize| {
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in start..start + 20 {
            for j in (0..12).filter(|j| (i * 5 + j * 3) % 7 != 0) {
                columns.push(j as u32);
                values.push(whole.at(i, j));
            }
            offsets.push(columns.len());
        }
        SparseMatrix::new(offsets, columns, values, 12).unwrap()
    };
    for backend in BACKENDS {
        let settings = MiniBatchNmf {
            nmf: Nmf {
                rank: 2,
                init: NmfInit::Random,
                backend,
                ..Nmf::default()
            },
            ..MiniBatchNmf::default()
        };
        let mut model = settings.begin(12).unwrap();
        for _ in 0..100 {
            for start in (0..80).step_by(20) {
                model.partial_fit(Observed(&known(start))).unwrap();
            }
        }
        // The components explain whole rows.
        let found = model.factorize(&whole).unwrap().approximation;
        let share = found.error / found.frobenius_norm;
        assert!(share < 2e-2, "{backend:?}: {share:e}");
    }
}

fn refused<T>(outcome: Result<T, Error>) -> Core {
    match outcome {
        Err(Error::Factorization(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused"),
    }
}

#[test]
fn what_is_refused_leaves_the_model_as_it_was() {
    let a = positive(12, 6, 10);
    let with = |row, column, value| {
        DenseMatrix::from_fn(12, 6, |i, j| {
            if (i, j) == (row, column) {
                value
            } else {
                a.at(i, j)
            }
        })
    };
    for loss in [Loss::Frobenius, Loss::ItakuraSaito] {
        for backend in BACKENDS {
            let settings = MiniBatchNmf {
                nmf: Nmf {
                    rank: 2,
                    loss,
                    backend,
                    ..Nmf::default()
                },
                ..MiniBatchNmf::default()
            };
            let mut model = settings.begin(6).unwrap();
            for fresh in [true, false] {
                if !fresh {
                    model.partial_fit(&a).unwrap();
                }
                let before = model.clone();
                let mut fails = |a: &DenseMatrix<f64>, expected: Core| {
                    assert_eq!(refused(model.partial_fit(a)), expected);
                    assert_eq!(model.components(), before.components());
                    assert_eq!(model.rows(), before.rows());
                };
                let (row, column) = (7, 2);
                fails(&with(7, 2, f64::NAN), Core::NonFinite { row, column });
                fails(&with(7, 2, -1.0), Core::Negative { row, column });
                if loss == Loss::ItakuraSaito {
                    fails(&with(7, 2, 0.0), Core::Zero { row, column });
                }
                let (expected, found) = ((12, 6), (12, 5));
                let narrow = DenseMatrix::from_fn(12, 5, |i, j| a.at(i, j));
                fails(&narrow, Core::Shape { expected, found });
                fails(&rows(&a, 0, 0), Core::Empty);
                let mut again = before.clone();
                let mut unharmed = model.clone();
                again.partial_fit(&a).unwrap();
                unharmed.partial_fit(&a).unwrap();
                assert_eq!(again.components(), unharmed.components());
            }
        }
    }
    let settings = MiniBatchNmf {
        nmf: Nmf {
            rank: 2,
            ..Nmf::default()
        },
        ..MiniBatchNmf::default()
    };
    for rho in [-0.1, 1.1, f64::NAN] {
        let forgetting = Forgetting::ByBatch(rho);
        let model = MiniBatchNmf {
            forgetting,
            ..settings
        }
        .begin(6);
        let name = "forgetting";
        assert_eq!(
            refused(model.unwrap().partial_fit(&a)),
            Core::Setting { name }
        );
    }
    let of_rank = |rank| {
        MiniBatchNmf {
            nmf: Nmf {
                rank,
                ..settings.nmf
            },
            ..settings
        }
        .begin::<f64>(6)
    };
    let (rank, limit) = (0, 6);
    assert_eq!(refused(of_rank(0)), Core::Rank { rank, limit });
    assert_eq!(of_rank(7).unwrap().components().ncols(), 7);
    let batch_size = 0;
    assert_eq!(
        refused(
            MiniBatchNmf {
                batch_size,
                ..settings
            }
            .fit(&a)
        ),
        Core::Setting { name: "batch_size" }
    );
    // The place is that in the whole matrix, whatever the order of its rows.
    let (row, column) = (7, 2);
    let small = MiniBatchNmf {
        batch_size: 5,
        ..settings
    };
    assert_eq!(
        refused(small.fit(&with(7, 2, f64::NAN))),
        Core::NonFinite { row, column }
    );
    // Sums of products know nothing of missing entries.
    let mut model = settings.begin(6).unwrap();
    model.partial_fit(&a).unwrap();
    assert_eq!(
        refused(model.partial_fit(Observed(&stored(&a)))),
        Core::Incomplete
    );
    let negative = DenseMatrix::from_fn(6, 2, |_, _| -1.0);
    let mut model = settings.begin_from(&negative).unwrap();
    assert_eq!(refused(model.partial_fit(&a)), Core::Start);
}

#[test]
fn batches_of_an_iterator_are_learnt_like_those_given_one_by_one() {
    let a = positive(30, 6, 12);
    let settings = MiniBatchNmf {
        nmf: Nmf {
            rank: 2,
            ..Nmf::default()
        },
        ..MiniBatchNmf::default()
    };
    let batches = || (0..30).step_by(10).map(|start| rows(&a, start, 10));
    let learnt = settings
        .fit_batches(batches().map(OwnedMatrix::Dense))
        .unwrap();
    let mut model = settings.begin(6).unwrap();
    for batch in batches() {
        model.partial_fit(Matrix::Dense(&batch)).unwrap();
    }
    assert_eq!(learnt, model);
    let nothing = settings.fit_batches(std::iter::empty::<OwnedMatrix<f64>>());
    assert_eq!(refused(nothing), Core::Empty);
}
