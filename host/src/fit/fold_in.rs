//! Rows of a completion for new rows of the matrix.

use super::buffers::Sizes;
use super::completion::{Completion, CompletionModel, NewRows};
use crate::backend::current_stop;
use crate::cpu::HostSpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar, SparseMatrix};
use lowrank_core::MatMut;
use lowrank_core::completion::{CompletionFactors, als_scratch_len};
use lowrank_core::operator::Observed;

/// The columns of a completion, which are held while new rows are found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldColumns<'a, T> {
    /// n x k: H.
    pub h: &'a DenseMatrix<T>,
    /// c, n numbers; zero without biases of columns.
    pub biases: &'a [T],
    /// mu; zero without biases.
    pub mean: T,
}

/// Computes the rows of W, and their biases, of new rows of A, m x n, while the columns are held ("folding in"):
///
/// (w_i, b_i) = argmin (1/2) sum_j (a_ij - mu - b_i - c_j - w_i . h_j)^2 + (l2/2) q |w_i|^2 + (bias_l2/2) b_i^2
///
/// over the known entries of row i, where q is the weighting of `settings`: the step of alternating least squares for a
/// row. Each row is a result of its own; it may have any number of known entries, and without one it is zero.
///
/// - `settings`: those of the fit, with its penalty; rank, penalties, weighting, biases and backend count here, the solver
///   does not.
/// - `held`: the columns.
/// - `a`: [`Observed`](crate::Observed) entries, or a dense matrix of which all is known.
///
/// Costs 2 (k^2 + 8 k) flops for each known entry, and 2 k^3 / 3 for each row, on all threads; a copy of H is made.
///
/// # Errors
/// - [`Error::Factorization`] if A, H and the biases do not have n columns, H does not have k, or A has no rows; for
///   entries that are not finite; for penalties out of range; if a result is too large for the type.
/// - [`Error::NoPenalty`] for settings whose penalty is left to the matrix of the fit.
/// - [`Error::ZerosOrMissing`] for a sparse matrix that is not [`Observed`](crate::Observed).
/// - [`Error::FactorMemory`] if there is not enough memory.
///
/// ```
/// use lowrank::completion::{HeldColumns, fold_in};
/// use lowrank::{Completion, DenseMatrix, Observed, SparseMatrix};
/// let h = DenseMatrix::new(vec![1.0, 2.0, -1.0], 3, 1)?;
/// let held = HeldColumns { h: &h, biases: &[0.0, 0.5, 0.0], mean: 3.0 };
/// let user = SparseMatrix::new(vec![0, 2], vec![0, 1], vec![5.0, 1.0], 3)?; // of three films two
/// let settings = Completion { rank: 1, l2: Some(0.1), ..Completion::default() };
/// let rows = fold_in(&settings, held, Observed(&user))?;
/// assert_eq!((rows.w.nrows(), rows.biases.len()), (1, 1));
/// # Ok::<(), lowrank::Error>(())
/// ```
pub fn fold_in<'a, T: Scalar>(
    settings: &Completion,
    held: HeldColumns<'_, T>,
    a: impl Into<Matrix<'a, T>>,
) -> Result<NewRows<T>, Error> {
    T::of(&FOLD_IN)(settings, held, a.into())
}

impl<T: Scalar> CompletionModel<T> {
    /// Computes the rows of W, and their biases, of new rows of A: [`fold_in`].
    ///
    /// # Errors
    /// As for [`fold_in`].
    pub fn fold_in<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<NewRows<T>, Error> {
        let held = HeldColumns {
            h: &self.h,
            biases: &self.column_biases,
            mean: self.mean,
        };
        fold_in(&self.settings, held, a)
    }
}

compiled! {
    static FOLD_IN: FoldIn<T> = find
        as fn(&Completion, HeldColumns<'_, T>, Matrix<'_, T>) -> Result<NewRows<T>, Error>;
}

fn find<T: Scalar>(
    settings: &Completion,
    held: HeldColumns<'_, T>,
    a: Matrix<'_, T>,
) -> Result<NewRows<T>, Error> {
    let (n, k) = (held.h.nrows(), settings.rank);
    check((held.h.nrows(), held.h.ncols()), (n, k))?;
    check((held.biases.len(), 1), (n, 1))?;
    check((a.nrows(), a.ncols()), (a.nrows(), n))?;
    match a {
        Matrix::Sparse(_) => Err(Error::ZerosOrMissing),
        Matrix::Dense(a) => {
            let known = SparseMatrix::of_all_entries(a)?;
            solve(settings, held, &known)
        }
        Matrix::Observed(a) => solve(settings, held, a),
    }
}

fn check(found: (usize, usize), expected: (usize, usize)) -> Result<(), Error> {
    match found == expected {
        true => Ok(()),
        false => Err(lowrank_core::Error::Shape { expected, found }.into()),
    }
}

fn solve<T: Scalar>(
    settings: &Completion,
    held: HeldColumns<'_, T>,
    a: &SparseMatrix<T>,
) -> Result<NewRows<T>, Error> {
    let (m, n, k) = (a.nrows(), a.ncols(), settings.rank);
    let of_core = settings.of_core()?;
    let p = of_core.row_len();
    Sizes::new((m, n), 0, p).check_memory::<T, HostSpace>()?;
    let (mut w, mut h) = (vec![T::ZERO; m * p], vec![T::ZERO; n * p]);
    for (j, row) in h.chunks_exact_mut(p.max(1)).enumerate() {
        for (q, x) in row.iter_mut().enumerate() {
            *x = match q < k {
                true => held.h.at(j, q),
                false => held.biases[j],
            };
        }
    }
    let mut factors = CompletionFactors {
        w: MatMut::new(&mut w, p, m)?,
        h: MatMut::new(&mut h, p, n)?,
        mean: held.mean,
    };
    let scratch = &mut vec![T::ZERO; als_scratch_len(p)];
    let schedule = settings.backend.row_schedule().until(current_stop());
    let known = Observed(a.view()?);
    schedule.run(|| of_core.fold_in(&known, &mut factors, scratch, &schedule))?;
    Ok(settings.rows(&factors.w))
}
