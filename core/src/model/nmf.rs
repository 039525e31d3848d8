//! The weights of new rows in a non-negative factorization.

use super::blob::{Blob, describe, read_as};
use super::format::Method;
use super::reconstruction::{reconstruct, squared_residual};
use super::row::{Negative, check_length, products};
use super::{Components, ModelError, Row, StoredComponents, Thresholds, Words};
use crate::Real;
use crate::penalty::Penalty;

/// The share of the weights that a sweep must move to be followed by another.
const SETTLED: f32 = 1e-6;

/// W of rows in a non-negative factorization A ~ W H^T whose H is held.
#[derive(Clone, Copy, Debug)]
pub struct NmfView<'a, C = StoredComponents<'a>> {
    components: C,
    words: Option<Words<'a>>,
    thresholds: Thresholds<'a>,
    /// The penalty of W.
    penalty: Penalty<f32>,
}

read_as!(NmfView);
describe!(NmfView);

impl<'a> NmfView<'a> {
    fn of(blob: Blob<'a>) -> Result<Self, ModelError> {
        blob.check(Method::Nmf)?;
        let [l1, l2] = blob.penalties;
        Ok(Self {
            components: blob.components,
            words: blob.words,
            thresholds: blob.thresholds,
            penalty: Penalty { l1, l2 },
        })
    }
}

impl<'a, C: Components> NmfView<'a, C> {
    /// w <- the row's non-negative weights, by coordinate descents that begin at zero: for each component in turn,
    /// w_j <- max(0, w_j + (x h_j - G_j w) / G_jj) (HALS: Cichocki & Phan 2009). Returns ||x - w H^T||.
    ///
    /// - `row`: n entries, or some of them; none is negative.
    /// - `sweeps`: over all components, at most; they end where the weights have settled. Twenty suffice for topics.
    /// - `w`: the k weights.
    ///
    /// Costs 2 k flops an entry and 2 k^2 a sweep. The residual has an error of about 3e-4 ||x||, see
    /// [`PcaView`](super::PcaView); for a line of text it is relative, from 0 to 1.
    ///
    /// # Errors
    /// - [`ModelError::Length`] unless w has k numbers and a dense row n.
    /// - [`ModelError::Index`], [`ModelError::NonFinite`], [`ModelError::Negative`] with the entry.
    /// - [`ModelError::Overflow`] if the squares of the entries are not finite.
    pub fn fold_in<const K: usize>(
        &self,
        row: &(impl Row + ?Sized),
        sweeps: u32,
        w: &mut [f32; K],
    ) -> Result<f32, ModelError> {
        self.fold_in_with(row, sweeps, w, &mut [0.0; K])
    }

    /// [`fold_in`](Self::fold_in) for a rank that is known at run time; `scratch`: k numbers.
    ///
    /// # Errors
    /// As for [`fold_in`](Self::fold_in).
    pub fn fold_in_with(
        &self,
        row: &(impl Row + ?Sized),
        sweeps: u32,
        w: &mut [f32],
        scratch: &mut [f32],
    ) -> Result<f32, ModelError> {
        check_length(w.len(), self.components.ncols())?;
        let squares = products(&self.components, row, Negative::Refused, scratch)?;
        w.fill(0.0);
        for _ in 0..sweeps {
            if !self.sweep(scratch, w) {
                break;
            }
        }
        let left = squared_residual(&self.components, squares, scratch, w);
        Ok(row.residual(left))
    }

    /// Improves each weight once; returns true unless they have settled.
    fn sweep(&self, products: &[f32], w: &mut [f32]) -> bool {
        let (mut moved, mut size) = (0.0, 0.0);
        for (j, product) in (0..w.len()).zip(products) {
            let own = self.components.gram_diagonal(j);
            let of_model = self.components.gram_dot(j, w);
            if let Some(w) = w.get_mut(j) {
                let next = self.penalty.best_entry(*w, [*product, of_model, own]);
                moved += Real::abs(next - *w);
                size += next;
                *w = next;
            }
        }
        moved > SETTLED * size
    }

    /// x <- w H^T; `x`: n numbers.
    ///
    /// # Errors
    /// [`ModelError::Length`].
    pub fn reconstruct(&self, w: &[f32], x: &mut [f32]) -> Result<(), ModelError> {
        reconstruct(&self.components, w, x)
    }

    /// Returns the reader of lines of text.
    ///
    /// # Errors
    /// [`ModelError::NoWords`] for a model of a matrix.
    pub fn words(&self) -> Result<Words<'a>, ModelError> {
        self.words.ok_or(ModelError::NoWords)
    }
}
