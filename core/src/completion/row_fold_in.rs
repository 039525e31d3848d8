//! Single rows that were not there when the factors were learnt.

use super::Completion;
use super::als::als_scratch_len;
use super::gibbs::LEAST_DEGREES;
use super::gibbs_row::{GibbsRows, Weights};
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
        rows.update_out_of_line(0, row, scratch)?;
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
    /// alpha, the precision of an entry of weight one.
    pub alpha: T,
    /// nu of the weights of rows ([`GibbsCompletion::noise_degrees`](super::GibbsCompletion::noise_degrees)).
    pub noise_degrees: f64,
}

/// The most turns between a row and its weight, and the change of the weight at which they end.
const TURNS: usize = 20;
const SETTLED: f64 = 1e-3;

impl<T: Real> GibbsScale<T> {
    /// Computes the expected row of W, with its bias, of a new row of A given the columns of a sample; returns the precision of
    /// an entry of the row.
    ///
    /// The row x has the distribution of a draw, whose mean is written, for the expected weight a, which in turn is that for
    /// the row: a = (nu + d) / (nu + alpha (sum_j (r_j - f_j . x)^2 + f_j^T P^-1 f_j)) over its d entries, the mean-field
    /// approximation of both together.
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
    ) -> Result<T, Error> {
        let p = h.nrows();
        Error::unless(prior.noise_degrees >= LEAST_DEGREES, "noise_degrees")?;
        let offsets = [0, columns.len()];
        let free = scratch.len().saturating_sub(padded(p));
        let (a, _) = check(&offsets, (columns, values), (row, h), free)?;
        check_shape((prior.mean.len(), 1), (p, 1))?;
        require(prior.precision.len(), gram_len(p))?;
        let shift = take(&mut scratch, padded(p));
        multiply(prior.precision, prior.mean, shift);
        let (degrees, known) = (prior.noise_degrees, columns.len() as f64);
        let (mut weight, mut precision) = ([T::ONE], prior.alpha);
        for _ in 0..TURNS {
            let rows = GibbsRows {
                a: &Observed(a),
                held: h,
                unit: Unit::of(self),
                precision: prior.precision,
                shift,
                alpha: prior.alpha,
                weights: Weights::OfRows(&weight),
                normals: None,
            };
            rows.update_out_of_line(0, row, scratch)?;
            precision = rows.row_precision(0);
            if degrees == f64::INFINITY {
                break;
            }
            let squares = prior.alpha * rows.expected_squares(0, row, scratch);
            let next = (degrees + known) / (degrees + squares.to_f64());
            let [last] = weight.map(|weight| weight.to_f64());
            if (next - last).abs() <= SETTLED * last {
                break;
            }
            weight = [T::from_f64(next)];
        }
        finite(row)?;
        Ok(precision)
    }
}
