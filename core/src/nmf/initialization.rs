//! Initialization of non-negative factorizations.

use super::settings::{Nmf, NmfInit};
use crate::buffer::take;
use crate::panel::{NonNegativePanel, Panel};
use crate::random::{Distribution, RandomEntries};
use crate::scaling::PowerOfTwoScaled;
use crate::{Error, LinearOperator, Real, Workspace};

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
pub(super) fn mean<T: Real, A>(a: &PowerOfTwoScaled<'_, A, T>, m: usize, n: usize) -> T {
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
