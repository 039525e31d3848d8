//! The traits of models of users and items.

use crate::{Error, Scalar};

/// The items and the values of a user's entries, items ascending.
pub type Entries<'e, T> = (&'e [u32], &'e [T]);

/// A model that ranks items for users.
pub trait Recommender<T: Scalar>: Sync {
    /// Returns the number of users, m.
    fn users(&self) -> usize;

    /// Returns the number of items, n.
    fn items(&self) -> usize;

    /// Writes the score of each item for user `user`; more is better.
    ///
    /// - `scores`: n scalars, overwritten.
    ///
    /// # Errors
    /// [`Error::NoSuchUser`]; [`Error::Factorization`] if there are not n scores.
    fn score(&self, user: usize, scores: &mut [T]) -> Result<(), Error>;

    /// [`score`](Self::score) for several users, one after the other in `scores`; models of factors read these once for
    /// several users.
    ///
    /// # Errors
    /// As for [`score`](Self::score).
    fn score_many(&self, users: &[usize], scores: &mut [T]) -> Result<(), Error> {
        let items = self.items();
        check_scores(scores, users.len() * items)?;
        let mut rows = users.iter().zip(scores.chunks_exact_mut(items.max(1)));
        rows.try_for_each(|(&user, scores)| self.score(user, scores))
    }

    /// Writes the score of each item for a user whom the model has not seen, from the user's entries.
    ///
    /// # Errors
    /// [`Error::Factorization`] for an item outside the model, a value that is not finite, or a number of scores that is not n.
    fn score_new(&self, entries: Entries<'_, T>, scores: &mut [T]) -> Result<(), Error>;
}

/// A model that predicts ratings.
pub trait RatingPredictor<T: Scalar>: Sync {
    /// Predicts the rating of item `item` by user `user`; `None` if there is no such user or item.
    fn predict_rating(&self, user: usize, item: usize) -> Option<T>;
}

pub(super) fn check_user(user: usize, users: usize) -> Result<(), Error> {
    match user < users {
        true => Ok(()),
        false => Err(Error::NoSuchUser { user, users }),
    }
}

pub(super) fn check_scores<T>(scores: &[T], items: usize) -> Result<(), Error> {
    match scores.len() == items {
        true => Ok(()),
        false => Err(lowrank_core::Error::Shape {
            expected: (items, 1),
            found: (scores.len(), 1),
        }
        .into()),
    }
}

/// Checks the entries of a user: as many values as items, all of them finite, no item twice nor outside the model.
pub(super) fn check_entries<T: Scalar>(
    (columns, values): Entries<'_, T>,
    items: usize,
) -> Result<(), Error> {
    let structure = lowrank_core::Error::SparseStructure { row: 0 };
    lowrank_core::CsrRef::new(&[0, columns.len()], columns, values, items)?;
    if !columns.is_sorted_by(|a, b| a < b) {
        return Err(structure.into());
    }
    match columns.iter().zip(values).find(|(_, x)| !x.is_finite()) {
        Some((&column, _)) => Err(lowrank_core::Error::NonFinite {
            row: 0,
            column: column as usize,
        }
        .into()),
        None => Ok(()),
    }
}
