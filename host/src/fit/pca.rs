//! Principal component analysis of a matrix in memory, without a centered copy.

use super::accuracy::{
    Accuracy, RankSearch, Truncate, or_exact, share_left, smallest_rank, without,
};
use super::buffers::{Memory, Sizes};
use super::mixed::{Directions, SearchPrecision};
use super::standardization::Standardization;
use super::svd::{Measure, SvdSearch, TruncatedSvd, in_range, rank_of, searched};
use super::svd_solver::SvdSolver;
use super::{
    BLOCKS, MOST_BLOCKS, OVERSAMPLING, POWER_ITERATIONS, entry_stats, few_nonzeros, short_side,
};
use crate::backend::{self, Backend, Operator, Placement, Products, Task};
use crate::cpu::{Centering, Triplets, exact_svd};
use crate::matrix::check_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::{Compiled, OfScalar};
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::panel::Panel;
use lowrank_core::pca::Centered;
use lowrank_core::svd::SvdFactors;
use lowrank_core::{LinearOperator, Real};

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
            (times_columns(&u, &singular_values), v)
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
        let backend = svd.placement(a).backend;
        let directions = match exact {
            Some(_) => None,
            None => svd.directions(a, Centering::Columns, backend)?,
        };
        let components = Components {
            svd,
            exact,
            directions,
        };
        backend::run(backend, a, components)
    }
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
    type Type<T: Scalar> = fn(&Pca, Option<Accuracy>, Matrix<'_, T>) -> Result<PcaModel<T>, Error>;
}

static FIT: Compiled<Fit> = Compiled {
    single: fit,
    double: fit,
};

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

/// The components of the rows of a matrix.
struct Components<T> {
    /// The settings of the SVD of the centered matrix.
    svd: TruncatedSvd,
    /// Its triplets, if they have been computed.
    exact: Option<Measure<T>>,
    /// The result of a search in f32.
    directions: Option<Directions<T>>,
}

/// The triplets of the centered matrix.
struct Found<T> {
    means: Vec<T>,
    /// U diag(s).
    scores: DenseMatrix<T>,
    singular_values: Vec<T>,
    v: DenseMatrix<T>,
    residuals: Vec<T>,
    rank: usize,
    search: SvdSearch<T>,
    /// The norm of the centered matrix.
    norm: T,
    /// The norm of A.
    size: f64,
}

/// U diag(s).
fn times_columns<T: Scalar>(u: &DenseMatrix<T>, s: &[T]) -> DenseMatrix<T> {
    DenseMatrix::from_fn(u.nrows(), u.ncols(), |i, j| u.at(i, j) * s[j])
}

impl<T: Scalar> Task<T> for Components<T> {
    type Output = PcaModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<PcaModel<T>, Error> {
        let directions = self.directions.as_ref();
        let (found, products) = Directions::or_without(directions, |some| self.find(a, some))?;
        let mut model = found.run(a)?;
        model.products += products;
        Ok(model)
    }
}

impl<T: Scalar> Task<T> for Found<T> {
    type Output = PcaModel<T>;

    /// Measures the error.
    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<PcaModel<T>, Error> {
        let approximation = self.approximation(a)?;
        Ok(self.model(approximation, a.products()))
    }
}

impl<T: Scalar> Components<T> {
    /// Computes the triplets, from directions if there are some; `None` if these are too inaccurate.
    fn find<S: MemorySpace<T>>(
        &self,
        a: &Operator<'_, T, S>,
        directions: Option<&Directions<T>>,
    ) -> Result<Option<Found<T>>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.svd.rank);
        let sizes = match (&self.exact, directions) {
            (None, None) => self.svd.sizes(m, n),
            (None, Some(_)) => Sizes::of_directions((m, n), k),
            (Some(_), _) => Sizes::new((m, n), k, k),
        };
        let (mut ones, mut means) = (S::buffer(m, 1)?, S::buffer(n, 1)?);
        let mut row = S::small_buffer(sizes.l)?;
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut singular_values, mut residuals) = (vec![T::ZERO; k], vec![T::ZERO; k]);
        let (mut workspace, mut u, mut v) = memory.lend(a.columns())?;
        let (mut ones, means) = (S::panel(&mut ones, m, 1)?, S::panel(&mut means, n, 1)?);
        let mut means = S::permuted(means, a.columns());
        let centered = Centered::new(a, &mut ones, &mut means, S::small(&mut row, 1, sizes.l)?)?;
        let (rank, search) = match &self.exact {
            Some(exact) => {
                S::load(&mut u, &exact.u)?;
                S::load(&mut v, &exact.v)?;
                u.align_signs(&mut v)?;
                residuals = exact.residuals(&centered, &u, &mut v, &mut workspace.left)?;
                singular_values.copy_from_slice(&exact.singular_values);
                // The means are rounded, and subtracted from entries of their size.
                let stats = a.entry_stats()?;
                let size = stats.norm.scale_by_power_of_two(stats.exponent);
                let rounding = T::from_usize(8) * T::EPSILON * size;
                (exact.rank(), exact.search(&residuals, rounding))
            }
            None => {
                let mut factors = SvdFactors {
                    u,
                    singular_values: &mut singular_values,
                    v,
                    residuals: &mut residuals,
                };
                let lent = (&mut workspace, &mut factors);
                let found = searched::<T, S>(&self.svd, &centered, directions, lent)?;
                let Some(report) = found else {
                    return Ok(None);
                };
                (u, v) = (factors.u, factors.v);
                let search = SvdSearch::of_core(&self.svd, &report, directions.is_some());
                (report.rank, search)
            }
        };
        let (whole, stats) = (a.entry_stats()?, centered.entry_stats()?);
        Ok(Some(Found {
            norm: stats.norm.scale_by_power_of_two(stats.exponent),
            size: whole.norm.to_f64().scale_by_power_of_two(whole.exponent),
            means: S::entries(&means)?.as_slice().to_vec(),
            scores: times_columns(&S::entries(&u)?, &singular_values),
            singular_values,
            v: S::entries(&v)?,
            residuals,
            rank,
            search,
        }))
    }
}

impl<T: Scalar> Found<T> {
    fn model(self, approximation: Approximation<T>, products: Products) -> PcaModel<T> {
        let s = &self.singular_values;
        // A single row has no variance.
        let degrees = T::from_usize(self.scores.nrows().saturating_sub(1).max(1));
        let all = self.norm;
        let ratio = |s: T| if all > T::ZERO { s / all } else { T::ZERO };
        PcaModel {
            explained_variance: s.iter().map(|s| *s / degrees * *s).collect(),
            explained_variance_ratio: s.iter().map(|s| ratio(*s) * ratio(*s)).collect(),
            total_variance: all / degrees * all,
            means: self.means,
            deviations: None,
            components: self.v,
            scores: self.scores,
            singular_values: self.singular_values,
            residuals: self.residuals,
            rank: self.rank,
            approximation,
            search: self.search,
            products,
        }
    }

    /// Computes the error from the norm and the singular values, since ||B - U diag(s) V^T||^2 = ||B||^2 - sum s_i^2, and
    /// the share of ||B||^2 that this difference is.
    fn by_norm(&self, (m, n): (usize, usize)) -> (Approximation<T>, f64) {
        let (all, eps) = (self.norm.to_f64(), T::EPSILON.to_f64());
        let left = share_left(self.norm, &self.singular_values);
        let sides = 2.0 * (m + n) as f64;
        // Means are rounded, and subtracted from entries of their size.
        let bound = all * (left + sides * eps).sqrt() + 4.0 * eps * self.size;
        let by_norm = Approximation {
            error: T::from_f64(all * left.sqrt()),
            error_bound: T::from_f64(bound),
            frobenius_norm: self.norm,
        };
        (by_norm, left)
    }

    /// Computes the error from the norm or, if the difference has lost half of its digits, as the distance of
    /// 1 m^T + `scores` V^T from A, whose factors have one column more.
    fn approximation<S: MemorySpace<T>>(
        &self,
        a: &Operator<'_, T, S>,
    ) -> Result<Approximation<T>, Error> {
        let (m, n) = (a.nrows(), a.ncols());
        let (by_norm, left) = self.by_norm((m, n));
        if left > T::EPSILON.to_f64().sqrt() {
            return Ok(by_norm);
        }
        let l = self.singular_values.len() + 1;
        let sizes = Sizes::new((m, n), l, l);
        if self.norm == T::ZERO || sizes.check_memory::<T, S>().is_err() {
            return Ok(by_norm);
        }
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut workspace, mut w, mut h) = memory.lend(a.columns())?;
        let beside = |first: &dyn Fn(usize) -> T, rest: &DenseMatrix<T>| {
            DenseMatrix::from_fn(rest.nrows(), l, |i, j| match j {
                0 => first(i),
                _ => rest.at(i, j - 1),
            })
        };
        S::load(&mut w, &beside(&|_| T::ONE, &self.scores))?;
        S::load(&mut h, &beside(&|j| self.means[j], &self.v))?;
        let measured = Approximation::measure(a, &mut w, &mut h, &mut workspace)?;
        let tighter = match by_norm.error_bound < measured.error_bound {
            true => by_norm.error_bound,
            false => measured.error_bound,
        };
        Ok(Approximation {
            error: measured.error,
            error_bound: tighter,
            frobenius_norm: self.norm,
        })
    }
}
