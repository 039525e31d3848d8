//! Metrics, by hand and by another program.

use lowrank::completion::HeldOut;
use lowrank::recommend::{
    Entries, RankingQuality, RatingPredictor, Recommender, Spread, judge_ranking, judge_ratings,
};
use lowrank::{Error, SparseMatrix};
use serde_json::Value;

/// Fixed scores of each user, which are predictions, too.
struct Fixed(Vec<Vec<f64>>);

impl Recommender<f64> for Fixed {
    fn users(&self) -> usize {
        self.0.len()
    }

    fn items(&self) -> usize {
        self.0[0].len()
    }

    fn score(&self, user: usize, scores: &mut [f64]) -> Result<(), Error> {
        scores.copy_from_slice(&self.0[user]);
        Ok(())
    }

    fn score_new(&self, _: Entries<'_, f64>, _: &mut [f64]) -> Result<(), Error> {
        unreachable!("nobody is new")
    }
}

impl RatingPredictor<f64> for Fixed {
    fn predict_rating(&self, user: usize, item: usize) -> Option<f64> {
        self.0.get(user)?.get(item).copied()
    }
}

fn matrix(users: usize, items: usize, entries: &[(usize, usize)]) -> SparseMatrix<f64> {
    let entries = entries.iter().map(|&(user, item)| (user, item, 1.0));
    SparseMatrix::from_triplets(users, items, entries).unwrap()
}

fn close(x: f64, y: f64) -> bool {
    (x - y).abs() < 1e-12
}

#[test]
fn ndcg_and_average_precision_are_those_of_scikit_learn() {
    let golden: Value = serde_json::from_str(include_str!("../../golden/ranking.json")).unwrap();
    let lengths: Vec<usize> = serde_json::from_value(golden["lengths"].clone()).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let scores: Vec<f64> = serde_json::from_value(case["scores"].clone()).unwrap();
        let relevant: Vec<usize> = serde_json::from_value(case["relevant"].clone()).unwrap();
        let items = scores.len();
        // An item that the user has, the last one, is none of scikit-learn's.
        let mut scores = scores;
        scores.push(99.0);
        let held: Vec<_> = relevant.iter().map(|&item| (0, item)).collect();
        let parts = HeldOut {
            training: matrix(1, items + 1, &[(0, items)]),
            held_out: matrix(1, items + 1, &held),
        };
        let found = judge_ranking(&Fixed(vec![scores]), &parts, &lengths).unwrap();
        for (place, quality) in found.iter().enumerate() {
            let expected = case["ndcg"][place].as_f64().unwrap();
            assert!(close(quality.ndcg, expected), "{quality:?} {expected}");
        }
        let expected = case["average_precision"].as_f64().unwrap();
        assert!(close(found[3].map, expected), "{} {expected}", found[3].map);
    }
}

#[test]
fn figures_of_three_users_are_those_on_paper() {
    // User 0 lists 3, 2, 0; user 1 lists 2, 3; user 2 has nothing to learn from; user 3 nothing held out.
    let scores = [
        [1.0, 9.0, 2.0, 3.0, 0.0],
        [7.0, 8.0, 6.0, 5.0, -1.0],
        [1.0; 5],
        [1.0; 5],
    ];
    let model = Fixed(scores.map(Vec::from).to_vec());
    let parts = HeldOut {
        training: matrix(4, 5, &[(0, 1), (1, 0), (1, 1), (3, 0)]),
        held_out: matrix(4, 5, &[(0, 0), (0, 3), (0, 4), (1, 3), (2, 0)]),
    };
    let found = judge_ranking(&model, &parts, &[2, 3]).unwrap();
    let second = 3.0_f64.log2().recip();
    let expected = RankingQuality {
        n: 2,
        users: 2,
        users_without_training: 1,
        users_without_test: 1,
        precision: 0.5,
        recall: (1.0 / 3.0 + 1.0) / 2.0,
        ndcg: (1.0 / (1.0 + second) + second) / 2.0,
        map: (0.5 + 0.5) / 2.0,
        coverage: 2.0 / 5.0,
    };
    let differences = [
        found[0].precision - expected.precision,
        found[0].recall - expected.recall,
        found[0].ndcg - expected.ndcg,
        found[0].map - expected.map,
        found[0].coverage - expected.coverage,
    ];
    assert!(differences.iter().all(|x| x.abs() < 1e-12), "{found:?}");
    let counts = |quality: &RankingQuality| {
        (
            quality.users,
            quality.users_without_training,
            quality.users_without_test,
        )
    };
    assert_eq!(counts(&found[0]), counts(&expected));
    assert!(
        close(found[1].precision, (2.0 / 3.0 + 1.0 / 3.0) / 2.0),
        "{found:?}"
    );
    assert!(
        close(found[1].map, ((1.0 + 2.0 / 3.0) / 3.0 + 0.5) / 2.0),
        "{found:?}"
    );
    assert!(close(found[1].coverage, 4.0 / 5.0), "{found:?}");
}

#[test]
fn errors_of_ratings_and_their_spread_are_those_of_the_definition() {
    let model = Fixed(vec![vec![3.0, 1.0], vec![2.0, 5.0]]);
    let held = [(0, 0, 4.0), (0, 1, 1.0), (1, 0, 0.0), (1, 1, 5.0)];
    let held = SparseMatrix::from_triplets(2, 2, held).unwrap();
    let found = judge_ratings(&model, &held).unwrap();
    assert_eq!(found.entries, 4);
    assert!(
        close(found.rmse, (5.0_f64 / 4.0).sqrt()) && close(found.mae, 0.75),
        "{found:?}"
    );
    let spread = Spread::of(&[1.0, 2.0, 4.0]).unwrap();
    assert!(close(spread.mean, 7.0 / 3.0), "{spread:?}");
    assert!(
        close(spread.deviation, (7.0_f64 / 3.0).sqrt()),
        "{spread:?}"
    );
    assert_eq!(Spread::of(&[2.0]).unwrap().deviation, 0.0);
    assert_eq!(Spread::of(&[]), None);
}

#[test]
fn nothing_to_judge_and_users_outside_the_model_are_said() {
    let model = Fixed(vec![vec![3.0, 1.0]]);
    let nothing = matrix(1, 2, &[]);
    assert!(matches!(
        judge_ratings(&model, &nothing),
        Err(Error::NoEntries)
    ));
    let one = || matrix(1, 2, &[(0, 0)]);
    for (training, held_out) in [(one(), nothing.clone()), (nothing, one())] {
        let parts = HeldOut { training, held_out };
        assert!(matches!(
            judge_ranking(&model, &parts, &[1]),
            Err(Error::NoEntries)
        ));
    }
    let outside = judge_ratings(&model, &matrix(3, 2, &[(2, 0)])).unwrap_err();
    assert!(
        matches!(outside, Error::NoSuchUser { user: 2, .. }),
        "{outside}"
    );
    let outside = judge_ratings(&model, &matrix(1, 5, &[(0, 4)])).unwrap_err();
    assert!(
        matches!(outside, Error::NoSuchItem { item: 4, .. }),
        "{outside}"
    );
}
