//! Recommenders: models against their definitions, lists, divisions, judgement, and ratings of films.

mod division;
mod explanation;
mod factors;
mod fold_in;
mod judgement;
mod lists;
mod movielens;
mod ratings;
mod same_bits;

use lowrank::{Scalar, SparseMatrix};
use std::collections::BTreeMap;

/// The user without ratings.
const SILENT: usize = 5;
/// The item of one rating.
const RARE: usize = 10;
/// The item without ratings.
const UNKNOWN: usize = 11;

const USERS: usize = 14;
const ITEMS: usize = 12;

/// 14 users and 12 items of two tastes: who shares the taste of an item likes it. A third of the ratings is missing.
fn ratings<T: Scalar>() -> SparseMatrix<T> {
    let rating = |user: usize, item: usize| match (user + item).is_multiple_of(2) {
        true => 4.0 + ((user * 3 + item) % 3) as f64 * 0.5,
        false => 1.0 + ((user + item * 5) % 4) as f64 * 0.5,
    };
    let mut entries = Vec::new();
    for user in (0..USERS).filter(|&user| user != SILENT) {
        for item in 0..RARE {
            if !(user * 7 + item * 4).is_multiple_of(3) {
                entries.push((user, item, T::from_f64(rating(user, item))));
            }
        }
    }
    entries.push((2, RARE, T::from_f64(5.0)));
    SparseMatrix::from_triplets(USERS, ITEMS, entries).unwrap()
}

/// Names of people and things become numbers in the order of the names, which the caller keeps; the last of several ratings
/// of the same thing counts.
#[test]
fn names_are_kept_by_the_caller() {
    let given = [
        ("ann", "tea", 5.0),
        ("bob", "9007199254740993", 2.0),
        ("ann", "9007199254740992", 1.0),
        ("ann", "tea", 4.0),
        ("cleo", "tea", 3.0),
    ];
    let number = |names: &mut BTreeMap<&'static str, usize>| {
        for (place, number) in names.values_mut().enumerate() {
            *number = place;
        }
    };
    let mut people: BTreeMap<_, _> = given.iter().map(|rating| (rating.0, 0)).collect();
    let mut things: BTreeMap<_, _> = given.iter().map(|rating| (rating.1, 0)).collect();
    number(&mut people);
    number(&mut things);
    let entries = given.map(|(person, thing, rating)| (people[person], things[thing], rating));
    // Twice the same place is said, not added up.
    assert!(SparseMatrix::from_triplets(3, 3, entries).is_err());
    let last: BTreeMap<_, _> = entries.map(|(user, item, x)| ((user, item), x)).into();
    let entries = last.into_iter().map(|((user, item), x)| (user, item, x));
    let ratings = SparseMatrix::from_triplets(3, 3, entries).unwrap();
    // Numbers of 64 bits that f64 cannot tell apart are two things.
    assert_eq!(things.len(), 3);
    assert_eq!(ratings.row(people["ann"]), (&[0, 2][..], &[1.0, 4.0][..]));
}
