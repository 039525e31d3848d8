//! Explanations are exact: their parts are the score.

use super::{ITEMS, USERS, ratings};
use lowrank::completion::{Biases, Weighting};
use lowrank::recommend::{Explanation, Implicit, LeastSquares, Recommender};
use lowrank::{Completion, Observed};

fn check(explanation: &Explanation, score: f64, items: &[u32]) {
    assert!(
        (explanation.score - score).abs() < 1e-9,
        "{explanation:?} {score}"
    );
    let parts = explanation.contributions.iter().map(|part| part.share);
    let sum = explanation.baseline + parts.sum::<f64>();
    assert!((sum - explanation.score).abs() < 1e-12);
    let mut told: Vec<u32> = explanation
        .contributions
        .iter()
        .map(|part| part.item)
        .collect();
    for pair in explanation.contributions.windows(2) {
        assert!(pair[0].share.abs() >= pair[1].share.abs());
    }
    told.sort_unstable();
    assert_eq!(told, items);
}

#[test]
fn the_shares_of_ratings_and_the_baseline_are_the_prediction() {
    let a = ratings::<f64>();
    for (biases, weighting) in [
        (Biases::Both, Weighting::Plain),
        (Biases::None, Weighting::Count),
        (Biases::Rows, Weighting::Plain),
        (Biases::Columns, Weighting::Count),
    ] {
        let settings = Completion {
            rank: 2,
            biases,
            l2: Some(0.4),
            weighting,
            bias_l2: 0.9,
            ..Completion::default()
        };
        let model = settings.fit(Observed(&a)).unwrap();
        let mut scores = [0.0; ITEMS];
        for user in 0..USERS {
            model.score_new(a.row(user), &mut scores).unwrap();
            for (item, &score) in scores.iter().enumerate() {
                let explanation = model.explain(a.row(user), item).unwrap();
                check(&explanation, score, a.row(user).0);
                let baseline = model.mean + model.column_biases[item];
                assert_eq!(explanation.baseline, baseline);
            }
        }
    }
}

#[test]
fn the_shares_of_what_a_user_has_are_the_score() {
    let a = ratings::<f64>();
    let settings = Implicit {
        rank: 3,
        l2: Some(0.7),
        confidence: 2.0,
        solver: LeastSquares::Cholesky,
        ..Implicit::default()
    };
    let model = settings.fit(&a).unwrap();
    let mut scores = [0.0; ITEMS];
    for user in 0..USERS {
        model.score_new(a.row(user), &mut scores).unwrap();
        for (item, &score) in scores.iter().enumerate() {
            let explanation = model.explain(a.row(user), item).unwrap();
            check(&explanation, score, a.row(user).0);
            assert_eq!(explanation.baseline, 0.0);
        }
    }
    // Things of one taste speak for each other.
    let explanation = model.explain((&[0, 3], &[5.0, 1.0]), 4).unwrap();
    assert_eq!(explanation.contributions[0].item, 0);
    assert!(explanation.contributions[0].share > 0.0);
}
