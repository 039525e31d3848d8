//! Ratings of films, of which one in five is held out.
//!
//! Needs LOWRANK_DATA/ml-latest-small-2016/ratings.csv.

use lowrank::completion::{CompletionSolver, HeldOut, Weighting};
use lowrank::{Completion, Observed, SparseMatrix};
use lowrank_tests::data_file;
use std::collections::BTreeMap;

/// The held-out error of each model, all learnt from the same four fifths.
#[test]
fn what_is_held_out_is_predicted_better_than_by_biases() {
    let Some(ratings) = ratings() else { return };
    assert_eq!((ratings.nrows(), ratings.ncols()), (671, 9066));
    assert_eq!(ratings.nonzeros(), 100_004);
    let split = HeldOut::split(Observed(&ratings), 0.2, 0).unwrap();
    assert_eq!(split.held_out.nonzeros(), 20_001);
    let als = Completion::default();
    let sgd = Completion {
        solver: CompletionSolver::Sgd,
        ..als
    };
    let biases = Completion { rank: 0, ..als };
    let mean = Completion {
        bias_l2: 1e12,
        ..biases
    };
    let [mean, biases, als, sgd] = [mean, biases, als, sgd].map(|settings| {
        let model = settings.fit(Observed(&split.training)).unwrap();
        let [training, held_out] =
            [&split.training, &split.held_out].map(|a| model.rmse(Observed(a)).unwrap());
        println!(
            "rank {:2} {:?}: {training:.4} training, {held_out:.4} held out, {} iterations",
            settings.rank, settings.solver, model.iterations
        );
        held_out
    });
    assert!(biases < mean - 0.1, "{biases} {mean}");
    assert!(als < biases - 0.008, "{als} {biases}");
    assert!(sgd < biases - 0.008, "{sgd} {biases}");
}

/// The defaults come from here, and not from what is held out above.
#[test]
fn the_defaults_are_near_the_best_of_a_grid_on_a_fifth_of_the_training_part() {
    let Some(ratings) = ratings() else { return };
    let all = HeldOut::split(Observed(&ratings), 0.2, 0).unwrap().training;
    let split = HeldOut::split(Observed(&all), 0.2, 1).unwrap();
    let defaults = Completion::default();
    let error = |rank, weighting, l2, bias_l2| {
        let settings = Completion {
            rank,
            weighting,
            l2: Some(l2),
            bias_l2,
            ..defaults
        };
        let model = settings.fit(Observed(&split.training)).unwrap();
        let error = model.rmse(Observed(&split.held_out)).unwrap();
        println!("rank {rank:2}, {weighting:?}, l2 {l2}, bias_l2 {bias_l2}: {error:.4} validation");
        error
    };
    let chosen = error(20, Weighting::Plain, 12.0, 3.0);
    for (rank, weighting, l2, bias_l2) in [
        (0, Weighting::Plain, 12.0, 2.0),
        (0, Weighting::Plain, 12.0, 3.0),
        (0, Weighting::Plain, 12.0, 5.0),
        (10, Weighting::Plain, 12.0, 3.0),
        (20, Weighting::Plain, 10.0, 3.0),
        (20, Weighting::Plain, 14.0, 3.0),
        (20, Weighting::Plain, 12.0, 2.0),
        (20, Weighting::Plain, 12.0, 5.0),
        (20, Weighting::Count, 0.15, 3.0),
        (20, Weighting::Count, 0.2, 3.0),
        (20, Weighting::Count, 0.25, 3.0),
    ] {
        assert!(chosen < error(rank, weighting, l2, bias_l2) + 0.001);
    }
}

/// The ratings of the users and the films with the most of them.
fn most_active(ratings: &SparseMatrix<f64>, (users, films): (usize, usize)) -> SparseMatrix<f64> {
    let most = |counts: Vec<usize>, count: usize| -> BTreeMap<usize, usize> {
        let mut order: Vec<usize> = (0..counts.len()).collect();
        order.sort_by_key(|&place| std::cmp::Reverse(counts[place]));
        order.into_iter().take(count).zip(0..).collect()
    };
    let of_users = ratings.row_offsets().windows(2);
    let users = most(of_users.map(|pair| pair[1] - pair[0]).collect(), users);
    let mut of_films = vec![0; ratings.ncols()];
    for &film in ratings.columns() {
        of_films[film as usize] += 1;
    }
    let films = most(of_films, films);
    let entries = users.iter().flat_map(|(&user, &i)| {
        let (columns, values) = ratings.row(user);
        let known = columns.iter().zip(values);
        known
            .filter_map(|(&j, &x)| Some((i, *films.get(&(j as usize))?, x)))
            .collect::<Vec<_>>()
    });
    SparseMatrix::from_triplets(users.len(), films.len(), entries).unwrap()
}

/// A penalty of 12 leaves little but biases there.
#[test]
fn the_penalty_by_default_suits_small_parts_of_the_ratings_too() {
    let Some(ratings) = ratings() else { return };
    for size in [(20, 50), (60, 60), (150, 100)] {
        let part = most_active(&ratings, size);
        let error = |l2: Option<f64>| {
            let of_seed = |seed| {
                let split = HeldOut::split(Observed(&part), 0.2, seed).unwrap();
                let settings = Completion {
                    l2,
                    ..Completion::default()
                };
                let model = settings.fit(Observed(&split.training)).unwrap();
                (
                    model.rmse(Observed(&split.held_out)).unwrap(),
                    model.settings.l2.unwrap(),
                )
            };
            let all = [0, 1, 2, 3].map(of_seed);
            println!(
                "{size:?} {} ratings, l2 {}: {:.4} held out",
                part.nonzeros(),
                all[0].1,
                all.iter().map(|(error, _)| error).sum::<f64>() / 4.0
            );
            all.iter().map(|(error, _)| error).sum::<f64>() / 4.0
        };
        let default = error(None);
        let grid = [1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 24.0].map(|l2| error(Some(l2)));
        let best = grid.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(default < best + 0.01, "{size:?} {default} {best}");
        assert!(default < grid[5], "{size:?} {default} {}", grid[5]);
    }
}

/// The ratings of the file, users by films, both in ascending order of their numbers.
pub(crate) fn ratings() -> Option<SparseMatrix<f64>> {
    let path = data_file("ml-latest-small-2016/ratings.csv")?;
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut ratings = BTreeMap::new();
    for record in reader.deserialize() {
        let (user, film, rating, _): (u32, u32, f64, u64) = record.unwrap();
        ratings.insert((user, film), rating);
    }
    let mut films: Vec<u32> = ratings.keys().map(|key| key.1).collect();
    films.sort_unstable();
    films.dedup();
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    let mut current = None;
    for (&(user, film), &rating) in &ratings {
        if current.is_some_and(|current| current != user) {
            offsets.push(columns.len());
        }
        current = Some(user);
        columns.push(films.binary_search(&film).unwrap() as u32);
        values.push(rating);
    }
    offsets.push(columns.len());
    Some(SparseMatrix::new(offsets, columns, values, films.len()).unwrap())
}
