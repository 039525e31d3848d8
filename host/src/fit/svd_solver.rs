//! The algorithms of a truncated SVD and their names.

/// The algorithm of a truncated SVD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SvdSolver {
    /// A randomized block Krylov space: the fewest products with A.
    Krylov,
    /// Chebyshev polynomials of A A^T on one block of columns: more products, and far less between them.
    Chebyshev,
    /// Randomized range finder with power iterations.
    Randomized,
    /// faer's decomposition of the whole matrix, or of the Gram matrix of a short side if that is as accurate.
    Exact,
}

impl SvdSolver {
    /// Returns `krylov`, `chebyshev`, `randomized` or `exact`.
    pub fn name(self) -> &'static str {
        match self {
            SvdSolver::Krylov => "krylov",
            SvdSolver::Chebyshev => "chebyshev",
            SvdSolver::Randomized => "randomized",
            SvdSolver::Exact => "exact",
        }
    }
}
