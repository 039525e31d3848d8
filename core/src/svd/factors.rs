//! The factors of a truncated SVD.

use crate::arguments::{assert_rank, check_rank};
use crate::panel::Panel;
use crate::{Error, FixedWorkspace, LinearOperator, MatMut, Real, Workspace};

/// The buffers of the k triplets.
#[derive(Debug)]
pub struct SvdFactors<'s, P: Panel> {
    /// m x k: left singular vectors; the entry of greatest magnitude in each is positive.
    pub u: P,
    /// k, descending.
    pub singular_values: &'s mut [P::Scalar],
    /// n x k: right singular vectors.
    pub v: P,
    /// k: ||A v_i - s_i u_i||. The other residual, ||A^T u_i - s_i v_i||, is zero to rounding; after
    /// [`finish`](super::TruncatedSvd::finish) of a matrix with more rows than columns it is this one, and the first is zero.
    /// A singular value of A lies within this distance of s_i.
    pub residuals: &'s mut [P::Scalar],
}

/// Factors of a size known at compile time; they can be stored in a `static`.
///
/// - `M`: m, the rows of A.
/// - `N`: n, the columns of A.
/// - `K`: k, the rank that is kept.
#[derive(Clone, Debug)]
pub struct FixedSvd<T, const M: usize, const N: usize, const K: usize> {
    /// K columns of M entries.
    pub u: [[T; M]; K],
    /// K singular values, descending.
    pub singular_values: [T; K],
    /// K columns of N entries.
    pub v: [[T; N]; K],
    /// ||A v_i - s_i u_i||.
    pub residuals: [T; K],
}

impl<T: Real, const M: usize, const N: usize, const K: usize> FixedSvd<T, M, N, K> {
    /// Returns zeros, to be overwritten.
    pub const fn new() -> Self {
        Self {
            u: [[T::ZERO; M]; K],
            singular_values: [T::ZERO; K],
            v: [[T::ZERO; N]; K],
            residuals: [T::ZERO; K],
        }
    }

    /// Returns a workspace and these factors as [`TruncatedSvd::run`](super::TruncatedSvd::run) takes them. The compiler checks that they fit:
    /// m and n are the same, and 1 <= k <= min(l, m, n).
    ///
    /// ```
    /// use lowrank_core::{FixedSvd, FixedWorkspace, MatRef, TruncatedSvd};
    /// let mut workspace = FixedWorkspace::<f32, 3, 2, 2>::new();
    /// let mut factors = FixedSvd::<f32, 3, 2, 1>::new();
    /// let (mut workspace, mut lent) = factors.lend_with(&mut workspace);
    /// let a = [[3.0, 0.0, 4.0], [0.0, 2.0, 0.0]]; // two columns
    /// TruncatedSvd::default().run(&MatRef::from(&a), &mut workspace, &mut lent)?;
    /// assert!((factors.singular_values[0] - 5.0).abs() < 1e-5);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    ///
    /// A sketch of two columns holds no three triplets:
    ///
    /// ```compile_fail,E0080
    /// use lowrank_core::{FixedSvd, FixedWorkspace};
    /// let mut workspace = FixedWorkspace::<f32, 8, 6, 2>::new();
    /// FixedSvd::<f32, 8, 6, 3>::new().lend_with(&mut workspace);
    /// ```
    pub fn lend_with<'s, const L: usize>(
        &'s mut self,
        workspace: &'s mut FixedWorkspace<T, M, N, L>,
    ) -> (Workspace<'s, MatMut<'s, T>>, SvdFactors<'s, MatMut<'s, T>>) {
        const { assert_rank(K, L, M, N) };
        (workspace.lend(), self.lend())
    }

    /// Returns these factors as [`TruncatedSvd::run`](super::TruncatedSvd::run) takes them.
    pub fn lend(&mut self) -> SvdFactors<'_, MatMut<'_, T>> {
        SvdFactors {
            u: MatMut::from(&mut self.u),
            singular_values: &mut self.singular_values,
            v: MatMut::from(&mut self.v),
            residuals: &mut self.residuals,
        }
    }
}

impl<T: Real, const M: usize, const N: usize, const K: usize> Default for FixedSvd<T, M, N, K> {
    fn default() -> Self {
        Self::new()
    }
}

/// Checks that the factors of rank k fit A, and that k fits the workspace.
pub(crate) fn check_factors<P: Panel, A: LinearOperator<P>>(
    k: usize,
    a: &A,
    workspace: &Workspace<'_, P>,
    factors: &SvdFactors<'_, P>,
) -> Result<(), Error> {
    let width = workspace.left.ncols().min(workspace.right.ncols());
    check_rank(k, width.min(a.nrows()).min(a.ncols()))?;
    let (u, v) = (&factors.u, &factors.v);
    crate::dense::check_shape((u.nrows(), u.ncols()), (a.nrows(), k))?;
    crate::dense::check_shape((v.nrows(), v.ncols()), (a.ncols(), k))?;
    crate::buffer::require(factors.singular_values.len(), k)?;
    crate::buffer::require(factors.residuals.len(), k)
}
