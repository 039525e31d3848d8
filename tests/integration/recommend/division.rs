//! Divisions into training and test sets.

use super::{SILENT, USERS, ratings};
use lowrank::recommend::{Division, Split};
use lowrank::{Error, SparseMatrix};

const SHARES: [f64; 4] = [0.0, 0.2, 0.35, 1.0];

/// A time for each entry: later users and items come earlier, two at a time.
fn times(a: &SparseMatrix<f64>) -> Vec<i64> {
    let entries = a.nonzeros() as i64;
    (0..entries).map(|index| (entries - index) / 2).collect()
}

fn entries(a: &SparseMatrix<f64>) -> Vec<(usize, u32, u64)> {
    let row = |user| {
        let (items, values) = a.row(user);
        let entry = move |(&item, x): (&u32, &f64)| (user, item, x.to_bits());
        items.iter().zip(values).map(entry)
    };
    (0..a.nrows()).flat_map(row).collect()
}

fn divide(split: Split, seed: u64) -> Division<f64> {
    let a = ratings::<f64>();
    split.divide(&a, Some(&times(&a)), seed).unwrap()
}

fn all_splits() -> impl Iterator<Item = Split> {
    let of = |share| {
        [
            Split::Random { share },
            Split::EachUser { share },
            Split::Time { share },
        ]
    };
    SHARES.into_iter().flat_map(of).chain([Split::LeaveLast])
}

#[test]
fn every_rule_parts_all_entries_and_repeats_itself() {
    let a = ratings::<f64>();
    for split in all_splits() {
        let division = divide(split, 3);
        let parts = [&division.parts.training, &division.parts.held_out];
        let mut both = parts.map(entries).concat();
        both.sort_unstable();
        assert_eq!(both, entries(&a), "{split:?}");
        assert_eq!(division, divide(split, 3));
        let by_time = matches!(split, Split::Time { .. } | Split::LeaveLast);
        let other = divide(split, 4);
        if by_time {
            assert_eq!(division, other);
        } else if (0.1..0.9).contains(&(parts[1].nonzeros() as f64 / a.nonzeros() as f64)) {
            assert_ne!(division, other);
        }
    }
}

#[test]
fn the_share_is_that_of_all_or_of_each_user() {
    let a = ratings::<f64>();
    let rounded = |share: f64, n: usize| (share * n as f64).round() as usize;
    for share in SHARES {
        let random = divide(Split::Random { share }, 1).parts.held_out;
        let latest = divide(Split::Time { share }, 1).parts.held_out;
        let expected = rounded(share, a.nonzeros());
        assert_eq!((random.nonzeros(), latest.nonzeros()), (expected, expected));
        let of_each = divide(Split::EachUser { share }, 1).parts.held_out;
        for user in 0..USERS {
            let expected = rounded(share, a.row(user).0.len());
            assert_eq!(of_each.row(user).0.len(), expected, "{share} {user}");
        }
    }
}

#[test]
fn nothing_is_learnt_from_the_future() {
    let a = ratings::<f64>();
    let times = times(&a);
    let time_of = |entry: (usize, u32, u64)| {
        let place = entries(&a).iter().position(|&other| other == entry);
        times[place.unwrap()]
    };
    let division = divide(Split::Time { share: 0.35 }, 0);
    let [learnt, held] = [&division.parts.training, &division.parts.held_out]
        .map(|a| entries(a).into_iter().map(time_of));
    assert!(learnt.max() <= held.min());
    let last = divide(Split::LeaveLast, 0).parts;
    for user in 0..USERS {
        let expected = usize::from(a.row(user).0.len() > 1);
        assert_eq!(last.held_out.row(user).0.len(), expected);
        let of_user = |part| entries(part).into_iter().filter(|entry| entry.0 == user);
        let latest = of_user(&last.held_out).map(time_of).max();
        assert!(
            of_user(&last.training).map(time_of).max() <= latest,
            "{user}"
        );
    }
}

#[test]
fn users_and_items_that_cannot_be_learnt_are_counted() {
    let a = ratings::<f64>();
    let whole = divide(Split::Random { share: 1.0 }, 0);
    // All but the one who has nothing to hold out, either.
    assert_eq!(whole.users_without_training, USERS - 1);
    assert_eq!(whole.entries_of_new_items, a.nonzeros());
    assert!(a.row(SILENT).0.is_empty());
    let none = divide(Split::EachUser { share: 0.0 }, 0);
    assert_eq!(
        (none.users_without_training, none.entries_of_new_items),
        (0, 0)
    );
    // The latest third are those of the first users.
    let late = divide(Split::Time { share: 0.35 }, 0);
    assert!(late.users_without_training >= 3, "{late:?}");
}

#[test]
fn divisions_that_make_no_sense_are_refused() {
    let a = ratings::<f64>();
    for share in [-0.1, 1.1, f64::NAN] {
        for split in [
            Split::Random { share },
            Split::EachUser { share },
            Split::Time { share },
        ] {
            let refused = split.divide(&a, Some(&times(&a)), 0).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "the setting share is outside its range"
            );
        }
    }
    for split in [Split::Time { share: 0.2 }, Split::LeaveLast] {
        let refused = split.divide(&a, None, 0).unwrap_err();
        assert!(
            matches!(refused, Error::Times { found: 0, .. }),
            "{refused}"
        );
    }
    let short = &times(&a)[1..];
    let refused = Split::Random { share: 0.2 }.divide(&a, Some(short), 0);
    assert!(matches!(refused, Err(Error::Times { .. })));
    // Without times, those who need none do not ask.
    assert!(Split::Random { share: 0.2 }.divide(&a, None, 0).is_ok());
}
