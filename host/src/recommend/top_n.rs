//! Lists of the best items.

use super::recommender::{Entries, Recommender};
use crate::{Error, Scalar, SparseMatrix};
use rayon::prelude::*;
use std::cmp::Ordering;

/// The rule of a list: the items of the highest scores, the highest first; of equal scores, the one with the lower number
/// first. Items whose score is not finite are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopN<'c> {
    /// The length of a list. It is shorter where fewer items are left.
    pub n: usize,
    /// The items that may be recommended, in any order; `None`: all of them.
    pub candidates: Option<&'c [u32]>,
}

/// An item of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recommended<T> {
    /// The item, counted from zero.
    pub item: u32,
    /// Its score.
    pub score: T,
}

impl Default for TopN<'_> {
    /// Returns ten of all items.
    fn default() -> Self {
        Self {
            n: 10,
            candidates: None,
        }
    }
}

/// The number of users whose scores a thread computes together.
const USERS_PER_TASK: usize = 8;

impl TopN<'_> {
    /// Makes a list from the score of each item, without the items of `excluded`, which ascend.
    pub fn of_scores<T: Scalar>(&self, scores: &[T], excluded: &[u32]) -> Vec<Recommended<T>> {
        match self.candidates {
            None => self.of_ascending(0..scores.len() as u32, scores, excluded),
            Some(candidates) => {
                // A candidate that is named twice is recommended once.
                let mut candidates = candidates.to_vec();
                candidates.sort_unstable();
                candidates.dedup();
                self.of_ascending(candidates.into_iter(), scores, excluded)
            }
        }
    }

    /// Makes a list of the items, which ascend: of those that may be among the best, twice as many are kept as are wanted,
    /// and then the better half of them.
    fn of_ascending<T: Scalar>(
        &self,
        items: impl Iterator<Item = u32>,
        scores: &[T],
        excluded: &[u32],
    ) -> Vec<Recommended<T>> {
        let order = |a: &Recommended<T>, b: &Recommended<T>| {
            let scores = b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal);
            scores.then(a.item.cmp(&b.item))
        };
        let (mut best, mut least) = (Vec::<Recommended<T>>::new(), None);
        if self.n == 0 {
            return best;
        }
        for item in items {
            let Some(&score) = scores.get(item as usize) else {
                continue;
            };
            // Of equal scores, the items before this one are better.
            let is_better = least.is_none_or(|least| score > least) && score.is_finite();
            if !is_better || excluded.binary_search(&item).is_ok() {
                continue;
            }
            best.push(Recommended { item, score });
            if best.len() == self.n.saturating_mul(2) {
                let (_, last, _) = best.select_nth_unstable_by(self.n - 1, order);
                least = Some(last.score);
                best.truncate(self.n);
            }
        }
        best.sort_unstable_by(order);
        best.truncate(self.n);
        best
    }

    /// Makes the list of user `user`, without the items that the user has in `seen`.
    ///
    /// # Errors
    /// [`Error::NoSuchUser`] for a user outside the model or `seen`.
    pub fn recommend<T: Scalar>(
        &self,
        model: &(impl Recommender<T> + ?Sized),
        user: usize,
        seen: Option<&SparseMatrix<T>>,
    ) -> Result<Vec<Recommended<T>>, Error> {
        let mut scores = vec![T::ZERO; model.items()];
        self.recommend_in(model, (user, seen), &mut scores)
    }

    /// [`recommend`](Self::recommend) for many users, on all threads: the lists in the order of `users`.
    ///
    /// The memory is that of the lists, and eight scores for each item and thread.
    ///
    /// # Errors
    /// As for [`recommend`](Self::recommend).
    pub fn recommend_to<T: Scalar>(
        &self,
        model: &(impl Recommender<T> + ?Sized),
        users: &[usize],
        seen: Option<&SparseMatrix<T>>,
    ) -> Result<Vec<Vec<Recommended<T>>>, Error> {
        let items = model.items();
        let lists = |scores: &mut Vec<T>, users: &[usize]| {
            let scores = &mut scores[..users.len() * items];
            model.score_many(users, scores)?;
            users
                .iter()
                .enumerate()
                .map(|(place, &user)| {
                    let excluded = excluded(seen, user)?;
                    Ok(self.of_scores(&scores[place * items..][..items], excluded))
                })
                .collect()
        };
        let tasks: Result<Vec<Vec<_>>, Error> = users
            .par_chunks(USERS_PER_TASK)
            .map_init(|| vec![T::ZERO; USERS_PER_TASK * items], lists)
            .collect();
        Ok(tasks?.into_iter().flatten().collect())
    }

    /// Makes the list of a user whom the model has not seen, from the user's entries, without their items.
    ///
    /// # Errors
    /// Those of [`Recommender::score_new`].
    pub fn recommend_new<T: Scalar>(
        &self,
        model: &(impl Recommender<T> + ?Sized),
        entries: Entries<'_, T>,
    ) -> Result<Vec<Recommended<T>>, Error> {
        let mut scores = vec![T::ZERO; model.items()];
        model.score_new(entries, &mut scores)?;
        Ok(self.of_scores(&scores, entries.0))
    }

    fn recommend_in<T: Scalar>(
        &self,
        model: &(impl Recommender<T> + ?Sized),
        (user, seen): (usize, Option<&SparseMatrix<T>>),
        scores: &mut [T],
    ) -> Result<Vec<Recommended<T>>, Error> {
        model.score(user, scores)?;
        Ok(self.of_scores(scores, excluded(seen, user)?))
    }
}

/// Returns the items that a user has.
fn excluded<T>(seen: Option<&SparseMatrix<T>>, user: usize) -> Result<&[u32], Error> {
    match seen {
        Some(seen) if user >= seen.nrows() => {
            let users = seen.nrows();
            Err(Error::NoSuchUser { user, users })
        }
        Some(seen) => Ok(seen.row(user).0),
        None => Ok(&[]),
    }
}
