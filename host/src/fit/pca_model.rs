//! Principal components, and the coordinates of rows on them.

use super::accuracy::{Truncate, smallest_rank, without};
use super::entry_stats;
use super::projection::project;
use super::standardization::Standardization;
use super::svd_model::SvdSearch;
use crate::backend::Products;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::approximation::Approximation;

/// Principal components of A - 1 m^T, or of (A - 1 m^T) D^-1 if columns are scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct PcaModel<T> {
    /// n: the means m of the columns of A.
    pub means: Vec<T>,
    /// n: the standard deviations by which the columns were divided, zero for a column of equal entries; `None`
    /// without scaling.
    pub deviations: Option<Vec<T>>,
    /// n x k, orthonormal columns: the principal axes, V.
    pub components: DenseMatrix<T>,
    /// m x k: the coordinates of the rows of A on the axes, U diag(s). The entry of greatest magnitude in each column
    /// is positive.
    pub scores: DenseMatrix<T>,
    /// k singular values s of the centered and scaled matrix, descending.
    pub singular_values: Vec<T>,
    /// ||B v_i - s_i u_i||, or ||B^T u_i - s_i v_i|| if it is larger, where B is that matrix: a singular value of B lies within this distance of s_i.
    pub residuals: Vec<T>,
    /// The number of singular values above rounding noise.
    pub rank: usize,
    /// ||B - U diag(s) V^T||_F, computed; a bound that includes rounding; and ||B||_F.
    pub approximation: Approximation<T>,
    /// s_i^2 / (m - 1): the variance along each axis; zero for a single row.
    pub explained_variance: Vec<T>,
    /// s_i^2 / ||B||^2: the share of all variance; zero where there is none.
    pub explained_variance_ratio: Vec<T>,
    /// ||B||_F^2 / (m - 1): the sum of the variances of the columns.
    pub total_variance: T,
    /// The search for the components, and the verdict on them.
    pub search: SvdSearch<T>,
    /// The products with A; for the exact solver by the thin SVD, only those for residuals and error.
    pub products: Products,
}

impl<T: Scalar> Truncate for PcaModel<T> {
    fn smallest_rank(&self, tolerance: f64) -> Option<usize> {
        smallest_rank(&self.approximation, &self.singular_values, tolerance)
    }

    fn truncated(mut self, rank: usize) -> Self {
        let rank = rank.min(self.singular_values.len());
        let first = |a: &DenseMatrix<T>| DenseMatrix::from_fn(a.nrows(), rank, |i, j| a.at(i, j));
        self.approximation = without(self.approximation, &self.singular_values[rank..]);
        self.components = first(&self.components);
        self.scores = first(&self.scores);
        for numbers in [
            &mut self.singular_values,
            &mut self.residuals,
            &mut self.explained_variance,
            &mut self.explained_variance_ratio,
        ] {
            numbers.truncate(rank);
        }
        self.rank = self.rank.min(rank);
        self
    }

    fn converged(&self) -> bool {
        self.search.converged
    }

    fn products(&mut self) -> &mut Products {
        &mut self.products
    }
}

impl<T: Scalar> PcaModel<T> {
    /// (A - 1 m^T) D^-1 V: the scores of the rows of another matrix; without scaling, D is the identity.
    ///
    /// # Errors
    /// [`Error::Factorization`] if the number of columns differs from the number of means, or if entries
    /// are not finite.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        let deviations = self.deviations.as_deref();
        project_centered(a.into(), &self.components, &self.means, deviations)
    }

    /// scores V^T D + 1 m^T: the rows with these `scores`.
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
            let mut sum = T::ZERO;
            for p in 0..k {
                sum += scores.at(i, p) * self.components.at(j, p);
            }
            let deviation = self.deviations.as_ref().map_or(T::ONE, |d| d[j]);
            self.means[j] + deviation * sum
        };
        Ok(DenseMatrix::from_fn(m, self.means.len(), row))
    }

    /// Counts the columns of equal entries, which scaling made zero; `None` without scaling.
    pub fn constant_columns(&self) -> Option<usize> {
        let deviations = self.deviations.as_ref()?;
        Some(deviations.iter().filter(|d| **d == T::ZERO).count())
    }
}

/// (A - 1 m^T) D^-1 V, where D holds the `deviations`: without them the identity, and zero for a column that becomes
/// zero.
///
/// # Errors
/// As for [`PcaModel::transform`].
pub fn project_centered<T: Scalar>(
    a: Matrix<'_, T>,
    v: &DenseMatrix<T>,
    means: &[T],
    deviations: Option<&[T]>,
) -> Result<DenseMatrix<T>, Error> {
    let Some(deviations) = deviations else {
        return project_shifted(a, v, means);
    };
    if a.ncols() != means.len() {
        let (expected, found) = ((a.nrows(), means.len()), (a.nrows(), a.ncols()));
        return Err(lowrank_core::Error::Shape { expected, found }.into());
    }
    entry_stats(a)?;
    let wide = |x: &[T]| x.iter().map(|x| x.to_f64()).collect();
    let standard = Standardization {
        means: wide(means),
        deviations: wide(deviations),
    };
    let scaled = standard.apply(a)?;
    project_shifted(scaled.view(), v, &standard.means_left(a))
}

/// A V - 1 (m^T V).
fn project_shifted<T: Scalar>(
    a: Matrix<'_, T>,
    v: &DenseMatrix<T>,
    means: &[T],
) -> Result<DenseMatrix<T>, Error> {
    let product = project(a, v)?;
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
