//! What a completion has learnt, and how well it predicts.

use super::Completion;
use crate::{DenseMatrix, Observed, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::Stop;
use lowrank_core::summation::Compensated;

/// A completed matrix: v_ij = mu + b_i + c_j + w_i . h_j.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletionModel<T> {
    /// m x k: W. Rows without known entries are zero.
    pub w: DenseMatrix<T>,
    /// n x k: H. Columns of A without known entries have zero rows.
    pub h: DenseMatrix<T>,
    /// b, m numbers; zero without biases.
    pub row_biases: Vec<T>,
    /// c, n numbers; zero without biases.
    pub column_biases: Vec<T>,
    /// mu, the mean of the known entries; zero without biases.
    pub mean: T,
    /// ||A - V||_F, computed; a bound that includes rounding; and ||A||_F, over the known entries.
    pub approximation: Approximation<T>,
    /// The loss, with penalties.
    pub loss: T,
    /// Iterations, or epochs, done.
    pub iterations: usize,
    /// Why they ended.
    pub stop: Stop,
    /// The settings that made it.
    pub settings: Completion,
}

impl<T: Scalar> CompletionModel<T> {
    /// v_ij; `None` where there is no such row or column.
    pub fn predict(&self, i: usize, j: usize) -> Option<T> {
        let (b, c) = (self.row_biases.get(i)?, self.column_biases.get(j)?);
        let mut product = -T::ZERO;
        for p in 0..self.w.ncols() {
            product += self.w.at(i, p) * self.h.at(j, p);
        }
        Some(self.mean + *b + *c + product)
    }

    /// V, m x n.
    pub fn completed(&self) -> DenseMatrix<T> {
        let (m, n) = (self.w.nrows(), self.h.nrows());
        DenseMatrix::from_fn(m, n, |i, j| self.predict(i, j).unwrap_or(T::ZERO))
    }

    /// The root of the mean of (a_ij - v_ij)^2 over known entries, such as those
    /// [`held out`](crate::HeldOut) of a fit; zero where there are none, `None` for a matrix that is
    /// not m x n.
    pub fn rmse(&self, a: Observed<'_, T>) -> Option<f64> {
        let Observed(a) = a;
        if (a.nrows(), a.ncols()) != (self.w.nrows(), self.h.nrows()) {
            return None;
        }
        let mut squares = Compensated::<f64>::default();
        for i in 0..a.nrows() {
            let (columns, values) = a.row(i);
            for (&j, value) in columns.iter().zip(values) {
                let predicted = self.predict(i, j as usize)?;
                let residual = value.to_f64() - predicted.to_f64();
                squares.add(residual * residual);
            }
        }
        Some((squares.sum() / a.nonzeros().max(1) as f64).sqrt())
    }
}
