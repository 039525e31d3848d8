//! The projections of new rows on singular vectors.

use super::blob::{Blob, describe, read_as};
use super::format::Method;
use super::reconstruction::{reconstruct, squared_residual};
use super::row::{Negative, products};
use super::{Components, ModelError, Row, StoredComponents, Thresholds, Words};

/// Projections on the right singular vectors of A ~ U diag(s) V^T.
#[derive(Clone, Copy, Debug)]
pub struct SvdView<'a, C = StoredComponents<'a>> {
    components: C,
    words: Option<Words<'a>>,
    thresholds: Thresholds<'a>,
}

read_as!(SvdView);
describe!(SvdView);

impl<'a> SvdView<'a> {
    fn of(blob: Blob<'a>) -> Result<Self, ModelError> {
        blob.check(Method::Svd)?;
        Ok(Self {
            components: blob.components,
            words: blob.words,
            thresholds: blob.thresholds,
        })
    }
}

impl<'a, C: Components> SvdView<'a, C> {
    /// p <- x V; returns ||x - p V^T||, by Pythagoras.
    ///
    /// - `row`: n entries, or some of them.
    /// - `p`: k numbers.
    ///
    /// Costs 2 k flops an entry. The residual has an error of about 3e-4 ||x||; for a line of text it is relative, from
    /// 0 to 1.
    ///
    /// # Errors
    /// - [`ModelError::Length`] unless p has k numbers and a dense row n.
    /// - [`ModelError::Index`], [`ModelError::NonFinite`] with the entry.
    /// - [`ModelError::Overflow`] if the squares of the entries are not finite.
    pub fn project(&self, row: &(impl Row + ?Sized), p: &mut [f32]) -> Result<f32, ModelError> {
        let squares = products(&self.components, row, Negative::Allowed, p)?;
        let left = squared_residual(&self.components, squares, p, p);
        Ok(row.residual(left))
    }

    /// x <- p V^T; `p`: k numbers; `x`: n numbers.
    ///
    /// # Errors
    /// [`ModelError::Length`].
    pub fn reconstruct(&self, p: &[f32], x: &mut [f32]) -> Result<(), ModelError> {
        reconstruct(&self.components, p, x)
    }

    /// Returns the reader of lines of text.
    ///
    /// # Errors
    /// [`ModelError::NoWords`] for a model of a matrix.
    pub fn words(&self) -> Result<Words<'a>, ModelError> {
        self.words.ok_or(ModelError::NoWords)
    }
}
