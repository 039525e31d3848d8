//! Initialization of non-negative factorizations.

use super::settings::{Nmf, NmfInit};
use crate::buffer::take;
use crate::panel::{NonNegativePanel, Panel};
use crate::random::{Distribution, RandomEntries};
use crate::scaling::PowerOfTwoScaled;
use crate::{Error, LinearOperator, Real, TruncatedSvd, Workspace};

/// The threshold below which parts of a singular vector count as zero, for a matrix with entries up to one: it excludes
/// the noise of the SVD, which an update would otherwise amplify.
const NOISE: f64 = 1e-6;

/// The tolerance of the singular vectors for an initialization, which need not be more accurate.
const STARTING_TOLERANCE: f64 = 1e-4;

/// Added to the seed for the draws of the factor on the other side.
pub(crate) const SECOND_FACTOR: u64 = 0x5EED_0F48;

/// X <- |N(0, size^2)|.
pub(crate) fn fill_half_gaussian<P: Panel>(
    x: &mut P,
    size: P::Scalar,
    seed: u64,
) -> Result<(), Error> {
    x.fill_random(&RandomEntries::new(Distribution::HalfGaussian, seed))?;
    x.scale(size)
}

impl Nmf {
    /// Initializes W and H of the balanced matrix.
    pub(super) fn start<P: NonNegativePanel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
    ) -> Result<(), Error> {
        match self.init {
            NmfInit::Random => {
                let size = typical_entry(a, w.nrows(), h.nrows(), self.rank);
                let seed = self.range_finder.seed;
                fill_half_gaussian(w, size, seed)?;
                fill_half_gaussian(h, size, seed.wrapping_add(SECOND_FACTOR))
            }
            NmfInit::Given => {
                let half = P::Scalar::power_of_two((a.exponent() >> 1).saturating_neg());
                for factor in [w, h] {
                    check_start(factor, workspace.scratch.vectors)?;
                    factor.scale(half)?;
                }
                Ok(())
            }
            NmfInit::Nndsvd | NmfInit::Nndsvda => self.nndsvd(a, workspace, w, h),
        }
    }

    fn nndsvd<P: NonNegativePanel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        h: &mut P,
    ) -> Result<(), Error> {
        let k = self.rank;
        let svd = TruncatedSvd {
            rank: k,
            subspace: self.subspace,
            tolerance: STARTING_TOLERANCE,
            range_finder: self.range_finder,
        };
        svd.decompose(a, workspace, w, h)?;
        let mut vectors = &mut *workspace.scratch.vectors;
        let s = take(&mut vectors, k);
        let (w_up, w_down) = (take(&mut vectors, k), take(&mut vectors, k));
        let (h_up, h_down) = (take(&mut vectors, k), take(&mut vectors, k));
        w.part_norms(w_up, w_down)?;
        h.part_norms(h_up, h_down)?;
        let parts = w_up.iter_mut().zip(w_down).zip(h_up.iter_mut().zip(h_down));
        for (s, ((w_up, w_down), (h_up, h_down))) in s.iter().zip(parts) {
            let (w_factor, h_factor) = dominant_part(*s, (*w_up, *w_down), (*h_up, *h_down));
            *w_up = w_factor;
            *h_up = h_factor;
        }
        // W and H grow with the square root of A, and so must the fill value.
        let e = a.entry_stats().exponent.saturating_sub(a.exponent());
        let root = P::Scalar::power_of_two(e).sqrt();
        let noise = P::Scalar::from_f64(NOISE) * root;
        let fill = match self.init {
            NmfInit::Nndsvda => mean(a, w.nrows(), h.nrows()) / root,
            _ => P::Scalar::ZERO,
        };
        w.keep_above(w_up, noise, fill)?;
        h.keep_above(h_up, noise, fill)
    }
}

/// Returns the factors that turn a singular pair u, v into columns of W and H: the reciprocal norms of the
/// parts with the larger product p, negative for negative parts, times sqrt(s p).
fn dominant_part<T: Real>(s: T, u: (T, T), v: (T, T)) -> (T, T) {
    let (up, down) = (u.0 * v.0, u.1 * v.1);
    let (product, u, v) = if up >= down {
        (up, u.0, v.0)
    } else {
        (down, -u.1, -v.1)
    };
    if product > T::ZERO {
        let size = (s * product).sqrt();
        (size / u, size / v)
    } else {
        (T::ZERO, T::ZERO)
    }
}

/// Checks that the entries are finite and nonnegative.
pub(super) fn check_start<P: NonNegativePanel>(
    x: &P,
    mut norms: &mut [P::Scalar],
) -> Result<(), Error> {
    let (up, down) = (take(&mut norms, x.ncols()), take(&mut norms, x.ncols()));
    x.part_norms(up, down)?;
    for (up, down) in up.iter().zip(down) {
        if !(up.is_finite() && *down <= P::Scalar::ZERO) {
            return Err(Error::Start);
        }
    }
    Ok(())
}

/// Returns the mean of the known entries of the balanced m x n matrix.
fn mean<T: Real, A>(a: &PowerOfTwoScaled<'_, A, T>, m: usize, n: usize) -> T {
    let entry_stats = a.entry_stats();
    let sum = entry_stats
        .sum
        .scale_by_power_of_two(entry_stats.exponent.saturating_sub(a.exponent()));
    if entry_stats.complete {
        sum / T::from_usize(m) / T::from_usize(n)
    } else {
        sum / T::from_usize(entry_stats.entries.max(1))
    }
}

/// sqrt(mean / k): the entry of W and H if all entries were equal.
pub(super) fn typical_entry<T: Real, A>(
    a: &PowerOfTwoScaled<'_, A, T>,
    m: usize,
    n: usize,
    k: usize,
) -> T {
    (mean(a, m, n) / T::from_usize(k)).sqrt()
}
