//! Factors of implicit feedback, the SVD and EASE against their definitions.

use super::{ITEMS, SILENT, UNKNOWN, USERS, ratings};
use lowrank::iteration::Stop;
use lowrank::recommend::{Ease, Implicit, ImplicitModel, LeastSquares, PureSvd, Recommender};
use lowrank::{Error, Scalar, SparseMatrix, TruncatedSvd};
use lowrank_core::Error as Core;

const SOLVERS: [LeastSquares; 2] = [LeastSquares::Cholesky, LeastSquares::ConjugateGradients(3)];

fn settings(solver: LeastSquares) -> Implicit {
    Implicit {
        rank: 3,
        l2: Some(0.7),
        confidence: 2.0,
        solver,
        tolerance: 0.0,
        iterations: 12,
        ..Implicit::default()
    }
}

/// Confidence and preference of all entries.
fn weights<T: Scalar>(a: &SparseMatrix<T>, confidence: f64) -> Vec<[f64; 2]> {
    let mut all = vec![[1.0, 0.0]; USERS * ITEMS];
    for user in 0..a.nrows() {
        for (&item, r) in a.row(user).0.iter().zip(a.row(user).1) {
            let r = r.to_f64();
            let preference = f64::from(u8::from(r > 0.0));
            all[user * ITEMS + item as usize] = [1.0 + confidence * r, preference];
        }
    }
    all
}

fn score<T: Scalar>(model: &ImplicitModel<T>, user: usize, item: usize) -> f64 {
    let products = model.w.column(user).iter().zip(model.h.column(item));
    products.map(|(w, h)| w.to_f64() * h.to_f64()).sum()
}

fn squared_norm<T: Scalar>(x: &[T]) -> f64 {
    x.iter().map(|x| x.to_f64() * x.to_f64()).sum()
}

fn loss_by_definition<T: Scalar>(model: &ImplicitModel<T>, a: &SparseMatrix<T>) -> f64 {
    let mut loss = 0.0;
    for (place, [c, p]) in weights(a, model.settings.confidence)
        .into_iter()
        .enumerate()
    {
        loss += 0.5 * c * (p - score(model, place / ITEMS, place % ITEMS)).powi(2);
    }
    let penalty = squared_norm(model.w.as_slice()) + squared_norm(model.h.as_slice());
    loss + 0.5 * model.settings.l2.unwrap() * penalty
}

#[test]
fn the_loss_is_that_of_all_entries_of_the_definition() {
    fn check<T: Scalar>(tolerance: f64) {
        let a = ratings::<T>();
        for solver in SOLVERS {
            for iterations in [0, 1, 12] {
                let settings = Implicit {
                    iterations,
                    ..settings(solver)
                };
                let model = settings.fit(&a).unwrap();
                let (told, expected) = (model.loss.to_f64(), loss_by_definition(&model, &a));
                assert!(
                    (told / expected - 1.0).abs() < tolerance,
                    "{told} {expected}"
                );
            }
        }
    }
    check::<f64>(1e-13);
    check::<f32>(1e-5);
}

/// Zeros that are stored are entries that are not there, whatever the confidence.
#[test]
fn a_stored_zero_is_no_entry() {
    let a = ratings::<f64>();
    let mut entries: Vec<_> = (0..USERS)
        .flat_map(|user| {
            let row = a.row(user).0.iter().zip(a.row(user).1);
            row.map(move |(&item, &x)| (user, item as usize, x))
        })
        .collect();
    let plain = settings(LeastSquares::Cholesky).fit(&a).unwrap();
    entries.push((0, UNKNOWN, 0.0));
    let a = SparseMatrix::from_triplets(USERS, ITEMS, entries).unwrap();
    let with_zero = settings(LeastSquares::Cholesky).fit(&a).unwrap();
    for (x, y) in plain.h.as_slice().iter().zip(with_zero.h.as_slice()) {
        assert!((x - y).abs() < 1e-12);
    }
}

#[test]
fn the_loss_never_rises_and_both_solvers_find_the_same_minimum() {
    let a = ratings::<f64>();
    let mut ends = Vec::new();
    for solver in SOLVERS {
        let settings = Implicit {
            iterations: 3000,
            tolerance: 1e-13,
            ..settings(solver)
        };
        let mut losses: Vec<f64> = Vec::new();
        let model = settings.fit_with(&a, |progress| {
            losses.push(progress.loss);
            std::ops::ControlFlow::Continue(())
        });
        let model = model.unwrap();
        assert_eq!(model.stop, Stop::Tolerance);
        assert_eq!(losses.len(), model.iterations + 1);
        for pair in losses.windows(2) {
            assert!(pair[1] <= pair[0] * (1.0 + 1e-13), "{solver:?} {pair:?}");
        }
        ends.push(model.loss);
    }
    assert!((ends[0] / ends[1] - 1.0).abs() < 1e-6, "{ends:?}");
}

/// After a step of Cholesky, the rows of H are the minimizers for W: their gradient is zero.
#[test]
fn a_step_solves_the_normal_equations_of_each_item() {
    let a = ratings::<f64>();
    let model = settings(LeastSquares::Cholesky).fit(&a).unwrap();
    let weights = weights(&a, model.settings.confidence);
    for item in 0..ITEMS {
        for c in 0..3 {
            let mut gradient = model.settings.l2.unwrap() * model.h.at(c, item);
            for user in 0..USERS {
                let [confidence, p] = weights[user * ITEMS + item];
                gradient += confidence * (score(&model, user, item) - p) * model.w.at(c, user);
            }
            assert!(gradient.abs() < 1e-11, "{item} {gradient}");
        }
    }
    assert!(model.h.column(UNKNOWN).iter().all(|&x| x == 0.0));
    assert!(model.w.column(SILENT).iter().all(|&x| x == 0.0));
}

#[test]
fn a_penalty_of_zero_and_ranks_up_to_the_shorter_side_are_solved() {
    let a = ratings::<f64>();
    for solver in SOLVERS {
        for rank in [1, 2, ITEMS] {
            let settings = Implicit {
                rank,
                l2: Some(0.0),
                iterations: 50,
                ..settings(solver)
            };
            let model = settings.fit(&a).unwrap();
            let expected = loss_by_definition(&model, &a);
            assert!((model.loss - expected).abs() < 1e-8, "{rank} {expected}");
        }
    }
}

/// 20, the penalty of a large table, leaves nothing of one of three users.
#[test]
fn the_penalty_by_default_suits_the_table_and_leaves_factors() {
    let a = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 2)].map(|(user, item)| (user, item, 1.0));
    let a = SparseMatrix::<f64>::from_triplets(3, 3, a).unwrap();
    let settings = Implicit {
        rank: 2,
        ..Implicit::default()
    };
    let model = settings.fit(&a).unwrap();
    assert_eq!(model.settings.l2, Some(0.5));
    assert_eq!(settings.penalty(&a), 0.5);
    assert!(squared_norm(model.h.as_slice()) > 0.5);
    let large = Implicit {
        l2: Some(20.0),
        ..settings
    };
    let nothing = large.fit(&a).unwrap();
    assert!(squared_norm(nothing.h.as_slice()) < 0.01);
    // What is folded in has the penalty of the fit, and settings without one are refused.
    let restored = ImplicitModel::from_items(model.settings, model.h.clone()).unwrap();
    let [known, new] = [&model, &restored].map(|model| model.fold_in(a.row(0)).unwrap());
    assert_eq!(known, new);
    let unknown = ImplicitModel::from_items(settings, model.h);
    assert!(matches!(unknown, Err(Error::NoPenalty)));
}

#[test]
fn the_scores_of_the_svd_are_its_reconstruction() {
    let a = ratings::<f64>();
    let model = PureSvd { rank: 4, seed: 0 }.fit(&a).unwrap();
    let svd = TruncatedSvd {
        rank: 4,
        ..TruncatedSvd::default()
    };
    let svd = svd.fit(&a).unwrap();
    let mut scores = [0.0; ITEMS];
    for user in 0..USERS {
        model.score(user, &mut scores).unwrap();
        for (item, score) in scores.iter().enumerate() {
            let terms =
                (0..4).map(|p| svd.u.at(user, p) * svd.singular_values[p] * svd.v.at(item, p));
            assert!((score - terms.sum::<f64>()).abs() < 1e-5, "{user} {item}");
        }
    }
}

/// The gradient of |A - A B|^2 + l2 |B|^2 is zero but on the diagonal, which is held at zero (Steck 2019, eq. 3).
#[test]
fn ease_is_the_minimizer_among_matrices_with_a_zero_diagonal() {
    fn check<T: Scalar>(tolerance: f64) {
        let a = ratings::<T>();
        let model = Ease { l2: 5.0 }.fit(&a).unwrap();
        let b = |i: usize, j: usize| model.weights.at(i, j).to_f64();
        let mut gram = [[0.0; ITEMS]; ITEMS];
        for user in 0..USERS {
            let row = || a.row(user).0.iter().zip(a.row(user).1);
            for (&i, x) in row() {
                for (&j, y) in row() {
                    gram[i as usize][j as usize] += x.to_f64() * y.to_f64();
                }
            }
        }
        for (i, row) in gram.iter().enumerate() {
            assert_eq!(b(i, i), 0.0);
            for j in (0..ITEMS).filter(|&j| j != i) {
                let of_fit: f64 = (0..ITEMS).map(|p| row[p] * b(p, j)).sum();
                let gradient = of_fit + 5.0 * b(i, j) - row[j];
                assert!(gradient.abs() < tolerance, "{i} {j} {gradient}");
            }
        }
        let mut scores = [T::ZERO; ITEMS];
        model.score(0, &mut scores).unwrap();
        let (items, values) = a.row(0);
        let entries = || items.iter().zip(values);
        let expected: f64 = entries().map(|(&i, x)| x.to_f64() * b(i as usize, 3)).sum();
        assert!((scores[3].to_f64() - expected).abs() < tolerance);
    }
    check::<f64>(1e-9);
    check::<f32>(1e-2);
}

#[test]
fn entries_and_settings_that_mean_nothing_are_refused() {
    let a = ratings::<f64>();
    let changed = |x: f64| {
        let mut values = a.values().to_vec();
        values[7] = x;
        let (offsets, columns) = (a.row_offsets().to_vec(), a.columns().to_vec());
        SparseMatrix::new(offsets, columns, values, ITEMS).unwrap()
    };
    let core = |error: Error| match error {
        Error::Factorization(core) => core,
        other => panic!("{other}"),
    };
    let (row, column) = (1, a.columns()[7] as usize);
    let als = settings(LeastSquares::Cholesky);
    assert_eq!(
        core(als.fit(&changed(-1.0)).unwrap_err()),
        Core::Negative { row, column }
    );
    for wrong in [f64::NAN, f64::INFINITY] {
        let place = Core::NonFinite { row, column };
        assert_eq!(core(als.fit(&changed(wrong)).unwrap_err()), place);
        assert_eq!(
            core(Ease::default().fit(&changed(wrong)).unwrap_err()),
            place
        );
        assert_eq!(
            core(PureSvd::default().fit(&changed(wrong)).unwrap_err()),
            Core::Rank {
                rank: 20,
                limit: 12
            }
        );
        assert_eq!(
            core(
                PureSvd { rank: 2, seed: 0 }
                    .fit(&changed(wrong))
                    .unwrap_err()
            ),
            place
        );
    }
    for rank in [0, 13, usize::MAX] {
        let refused = Implicit { rank, ..als }.fit(&a).unwrap_err();
        assert_eq!(core(refused), Core::Rank { rank, limit: 12 });
    }
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        let name = "confidence";
        let refused = Implicit {
            confidence: wrong,
            ..als
        }
        .fit(&a)
        .unwrap_err();
        assert_eq!(core(refused), Core::Setting { name });
        let name = "l2";
        assert_eq!(
            core(
                Implicit {
                    l2: Some(wrong),
                    ..als
                }
                .fit(&a)
                .unwrap_err()
            ),
            Core::Setting { name }
        );
        assert_eq!(
            core(Ease { l2: wrong }.fit(&a).unwrap_err()),
            Core::Setting { name }
        );
    }
    assert_eq!(
        core(Ease { l2: 0.0 }.fit(&a).unwrap_err()),
        Core::Setting { name: "l2" }
    );
    let nothing = SparseMatrix::<f64>::from_triplets(3, 3, []).unwrap();
    for refused in [
        Implicit { rank: 1, ..als }.fit(&nothing).map(drop),
        Ease::default().fit(&nothing).map(drop),
        PureSvd { rank: 1, seed: 0 }.fit(&nothing).map(drop),
    ] {
        assert!(matches!(refused, Err(Error::NoEntries)));
    }
    let empty = SparseMatrix::<f64>::from_triplets(0, 3, []).unwrap();
    assert_eq!(core(als.fit(&empty).unwrap_err()), Core::Empty);
    assert_eq!(core(Ease::default().fit(&empty).unwrap_err()), Core::Empty);
    // Confidences whose squares leave the range of f32.
    let large = changed(1e30).cast::<f32>();
    let large = Implicit {
        confidence: 1e30,
        ..als
    }
    .fit(&large);
    assert_eq!(core(large.unwrap_err()), Core::Overflow);
}
