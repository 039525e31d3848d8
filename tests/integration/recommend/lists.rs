//! Lists of the best items, and of similar ones.

use super::{ITEMS, SILENT, UNKNOWN, USERS, ratings};
use lowrank::recommend::{Popularity, PureSvd, Recommended, Recommender, TopN, similar_items};
use lowrank::{DenseMatrix, Error};

fn items<T>(list: &[Recommended<T>]) -> Vec<u32> {
    list.iter().map(|entry| entry.item).collect()
}

fn top(n: usize) -> TopN<'static> {
    TopN {
        n,
        candidates: None,
    }
}

#[test]
fn equal_scores_are_listed_by_number_and_numbers_that_are_none_not_at_all() {
    let scores = [2.0, f64::NAN, 3.0, 2.0, -0.0, 0.0, f64::INFINITY, 3.0];
    assert_eq!(items(&top(9).of_scores(&scores, &[])), [2, 7, 0, 3, 4, 5]);
    for n in 0..=6 {
        let list = top(n).of_scores(&scores, &[]);
        assert_eq!(items(&list), [2, 7, 0, 3, 4, 5][..n]);
    }
    assert_eq!(items(&top(2).of_scores(&scores, &[0, 2, 3])), [7, 4]);
    assert!(top(3).of_scores::<f64>(&[], &[]).is_empty());
}

#[test]
fn candidates_come_in_any_order_and_any_number_of_times() {
    let scores = [1.0, 4.0, 2.0, 3.0];
    let of = |candidates| TopN {
        n: 3,
        candidates: Some(candidates),
    };
    assert_eq!(
        items(&of(&[3, 0, 2, 3, 0]).of_scores(&scores, &[])),
        [3, 2, 0]
    );
    assert_eq!(items(&of(&[3, 0, 2, 3]).of_scores(&scores, &[2])), [3, 0]);
    // Outside the scores, and none at all.
    assert_eq!(items(&of(&[9, 1]).of_scores(&scores, &[])), [1]);
    assert!(of(&[]).of_scores(&scores, &[]).is_empty());
}

/// A filter that leaves nothing gives an empty list, not somebody else's.
#[test]
fn items_that_the_user_has_are_left_out_unless_they_are_asked_for() {
    let a = ratings::<f64>();
    let model = PureSvd { rank: 2, seed: 0 }.fit(&a).unwrap();
    for user in 0..USERS {
        let all = top(ITEMS).recommend(&model, user, None).unwrap();
        let left = top(ITEMS).recommend(&model, user, Some(&a)).unwrap();
        assert_eq!(all.len(), ITEMS);
        let kept: Vec<_> = all
            .into_iter()
            .filter(|entry| !a.row(user).0.contains(&entry.item))
            .collect();
        assert_eq!(left, kept);
        let only = TopN {
            n: 5,
            candidates: Some(a.row(user).0),
        };
        assert!(only.recommend(&model, user, Some(&a)).unwrap().is_empty());
    }
    // A user without ratings gets zeros, in the order of the items.
    let nothing = top(3).recommend(&model, SILENT, Some(&a)).unwrap();
    assert_eq!(items(&nothing), [0, 1, 2]);
}

#[test]
fn lists_of_many_users_are_those_of_each() {
    let a = ratings::<f32>();
    let model = Popularity::of(&a);
    assert_eq!(model.counts()[UNKNOWN], 0);
    let users: Vec<usize> = (0..USERS).rev().chain([3, 3]).collect();
    let lists = top(4).recommend_to(&model, &users, Some(&a)).unwrap();
    for (user, list) in users.iter().zip(&lists) {
        assert_eq!(list, &top(4).recommend(&model, *user, Some(&a)).unwrap());
    }
    let unknown = top(4).recommend_to(&model, &[0, USERS], Some(&a));
    assert!(matches!(
        unknown,
        Err(Error::NoSuchUser {
            user: USERS,
            users: USERS
        })
    ));
    let mut short = [0.0_f32; ITEMS - 1];
    assert!(model.score(0, &mut short).is_err());
}

#[test]
fn similar_items_have_the_largest_cosine_and_unknown_ones_have_none() {
    // Item 1 is twice item 0, 2 is across, 3 is unknown, 4 is opposite, 5 is item 0 again.
    let factors = [
        [1.0, 2.0],
        [2.0, 4.0],
        [2.0, -1.0],
        [0.0; 2],
        [-1.0, -2.0],
        [1.0, 2.0],
    ];
    let factors = DenseMatrix::<f64>::from_fn(2, 6, |c, j| factors[j][c]);
    let list = similar_items(&factors, 0, top(9)).unwrap();
    assert_eq!(items(&list), [1, 5, 2, 4]);
    let expected = [1.0, 1.0, 0.0, -1.0];
    for (entry, expected) in list.iter().zip(expected) {
        assert!((entry.score - expected).abs() < 1e-15);
    }
    assert!(similar_items(&factors, 3, top(9)).unwrap().is_empty());
    let refused = similar_items(&factors, 6, top(9)).unwrap_err();
    assert!(matches!(refused, Error::NoSuchItem { item: 6, items: 6 }));
}
