//! The number of users who have an item: the list that every recommender has to beat.

use super::recommender::{Entries, Recommender, check_entries, check_scores, check_user};
use crate::{Error, Scalar, SparseMatrix};

/// The same list for everybody: the score of an item is the number of its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Popularity {
    users: usize,
    counts: Vec<u32>,
}

impl Popularity {
    /// Counts the entries of each column of A, m x n.
    pub fn of<T: Scalar>(a: &SparseMatrix<T>) -> Self {
        let mut counts = vec![0; a.ncols()];
        for &item in a.columns() {
            counts[item as usize] += 1;
        }
        let users = a.nrows();
        Self { users, counts }
    }

    /// Returns the number of entries of each item.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    fn write_scores<T: Scalar>(&self, scores: &mut [T]) -> Result<(), Error> {
        check_scores(scores, self.counts.len())?;
        for (score, &count) in scores.iter_mut().zip(&self.counts) {
            *score = T::from_usize(count as usize);
        }
        Ok(())
    }
}

impl<T: Scalar> Recommender<T> for Popularity {
    fn users(&self) -> usize {
        self.users
    }

    fn items(&self) -> usize {
        self.counts.len()
    }

    fn score(&self, user: usize, scores: &mut [T]) -> Result<(), Error> {
        check_user(user, self.users)?;
        self.write_scores(scores)
    }

    fn score_new(&self, entries: Entries<'_, T>, scores: &mut [T]) -> Result<(), Error> {
        check_entries(entries, self.counts.len())?;
        self.write_scores(scores)
    }
}
