//! The scores of new rows on principal axes.

use super::blob::{Blob, describe, read_as};
use super::format::Method;
use super::numbers::Numbers;
use super::reconstruction::{reconstruct, squared_residual};
use super::row::{check_entry, check_length, check_sums};
use super::{Components, ModelError, Row, StoredComponents, Thresholds};

/// Scores on principal axes, of rows of n numbers less the means of the columns.
#[derive(Clone, Copy, Debug)]
pub struct PcaView<'a, C = StoredComponents<'a>> {
    components: C,
    means: Numbers<'a>,
    /// Reciprocals; empty where columns were not scaled.
    deviations: Numbers<'a>,
    thresholds: Thresholds<'a>,
}

read_as!(PcaView);
describe!(PcaView);

impl<'a> PcaView<'a> {
    fn of(blob: Blob<'a>) -> Result<Self, ModelError> {
        blob.check(Method::Pca)?;
        Ok(Self {
            components: blob.components,
            means: blob.means,
            deviations: blob.deviations,
            thresholds: blob.thresholds,
        })
    }
}

impl<'a, C: Components> PcaView<'a, C> {
    /// Creates a view of axes that were found here, such as those of a [sketch](crate::sketch).
    pub(crate) fn of_components(components: C, means: Numbers<'a>) -> Self {
        Self {
            components,
            means,
            deviations: Numbers::NONE,
            thresholds: Thresholds(Numbers::NONE),
        }
    }

    /// p <- (x - m) D^-1 V, the scores of the row; returns ||(x - m) D^-1 - p V^T||, by Pythagoras.
    ///
    /// - `row`: n numbers.
    /// - `p`: k numbers.
    ///
    /// Costs 2 n k flops. D are the deviations of the columns, where the model was scaled by them. The residual has an
    /// error of about 3e-4 ||x - m||: below that, rows are as the model says, to the last digit that matters.
    ///
    /// # Errors
    /// - [`ModelError::Length`] unless p has k numbers and x has n.
    /// - [`ModelError::NonFinite`] with the entry; [`ModelError::Overflow`] if the squares are not finite.
    pub fn project(&self, row: &[f32], p: &mut [f32]) -> Result<f32, ModelError> {
        check_length(row.len(), self.components.nrows())?;
        check_length(p.len(), self.components.ncols())?;
        p.fill(0.0);
        let mut squares = 0.0;
        for (i, x) in (0..row.len()).zip(row) {
            check_entry(i, *x, row.len())?;
            let mut x = *x - self.means.get(i).unwrap_or(0.0);
            if !self.deviations.is_empty() {
                x *= self.deviations.get(i).unwrap_or(0.0);
            }
            squares += x * x;
            self.components.add_row(i, x, p);
        }
        self.components.scale(p);
        check_sums(squares, p)?;
        let left = squared_residual(&self.components, squares, p, p);
        Ok(row.residual(left))
    }

    /// x <- m + p V^T D; `p`: k scores; `x`: n numbers.
    ///
    /// # Errors
    /// [`ModelError::Length`].
    pub fn reconstruct(&self, p: &[f32], x: &mut [f32]) -> Result<(), ModelError> {
        reconstruct(&self.components, p, x)?;
        for (i, x) in (0..x.len()).zip(x) {
            if let Some(reciprocal) = self.deviations.get(i) {
                // A constant column has its mean and nothing else.
                *x = if reciprocal > 0.0 {
                    *x / reciprocal
                } else {
                    0.0
                };
            }
            *x += self.means.get(i).unwrap_or(0.0);
        }
        Ok(())
    }
}
