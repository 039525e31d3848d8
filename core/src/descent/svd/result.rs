//! Conversion of the factors of a start to those of A.

use super::diagonal::Diagonal;
use super::{Descent, split};
use crate::approximation::Approximation;
use crate::descent::Optimizer;
use crate::operator::EntrywiseOperator;
use crate::panel::{DescentPanel, copy_panel};
use crate::scaling::unbalance;
use crate::svd::SvdFactors;
use crate::workspace::SmallScratch;
use crate::{Error, Real};

impl<O: Optimizer, A, P: DescentPanel> Descent<'_, '_, '_, O, A, P> {
    /// Stores the factors of this start as the result, in descending order of s.
    pub(super) fn keep(&mut self, factors: &mut SvdFactors<'_, P>) -> Result<(), Error> {
        let (workspace, state) = (&mut *self.workspace, &mut *self.state);
        let k = self.settings.rank;
        let (u, _) = split(state.left)?;
        let (v, _) = split(state.right)?;
        let SmallScratch { r, vectors, .. } = &mut workspace.scratch;
        let mut diagonal = Diagonal::in_buffer(vectors, k)?;
        diagonal.square();
        let s = &*diagonal.s;
        r.reshape(k, k)?;
        r.fill(P::Scalar::ZERO);
        for (i, s_i) in s.iter().enumerate() {
            let mut place: usize = 0;
            for (j, s_j) in s.iter().enumerate() {
                let before = *s_j > *s_i || (*s_j == *s_i && j < i);
                place = place.saturating_add(before.into());
            }
            if let Some(x) = r.column_mut(place).get_mut(i) {
                *x = P::Scalar::ONE;
            }
            if let Some(x) = factors.singular_values.get_mut(place) {
                *x = *s_i;
            }
        }
        P::write_small(r.as_ref(), &mut workspace.small)?;
        u.mul_small(&workspace.small, &mut factors.u)?;
        v.mul_small(&workspace.small, &mut factors.v)
    }

    /// Replaces the singular values of M by those of A, and computes residuals, signs and the error.
    pub(super) fn finish(
        &mut self,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<Approximation<P::Scalar>, Error>
    where
        A: EntrywiseOperator<P>,
    {
        let (workspace, state) = (&mut *self.workspace, &mut *self.state);
        let k = self.settings.rank;
        let SvdFactors {
            u,
            singular_values,
            v,
            residuals,
        } = factors;
        let s = singular_values.get_mut(..k).unwrap_or_default();
        let residuals = residuals.get_mut(..k).unwrap_or_default();
        for s in s.iter_mut() {
            *s = if self.scale > P::Scalar::ZERO {
                *s / self.scale
            } else {
                P::Scalar::ZERO
            };
        }
        u.align_signs(v)?;
        self.a.apply(v, &mut workspace.left)?;
        workspace.left.distances(s, u, residuals)?;
        let (scaled, _) = split(state.left)?;
        copy_panel(u, scaled)?;
        scaled.scale_columns(s)?;
        let approximation = Approximation::of_balanced(self.a, scaled, v, workspace)?;
        unbalance(s, self.a.exponent())?;
        unbalance(residuals, self.a.exponent())?;
        Ok(approximation)
    }
}
