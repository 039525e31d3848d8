//! Single rows that were not there when the factors were learnt.

use super::Completion;
use super::als::als_scratch_len;
use super::gibbs_row::GibbsRows;
use super::gibbs_scale::{GibbsScale, Unit};
use super::gram::{gram_len, multiply};
use super::problem::Problem;
use super::row_problem::{LeastSquares, RowProblems};
use super::row_schedule::RowUpdate;
use crate::buffer::{require, take};
use crate::dense::check_shape;
use crate::dense::lanes::padded;
use crate::operator::{EntryStats, Observed};
use crate::{CsrRef, Error, MatRef, Real};

/// Checks entries and buffers, and returns the entries as a matrix of one row.
fn check<'e, T: Real>(
    offsets: &'e [usize; 2],
    (columns, values): (&'e [u32], &'e [T]),
    (row, h): (&[T], MatRef<'_, T>),
    scratch: usize,
) -> Result<(CsrRef<'e, T>, EntryStats<T>), Error> {
    let p = h.nrows();
    let a = CsrRef::new(offsets, columns, values, h.ncols())?;
    let entry_stats = EntryStats::of(a.entries())?;
    check_shape((row.len(), 1), (p, 1))?;
    require(scratch, als_scratch_len(p))?;
    Ok((a, entry_stats))
}

fn finite<T: Real>(row: &[T]) -> Result<(), Error> {
    let finite = row.iter().all(|x| x.is_finite());
    if finite { Ok(()) } else { Err(Error::Overflow) }
}

impl Completion {
    /// Computes the row of W, with its bias, of a new row of A: the minimizer for held columns, exactly. Without entries it
    /// is zero. [`fold_in`](Self::fold_in) does the same for the rows of a matrix of any size.
    ///
    /// - `entries`: the columns and values of the row, in any order.
    /// - `mean` and `h`: mu and H with its biases, p x n.
    /// - `row`: p scalars, overwritten.
    /// - `scratch`: [`als_scratch_len`] (p) scalars.
    ///
    /// # Errors
    /// [`Error::SparseStructure`] for a column outside H, [`Error::NonFinite`] with row 0, [`Error::Shape`] if
    /// p is not [`row_len`](Self::row_len), [`Error::BufferTooSmall`], [`Error::Setting`], [`Error::Overflow`].
    pub fn fold_in_row<T: Real>(
        &self,
        (columns, values): (&[u32], &[T]),
        (mean, h): (T, MatRef<'_, T>),
        row: &mut [T],
        scratch: &mut [T],
    ) -> Result<(), Error> {
        let fits = |setting: f64| setting >= 0.0 && setting.is_finite();
        Error::unless(fits(self.l2), "l2")?;
        Error::unless(fits(self.bias_l2), "bias_l2")?;
        check_shape((h.nrows(), 1), (self.row_len(), 1))?;
        let offsets = [0, columns.len()];
        let (a, entry_stats) = check(&offsets, (columns, values), (row, h), scratch.len())?;
        // H is in the unit of A, whatever the size of these entries.
        let entry_stats = EntryStats {
            exponent: 0,
            ..entry_stats
        };
        let a = Observed(a);
        let mut problem = Problem::new(self, &a, &entry_stats);
        problem.mean = mean;
        row.fill(T::ZERO);
        let rows = RowProblems {
            problem: &problem,
            held: h,
            solver: LeastSquares::Cholesky,
        };
        rows.update(0, row, scratch)?;
        finite(row)
    }
}

/// The distribution of the rows of W in a [`GibbsSample`](super::GibbsSample), and the precision of an entry.
#[derive(Clone, Copy, Debug)]
pub struct GibbsRowPrior<'s, T> {
    /// p scalars.
    pub mean: &'s [T],
    /// p columns of p, rounded up to a multiple of 8, scalars.
    pub precision: &'s [T],
    /// alpha.
    pub alpha: T,
}

impl<T: Real> GibbsScale<T> {
    /// Computes the expected row of W, with its bias, of a new row of A given the columns of a sample.
    ///
    /// - `entries`: the columns and values of the row, in any order; without them it is the mean of the prior.
    /// - `h` and `prior`: those of the sample.
    /// - `row`: p scalars, overwritten.
    /// - `scratch`: [`als_scratch_len`] (p) + p scalars, p rounded up to a multiple of 8.
    ///
    /// # Errors
    /// [`Error::SparseStructure`] for a column outside H, [`Error::NonFinite`] with row 0, [`Error::Shape`],
    /// [`Error::BufferTooSmall`], [`Error::Overflow`].
    pub fn fold_in(
        &self,
        (columns, values): (&[u32], &[T]),
        (h, prior): (MatRef<'_, T>, GibbsRowPrior<'_, T>),
        row: &mut [T],
        mut scratch: &mut [T],
    ) -> Result<(), Error> {
        let p = h.nrows();
        let offsets = [0, columns.len()];
        let free = scratch.len().saturating_sub(padded(p));
        let (a, _) = check(&offsets, (columns, values), (row, h), free)?;
        check_shape((prior.mean.len(), 1), (p, 1))?;
        require(prior.precision.len(), gram_len(p))?;
        let shift = take(&mut scratch, padded(p));
        multiply(prior.precision, prior.mean, shift);
        let rows = GibbsRows {
            a: &Observed(a),
            held: h,
            unit: Unit::of(self),
            precision: prior.precision,
            shift,
            alpha: prior.alpha,
            normals: None,
        };
        rows.update(0, row, scratch)?;
        finite(row)
    }
}
