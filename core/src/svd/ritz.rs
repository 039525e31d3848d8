//! Approximate singular triplets from the eigenvectors of T = Q^T A A^T Q (Rayleigh-Ritz).

use crate::panel::Panel;
use crate::workspace::SmallScratch;
use crate::{Error, MatMut, Real};

/// The safety factor of the error estimate, which is too low before the Ritz values have converged.
const SAFETY: f64 = 4.0;

/// The share of ||A||_F by which the error of every result may exceed the minimum, beside the relative tolerance; rounding
/// adds [`ROUNDINGS`] sqrt(m + n) eps.
const SHARE_OF_NORM: f64 = 1e-7;

/// The rounding errors of the factors, relative to ||A||_F, in units of sqrt(m + n) eps.
const ROUNDINGS: f64 = 16.0;

/// The relative distance of eigenvalues, squares of singular values, that count as nearly equal.
const NEARLY_EQUAL: f64 = 0.01;

/// The accuracy required of the k leading Ritz values.
#[derive(Clone, Copy)]
pub(crate) struct Target<T> {
    /// k.
    pub(crate) rank: usize,
    /// The largest relative excess of the error of the best rank-k approximation from the space over the optimum.
    pub(crate) tolerance: T,
    /// The columns of a block.
    pub(crate) block: usize,
    /// The maximum number of blocks.
    pub(crate) iterations: usize,
    /// ||A||_F^2.
    pub(crate) squares: T,
}

/// The course of a search for a subspace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<T> {
    /// Blocks, polynomials, or rounds of power iterations.
    pub(crate) iterations: usize,
    /// An estimate of the largest eigenvalue of A A^T outside the subspace.
    pub(crate) outside: T,
    /// Copies of nearly equal values may be missing.
    pub(crate) missing: bool,
}

/// The accuracy of k triplets, judged by their residuals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict<T> {
    /// The estimated difference of the error from the minimum for rank k.
    pub(crate) excess: T,
    /// The excess is at most `tolerance` times the minimum plus a share of ||A||_F.
    pub(crate) converged: bool,
}

/// Returns the share of ||A||_F by which the error of k triplets of A, m x n, may exceed the minimum beside the relative
/// tolerance if they are to count as converged: 1e-7 + 16 sqrt(m + n) eps.
pub fn share_of_norm<T: Real>(nrows: usize, ncols: usize) -> T {
    let sides = T::from_usize(nrows.saturating_add(ncols));
    T::from_f64(SHARE_OF_NORM) + T::from_f64(ROUNDINGS) * sides.sqrt() * T::EPSILON
}

/// Returns the rounding error of A A^T q - d q, relative to the largest eigenvalue of A A^T, for vectors of m entries: at most
/// m eps, and for many entries 8 sqrt(m) eps, since errors of random signs add up like that.
pub(crate) fn rounding<T: Real>(rows: usize) -> T {
    let rows = T::from_usize(rows);
    let many = T::from_f64(8.0) * rows.sqrt();
    T::EPSILON * if many < rows { many } else { rows }
}

impl<T: Real> Search<T> {
    pub(crate) fn new() -> Self {
        Self {
            iterations: 0,
            outside: T::ZERO,
            missing: false,
        }
    }

    /// Returns the same search with another estimate, maybe in another precision.
    pub(crate) fn with_outside<U>(&self, outside: U) -> Search<U> {
        Search {
            iterations: self.iterations,
            outside,
            missing: self.missing,
        }
    }
}

impl<T: Real> Target<T> {
    /// Returns the Ritz value that stands for the eigenvalues outside the space: a quarter of the way from the k-th to the
    /// last one, since the Ritz values before it have converged, too. If there may be more values nearly equal to the
    /// k-th than a block of k columns finds, it is that one.
    pub(crate) fn outside(&self, values: &[T]) -> T {
        if self.block >= self.rank && self.is_crowded(values) {
            let kth = self.rank.saturating_sub(1);
            return values.get(kth).copied().unwrap_or(T::ZERO);
        }
        let behind = values.len().saturating_sub(self.rank);
        let place = self.rank.saturating_add(behind / 4);
        let last = values.len().saturating_sub(1);
        values.get(place.min(last)).copied().unwrap_or(T::ZERO)
    }

    /// Checks if one of the k leading values, in descending order, and those after it are as many nearly equal ones as a
    /// block has columns. The Krylov space of a random block has as many copies of an eigenvalue as there are, but no
    /// more than that.
    pub(crate) fn is_crowded(&self, values: &[T]) -> bool {
        let largest = values.first().copied().unwrap_or(T::ZERO);
        let noise = T::from_usize(values.len()) * T::EPSILON * largest;
        let share = T::ONE - T::from_f64(NEARLY_EQUAL);
        // A single value has no others to be compared with.
        let last = values.iter().skip(self.block.saturating_sub(1).max(1));
        let mut pairs = values.iter().zip(last).take(self.rank);
        pairs.any(|(first, last)| *first > noise && *last >= *first * share)
    }

    /// Returns the loss of an eigenvalue whose Ritz vector has a residual of that length: about its square over the gap
    /// to the eigenvalues outside the space, and at most the length (Parlett, The Symmetric Eigenvalue Problem, 11.7).
    fn missed(value: T, length: T, outside: T) -> T {
        let quadratic = length * length / (value - outside);
        // NaN and a negative gap are not below.
        if quadratic < length && value > outside {
            quadratic
        } else {
            length
        }
    }

    /// Judges the triplets by ||A v_i - s_i u_i||, where A^T u_i = s_i v_i. The residual of the eigenvector u_i of A A^T
    /// is s_i times that.
    pub(crate) fn verdict(
        &self,
        s: &[T],
        residuals: &[T],
        outside: T,
        (nrows, ncols): (usize, usize),
    ) -> Verdict<T> {
        let largest = s.first().copied().unwrap_or(T::ZERO);
        let sides = T::from_usize(nrows.saturating_add(ncols));
        let noise = sides * T::EPSILON * largest * largest;
        let (mut missed, mut kept) = (T::ZERO, T::ZERO);
        for (s, residual) in s.iter().zip(residuals) {
            let length = *s * *residual;
            if length > noise {
                missed += Self::missed(*s * *s, length, outside);
            }
            kept += *s * *s;
        }
        let squares = (self.squares - kept).larger(T::ZERO);
        let (error, least) = (squares.sqrt(), (squares - missed).larger(T::ZERO).sqrt());
        let excess = if missed > T::ZERO {
            let difference = missed / (error + least);
            let root = missed.sqrt();
            if difference < root { difference } else { root }
        } else {
            T::ZERO
        };
        let share = share_of_norm::<T>(nrows, ncols);
        Verdict {
            excess,
            converged: excess <= self.tolerance * least + share * self.squares.sqrt(),
        }
    }

    /// [`excess`](Self::excess), where residuals of the size of rounding count as zero.
    pub(crate) fn excess_above_rounding(
        &self,
        values: &[T],
        lengths: impl Iterator<Item = T>,
        rows: usize,
    ) -> T {
        let largest = values.first().copied().unwrap_or(T::ZERO);
        let noise = rounding::<T>(rows) * largest;
        self.excess(values, lengths.map(|r| if r > noise { r } else { T::ZERO }))
    }

    /// Returns the error of the k leading Ritz values, whose residuals A A^T y - d y have these lengths, as a multiple of
    /// the tolerance: up to one is enough.
    fn excess(&self, values: &[T], lengths: impl Iterator<Item = T>) -> T {
        let outside = self.outside(values);
        let (mut missed, mut kept) = (T::ZERO, T::ZERO);
        for (value, length) in values.iter().zip(lengths).take(self.rank) {
            missed += Self::missed(*value, length, outside);
            kept += *value;
        }
        let error = (self.squares - kept).larger(T::EPSILON * self.squares);
        let allowed = self.tolerance * (error + error);
        if missed > T::ZERO {
            missed * T::from_f64(SAFETY) / allowed.larger(T::SQUARE_ROOT_OF_MIN)
        } else {
            T::ZERO
        }
    }
}

/// Computes the eigenvectors of T in `u` of the scratch, and its eigenvalues in `vectors`. The upper triangle of T is
/// that of the leading block of `projected`.
pub(crate) fn ritz<P: Panel>(
    projected: &P::Small,
    scratch: &mut SmallScratch<'_, P::Scalar>,
    held: usize,
) -> Result<(), Error> {
    let r = &mut scratch.r;
    r.reshape(held, held)?;
    P::read_small(projected, r.as_mut())?;
    mirror(r);
    scratch.eigen_of_r::<P>(held)
}

/// Copies the upper triangle of T to the lower one.
fn mirror<T: Real>(t: &mut MatMut<'_, T>) {
    for j in 0..t.ncols() {
        for i in 0..j {
            let x = t.get_or_zero(i, j);
            if let Some(mirrored) = t.column_mut(i).get_mut(j) {
                *mirrored = x;
            }
        }
    }
}
