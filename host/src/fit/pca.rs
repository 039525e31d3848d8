//! Principal component analysis of a matrix in memory, without a centered copy.

use super::buffers::{Memory, Sizes};
use super::svd::{krylov_work, leading_triplets, range_finder};
use super::{BLOCKS, POWER_ITERATIONS};
use crate::backend::{self, Backend, Operator, Placement, Products, Task};
use crate::matrix::check_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::{Compiled, OfScalar};
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::LinearOperator;
use lowrank_core::pca::Centered;
use lowrank_core::svd::{Subspace, SvdFactors};

/// The k directions in which the rows of A vary most: the truncated SVD of the centered matrix, from a block
/// Krylov space. A sparse matrix stays sparse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pca {
    /// k.
    pub rank: usize,
    /// The estimated relative excess of the remaining variance over the minimum at which the iteration stops.
    pub tolerance: f64,
    /// The maximum number of Krylov blocks of k columns.
    pub blocks: usize,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Pca {
    /// Returns two components.
    fn default() -> Self {
        Self {
            rank: 2,
            tolerance: 1e-7,
            blocks: BLOCKS,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

/// Principal components.
#[derive(Clone, Debug, PartialEq)]
pub struct PcaModel<T> {
    /// n: the means of the columns of A.
    pub means: Vec<T>,
    /// n x k, orthonormal columns: the principal axes, V.
    pub components: DenseMatrix<T>,
    /// m x k: the coordinates of the rows of A on the axes, U diag(s). The largest entry of each column is
    /// positive.
    pub scores: DenseMatrix<T>,
    /// k singular values s of the centered matrix, descending.
    pub singular_values: Vec<T>,
    /// s_i^2 / (m - 1): the variance along each axis; zero for a single row.
    pub explained_variance: Vec<T>,
    /// s_i^2 / ||A - 1 m^T||^2: the share of all variance; zero where there is none.
    pub explained_variance_ratio: Vec<T>,
    /// ||A - 1 m^T||_F^2 / (m - 1): the sum of the variances of the columns.
    pub total_variance: T,
    /// The products with A.
    pub products: Products,
}

impl Pca {
    /// Computes the principal components of the rows of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank that is zero or above min(m, n), entries that are not finite
    /// or missing, and an empty matrix; [`Error::FactorMemory`] if there is not enough memory.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<PcaModel<T>, Error> {
        T::of(&FIT)(self, a.into())
    }

    /// Returns the backend of [`fit`](Self::fit) for this matrix.
    pub fn placement<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Placement {
        let a = a.into();
        let sizes = self.sizes(a.nrows(), a.ncols());
        self.backend.placed(a, krylov_work::<T>(sizes))
    }

    fn sizes(&self, m: usize, n: usize) -> Sizes {
        let width = self.rank.saturating_mul(self.blocks.max(1));
        Sizes::of_krylov_space((m, n), width, self.rank)
    }
}

impl<T: Scalar> PcaModel<T> {
    /// A V - 1 (m^T V): the scores of the rows of another matrix.
    ///
    /// # Errors
    /// [`Error::Factorization`] if the number of columns differs from the number of means, or if entries
    /// are not finite.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        project_centered(a.into(), &self.components, &self.means)
    }

    /// scores V^T + 1 m^T: the rows with these `scores`.
    ///
    /// # Errors
    /// [`Error::Factorization`] if they do not have k columns.
    pub fn inverse_transform(&self, scores: &DenseMatrix<T>) -> Result<DenseMatrix<T>, Error> {
        let (m, k) = (scores.nrows(), self.components.ncols());
        if scores.ncols() != k {
            let (expected, found) = ((m, k), (m, scores.ncols()));
            return Err(lowrank_core::Error::Shape { expected, found }.into());
        }
        let row = |i: usize, j: usize| {
            let mut sum = self.means[j];
            for p in 0..k {
                sum += scores.at(i, p) * self.components.at(j, p);
            }
            sum
        };
        Ok(DenseMatrix::from_fn(m, self.means.len(), row))
    }
}

/// A V - 1 (m^T V).
pub fn project_centered<T: Scalar>(
    a: Matrix<'_, T>,
    v: &DenseMatrix<T>,
    means: &[T],
) -> Result<DenseMatrix<T>, Error> {
    let product = super::svd::project(a, v)?;
    let offset = |j: usize| -> f64 {
        let terms = means.iter().zip(v.column(j));
        terms.map(|(m, v)| m.to_f64() * v.to_f64()).sum()
    };
    let offsets: Vec<T> = (0..product.ncols())
        .map(|j| T::from_f64(offset(j)))
        .collect();
    let centered = |i, j| product.at(i, j) - offsets[j];
    Ok(DenseMatrix::from_fn(
        product.nrows(),
        product.ncols(),
        centered,
    ))
}

struct Fit;

impl OfScalar for Fit {
    type Type<T: Scalar> = fn(&Pca, Matrix<'_, T>) -> Result<PcaModel<T>, Error>;
}

static FIT: Compiled<Fit> = Compiled {
    single: fit,
    double: fit,
};

fn fit<T: Scalar>(settings: &Pca, a: Matrix<'_, T>) -> Result<PcaModel<T>, Error> {
    check_rank((a.nrows(), a.ncols()), settings.rank)?;
    backend::run(settings.placement(a).backend, a, *settings)
}

impl<T: Scalar> Task<T> for Pca {
    type Output = PcaModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<PcaModel<T>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.rank);
        let sizes = self.sizes(m, n);
        let (mut ones, mut means) = (S::buffer(m, 1)?, S::buffer(n, 1)?);
        let mut row = S::small_buffer(sizes.l)?;
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut singular_values, mut residuals) = (vec![T::ZERO; k], vec![T::ZERO; k]);
        let (mut workspace, u, v) = memory.lend(a.columns())?;
        let (mut ones, means) = (S::panel(&mut ones, m, 1)?, S::panel(&mut means, n, 1)?);
        let mut means = S::permuted(means, a.columns());
        let mut factors = SvdFactors {
            u,
            singular_values: &mut singular_values,
            v,
            residuals: &mut residuals,
        };
        let centered = Centered::new(a, &mut ones, &mut means, S::small(&mut row, 1, sizes.l)?)?;
        let svd = lowrank_core::TruncatedSvd {
            rank: k,
            subspace: Subspace::Krylov,
            tolerance: self.tolerance,
            range_finder: range_finder(POWER_ITERATIONS, self.seed),
        };
        let report = leading_triplets(&svd, &centered, &mut workspace, &mut factors)?;
        let (u, components) = (S::entries(&factors.u)?, S::entries(&factors.v)?);
        let scores = DenseMatrix::from_fn(m, k, |i, j| u.at(i, j) * singular_values[j]);
        // A single row has no variance.
        let degrees = T::from_usize(m.saturating_sub(1).max(1));
        let all = report.frobenius_norm;
        let ratio = |s: T| if all > T::ZERO { s / all } else { T::ZERO };
        Ok(PcaModel {
            means: S::entries(&means)?.as_slice().to_vec(),
            components,
            scores,
            explained_variance: singular_values.iter().map(|s| *s / degrees * *s).collect(),
            explained_variance_ratio: singular_values
                .iter()
                .map(|s| ratio(*s) * ratio(*s))
                .collect(),
            total_variance: all / degrees * all,
            singular_values,
            products: a.products(),
        })
    }
}
