//! A truncated SVD in two halves: the search for directions, which may be made in another precision, and the triplets
//! from them.

use super::factors::SvdFactors;
use super::report::SvdReport;
use super::ritz::ritz;
use super::subspace::SubspaceSearch;
use super::truncated::{Found, TruncatedSvd, significant};
use crate::dense::copy;
use crate::operator::Transposed;
use crate::panel::Panel;
use crate::scaling::PowerOfTwoScaled;
use crate::workspace::SmallScratch;
use crate::{Error, LinearOperator, Real, Workspace};
use core::mem::swap;

/// The share of the largest singular value above which all others must be for [`TruncatedSvd::finish`]: squares then
/// have kept all but four digits.
const LEAST_SHARE: f64 = 0.02;

impl TruncatedSvd {
    /// Does the first half of [`run`](Self::run), with a subspace other than the power iteration's: computes the k
    /// leading directions on the shorter side of A, orthonormal, in the panel of the workspace on that side. `None` if
    /// the workspace suffices for no such subspace.
    ///
    /// With [`finish`](Self::finish), the search can be made in f32 where the result is wanted in f64: an error of eps
    /// in the directions is an error of eps^2 in the approximation. The result depends on the directions alone, and the
    /// judgement on it on its own residuals.
    ///
    /// # Errors
    /// The errors of [`run`](Self::run).
    pub fn search<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<Option<SubspaceSearch>, Error> {
        let entry_stats = self.check(a, workspace, factors)?;
        let balanced = self.balanced(a, &entry_stats);
        let SvdFactors { u, v, .. } = factors;
        let search = self.search_on_the_shorter_side(&balanced, workspace, u, v)?;
        let exponent = balanced.exponent();
        Ok(search.map(|search| SubspaceSearch::new(&search, exponent)))
    }

    /// Does the second half of [`run`](Self::run): computes the triplets from directions Q on the shorter side of A,
    /// nearly orthonormal, that are in the panel of the workspace on that side. Both panels have k columns, and so has the
    /// first spare one.
    ///
    /// With W = A A^T Q, T = Q^T W = Y S^2 Y^T gives U = Q Y and V = A^T Q Y S^-1: two products, and nothing is
    /// orthonormalized on the longer side. V is orthonormal to eps (s_1 / s_k)^2. `None` without a spare panel, or if s_k
    /// is below two hundredths of s_1.
    ///
    /// # Errors
    /// The errors of [`run`](Self::run).
    pub fn finish<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        search: &SubspaceSearch,
        workspace: &mut Workspace<'_, P>,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<Option<SvdReport<P::Scalar>>, Error> {
        let entry_stats = self.check(a, workspace, factors)?;
        let balanced = self.balanced(a, &entry_stats);
        let SvdFactors {
            u, v, residuals, ..
        } = factors;
        let rank = if workspace.left.nrows() <= workspace.right.nrows() {
            self.rayleigh_ritz(&balanced, workspace, [u, v], residuals)?
        } else {
            let turned = Transposed(a);
            swap(&mut workspace.left, &mut workspace.right);
            let turned = balanced.of_same_size(&turned);
            let rank = self.rayleigh_ritz(&turned, workspace, [v, u], residuals);
            swap(&mut workspace.left, &mut workspace.right);
            rank?
        };
        let Some(rank) = rank else {
            return Ok(None);
        };
        factors.u.align_signs(&mut factors.v)?;
        let s = factors.singular_values.get_mut(..self.rank);
        copy(
            workspace.scratch.singular_values(self.rank),
            s.unwrap_or_default(),
        );
        let found = Found {
            rank,
            search: search.of_scale(balanced.exponent()),
            subspace: self.subspace,
        };
        self.judge(&balanced, found, factors).map(Some)
    }

    /// Computes the triplets from directions in the left panel, for an A with at most as many rows as columns, and
    /// ||A v_i - s_i u_i||. Returns the number of singular values above rounding; `None` if some are too small.
    fn rayleigh_ritz<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        [u, v]: [&mut P; 2],
        residuals: &mut [P::Scalar],
    ) -> Result<Option<usize>, Error> {
        let (k, q, z) = (self.rank, &mut workspace.left, &mut workspace.right);
        let ([Some(product), _], small) = (&mut workspace.spare, &mut workspace.small) else {
            return Ok(None);
        };
        product.set_ncols(k)?;
        q.thin_qr(small)?;
        a.apply_transpose(q, z)?;
        a.apply(z, u)?;
        q.cross_gram(u, small)?;
        let scratch = &mut workspace.scratch;
        ritz::<P>(small, scratch, k)?;
        let SmallScratch {
            u: rotation,
            v: divided,
            vectors,
            ..
        } = scratch;
        let s = vectors.get_mut(..k).unwrap_or_default();
        for s in &mut *s {
            *s = s.larger(P::Scalar::ZERO).sqrt();
        }
        let largest = s.first().copied().unwrap_or(P::Scalar::ZERO);
        let share = P::Scalar::from_f64(LEAST_SHARE);
        if !s.iter().all(|s| *s > share * largest) {
            return Ok(None);
        }
        divided.reshape(k, k)?;
        for ((d, y), s) in divided.columns_mut().zip(rotation.columns()).zip(&*s) {
            for (d, y) in d.iter_mut().zip(y) {
                *d = *y / *s;
            }
        }
        P::write_small(divided.as_ref(), small)?;
        z.mul_small(small, v)?;
        u.mul_small(small, product)?;
        P::write_small(rotation.as_ref(), small)?;
        q.mul_small(small, u)?;
        let residuals = residuals.get_mut(..k).unwrap_or_default();
        product.distances(s, u, residuals)?;
        Ok(Some(significant(s, q.nrows().max(z.nrows()))))
    }
}
