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

/// The number of users whose lists a thread makes before it asks for more.
const USERS_PER_TASK: usize = 16;

impl TopN<'_> {
    /// Makes a list from the score of each item, without the items of `excluded`, which ascend.
    pub fn of_scores<T: Scalar>(&self, scores: &[T], excluded: &[u32]) -> Vec<Recommended<T>> {
        let listed = |&item: &u32| {
            let score = *scores.get(item as usize)?;
            let left = score.is_finite() && excluded.binary_search(&item).is_err();
            left.then_some(Recommended { item, score })
        };
        let mut left: Vec<Recommended<T>> = match self.candidates {
            Some(candidates) => candidates.iter().filter_map(listed).collect(),
            None => (0..scores.len() as u32)
                .filter_map(|item| listed(&item))
                .collect(),
        };
        let order = |a: &Recommended<T>, b: &Recommended<T>| {
            let scores = b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal);
            scores.then(a.item.cmp(&b.item))
        };
        if self.candidates.is_some() {
            // A candidate that is named twice is recommended once.
            left.sort_by(order);
            left.dedup_by_key(|entry| entry.item);
        }
        if self.n == 0 {
            return Vec::new();
        }
        if left.len() > self.n {
            left.select_nth_unstable_by(self.n - 1, order);
            left.truncate(self.n);
        }
        left.sort_by(order);
        left
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
    /// The memory is that of the lists, and one score for each item and thread.
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
        users
            .par_iter()
            .with_min_len(USERS_PER_TASK)
            .map_init(
                || vec![T::ZERO; items],
                |scores, &user| self.recommend_in(model, (user, seen), scores),
            )
            .collect()
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
        let excluded = match seen {
            Some(seen) if user >= seen.nrows() => {
                let users = seen.nrows();
                return Err(Error::NoSuchUser { user, users });
            }
            Some(seen) => seen.row(user).0,
            None => &[],
        };
        Ok(self.of_scores(scores, excluded))
    }
}
