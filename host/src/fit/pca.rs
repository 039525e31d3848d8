//! Principal component analysis of a matrix in memory, without a centered copy.

use super::accuracy::{Accuracy, RankSearch, or_exact};
use super::centered_triplets::{Components, Found};
use super::measured_triplets::{Measure, in_range, rank_of};
use super::mixed_precision::SearchPrecision;
use super::pca_model::PcaModel;
use super::standardization::Standardization;
use super::svd::TruncatedSvd;
use super::svd_model::SvdSearch;
use super::svd_solver::SvdSolver;
use super::{
    BLOCKS, MOST_BLOCKS, OVERSAMPLING, POWER_ITERATIONS, entry_stats, few_nonzeros, short_side,
};
use crate::backend::{self, Backend, Placement};
use crate::cpu::{Centering, SharedLayout, Triplets, exact_svd};
use crate::matrix::check_rank;
use crate::scalar::compiled;
use crate::{Error, Matrix, Scalar};

/// The k directions in which the rows of A vary most: the truncated SVD of the centered matrix. A sparse matrix stays
/// sparse.
///
/// ```
/// use lowrank::{DenseMatrix, Pca};
/// let a = DenseMatrix::from_fn(5, 3, |i, j| [1.0, 1e3, 7.0][j] * (i * (j + 1) % 5) as f64);
/// let model = Pca { rank: 2, scale: true, ..Pca::default() }.fit(&a)?;
/// assert!((model.total_variance - 3.0f64).abs() < 1e-12); // one for each column
/// # Ok::<(), lowrank::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pca {
    /// k.
    pub rank: usize,
    /// The algorithm; `None` is a Krylov space or, for a dense matrix with a short side, exact.
    pub solver: Option<SvdSolver>,
    /// Divides each column by its standard deviation, with m - 1 degrees of freedom: the components of the
    /// correlations instead of the covariances. A column of equal entries becomes zero.
    pub scale: bool,
    /// Krylov and Chebyshev: the estimated relative excess of the error over the minimum at which the iteration stops.
    pub tolerance: f64,
    /// Krylov: the precision of the search for the axes.
    pub search: SearchPrecision,
    /// Krylov: the number of blocks in memory, beside 3 k columns, after which the search is restarted from its best
    /// directions.
    pub blocks: usize,
    /// Krylov: the maximum number of blocks, each of which costs two products. Chebyshev: of polynomials.
    pub iterations: usize,
    /// Randomized and Chebyshev: the number of columns of the sketch beyond k.
    pub oversampling: usize,
    /// Randomized: rounds of A^T and A after the first product.
    pub power_iterations: usize,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Pca {
    /// Returns two components of covariances.
    fn default() -> Self {
        Self {
            rank: 2,
            solver: None,
            scale: false,
            tolerance: 1e-7,
            search: SearchPrecision::default(),
            blocks: BLOCKS,
            iterations: MOST_BLOCKS,
            oversampling: OVERSAMPLING,
            power_iterations: POWER_ITERATIONS,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

impl Pca {
    /// Computes the principal components of the rows of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank that is zero or above min(m, n), entries that are not finite
    /// or missing, and an empty matrix; [`Error::FactorMemory`], [`Error::CopyMemory`] or, for the exact solver,
    /// [`Error::Memory`] if there is not enough memory.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<PcaModel<T>, Error> {
        T::of(&FIT)(self, None, a.into())
    }

    /// Computes the fewest components, at least one, that have the requested accuracy, as a share of the centered and
    /// scaled matrix. The search starts at the rank of the settings, which is doubled until it suffices.
    ///
    /// # Errors
    /// The errors of [`fit`](Self::fit); [`Error::Factorization`] for a share outside [0, 1];
    /// [`Error::Accuracy`] if rounding leaves a larger error at full rank.
    pub fn fit_to<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        accuracy: Accuracy,
    ) -> Result<PcaModel<T>, Error> {
        T::of(&FIT)(self, Some(accuracy), a.into())
    }

    /// Returns the backend of [`fit`](Self::fit) for this matrix.
    pub fn placement<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Placement {
        let a = a.into();
        let solver = self.is_exact(a).then_some(SvdSolver::Exact);
        let svd = self.svd();
        TruncatedSvd {
            solver: solver.or(svd.solver),
            ..svd
        }
        .placement(a)
    }

    /// The matrix is decomposed exactly, because that is asked for or because a side is short.
    fn is_exact<T: Scalar>(&self, a: Matrix<'_, T>) -> bool {
        let svd = TruncatedSvd {
            solver: self.solver,
            ..self.svd()
        };
        svd.resolved_solver(a) == SvdSolver::Exact
    }

    /// Checks if the directions of the centered A are searched in f32.
    pub(crate) fn searches_in_single<T: Scalar>(&self, a: Matrix<'_, T>) -> bool {
        self.svd().searches_in_single(a)
    }

    /// Returns the settings of the SVD of the centered matrix.
    fn svd(&self) -> TruncatedSvd {
        TruncatedSvd {
            rank: self.rank,
            solver: Some(self.solver.unwrap_or(SvdSolver::Krylov)),
            tolerance: self.tolerance,
            search: self.search,
            blocks: self.blocks,
            iterations: self.iterations,
            oversampling: self.oversampling,
            power_iterations: self.power_iterations,
            backend: self.backend,
            seed: self.seed,
        }
    }

    /// Computes the components of a matrix whose columns are scaled.
    fn of_scaled<T: Scalar>(
        &self,
        accuracy: Option<Accuracy>,
        a: Matrix<'_, T>,
    ) -> Result<PcaModel<T>, Error> {
        let Some(accuracy) = accuracy else {
            return self.components(a);
        };
        let search = RankSearch::of(a, self.rank, self.solver);
        search.run(accuracy, |rank, solver| {
            Self {
                rank,
                solver,
                ..*self
            }
            .components(a)
        })
    }

    /// Computes the components, by an exact decomposition where the search of the default solver has not converged.
    fn components<T: Scalar>(&self, a: Matrix<'_, T>) -> Result<PcaModel<T>, Error> {
        if self.solver.is_none()
            && self.is_exact(a)
            && let Some(found) = self.on_short_side(a)?
        {
            return Ok(found);
        }
        let found = self.search(a)?;
        if self.solver.is_some() {
            return Ok(found);
        }
        let exact = Self {
            solver: Some(SvdSolver::Exact),
            ..*self
        };
        or_exact(found, a, || exact.search(a))
    }

    /// Computes the components from the Gram matrix of the short side; `None` if it does not hold them accurately enough.
    fn on_short_side<T: Scalar>(&self, a: Matrix<'_, T>) -> Result<Option<PcaModel<T>>, Error> {
        let Some(found) = short_side::triplets(a, Centering::Columns, self.rank)? else {
            return Ok(None);
        };
        let (m, n) = (a.nrows(), a.ncols());
        let of_means: f64 = found.means.iter().map(|m| m * m).sum();
        let size = (found.squares + m as f64 * of_means).sqrt();
        let triplets = found.triplets;
        let residuals: Vec<T> = in_range(&triplets.residuals)?;
        let singular_values: Vec<T> = in_range(&triplets.singular_values)?;
        let (mut scores, mut v) = if m >= n {
            (triplets.product, triplets.v)
        } else {
            let Triplets { u: v, v: u, .. } = triplets.normalized();
            (u.times_diagonal(&singular_values), v)
        };
        short_side::align_signs(&mut scores, &mut v)?;
        let found = Found {
            means: in_range(&found.means)?,
            rank: rank_of(&singular_values, (m, n)),
            search: SvdSearch::of_exact(&singular_values, &residuals, (m, n), T::ZERO),
            norm: T::from_f64(found.squares.sqrt()),
            size,
            scores,
            singular_values,
            v,
            residuals,
        };
        let (approximation, left) = found.by_norm((m, n));
        if left > T::EPSILON.to_f64().sqrt() {
            let products = short_side::products(a, self.rank);
            return Ok(Some(found.model(approximation, products)));
        }
        backend::run(Backend::Host, a, found).map(Some)
    }

    fn search<T: Scalar>(&self, a: Matrix<'_, T>) -> Result<PcaModel<T>, Error> {
        let exact = match self.solver {
            Some(SvdSolver::Exact) => {
                let exponent = entry_stats(a)?.exponent;
                let triplets = exact_svd(a, Centering::Columns, exponent, self.rank)?;
                Some(Measure::new(triplets, exponent)?)
            }
            _ => None,
        };
        let svd = self.svd();
        let (backend, layout) = (svd.placement(a).backend, SharedLayout::default());
        let directions = match exact {
            Some(_) => None,
            None => svd.directions(a, Centering::Columns, backend, &layout)?,
        };
        let components = Components {
            svd,
            exact,
            directions,
        };
        backend::run_sharing(backend, a, &layout, components)
    }
}

compiled! {
    static FIT: Fit<T> = fit
        as fn(&Pca, Option<Accuracy>, Matrix<'_, T>) -> Result<PcaModel<T>, Error>;
}

fn fit<T: Scalar>(
    settings: &Pca,
    accuracy: Option<Accuracy>,
    a: Matrix<'_, T>,
) -> Result<PcaModel<T>, Error> {
    let least = if accuracy.is_some() { 1 } else { settings.rank };
    check_rank((a.nrows(), a.ncols()), least)?;
    let few = few_nonzeros(a, settings.backend);
    let a = few.as_ref().map_or(a, Matrix::Sparse);
    if !settings.scale {
        return settings.of_scaled(accuracy, a);
    }
    entry_stats(a)?;
    let standard = Standardization::of(a);
    let scaled = standard.apply(a)?;
    let model = settings.of_scaled(accuracy, scaled.view())?;
    let deviations: Vec<T> = in_range(&standard.deviations)?;
    let kept = |(wide, d): (&f64, &T)| (*wide == 0.0) == (*d == T::ZERO);
    if !standard.deviations.iter().zip(&deviations).all(kept) {
        return Err(lowrank_core::Error::Overflow.into());
    }
    Ok(PcaModel {
        means: in_range(&standard.means)?,
        deviations: Some(deviations),
        ..model
    })
}
