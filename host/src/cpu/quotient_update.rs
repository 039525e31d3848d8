//! The multiplicative step for a divergence, of row-major blocks.

use crate::Scalar;
use lowrank_core::divergence::MultiplicativeStep;
use pulp::{Simd, WithSimd};

/// x_ij <- x_ij (n_ij / (d_ij + l1 + l2 x_ij))^c in the rows of a block. Compiled for the processor's vectors; no
/// operations are fused.
pub(super) struct QuotientUpdate<'a, T> {
    /// X, row-major.
    pub(super) x: &'a mut [T],
    /// [N | D].
    pub(super) terms: &'a [T],
    pub(super) k: usize,
    pub(super) step: MultiplicativeStep<'a, T>,
}

impl<T: Scalar> WithSimd for QuotientUpdate<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        // Two loops: one with a power in it is not computed in vectors.
        match self.step.is_quotient() {
            true => self.update::<true>(),
            false => self.update::<false>(),
        }
    }
}

impl<T: Scalar> QuotientUpdate<'_, T> {
    #[inline(always)]
    fn update<const IS_QUOTIENT: bool>(self) {
        let (k, step) = (self.k, self.step);
        let rows = self.x.chunks_exact_mut(k);
        for (x, terms) in rows.zip(self.terms.chunks_exact(2 * k)) {
            let (n, d) = terms.split_at(k);
            for (x, (n, d)) in x.iter_mut().zip(n.iter().zip(d)) {
                *x = match IS_QUOTIENT {
                    true => step.penalty.quotient_step(*x, *n, *d),
                    false => step.of(*x, *n, *d),
                };
            }
        }
    }
}
