//! A truncated SVD, and the verdict on the search for it.

use super::accuracy::{Truncate, smallest_rank, without};
use super::mixed_precision::SearchPrecision;
use super::projection::project;
use super::svd_solver::SvdSolver;
use crate::backend::Products;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::Stop;
use lowrank_core::svd::{Subspace, SvdReport, share_of_norm};

/// A truncated SVD.
#[derive(Clone, Debug, PartialEq)]
pub struct SvdModel<T> {
    /// m x k, orthonormal columns; the entry of greatest magnitude in each is positive.
    pub u: DenseMatrix<T>,
    /// k singular values, descending.
    pub singular_values: Vec<T>,
    /// n x k, orthonormal columns.
    pub v: DenseMatrix<T>,
    /// ||A v_i - s_i u_i||, or ||A^T u_i - s_i v_i|| if it is larger: a singular value of A lies within this distance of
    /// s_i.
    pub residuals: Vec<T>,
    /// The number of singular values above rounding noise.
    pub rank: usize,
    /// ||A - U diag(s) V^T||_F, computed; a bound that includes rounding; and ||A||_F.
    pub approximation: Approximation<T>,
    /// The search for the triplets, and the verdict on them.
    pub search: SvdSearch<T>,
    /// The products with A; for the exact solver by the thin SVD, only those for the error.
    pub products: Products,
}

/// The search for singular triplets, and the verdict on its result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SvdSearch<T> {
    /// The solver that computed the result, which may be a fallback.
    pub solver: SvdSolver,
    /// The vectors were searched in f32; if A is in f64, their triplets were computed in it.
    pub single: bool,
    /// The number of blocks, polynomials or power iterations; zero for the exact solver.
    pub iterations: usize,
    /// The error is at most (1 + tolerance) times the minimum for the rank plus (1e-7 + 16 sqrt(m + n) eps) ||A||_F, as far as the
    /// residuals and the gap to the other singular values that the search saw can tell.
    pub converged: bool,
    /// The estimate of the error minus its minimum for the rank, from the residuals.
    pub excess: T,
}

impl<T: Scalar> SvdSearch<T> {
    /// Returns the search by this solver of core, or its fallback; `single`: it was made in f32.
    pub(super) fn of_core(solver: Option<SvdSolver>, report: &SvdReport<T>, single: bool) -> Self {
        Self {
            solver: match report.subspace {
                Subspace::Power => SvdSolver::Randomized,
                Subspace::Krylov | Subspace::Chebyshev => solver.unwrap_or(SvdSolver::Krylov),
            },
            single: single || T::NAME == f32::NAME,
            iterations: report.iterations,
            converged: report.converged,
            excess: report.excess,
        }
    }

    /// Returns the verdict on exact triplets of a matrix of this size with these residuals, to which the operator that
    /// measured them adds `rounding` beyond that of its norm.
    pub(super) fn of_exact(s: &[T], residuals: &[T], size: (usize, usize), rounding: T) -> Self {
        let allowed = share_of_norm::<T>(size.0, size.1) * s[0] + rounding;
        Self {
            solver: SvdSolver::Exact,
            single: false,
            iterations: 0,
            converged: residuals.iter().all(|r| *r <= allowed),
            excess: T::ZERO,
        }
    }

    /// Returns the precision in which the vectors were searched.
    pub(crate) fn precision(&self) -> SearchPrecision {
        match self.single {
            true => SearchPrecision::Single,
            false => SearchPrecision::Full,
        }
    }

    /// Returns the number of iterations, and the reason why they ended.
    pub(crate) fn end(&self) -> (usize, Stop) {
        let stop = if self.converged {
            Stop::Tolerance
        } else {
            Stop::Iterations
        };
        (self.iterations, stop)
    }
}

impl<T: Scalar> Truncate for SvdModel<T> {
    fn smallest_rank(&self, tolerance: f64) -> Option<usize> {
        self.smallest_rank(tolerance)
    }

    fn truncated(self, rank: usize) -> Self {
        self.truncated(rank)
    }

    fn converged(&self) -> bool {
        self.search.converged
    }

    fn products(&mut self) -> &mut Products {
        &mut self.products
    }
}

impl<T: Scalar> SvdModel<T> {
    /// Returns the smallest k whose leading triplets approximate A within `tolerance` ||A||_F, from the computed
    /// error and the singular values after k; `None` if all are too few.
    pub fn smallest_rank(&self, tolerance: f64) -> Option<usize> {
        smallest_rank(&self.approximation, &self.singular_values, tolerance)
    }

    /// Returns the `rank` leading triplets.
    ///
    /// The singular values that are left out are added to the error, since their vectors are orthogonal
    /// to everything that remains.
    pub fn truncated(mut self, rank: usize) -> Self {
        let rank = rank.min(self.singular_values.len());
        let first = |a: &DenseMatrix<T>| DenseMatrix::from_fn(a.nrows(), rank, |i, j| a.at(i, j));
        self.approximation = without(self.approximation, &self.singular_values[rank..]);
        self.u = first(&self.u);
        self.v = first(&self.v);
        self.singular_values.truncate(rank);
        self.residuals.truncate(rank);
        self.rank = self.rank.min(rank);
        self
    }

    /// U diag(s), m x k.
    pub fn scores(&self) -> DenseMatrix<T> {
        self.u.times_diagonal(&self.singular_values)
    }

    /// A V, m x k: rows of a new matrix in the space of V, as U diag(s) holds the fitted ones.
    ///
    /// # Errors
    /// [`Error::Factorization`] if the number of columns of A differs from the number of rows of V, or if entries
    /// are not finite.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        project(a.into(), &self.v)
    }
}
