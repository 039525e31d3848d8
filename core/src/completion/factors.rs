//! The factors of a completion.

use crate::{MatMut, Real};

/// The factors of a completion; each row is contiguous.
#[derive(Debug)]
pub struct CompletionFactors<'a, T> {
    /// p x m: column i is row i of W, followed by b_i if there are biases, zero if they are those of columns; p is k, or
    /// k + 1 with biases.
    pub w: MatMut<'a, T>,
    /// p x n: column j is row j of H, followed by c_j if there are biases, zero if they are those of rows.
    pub h: MatMut<'a, T>,
    /// mu; zero without biases.
    pub mean: T,
}

/// Factors of a size known at compile time; they can be stored in a `static`.
///
/// - `M`: m, the rows of A.
/// - `N`: n, the columns of A.
/// - `P`: p, the numbers of a row: k, or k + 1 with biases.
#[derive(Clone, Debug)]
pub struct FixedCompletion<T, const M: usize, const N: usize, const P: usize> {
    /// M rows of W, each followed by its bias.
    pub w: [[T; P]; M],
    /// N rows of H, each followed by its bias.
    pub h: [[T; P]; N],
}

impl<T: Real, const M: usize, const N: usize, const P: usize> FixedCompletion<T, M, N, P> {
    /// Returns zeros, to be overwritten.
    pub const fn new() -> Self {
        Self {
            w: [[T::ZERO; P]; M],
            h: [[T::ZERO; P]; N],
        }
    }

    /// Returns these factors as the algorithms take them.
    pub fn lend(&mut self) -> CompletionFactors<'_, T> {
        CompletionFactors {
            w: MatMut::from(&mut self.w),
            h: MatMut::from(&mut self.h),
            mean: T::ZERO,
        }
    }
}

impl<T: Real, const M: usize, const N: usize, const P: usize> Default
    for FixedCompletion<T, M, N, P>
{
    fn default() -> Self {
        Self::new()
    }
}
