//! The factors of a non-negative factorization.

use crate::arguments::assert_width;
use crate::panel::Panel;
use crate::{Error, FixedWorkspace, MatMut, Real, Workspace};

/// W and H of A ~ W H^T.
#[derive(Clone, Debug)]
pub struct NmfFactors<P> {
    /// m x k.
    pub w: P,
    /// n x k.
    pub h: P,
}

impl<P: Panel> NmfFactors<P> {
    /// Scales W and H by 2^e.
    pub(super) fn scale(&mut self, e: i32) -> Result<(), Error> {
        if e == 0 {
            return Ok(());
        }
        self.w.scale(P::Scalar::power_of_two(e))?;
        self.h.scale(P::Scalar::power_of_two(e))
    }
}

/// Factors of a size known at compile time; they can be stored in a `static`.
///
/// - `M`: m, the rows of A.
/// - `N`: n, the columns of A.
/// - `K`: k, the rank.
#[derive(Clone, Debug)]
pub struct FixedNmf<T, const M: usize, const N: usize, const K: usize> {
    /// W: K columns of M entries.
    pub w: [[T; M]; K],
    /// H: K columns of N entries.
    pub h: [[T; N]; K],
}

impl<T: Real, const M: usize, const N: usize, const K: usize> FixedNmf<T, M, N, K> {
    /// Returns zeros, to be overwritten.
    pub const fn new() -> Self {
        Self {
            w: [[T::ZERO; M]; K],
            h: [[T::ZERO; N]; K],
        }
    }

    /// Returns a workspace and factors as [`Nmf::run`](super::Nmf::run) takes them. The compiler checks that they
    /// fit: m and n are the same, and 1 <= k <= l.
    ///
    /// A sketch of two columns is too narrow for rank three:
    ///
    /// ```compile_fail,E0080
    /// use lowrank_core::{FixedNmf, FixedWorkspace};
    /// let mut workspace = FixedWorkspace::<f32, 8, 6, 2>::new();
    /// FixedNmf::<f32, 8, 6, 3>::new().lend_with(&mut workspace);
    /// ```
    pub fn lend_with<'s, const L: usize>(
        &'s mut self,
        workspace: &'s mut FixedWorkspace<T, M, N, L>,
    ) -> (Workspace<'s, MatMut<'s, T>>, NmfFactors<MatMut<'s, T>>) {
        const { assert_width(K, L) };
        (workspace.lend(), self.lend())
    }

    /// Returns W and H as [`Nmf::run`](super::Nmf::run) takes them.
    pub fn lend(&mut self) -> NmfFactors<MatMut<'_, T>> {
        NmfFactors {
            w: MatMut::from(&mut self.w),
            h: MatMut::from(&mut self.h),
        }
    }
}

impl<T: Real, const M: usize, const N: usize, const K: usize> Default for FixedNmf<T, M, N, K> {
    fn default() -> Self {
        Self::new()
    }
}
