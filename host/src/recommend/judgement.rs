//! The judgement of predictions and of lists, on entries that were held out.

use super::recommender::{RatingPredictor, Recommender};
use super::top_n::{Recommended, TopN};
use crate::completion::HeldOut;
use crate::{Error, Scalar, SparseMatrix};
use lowrank_core::summation::CompensatedSum;

/// The errors of predicted ratings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatingErrors {
    /// The number of held-out entries.
    pub entries: usize,
    /// The root of the mean square of a_ij - v_ij.
    pub rmse: f64,
    /// The mean of |a_ij - v_ij|.
    pub mae: f64,
}

/// The quality of lists of N items, as means over the users who are judged: those with entries in both sets.
///
/// An item is relevant to a user if the user's entry is held out. Lists have no items of the training set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankingQuality {
    /// N.
    pub n: usize,
    /// The number of users who are judged.
    pub users: usize,
    /// The number of users with held-out entries and none to learn from, who are not judged.
    pub users_without_training: usize,
    /// The number of users without held-out entries, who cannot be judged.
    pub users_without_test: usize,
    /// The relevant items of the list, over N.
    pub precision: f64,
    /// The relevant items of the list, over all relevant items.
    pub recall: f64,
    /// The sum of 1 / log2(r + 1) over the ranks r = 1, 2, .. of relevant items in the list, over its largest value for this user.
    pub ndcg: f64,
    /// The sum over the ranks r of relevant items in the list of their number up to r, over r, divided by the smaller of N
    /// and the number of relevant items: the average precision, whose mean over users is MAP.
    pub map: f64,
    /// The share of all items that are in the list of a judged user.
    pub coverage: f64,
}

/// Mean and spread of a figure over several seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation with n - 1 degrees of freedom; zero for one figure.
    pub deviation: f64,
    /// The number of figures.
    pub figures: usize,
}

impl Spread {
    /// Computes mean and spread; `None` without figures.
    pub fn of(figures: &[f64]) -> Option<Self> {
        let n = figures.len();
        if n == 0 {
            return None;
        }
        let mean = figures.iter().sum::<f64>() / n as f64;
        let squares: f64 = figures.iter().map(|x| (x - mean) * (x - mean)).sum();
        Some(Self {
            mean,
            deviation: (squares / (n - 1).max(1) as f64).sqrt(),
            figures: n,
        })
    }
}

/// Computes the errors of predictions of the entries of `held_out`.
///
/// # Errors
/// [`Error::NoEntries`]; [`Error::NoSuchUser`] or [`Error::NoSuchItem`] for an entry outside the model.
pub fn judge_ratings<T: Scalar>(
    model: &(impl RatingPredictor<T> + ?Sized),
    held_out: &SparseMatrix<T>,
) -> Result<RatingErrors, Error> {
    let [mut squares, mut sizes] = [CompensatedSum::<f64>::default(); 2];
    let (users, items) = (held_out.nrows(), held_out.ncols());
    for user in 0..users {
        let (row, values) = held_out.row(user);
        for (&item, value) in row.iter().zip(values) {
            let item = item as usize;
            let predicted = model.predict_rating(user, item).ok_or_else(|| {
                match model.predict_rating(user, 0) {
                    None => Error::NoSuchUser { user, users },
                    Some(_) => Error::NoSuchItem { item, items },
                }
            })?;
            let residual = value.to_f64() - predicted.to_f64();
            squares.add(residual * residual);
            sizes.add(residual.abs());
        }
    }
    let entries = held_out.nonzeros();
    if entries == 0 {
        return Err(Error::NoEntries);
    }
    Ok(RatingErrors {
        entries,
        rmse: (squares.sum() / entries as f64).sqrt(),
        mae: sizes.sum() / entries as f64,
    })
}

/// Judges the lists of a model that has learnt from `parts.training`, for each length N in `lengths`.
///
/// # Errors
/// [`Error::NoEntries`] if no user has entries in both sets; [`Error::NoSuchUser`] if the model has fewer users.
pub fn judge_ranking<T: Scalar>(
    model: &(impl Recommender<T> + ?Sized),
    parts: &HeldOut<T>,
    lengths: &[usize],
) -> Result<Vec<RankingQuality>, Error> {
    let (training, test) = (&parts.training, &parts.held_out);
    let has = |a: &SparseMatrix<T>, user: usize| !a.row(user).0.is_empty();
    let with_test: Vec<usize> = (0..test.nrows()).filter(|&user| has(test, user)).collect();
    let trained = |user: &usize| has(training, *user);
    let users: Vec<usize> = with_test.iter().copied().filter(trained).collect();
    if users.is_empty() {
        return Err(Error::NoEntries);
    }
    let longest = TopN {
        n: lengths.iter().copied().max().unwrap_or(0),
        candidates: None,
    };
    let lists = longest.recommend_to(model, &users, Some(training))?;
    let judged = |&n: &usize| {
        let mut sums = Sums::default();
        let mut listed = vec![false; model.items()];
        for (&user, list) in users.iter().zip(&lists) {
            let list = &list[..n.min(list.len())];
            sums.add(list, test.row(user).0, n);
            for entry in list {
                listed[entry.item as usize] = true;
            }
        }
        let share = |sum: CompensatedSum<f64>| sum.sum() / users.len() as f64;
        RankingQuality {
            n,
            users: users.len(),
            users_without_training: with_test.len() - users.len(),
            users_without_test: test.nrows() - with_test.len(),
            precision: share(sums.precision),
            recall: share(sums.recall),
            ndcg: share(sums.ndcg),
            map: share(sums.map),
            coverage: listed.iter().filter(|&&is| is).count() as f64 / listed.len() as f64,
        }
    };
    Ok(lengths.iter().map(judged).collect())
}

#[derive(Default)]
struct Sums {
    precision: CompensatedSum<f64>,
    recall: CompensatedSum<f64>,
    ndcg: CompensatedSum<f64>,
    map: CompensatedSum<f64>,
}

impl Sums {
    /// Adds the figures of a list of N items at most; `relevant` ascends and is not empty.
    fn add<T: Scalar>(&mut self, list: &[Recommended<T>], relevant: &[u32], n: usize) {
        let (mut hits, mut gain, mut precisions) = (0.0, 0.0, 0.0);
        for (rank, entry) in list.iter().enumerate() {
            if relevant.binary_search(&entry.item).is_ok() {
                hits += 1.0;
                gain += discount(rank);
                precisions += hits / (rank + 1) as f64;
            }
        }
        let most = n.min(relevant.len());
        let best: f64 = (0..most).map(discount).sum();
        // Without a list, all figures are zero.
        let share = |x: f64, most: f64| if most > 0.0 { x / most } else { 0.0 };
        self.precision.add(share(hits, n as f64));
        self.recall.add(hits / relevant.len() as f64);
        self.ndcg.add(share(gain, best));
        self.map.add(share(precisions, most as f64));
    }
}

/// 1 / log2(r + 1) for rank r = `place` + 1.
fn discount(place: usize) -> f64 {
    ((place + 2) as f64).log2().recip()
}
