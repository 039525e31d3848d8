//! A linear model between items in closed form.

use super::recommender::{Entries, Recommender, check_entries, check_scores, check_user};
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Scalar, SparseMatrix, memory};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::{factor, inverse};
use faer::{MatMut, MatRef, Par};
use rayon::prelude::*;

/// A ~ A B with zeros on the diagonal of B, n x n (Steck 2019): settings and [`fit`](Ease::fit). With
/// P = (A^T A + l2)^-1, b_ij = -p_ij / p_jj.
///
/// It needs the memory of three n x n matrices, and about n^3 operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ease {
    /// The penalty of B, in the unit of A squared.
    pub l2: f64,
}

impl Default for Ease {
    /// Returns the penalty 300.
    fn default() -> Self {
        Self { l2: 300.0 }
    }
}

/// Weights between items, and the entries of the users.
#[derive(Clone, Debug, PartialEq)]
pub struct EaseModel<T> {
    /// The penalty of the fit.
    pub l2: f64,
    /// B, n x n.
    pub weights: DenseMatrix<T>,
    /// A, m x n.
    pub entries: SparseMatrix<T>,
}

impl Ease {
    /// Computes B for A, m x n.
    ///
    /// # Errors
    /// [`Error::ItemMemory`] if three n x n matrices do not fit in the free memory; [`Error::NoEntries`];
    /// [`Error::Factorization`] for entries that are not finite, an empty matrix, a penalty that is not above zero and
    /// finite, and entries too large for the type.
    pub fn fit<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<EaseModel<T>, Error> {
        let n = a.ncols();
        if !(self.l2 > 0.0 && self.l2.is_finite()) {
            return Err(lowrank_core::Error::Setting { name: "l2" }.into());
        }
        if a.nrows().min(n) == 0 {
            return Err(lowrank_core::Error::Empty.into());
        }
        for i in 0..a.nrows() {
            if let Some((&j, _)) = (a.row(i).0.iter().zip(a.row(i).1)).find(|(_, x)| !x.is_finite())
            {
                let (row, column) = (i, j as usize);
                return Err(lowrank_core::Error::NonFinite { row, column }.into());
            }
        }
        if a.nonzeros() == 0 {
            return Err(Error::NoEntries);
        }
        check_memory::<T>(n, memory::available)?;
        let weights = T::of(&WEIGHTS)(a, self.l2).ok_or(lowrank_core::Error::Overflow)?;
        Ok(EaseModel {
            l2: self.l2,
            weights: DenseMatrix::from_columns(weights, n, n),
            entries: a.clone(),
        })
    }
}

/// Checks that three n x n matrices fit in what is available.
fn check_memory<T: Scalar>(n: usize, available: impl FnOnce() -> Option<u64>) -> Result<(), Error> {
    let needed = (3.0 * n as f64 * n as f64 * size_of::<T>() as f64) as u64;
    memory::check(needed, available).map_err(|available| Error::ItemMemory {
        items: n,
        needed,
        available,
    })
}

compiled! {
    static WEIGHTS: Weights<T> = weights as fn(&SparseMatrix<T>, f64) -> Option<Vec<T>>;
}

/// Returns B, column-major; `None` if the Gram matrix is not finite.
fn weights<T: Scalar>(a: &SparseMatrix<T>, l2: f64) -> Option<Vec<T>> {
    let n = a.ncols();
    let mut gram = gram(a);
    for j in 0..n {
        gram[j * n + j] += T::from_f64(l2);
    }
    let par = Par::rayon(0);
    let scratch = factor::cholesky_in_place_scratch::<T>(n, par, Default::default());
    factor::cholesky_in_place(
        MatMut::from_column_major_slice_mut(&mut gram, n, n),
        Default::default(),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .ok()?;
    let mut p = vec![T::ZERO; n * n];
    inverse::inverse(
        MatMut::from_column_major_slice_mut(&mut p, n, n),
        MatRef::from_column_major_slice(&gram, n, n),
        par,
        MemStack::new(&mut MemBuffer::new(inverse::inverse_scratch::<T>(n, par))),
    );
    // The inverse is in the lower triangle, and the Gram matrix is no longer needed.
    gram.par_chunks_mut(n).enumerate().for_each(|(j, column)| {
        let pivot = p[j * n + j];
        for (i, b) in column.iter_mut().enumerate() {
            let (low, high) = (i.min(j), i.max(j));
            *b = match i == j {
                true => T::ZERO,
                false => -p[low * n + high] / pivot,
            };
        }
    });
    gram.par_iter().all(|x| x.is_finite()).then_some(gram)
}

/// A^T A, column-major: a column at a time, over the users who have the item.
fn gram<T: Scalar>(a: &SparseMatrix<T>) -> Vec<T> {
    let (n, transposed) = (a.ncols(), a.transpose());
    let mut gram = vec![T::ZERO; n * n];
    gram.par_chunks_mut(n).enumerate().for_each(|(j, column)| {
        let (users, values) = transposed.row(j);
        for (&user, value) in users.iter().zip(values) {
            let (items, others) = a.row(user as usize);
            for (&item, other) in items.iter().zip(others) {
                column[item as usize] += *value * *other;
            }
        }
    });
    gram
}

compiled! {
    static SCORES: Scores<T> = write_scores as fn(&EaseModel<T>, Entries<'_, T>, &mut [T]);
}

fn write_scores<T: Scalar>(
    model: &EaseModel<T>,
    (items, values): Entries<'_, T>,
    scores: &mut [T],
) {
    let columns = model.weights.as_slice().chunks_exact(model.weights.nrows());
    for (score, weights) in scores.iter_mut().zip(columns) {
        let mut sum = T::ZERO;
        for (&item, value) in items.iter().zip(values) {
            sum += *value * weights[item as usize];
        }
        *score = sum;
    }
}

impl<T: Scalar> Recommender<T> for EaseModel<T> {
    fn users(&self) -> usize {
        self.entries.nrows()
    }

    fn items(&self) -> usize {
        self.weights.ncols()
    }

    fn score(&self, user: usize, scores: &mut [T]) -> Result<(), Error> {
        check_user(user, self.users())?;
        check_scores(scores, self.items())?;
        T::of(&SCORES)(self, self.entries.row(user), scores);
        Ok(())
    }

    fn score_new(&self, entries: Entries<'_, T>, scores: &mut [T]) -> Result<(), Error> {
        check_entries(entries, self.items())?;
        check_scores(scores, self.items())?;
        T::of(&SCORES)(self, entries, scores);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_items_as_do_not_fit_are_refused_before_they_are_allocated() {
        assert!(check_memory::<f32>(10_000, || Some(1_200_000_000)).is_ok());
        assert!(check_memory::<f64>(usize::MAX, || None).is_err());
        let refused = check_memory::<f32>(10_000, || Some(1_199_999_999)).unwrap_err();
        let text = refused.to_string();
        assert!(
            text.contains("10000 items") && text.contains("Implicit"),
            "{text}"
        );
    }
}
