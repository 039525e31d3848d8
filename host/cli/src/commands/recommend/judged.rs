//! Ratings in two parts: what models learn from, and what they are judged on.

use super::model::Model;
use crate::run::Failure;
use lowrank::completion::HeldOut;
use lowrank::recommend::{
    Division, Popularity, RankingQuality, RatingErrors, Split, judge_ranking, judge_ratings,
};
use lowrank::{Error, SparseMatrix};

/// Ratings, and their times if they have any.
#[derive(Clone, Copy)]
pub struct Ratings<'a> {
    pub ratings: &'a SparseMatrix<f32>,
    /// In the order of the matrix, row by row.
    pub times: Option<&'a [i64]>,
}

/// The rule of a division.
#[derive(Clone, Copy)]
pub struct Rule {
    pub split: Split,
    /// An item is relevant where its rating is at least this.
    pub liked: Option<f64>,
    /// The length of a list.
    pub n: usize,
}

/// Ratings in two parts, and which of them are liked.
pub struct Judged {
    pub division: Division<f32>,
    /// Ones where a training rating is liked.
    pub liked: SparseMatrix<f32>,
    /// The training ratings, and the held-out ones that are liked.
    pub lists: HeldOut<f32>,
    /// The times of the training ratings.
    times: Option<Vec<i64>>,
    n: usize,
}

/// A model that is judged.
pub enum Candidate {
    Popularity(Popularity),
    Model(Box<Model>),
}

impl Judged {
    /// Divides the ratings.
    pub fn new(all: Ratings<'_>, rule: Rule, seed: u64) -> Result<Self, Failure> {
        let division = rule.split.divide(all.ratings, all.times, seed)?;
        let is_liked = |value: f32| rule.liked.is_none_or(|least| f64::from(value) >= least);
        let of = |a: &SparseMatrix<f32>| a.keep(|index| is_liked(a.values()[index]));
        let training = of(&division.parts.training);
        let nothing = |which: &str| {
            let advice = match (rule.split, rule.liked) {
                (Split::LeaveLast, None) => "nobody has two, take another --split",
                (Split::LeaveLast, Some(_)) => "take another --split, or ask for less with --liked",
                (_, None) => "hold out another share with --share",
                (_, Some(_)) => "hold out another share with --share, or ask for less with --liked",
            };
            Failure::Said(format!("no {which} rating is left: {advice}"))
        };
        if training.nonzeros() == 0 {
            return Err(nothing("training"));
        }
        let held_out = of(&division.parts.held_out);
        if held_out.nonzeros() == 0 {
            return Err(nothing("held-out"));
        }
        Ok(Self {
            liked: ones(&training)?,
            lists: HeldOut {
                training: division.parts.training.clone(),
                held_out,
            },
            times: all
                .times
                .map(|times| times_of(&division.parts.training, (all.ratings, times))),
            division,
            n: rule.n,
        })
    }

    /// Returns the training part, with its times: it may be divided once more.
    pub fn training(&self) -> Ratings<'_> {
        Ratings {
            ratings: &self.division.parts.training,
            times: self.times.as_deref(),
        }
    }

    /// Judges the predictions of held-out ratings, if the model makes any.
    pub fn judge_ratings(&self, candidate: &Candidate) -> Result<Option<RatingErrors>, Error> {
        let Candidate::Model(model) = candidate else {
            return Ok(None);
        };
        let held_out = &self.division.parts.held_out;
        match model.predictor() {
            Some(predictor) => judge_ratings(predictor, held_out).map(Some),
            None => Ok(None),
        }
    }

    /// Judges lists.
    pub fn judge_ranking(&self, candidate: &Candidate) -> Result<RankingQuality, Error> {
        let lengths = &[self.n];
        let found = match candidate {
            Candidate::Popularity(model) => judge_ranking(model, &self.lists, lengths)?,
            Candidate::Model(model) => judge_ranking(model.recommender(), &self.lists, lengths)?,
        };
        Ok(found[0])
    }
}

/// Returns the same entries, each of which is one.
fn ones(a: &SparseMatrix<f32>) -> Result<SparseMatrix<f32>, Error> {
    let ones = vec![1.0; a.nonzeros()];
    let (offsets, columns) = (a.row_offsets().to_vec(), a.columns().to_vec());
    SparseMatrix::new(offsets, columns, ones, a.ncols())
}

/// Returns the times of the entries of a part.
fn times_of(part: &SparseMatrix<f32>, (all, times): (&SparseMatrix<f32>, &[i64])) -> Vec<i64> {
    let mut found = Vec::with_capacity(part.nonzeros());
    for (user, pair) in all.row_offsets().windows(2).enumerate() {
        let kept = part.row(user).0;
        let entries = pair[0]..pair[1];
        for (column, time) in all.columns()[entries.clone()].iter().zip(&times[entries]) {
            if kept.binary_search(column).is_ok() {
                found.push(*time);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_training_part_of_a_division_keeps_its_times() {
        let entries = (0..6).flat_map(|i| (0..5).map(move |j| (i, j, (i + j) as f32)));
        let a = SparseMatrix::from_triplets(6, 5, entries).unwrap();
        // The time of an entry tells its place.
        let times: Vec<i64> = (0..30).map(|index| 100 - index).collect();
        let all = Ratings {
            ratings: &a,
            times: Some(&times),
        };
        let rule = Rule {
            split: Split::LeaveLast,
            liked: None,
            n: 3,
        };
        let Ok(judged) = Judged::new(all, rule, 0) else {
            panic!("there is enough to divide");
        };
        // The latest of each user is the one in the first column.
        let training = judged.training();
        let expected: Vec<i64> = (0..30)
            .filter(|index| index % 5 > 0)
            .map(|index| 100 - index)
            .collect();
        assert_eq!(training.times, Some(&expected[..]));
        assert_eq!(training.ratings.nonzeros(), 24);
        let Ok(again) = Judged::new(training, rule, 0) else {
            panic!("there is enough to divide");
        };
        assert!(
            again
                .division
                .parts
                .held_out
                .columns()
                .iter()
                .all(|&item| item == 1)
        );
    }
}
