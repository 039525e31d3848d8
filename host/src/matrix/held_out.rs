//! Division of known entries into training and test sets.

use super::{Observed, SparseMatrix};
use crate::{Error, Scalar};
use lowrank_core::permutation::Permutation;

/// The known entries of a matrix, divided at random into a training and a test set.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut<T> {
    /// m x n, the training set.
    pub training: SparseMatrix<T>,
    /// m x n, the entries held out.
    pub held_out: SparseMatrix<T>,
}

impl<T: Scalar> HeldOut<T> {
    /// Holds out `share` of the known entries, rounded to a whole number; equal seeds hold out the
    /// same ones.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a share outside [0, 1].
    pub fn split(a: Observed<'_, T>, share: f64, seed: u64) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&share) {
            return Err(lowrank_core::Error::Setting { name: "share" }.into());
        }
        let Observed(a) = a;
        let known = a.nonzeros();
        let order = Permutation::new(seed, 0, known);
        let mut chosen = vec![false; known];
        for place in 0..(share * known as f64).round() as usize {
            chosen[order.at(place)] = true;
        }
        Ok(Self {
            training: a.keep(|index| !chosen[index]),
            held_out: a.keep(|index| chosen[index]),
        })
    }
}
