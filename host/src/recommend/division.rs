//! Divisions of ratings into a training and a test set.

use crate::completion::HeldOut;
use crate::{Error, Observed, Scalar, SparseMatrix};
use lowrank_core::permutation::Permutation;

/// The rule by which entries are held out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Split {
    /// A share of all entries, at random.
    Random {
        /// From 0 to 1; the number of entries is rounded.
        share: f64,
    },
    /// The same share of each user's entries, at random.
    EachUser {
        /// From 0 to 1; the number of entries of each user is rounded.
        share: f64,
    },
    /// The latest entries: those that a model could not know at some time. Of equal times, the later in the matrix is held out.
    Time {
        /// From 0 to 1; the number of entries is rounded.
        share: f64,
    },
    /// The latest entry of each user who has two or more. Of equal times, the later in the matrix is held out.
    LeaveLast,
}

/// The known entries of a matrix, divided into a training and a test set.
#[derive(Clone, Debug, PartialEq)]
pub struct Division<T> {
    /// The two sets, both m x n.
    pub parts: HeldOut<T>,
    /// The number of users with held-out entries and none to learn from.
    pub users_without_training: usize,
    /// The number of held-out entries of items that have none to learn from.
    pub entries_of_new_items: usize,
}

impl Split {
    /// Returns the share that is held out, if the rule has one.
    fn share(self) -> Option<f64> {
        match self {
            Split::Random { share } | Split::EachUser { share } | Split::Time { share } => {
                Some(share)
            }
            Split::LeaveLast => None,
        }
    }

    /// Divides the entries of A, m x n.
    ///
    /// - `times`: of each entry, in the order of the matrix, row by row; [`Time`](Self::Time) and
    ///   [`LeaveLast`](Self::LeaveLast) need them.
    /// - `seed`: equal seeds hold out the same entries; rules by time do not depend on it.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a share outside [0, 1]; [`Error::Times`].
    pub fn divide<T: Scalar>(
        self,
        a: &SparseMatrix<T>,
        times: Option<&[i64]>,
        seed: u64,
    ) -> Result<Division<T>, Error> {
        if self
            .share()
            .is_some_and(|share| !(0.0..=1.0).contains(&share))
        {
            return Err(lowrank_core::Error::Setting { name: "share" }.into());
        }
        let entries = a.nonzeros();
        let found = times.map_or(0, <[i64]>::len);
        let by_time = matches!(self, Split::Time { .. } | Split::LeaveLast);
        if (by_time || times.is_some()) && found != entries {
            return Err(Error::Times { entries, found });
        }
        let times = times.unwrap_or_default();
        let parts = match self {
            Split::Random { share } => HeldOut::split(Observed(a), share, seed)?,
            Split::EachUser { share } => of_each_user(a, share, seed),
            Split::Time { share } => latest(a, times, share),
            Split::LeaveLast => last_of_each_user(a, times),
        };
        Ok(Division::new(parts))
    }
}

impl<T: Scalar> Division<T> {
    /// Counts the users and items of the test set that cannot be learnt.
    fn new(parts: HeldOut<T>) -> Self {
        let (training, test) = (&parts.training, &parts.held_out);
        let empty = |a: &SparseMatrix<T>, i: usize| a.row(i).0.is_empty();
        let without = |&i: &usize| empty(training, i) && !empty(test, i);
        let mut known = vec![false; training.ncols()];
        for &item in training.columns() {
            known[item as usize] = true;
        }
        let new = |item: &&u32| !known[**item as usize];
        Self {
            users_without_training: (0..training.nrows()).filter(without).count(),
            entries_of_new_items: test.columns().iter().filter(new).count(),
            parts,
        }
    }
}

/// Holds out the chosen entries.
fn held_out<T: Scalar>(a: &SparseMatrix<T>, chosen: &[bool]) -> HeldOut<T> {
    HeldOut {
        training: a.keep(|index| !chosen[index]),
        held_out: a.keep(|index| chosen[index]),
    }
}

fn rounded(share: f64, entries: usize) -> usize {
    (share * entries as f64).round() as usize
}

fn of_each_user<T: Scalar>(a: &SparseMatrix<T>, share: f64, seed: u64) -> HeldOut<T> {
    let mut chosen = vec![false; a.nonzeros()];
    for (user, pair) in a.row_offsets().windows(2).enumerate() {
        let entries = pair[1] - pair[0];
        let order = Permutation::new(seed, user as u64, entries);
        for place in 0..rounded(share, entries) {
            chosen[pair[0] + order.at(place)] = true;
        }
    }
    held_out(a, &chosen)
}

fn latest<T: Scalar>(a: &SparseMatrix<T>, times: &[i64], share: f64) -> HeldOut<T> {
    let mut order: Vec<usize> = (0..a.nonzeros()).collect();
    order.sort_by_key(|&index| times[index]);
    let mut chosen = vec![false; a.nonzeros()];
    for &index in order.iter().rev().take(rounded(share, a.nonzeros())) {
        chosen[index] = true;
    }
    held_out(a, &chosen)
}

fn last_of_each_user<T: Scalar>(a: &SparseMatrix<T>, times: &[i64]) -> HeldOut<T> {
    let mut chosen = vec![false; a.nonzeros()];
    for pair in a.row_offsets().windows(2) {
        let last = (pair[0]..pair[1]).max_by_key(|&index| times[index]);
        if let (Some(last), 2..) = (last, pair[1] - pair[0]) {
            chosen[last] = true;
        }
    }
    held_out(a, &chosen)
}
