//! Ratings of films: the figures of docs/recommender.md, with some room.
//!
//! Needs LOWRANK_DATA/ml-latest-small-2016/ratings.csv.

use crate::completion::film_ratings;
use lowrank::Observed;
use lowrank::completion::HeldOut;
use lowrank::recommend::{
    Gibbs, Implicit, Popularity, PureSvd, Split, judge_ranking, judge_ratings,
};

#[test]
fn draws_predict_ratings_better_than_a_penalty_does() {
    let Some(ratings) = film_ratings() else {
        return;
    };
    let ratings = ratings.cast::<f32>();
    let parts = HeldOut::split(Observed(&ratings), 0.2, 0).unwrap();
    let model = Gibbs::default().fit(&parts.training).unwrap();
    let errors = judge_ratings(&model, &parts.held_out).unwrap();
    println!("{errors:?}");
    assert!(errors.rmse < 0.862, "{errors:?}");
}

#[test]
fn lists_of_implicit_models_are_better_than_popularity() {
    let Some(ratings) = film_ratings() else {
        return;
    };
    let ratings = ratings.cast::<f32>();
    // Each rating is one: what counts is that it was given.
    let ones = vec![1.0; ratings.nonzeros()];
    let (offsets, films) = (ratings.row_offsets().to_vec(), ratings.columns().to_vec());
    let ones = lowrank::SparseMatrix::new(offsets, films, ones, ratings.ncols()).unwrap();
    let division = Split::EachUser { share: 0.2 }
        .divide(&ones, None, 0)
        .unwrap();
    assert_eq!(division.users_without_training, 0);
    let parts = division.parts;
    let ndcg = |found: Result<Vec<lowrank::recommend::RankingQuality>, lowrank::Error>| {
        let found = found.unwrap();
        println!("{found:?}");
        found[0].ndcg
    };
    let popularity = ndcg(judge_ranking(
        &Popularity::of(&parts.training),
        &parts,
        &[10],
    ));
    let svd = PureSvd::default().fit(&parts.training).unwrap();
    let svd = ndcg(judge_ranking(&svd, &parts, &[10]));
    let implicit = Implicit::default().fit(&parts.training).unwrap();
    let implicit = ndcg(judge_ranking(&implicit, &parts, &[10]));
    assert!(svd > popularity + 0.1, "{svd} {popularity}");
    assert!(implicit > svd + 0.01, "{implicit} {svd}");
}
