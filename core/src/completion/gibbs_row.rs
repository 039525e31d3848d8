//! The draw of one row of a factor given the other factor.

use super::gibbs_scale::Unit;
use super::row_schedule::{RowTerms, RowUpdate};
use crate::buffer::take;
use crate::dense::lanes::{LANES, LowerTriangle, TOGETHER, padded};
use crate::dense::triangular::{solve_lower, solve_lower_transposed};
use crate::dense::{axpy, copy};
use crate::operator::KnownEntries;
use crate::random::RandomEntries;
use crate::{Error, MatRef, Real};

/// The distributions of all rows of a factor given the other one.
pub(super) struct GibbsRows<'r, A, T> {
    pub(super) a: &'r A,
    pub(super) held: MatRef<'r, T>,
    pub(super) unit: Unit<T>,
    /// L, the precision of the rows, in padded columns.
    pub(super) precision: &'r [T],
    /// L mu for the mean mu of the rows, padded.
    pub(super) shift: &'r [T],
    /// The precision of an entry.
    pub(super) alpha: T,
    /// The normal draws of each row; without them, its mean is computed.
    pub(super) normals: Option<RandomEntries>,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowUpdate<T> for GibbsRows<'_, A, T> {
    /// Draws row i from N(P^-1 (L mu + alpha F^T r), P^-1) with P = L + alpha F^T F.
    #[inline(always)]
    fn update(&self, i: usize, row: &mut [T], mut scratch: &mut [T]) -> Result<(), Error> {
        let (p, stride) = (row.len(), padded(row.len()));
        let x = take(&mut scratch, stride);
        let features = take(&mut scratch, stride.saturating_mul(TOGETHER));
        copy(self.shift, x);
        features.fill(T::ZERO);
        let triangle = take(&mut scratch, stride.saturating_mul(p));
        let mut factor = LowerTriangle::zeros(triangle, p);
        // P / alpha, so that squares need no weight.
        let inverse = T::ONE / self.alpha;
        for x in &mut *x {
            *x *= inverse;
        }
        for (c, column) in (0..p).zip(self.precision.chunks_exact(stride.max(LANES))) {
            axpy(inverse, column, factor.column_mut(c));
        }
        let mut entries = self.a.row(i);
        factor.add_squares_of(features, |f| match entries.next() {
            Some((j, a)) => {
                axpy(self.set_features(j, f, a), f, x);
                true
            }
            None => false,
        });
        factor.cholesky();
        let x = x.get_mut(..p).unwrap_or_default();
        solve_lower(triangle, x);
        if let Some(normals) = self.normals {
            let z = features.get_mut(..p).unwrap_or_default();
            normals.fill_row(i, z);
            axpy(inverse.sqrt(), z, x);
        }
        solve_lower_transposed(triangle, x);
        copy(x, row);
        Ok(())
    }
}

impl<T: Real, A: KnownEntries<Scalar = T>> GibbsRows<'_, A, T> {
    /// f <- h_j, and a one for the bias; returns the entry without the bias of column j.
    #[inline(always)]
    fn set_features(&self, j: usize, f: &mut [T], a: T) -> T {
        let held = self.held.column(j);
        copy(held, f);
        let mut residual = self.unit.entry(a);
        let biases = held.get(self.unit.rank()..).unwrap_or_default();
        let ones = f.get_mut(self.unit.rank()..).unwrap_or_default();
        for (bias, one) in biases.iter().zip(ones) {
            residual += -*bias;
            *one = T::ONE;
        }
        residual
    }
}

/// The squared residuals of each row.
pub(super) struct GibbsTerms<'r, A, T> {
    pub(super) a: &'r A,
    pub(super) w: MatRef<'r, T>,
    pub(super) h: MatRef<'r, T>,
    pub(super) unit: Unit<T>,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowTerms<T> for GibbsTerms<'_, A, T> {
    #[inline(always)]
    fn terms(&self, i: usize) -> [T; 2] {
        let mut squares = T::ZERO;
        for (j, a) in self.a.row(i) {
            let v = self.unit.prediction(self.w.column(i), self.h.column(j));
            let residual = self.unit.entry(a) - v;
            squares += residual * residual;
        }
        [squares, T::ZERO]
    }
}
