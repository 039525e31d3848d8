//! The draw of one row of a factor given the other factor.

use super::gamma::gamma;
use super::gibbs_scale::Unit;
use super::row_schedule::{RowTerms, RowUpdate};
use crate::buffer::take;
use crate::dense::lanes::{LANES, LowerTriangle, TOGETHER, padded};
use crate::dense::triangular::{solve_lower, solve_lower_transposed};
use crate::dense::{axpy, copy, dot, scale};
use crate::operator::KnownEntries;
use crate::random::RandomEntries;
use crate::{Error, MatRef, Real};

/// The weights of the entries: alpha times the weight of an entry is its precision.
#[derive(Clone, Copy)]
pub(super) enum Weights<'r, T> {
    OfRows(&'r [T]),
    OfColumns(&'r [T]),
}

/// The distributions of all rows of a factor given the other one.
pub(super) struct GibbsRows<'r, A, T> {
    pub(super) a: &'r A,
    pub(super) held: MatRef<'r, T>,
    pub(super) unit: Unit<T>,
    /// L, the precision of the rows, in padded columns.
    pub(super) precision: &'r [T],
    /// L mu for the mean mu of the rows, padded.
    pub(super) shift: &'r [T],
    /// alpha, the precision of an entry of weight one.
    pub(super) alpha: T,
    pub(super) weights: Weights<'r, T>,
    /// The normal draws of each row; without them, its mean is computed.
    pub(super) normals: Option<RandomEntries>,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowUpdate<T> for GibbsRows<'_, A, T> {
    /// Draws row i from N(P^-1 (L mu + alpha F^T D r), P^-1) with P = L + alpha F^T D F, where D holds the weights.
    #[inline(always)]
    fn update(&self, i: usize, row: &mut [T], mut scratch: &mut [T]) -> Result<(), Error> {
        let (p, stride) = (row.len(), padded(row.len()));
        let x = take(&mut scratch, stride);
        let features = take(&mut scratch, stride.saturating_mul(TOGETHER));
        copy(self.shift, x);
        features.fill(T::ZERO);
        let triangle = take(&mut scratch, stride.saturating_mul(p));
        let mut factor = LowerTriangle::zeros(triangle, p);
        // P over the precision of the row, so that squares need no weight.
        let inverse = T::ONE / self.row_precision(i);
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
    /// Returns alpha times the weight of row i.
    pub(super) fn row_precision(&self, i: usize) -> T {
        match self.weights {
            Weights::OfRows(weights) => self.alpha * weights.get(i).copied().unwrap_or(T::ONE),
            Weights::OfColumns(_) => self.alpha,
        }
    }

    /// Returns the expected sum of the squared residuals of row i, sum_j (r_j - f_j . x)^2 + f_j^T P^-1 f_j.
    ///
    /// - `row`: x, its mean.
    /// - `scratch`: as the update of the row left it.
    pub(super) fn expected_squares(&self, i: usize, row: &[T], mut scratch: &mut [T]) -> T {
        let (p, stride) = (row.len(), padded(row.len()));
        take(&mut scratch, stride);
        let features = take(&mut scratch, stride.saturating_mul(TOGETHER));
        let triangle = take(&mut scratch, stride.saturating_mul(p));
        let inverse = T::ONE / self.row_precision(i);
        let mut squares = T::ZERO;
        for (j, a) in self.a.row(i) {
            let f = features.get_mut(..p).unwrap_or_default();
            let residual = self.set_features(j, f, a) - dot(f, row);
            solve_lower(triangle, f);
            squares += residual * residual + inverse * dot(f, f);
        }
        squares
    }

    /// f <- h_j, and a one for the bias, times the root of the weight of column j; returns the entry without the bias of
    /// column j, times this root.
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
        if let Weights::OfColumns(weights) = self.weights {
            let root = weights.get(j).copied().unwrap_or(T::ONE).sqrt();
            scale(root, f);
            residual *= root;
        }
        residual
    }
}

/// The squared residuals of each row, times its weight.
pub(super) struct GibbsTerms<'r, A, T> {
    pub(super) a: &'r A,
    pub(super) w: MatRef<'r, T>,
    pub(super) h: MatRef<'r, T>,
    pub(super) weights: &'r [T],
    pub(super) unit: Unit<T>,
}

impl<T: Real, A: KnownEntries<Scalar = T>> GibbsTerms<'_, A, T> {
    /// Returns the sum of the squared residuals of row i, and their number.
    #[inline(always)]
    fn squares(&self, i: usize) -> (T, usize) {
        let (mut squares, mut known) = (T::ZERO, 0usize);
        for (j, a) in self.a.row(i) {
            let v = self.unit.prediction(self.w.column(i), self.h.column(j));
            let residual = self.unit.entry(a) - v;
            squares += residual * residual;
            known = known.saturating_add(1);
        }
        (squares, known)
    }
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowTerms<T> for GibbsTerms<'_, A, T> {
    #[inline(always)]
    fn terms(&self, i: usize) -> [T; 2] {
        let weight = self.weights.get(i).copied().unwrap_or(T::ONE);
        [weight * self.squares(i).0, T::ZERO]
    }
}

/// The distributions of the weights of all rows given the factors.
pub(super) struct GibbsWeights<'r, A, T> {
    pub(super) a: &'r A,
    pub(super) w: MatRef<'r, T>,
    pub(super) h: MatRef<'r, T>,
    pub(super) unit: Unit<T>,
    pub(super) alpha: T,
    /// nu.
    pub(super) degrees: f64,
    pub(super) seed: u64,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowUpdate<T> for GibbsWeights<'_, A, T> {
    /// Draws the weight of row i, of d entries whose squared residuals sum to s, from the gamma distribution of shape
    /// (nu + d) / 2 and rate (nu + alpha s) / 2.
    #[inline(always)]
    fn update(&self, i: usize, row: &mut [T], _: &mut [T]) -> Result<(), Error> {
        let terms = GibbsTerms {
            a: self.a,
            w: self.w,
            h: self.h,
            weights: &[],
            unit: self.unit,
        };
        let (squares, known) = terms.squares(i);
        let draw = gamma(0.5 * (self.degrees + known as f64), self.seed, i);
        let rate = 0.5 * (self.degrees + (self.alpha * squares).to_f64());
        let weight = T::from_f64(draw / rate);
        if !(weight > T::ZERO && weight.is_finite()) {
            return Err(Error::Overflow);
        }
        row.fill(weight);
        Ok(())
    }
}
