//! Predictions of ratings by draws and within a range.

use super::{RARE, SILENT, USERS, ratings};
use lowrank::completion::HeldOut;
use lowrank::recommend::{Cycles, DotBias, Gibbs, GibbsModel, judge_ratings};
use lowrank::{Error, Observed, SparseMatrix};
use lowrank_core::Error as Core;
use lowrank_core::random::{Distribution, RandomEntries};

/// Ratings 3 + b + c + w . h of 120 users and 60 items with normal terms, of which half are known, with noise of deviation
/// 0.5; and the same without noise.
fn made_up() -> (SparseMatrix<f64>, impl Fn(usize, usize) -> f64) {
    let normal = |seed| RandomEntries::new(Distribution::Gaussian, seed);
    let (w, h, noise) = (normal(1), normal(2), normal(3));
    let coin = RandomEntries::new(Distribution::Sign, 4);
    let rating = move |user: usize, item: usize| {
        let product: f64 = (0..2)
            .map(|p| w.at::<f64>(user, p) * h.at::<f64>(item, p))
            .sum();
        3.0 + 0.4 * w.at::<f64>(user, 2) + 0.6 * h.at::<f64>(item, 2) + 0.7 * product
    };
    let mut entries = Vec::new();
    for user in 0..120 {
        for item in 0..60 {
            if coin.at::<f64>(user, item) > 0.0 {
                let noise: f64 = noise.at(user, item);
                entries.push((user, item, rating(user, item) + 0.5 * noise));
            }
        }
    }
    (
        SparseMatrix::from_triplets(120, 60, entries).unwrap(),
        rating,
    )
}

fn gibbs(rank: usize) -> Gibbs {
    Gibbs {
        rank,
        ..Gibbs::default()
    }
}

#[test]
fn draws_find_the_noise_and_their_deviations_hold() {
    let (a, rating) = made_up();
    let parts = HeldOut::split(Observed(&a), 0.2, 0).unwrap();
    let model = gibbs(4).fit(&parts.training).unwrap();
    assert_eq!(model.draws().len(), 200);
    let errors = judge_ratings(&model, &parts.held_out).unwrap();
    // The noise is 0.5; rank four has two more than there are.
    assert!(errors.rmse > 0.48 && errors.rmse < 0.62, "{errors:?}");
    let biases = gibbs(0).fit(&parts.training).unwrap();
    let of_biases = judge_ratings(&biases, &parts.held_out).unwrap();
    assert!(of_biases.rmse > errors.rmse + 0.2, "{of_biases:?}");
    let (mut of_means, mut of_ratings, mut all) = (0, 0, 0);
    for user in 0..120 {
        let (items, values) = parts.held_out.row(user);
        for (&item, value) in items.iter().zip(values) {
            let item = item as usize;
            let told = model.predict(user, item).unwrap();
            assert!(told.rating_deviation > told.deviation);
            all += 1;
            of_ratings += usize::from((value - told.mean).abs() < 1.96 * told.rating_deviation);
            of_means += usize::from((rating(user, item) - told.mean).abs() < 1.96 * told.deviation);
        }
    }
    // 95 % of about 700, give or take four standard errors, and a chain of 200.
    for within in [of_ratings, of_means] {
        let share = f64::from(within as u32) / f64::from(all);
        assert!(share > 0.89 && share < 0.99, "{within} of {all}");
    }
}

/// A third of the users rate with a noise of 1.5, the others with 0.3: draws tell them apart, for users who are folded in,
/// too, and predict better than with one noise for all.
#[test]
fn the_noise_of_each_user_is_found() {
    let (_, rating) = made_up();
    let [coin, noise] = [(Distribution::Sign, 5), (Distribution::Gaussian, 6)]
        .map(|(kind, seed)| RandomEntries::new(kind, seed));
    let is_noisy = |user: usize| user.is_multiple_of(3);
    let deviation = |user: usize| if is_noisy(user) { 1.5 } else { 0.3 };
    let entries = (0..120).flat_map(|user| (0..60).map(move |item| (user, item)));
    let entries = entries
        .filter(|&(user, item)| coin.at::<f64>(user, item) > 0.0)
        .map(|(user, item)| {
            let noise = deviation(user) * noise.at::<f64>(user, item);
            (user, item, rating(user, item) + noise)
        });
    let a = SparseMatrix::from_triplets(120, 60, entries).unwrap();
    let model = gibbs(4).fit(&a).unwrap();
    for user in 0..12 {
        let expected = deviation(user);
        for told in [
            model.predict(user, 7).unwrap(),
            model.predict_new(a.row(user), &[7]).unwrap()[0],
        ] {
            let noise = (told.rating_deviation.powi(2) - told.deviation.powi(2)).sqrt();
            // Of 30 ratings, a deviation is known to an eighth; those that are small have the prior of all.
            assert!(
                noise > 0.6 * expected && noise < 1.7 * expected,
                "{user} {noise}"
            );
        }
    }
    let same = Gibbs {
        noise_degrees: f64::INFINITY,
        ..gibbs(4)
    };
    let same = same.fit(&a).unwrap();
    assert!(
        same.draws()[0]
            .user_weights
            .iter()
            .all(|&weight| weight == 1.0)
    );
    let error = |model: &GibbsModel<f64>| {
        let pairs = (0..120).flat_map(|user| (0..60).map(move |item| (user, item)));
        let squares = pairs.map(|(user, item)| {
            (model.predict(user, item).unwrap().mean - rating(user, item)).powi(2)
        });
        (squares.sum::<f64>() / 7200.0).sqrt()
    };
    let [own, same] = [&model, &same].map(error);
    assert!(own < 0.9 * same, "{own} {same}");
}

#[test]
fn what_is_known_least_has_the_largest_deviation() {
    let a = ratings::<f64>();
    let model = gibbs(1).fit(&a).unwrap();
    let deviation = |user, item| model.predict(user, item).unwrap().deviation;
    let of_silent = deviation(SILENT, 0);
    for user in (0..USERS).filter(|&user| user != SILENT) {
        assert!(deviation(user, 0) < of_silent, "{user}");
        if user != 2 {
            assert!(deviation(user, RARE) > deviation(user, 0), "{user}");
        }
    }
    assert_eq!(model.predict(USERS, 0), None);
    assert_eq!(model.predict(0, 99), None);
}

/// Eight times the ratings are eight times the predictions, to the last bit: the model has no unit.
#[test]
fn predictions_have_the_unit_of_the_ratings() {
    let a = ratings::<f64>();
    let values = a.values().iter().map(|x| 8.0 * x).collect();
    let eight = SparseMatrix::new(a.row_offsets().to_vec(), a.columns().to_vec(), values, 12);
    let (one, eight) = (
        gibbs(2).fit(&a).unwrap(),
        gibbs(2).fit(&eight.unwrap()).unwrap(),
    );
    for (user, item) in [(0, 1), (3, 4), (SILENT, RARE)] {
        let [x, y] = [&one, &eight].map(|model| model.predict(user, item).unwrap());
        assert_eq!(8.0 * x.mean, y.mean);
        assert!((8.0 * x.rating_deviation - y.rating_deviation).abs() < 1e-12);
    }
}

#[test]
fn ratings_that_are_all_equal_are_predicted_and_need_a_range() {
    let entries = (0..8).flat_map(|user| (0..6).map(move |item| (user, item, 3.5)));
    let a = SparseMatrix::<f64>::from_triplets(8, 6, entries).unwrap();
    let told = gibbs(2).fit(&a).unwrap().predict(1, 1).unwrap();
    assert!(
        (told.mean - 3.5).abs() < 0.5 && told.mean.is_finite(),
        "{told:?}"
    );
    let refused = DotBias::default().fit(&a).unwrap_err();
    let name = "range";
    assert!(
        matches!(refused, Error::Factorization(Core::Setting { name: found }) if found == name)
    );
    let within = DotBias {
        range: Some((0.0, 5.0)),
        rank: 2,
        cycles: Cycles {
            count: 1,
            first: 200,
            factor: 1,
        },
        ..DotBias::default()
    };
    let predicted = within.fit(&a).unwrap().predict(1, 1).unwrap();
    assert!((predicted - 3.5).abs() < 0.1, "{predicted}");
}

#[test]
fn a_descent_within_a_range_learns_and_stays_in_it() {
    let (a, _) = made_up();
    let values = a.values().iter().map(|x| x.clamp(0.5, 5.0)).collect();
    let a = SparseMatrix::new(a.row_offsets().to_vec(), a.columns().to_vec(), values, 60);
    let parts = HeldOut::split(Observed(&a.unwrap()), 0.2, 0).unwrap();
    let settings = DotBias {
        rank: 4,
        l2: 1e-3,
        cycles: Cycles {
            count: 3,
            first: 5,
            factor: 2,
        },
        ..DotBias::default()
    };
    let model = settings.fit(&parts.training).unwrap();
    assert_eq!((model.range, model.training.len()), ((0.5, 5.0), 35));
    assert!(
        model.training[34] < 0.7 * model.training[0],
        "{:?}",
        model.training
    );
    let errors = judge_ratings(&model, &parts.held_out).unwrap();
    let biases = DotBias {
        rank: 0,
        ..settings
    };
    let of_biases = judge_ratings(&biases.fit(&parts.training).unwrap(), &parts.held_out).unwrap();
    assert!(
        errors.rmse < of_biases.rmse - 0.1,
        "{errors:?} {of_biases:?}"
    );
    for user in 0..120 {
        for item in 0..60 {
            let predicted = model.predict(user, item).unwrap();
            assert!((0.5..=5.0).contains(&predicted));
        }
    }
}

#[test]
fn what_cannot_be_drawn_or_descended_is_refused() {
    let a = ratings::<f64>();
    let nothing = SparseMatrix::<f64>::from_triplets(3, 3, []).unwrap();
    assert!(matches!(gibbs(1).fit(&nothing), Err(Error::NoEntries)));
    assert!(matches!(
        DotBias::default().fit(&nothing),
        Err(Error::NoEntries)
    ));
    let setting = |error: Error| match error {
        Error::Factorization(Core::Setting { name }) => name,
        other => panic!("{other}"),
    };
    let without = Gibbs {
        samples: 0,
        ..gibbs(1)
    };
    assert_eq!(setting(without.fit(&a).unwrap_err()), "samples");
    for noise_degrees in [1.9, -1.0, f64::NAN] {
        let wrong = Gibbs {
            noise_degrees,
            ..gibbs(1)
        };
        assert_eq!(setting(wrong.fit(&a).unwrap_err()), "noise_degrees");
    }
    let no_rank = Gibbs {
        biases: false,
        ..gibbs(0)
    };
    assert!(matches!(
        no_rank.fit(&a),
        Err(Error::Factorization(Core::Rank { rank: 0, .. }))
    ));
    let good = DotBias {
        rank: 1,
        ..DotBias::default()
    };
    for (name, wrong) in [
        (
            "range",
            DotBias {
                range: Some((1.0, f64::NAN)),
                ..good
            },
        ),
        (
            "range",
            DotBias {
                range: Some((5.0, 1.0)),
                ..good
            },
        ),
        ("l2", DotBias { l2: -1.0, ..good }),
        ("batch", DotBias { batch: 0, ..good }),
        (
            "learning_rate",
            DotBias {
                learning_rate: f64::NAN,
                ..good
            },
        ),
    ] {
        assert_eq!(setting(wrong.fit(&a).unwrap_err()), name);
    }
    let mut values = a.values().to_vec();
    values[0] = f64::NAN;
    let column = a.columns()[0] as usize;
    let a = SparseMatrix::new(a.row_offsets().to_vec(), a.columns().to_vec(), values, 12).unwrap();
    let place = Core::NonFinite { row: 0, column };
    for refused in [gibbs(1).fit(&a).map(drop), good.fit(&a).map(drop)] {
        assert!(
            matches!(refused, Err(Error::Factorization(error)) if error == place || matches!(error, Core::Setting { name: "range" }))
        );
    }
}
