//! Where the factors of a completion stand.

use crate::dense::MatMut;
use crate::real::Real;

/// The factors of a completion, each row in one piece.
#[derive(Debug)]
pub struct CompletionFactors<'a, T> {
    /// p x m: column i is row i of W and, with biases, b_i behind it; p is k, or k + 1 with biases.
    pub w: MatMut<'a, T>,
    /// p x n: column j is row j of H and, with biases, c_j behind it.
    pub h: MatMut<'a, T>,
    /// mu; zero without biases.
    pub mean: T,
}

/// Factors whose size the compiler knows; they can stand in a `static`.
///
/// - `M`: m, the rows of A.
/// - `N`: n, the columns of A.
/// - `P`: p, the numbers of a row: k, or k + 1 with biases.
#[derive(Clone, Debug)]
pub struct FixedCompletion<T, const M: usize, const N: usize, const P: usize> {
    /// M rows of W, each with its bias behind it.
    pub w: [[T; P]; M],
    /// N rows of H, each with its bias behind it.
    pub h: [[T; P]; N],
}

impl<T: Real, const M: usize, const N: usize, const P: usize> FixedCompletion<T, M, N, P> {
    /// Zeros, to be overwritten.
    pub const fn new() -> Self {
        Self {
            w: [[T::ZERO; P]; M],
            h: [[T::ZERO; P]; N],
        }
    }

    /// These factors as the algorithms take them.
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
