//! Users whom a model has not seen.

use super::{ITEMS, RARE, USERS, ratings};
use lowrank::completion::Biases;
use lowrank::recommend::{
    DotBias, Ease, Entries, Gibbs, Implicit, LeastSquares, PureSvd, RatingPredictor, Recommender,
    TopN,
};
use lowrank::{Completion, Error, Observed};
use lowrank_core::Error as Core;

/// The entries of a user of the first taste.
const NEW: Entries<'static, f64> = (&[0, 1, 2, 3], &[5.0, 1.0, 4.5, 1.5]);

fn completion(biases: Biases) -> Completion {
    Completion {
        rank: 2,
        biases,
        l2: Some(0.4),
        bias_l2: 0.9,
        ..Completion::default()
    }
}

#[test]
fn a_new_user_s_row_of_a_completion_is_the_minimizer_of_its_loss() {
    let a = ratings::<f64>();
    for biases in [Biases::None, Biases::Rows, Biases::Columns, Biases::Both] {
        let model = completion(biases).fit(Observed(&a)).unwrap();
        let row = model.fold_in_row(NEW).unwrap();
        assert_eq!(row.len(), 2 + usize::from(biases.of_rows()));
        let loss = |row: &[f64]| {
            let bias = row.get(2).copied().unwrap_or(0.0);
            let mut loss = 0.4 * (row[0] * row[0] + row[1] * row[1]) + 0.9 * bias * bias;
            for (&j, rating) in NEW.0.iter().zip(NEW.1) {
                let j = j as usize;
                let base = model.mean + model.column_biases[j] + bias;
                let v = base + row[0] * model.h.at(j, 0) + row[1] * model.h.at(j, 1);
                loss += (rating - v).powi(2);
            }
            loss
        };
        let least = loss(&row);
        for c in 0..row.len() {
            for step in [-1e-4, 1e-4] {
                let mut other = row.clone();
                other[c] += step;
                assert!(loss(&other) > least);
                // A stationary point: the gain is of second order.
                assert!(loss(&other) - least < 1e-6);
            }
        }
        let mut scores = [0.0; ITEMS];
        model.score_new(NEW, &mut scores).unwrap();
        let bias = row.get(2).copied().unwrap_or(0.0);
        let expected = model.mean + model.column_biases[4] + bias;
        let expected = expected + row[0] * model.h.at(4, 0) + row[1] * model.h.at(4, 1);
        assert!((scores[4] - expected).abs() < 1e-12);
        // Nothing is known of somebody without ratings.
        let nobody = model.fold_in_row((&[], &[])).unwrap();
        assert!(nobody.iter().all(|&x| x == 0.0));
    }
}

#[test]
fn a_new_user_s_factor_of_implicit_feedback_solves_its_normal_equations() {
    let a = ratings::<f64>();
    for solver in [LeastSquares::Cholesky, LeastSquares::ConjugateGradients(3)] {
        let settings = Implicit {
            rank: 3,
            l2: Some(0.7),
            confidence: 2.0,
            solver,
            ..Implicit::default()
        };
        let model = settings.fit(&a).unwrap();
        let row = model.fold_in(NEW).unwrap();
        let score = |j: usize| -> f64 { (0..3).map(|c| row[c] * model.h.at(c, j)).sum() };
        for (c, weight) in row.iter().enumerate() {
            let mut gradient = 0.7 * weight;
            for j in 0..ITEMS {
                let place = NEW.0.iter().position(|&item| item as usize == j);
                let (weight, p) = place.map_or((1.0, 0.0), |at| (1.0 + 2.0 * NEW.1[at], 1.0));
                gradient += weight * (score(j) - p) * model.h.at(c, j);
            }
            assert!(gradient.abs() < 1e-11, "{gradient}");
        }
    }
}

#[test]
fn a_new_user_s_row_within_a_range_is_the_minimizer_of_its_loss() {
    let a = ratings::<f64>();
    let settings = DotBias {
        rank: 3,
        range: Some((0.5, 5.5)),
        l2: 0.01,
        batch: 16,
        ..DotBias::default()
    };
    let model = settings.fit(&a).unwrap();
    let row = model.fold_in(NEW).unwrap();
    let penalty = 0.005 * a.nonzeros() as f64;
    let loss = |row: &[f64]| {
        let mut loss = penalty * row.iter().map(|x| x * x).sum::<f64>();
        for (&j, rating) in NEW.0.iter().zip(NEW.1) {
            let h = model.h.column(j as usize);
            let along: f64 = (0..3).map(|c| row[c] * h[c]).sum();
            let v = 0.5 + 5.0 / (1.0 + (-along - row[3] - h[3]).exp());
            loss += (rating - v).powi(2);
        }
        loss
    };
    let least = loss(&row);
    for c in 0..4 {
        for step in [-1e-3, 1e-3] {
            let mut other = row.clone();
            other[c] += step;
            assert!(
                loss(&other) > least && loss(&other) - least < 1e-4,
                "{c} {step}"
            );
        }
    }
}

/// A user who is folded in with the ratings of one who was learnt from gets about the same predictions.
#[test]
fn draws_for_a_new_user_are_those_of_one_with_the_same_ratings() {
    let a = ratings::<f64>();
    let settings = Gibbs {
        rank: 1,
        samples: 400,
        ..Gibbs::default()
    };
    let model = settings.fit(&a).unwrap();
    let entries = a.row(3);
    for item in 0..ITEMS {
        let known = model.predict(3, item).unwrap();
        let new = model.predict_new(entries, &[item]).unwrap()[0];
        assert!(
            (known.mean - new.mean).abs() < 0.35,
            "{item} {known:?} {new:?}"
        );
        // The variance of the row within each draw counts, so that the deviation is that of drawn rows.
        let ratio = new.deviation / known.deviation;
        assert!((0.6..1.7).contains(&ratio), "{item} {known:?} {new:?}");
        assert!(new.deviation < new.rating_deviation);
    }
}

/// Every model lists things of the taste of a new user that the user has not rated.
#[test]
fn every_model_recommends_to_a_new_user() {
    let a = ratings::<f64>();
    let implicit = Implicit {
        rank: 2,
        l2: Some(0.5),
        ..Implicit::default()
    };
    // What was liked, for the models of what is there.
    let liked = a.keep(|index| a.values()[index] >= 4.0);
    let likes: Entries<'_, f64> = (&[0, 2], &[5.0, 4.5]);
    let [implicit, svd, ease]: [Box<dyn Recommender<f64>>; 3] = [
        Box::new(implicit.fit(&liked).unwrap()),
        Box::new(PureSvd { rank: 2, seed: 0 }.fit(&liked).unwrap()),
        Box::new(Ease { l2: 1.0 }.fit(&liked).unwrap()),
    ];
    let gibbs = Gibbs {
        rank: 1,
        ..Gibbs::default()
    };
    let dot_bias = DotBias {
        rank: 2,
        range: Some((0.5, 5.5)),
        batch: 8,
        cycles: lowrank::recommend::Cycles {
            count: 4,
            first: 5,
            factor: 2,
        },
        ..DotBias::default()
    };
    let [als, gibbs, dot_bias]: [Box<dyn Recommender<f64>>; 3] = [
        Box::new(completion(Biases::Both).fit(Observed(&a)).unwrap()),
        Box::new(gibbs.fit(&a).unwrap()),
        Box::new(dot_bias.fit(&a).unwrap()),
    ];
    let known: Vec<u32> = (0..RARE as u32).collect();
    let top = TopN {
        n: 2,
        candidates: Some(&known),
    };
    let models = [(implicit, likes), (svd, likes), (ease, likes)];
    let models = models
        .into_iter()
        .chain([(als, NEW), (gibbs, NEW), (dot_bias, NEW)]);
    for (place, (model, entries)) in models.enumerate() {
        assert_eq!((model.users(), model.items()), (USERS, ITEMS));
        let list = top.recommend_new(&*model, entries).unwrap();
        assert_eq!(list.len(), 2);
        for entry in list {
            assert!(
                entry.item.is_multiple_of(2) && !entries.0.contains(&entry.item),
                "{place} {entry:?}"
            );
        }
        let refused = top.recommend_new(&*model, (&[99], &[1.0])).unwrap_err();
        let outside = Core::SparseStructure { row: 0 };
        assert!(
            matches!(refused, Error::Factorization(error) if error == outside),
            "{place} {refused}"
        );
        let twice = top
            .recommend_new(&*model, (&[1, 1], &[1.0, 1.0]))
            .unwrap_err();
        assert!(
            matches!(twice, Error::Factorization(error) if error == outside),
            "{place} {twice}"
        );
        let nan = top.recommend_new(&*model, (&[1], &[f64::NAN])).unwrap_err();
        let at = Core::NonFinite { row: 0, column: 1 };
        assert!(
            matches!(nan, Error::Factorization(error) if error == at),
            "{place} {nan}"
        );
    }
}

#[test]
fn users_and_items_outside_a_model_are_named() {
    let a = ratings::<f64>();
    let model = completion(Biases::Both).fit(Observed(&a)).unwrap();
    assert_eq!(model.predict_rating(USERS, 0), None);
    assert_eq!(model.predict_rating(0, ITEMS), None);
    let refused = TopN::default().recommend(&model, 99, None).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "there is no user 99: the model has 14, counted from 0; a new one is folded in"
    );
    let refused = model.explain(a.row(0), 12).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "there is no item 12: the model has 12, counted from 0"
    );
}
