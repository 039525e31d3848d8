//! The unit in which factors are drawn.

use crate::Real;
use crate::dense::lanes::dot_in_lanes;

/// The scale of a model: v_ij = mean + deviation (b_i + c_j + w_i . h_j).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GibbsScale<T> {
    /// k.
    pub rank: usize,
    /// The mean of the known entries; zero without biases.
    pub mean: T,
    /// Their standard deviation, or one if it is zero; without biases, their root mean square.
    pub deviation: T,
}

impl<T: Real> GibbsScale<T> {
    /// Returns v_ij for a row of either factor.
    pub fn predict(&self, w: &[T], h: &[T]) -> T {
        self.mean + self.deviation * Unit::of(self).prediction(w, h)
    }
}

/// Entries in units of their deviation.
#[derive(Clone, Copy)]
pub(super) struct Unit<T> {
    rank: usize,
    mean: T,
    inverse: T,
}

impl<T: Real> Unit<T> {
    pub(super) fn of(scale: &GibbsScale<T>) -> Self {
        Self {
            rank: scale.rank,
            mean: scale.mean,
            inverse: T::ONE / scale.deviation,
        }
    }

    /// Returns k.
    #[inline(always)]
    pub(super) fn rank(&self) -> usize {
        self.rank
    }

    /// b + c + w . h, where b and c follow the first k numbers of a row, if there are any.
    #[inline(always)]
    pub(super) fn prediction(&self, w: &[T], h: &[T]) -> T {
        let (w, b) = w.split_at_checked(self.rank).unwrap_or_default();
        let (h, c) = h.split_at_checked(self.rank).unwrap_or_default();
        let mut v = dot_in_lanes(w, h);
        for bias in b.iter().chain(c) {
            v += *bias;
        }
        v
    }

    /// Returns an entry in this unit.
    #[inline(always)]
    pub(super) fn entry(&self, a: T) -> T {
        (a - self.mean) * self.inverse
    }
}
