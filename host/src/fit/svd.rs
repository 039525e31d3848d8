//! Truncated SVD of a matrix in memory.

use super::accuracy::{
    Accuracy, RankSearch, Truncate, or_exact, share_left, smallest_rank, without,
};
use super::buffers::{Memory, Sizes, WHOLE};
use super::mixed::{Directions, Search, SearchPrecision};
use super::svd_solver::SvdSolver;
use super::svd_work::{chebyshev_work, fastest_search, krylov_work, power_work};
use super::{
    BLOCK, BLOCKS, MOST_BLOCKS, OVERSAMPLING, POWER_ITERATIONS, entry_stats, few_nonzeros,
    krylov_columns, short_side,
};
use crate::backend::{self, Backend, Operator, Placement, Products, Task};
use crate::cpu::{Centering, Triplets as ExactTriplets, exact_svd};
use crate::matrix::check_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::{Compiled, OfScalar};
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::Stop;
use lowrank_core::panel::Panel;
use lowrank_core::random::Distribution;
use lowrank_core::svd::{
    Normalizer, RangeFinder, Sides, Subspace, SvdFactors, SvdReport, share_of_norm,
};
use lowrank_core::{LinearOperator, MatRef, Real, Workspace};

/// A ~ U diag(s) V^T of rank k: settings and [`fit`](TruncatedSvd::fit).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedSvd {
    /// k.
    pub rank: usize,
    /// The algorithm; `None` is the fastest one of Krylov, Chebyshev and, for a dense matrix with a short side, exact, as
    /// [`resolved_solver`](TruncatedSvd::resolved_solver) estimates.
    pub solver: Option<SvdSolver>,
    /// Krylov and Chebyshev: the estimated relative excess of the error over the optimum at which the iteration stops.
    pub tolerance: f64,
    /// Krylov: the precision of the search for the vectors.
    pub search: SearchPrecision,
    /// Krylov: the number of blocks of eight columns in memory, beside 3 k columns, after which the search is restarted
    /// from its best directions.
    pub blocks: usize,
    /// Krylov: the maximum number of blocks, each of which costs two products with eight columns. Chebyshev: of
    /// polynomials.
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

impl Default for TruncatedSvd {
    /// Returns six triplets from at most 1000 Krylov blocks; randomized with ten columns of
    /// oversampling and ten power iterations.
    fn default() -> Self {
        Self {
            rank: 6,
            solver: None,
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
    /// Returns the search with these settings, or its fallback, by core; `single`: it was made in f32.
    pub(super) fn of_core(settings: &TruncatedSvd, report: &SvdReport<T>, single: bool) -> Self {
        Self {
            solver: match report.subspace {
                Subspace::Power => SvdSolver::Randomized,
                Subspace::Krylov | Subspace::Chebyshev => {
                    settings.solver.unwrap_or(SvdSolver::Krylov)
                }
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

impl TruncatedSvd {
    /// Computes the leading triplets of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank that is zero or above min(m, n), entries that are not
    /// finite and an empty matrix; [`Error::Memory`] if the exact solver does not have enough memory, and
    /// [`Error::FactorMemory`] if there is not enough for the factors.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<SvdModel<T>, Error> {
        T::of(&FIT)(self, a.into())
    }

    /// [`fit`](Self::fit) that also returns U diag(s): the rows of A in the space of V.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_transform<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
    ) -> Result<(SvdModel<T>, DenseMatrix<T>), Error> {
        let model = self.fit(a)?;
        let scores = model.scores();
        Ok((model, scores))
    }

    /// Returns the solver that [`fit`](Self::fit) uses for this matrix.
    pub fn resolved_solver<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> SvdSolver {
        self.solver.unwrap_or_else(|| self.fastest(a.into()))
    }

    /// Returns the backend of [`fit`](Self::fit) for this matrix.
    pub fn placement<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Placement {
        let a = a.into();
        let solver = Some(self.resolved_solver(a));
        let sizes = Self { solver, ..*self }.sizes(a.nrows(), a.ncols());
        let work = match solver {
            Some(SvdSolver::Exact) => return self.backend.placed_on_cpu(),
            Some(SvdSolver::Chebyshev) => chebyshev_work::<T>(sizes),
            Some(SvdSolver::Randomized) => power_work::<T>(sizes, self.power_iterations),
            Some(SvdSolver::Krylov) | None => krylov_work::<T>(sizes),
        };
        self.backend.placed(a, work)
    }

    fn subspace(&self) -> Subspace {
        match self.solver {
            Some(SvdSolver::Chebyshev) => Subspace::Chebyshev,
            Some(SvdSolver::Randomized | SvdSolver::Exact) => Subspace::Power,
            Some(SvdSolver::Krylov) | None => Subspace::Krylov,
        }
    }

    /// Returns the settings of core.
    pub(super) fn in_core(&self) -> lowrank_core::TruncatedSvd {
        lowrank_core::TruncatedSvd {
            rank: self.rank,
            subspace: self.subspace(),
            tolerance: self.tolerance,
            block: BLOCK,
            iterations: self.iterations,
            range_finder: range_finder(self.power_iterations, self.seed),
        }
    }

    /// Checks if the directions of A are searched in f32.
    pub(crate) fn searches_in_single<T: Scalar>(&self, a: Matrix<'_, T>) -> bool {
        let large = a.nrows().min(a.ncols()) > WHOLE;
        let wanted = match self.search {
            SearchPrecision::Full => false,
            SearchPrecision::Single => true,
            SearchPrecision::Auto => large && self.tolerance >= LEAST_SINGLE_TOLERANCE,
        };
        let krylov = matches!(self.solver, Some(SvdSolver::Krylov) | None);
        wanted && krylov && T::NAME != f32::NAME
    }

    /// Computes the directions of A, or of the centered A, in f32 if the settings say so and it is possible.
    pub(super) fn directions<T: Scalar>(
        &self,
        a: Matrix<'_, T>,
        centering: Centering,
        backend: Backend,
    ) -> Result<Option<Directions<T>>, Error> {
        if !self.searches_in_single(a) {
            return Ok(None);
        }
        let search = Search {
            svd: self.in_core(),
            sizes: self.sizes(a.nrows(), a.ncols()),
            centering,
        };
        search.run_in_single(a, backend)
    }

    pub(super) fn sizes(&self, m: usize, n: usize) -> Sizes {
        let (size, k) = ((m, n), self.rank);
        let sampled = k.saturating_add(self.oversampling).min(m).min(n);
        match self.subspace() {
            Subspace::Krylov => {
                let columns = krylov_columns(k, self.blocks);
                Sizes::of_krylov_space(size, columns, k)
                    .with_blocks(BLOCK)
                    .with_restarts()
            }
            Subspace::Power => Sizes::new(size, sampled, k),
            Subspace::Chebyshev => Sizes {
                spare: [sampled; 2],
                ..Sizes::new(size, sampled, k)
            },
        }
    }
}

/// The smallest tolerance for which directions are searched in f32.
const LEAST_SINGLE_TOLERANCE: f64 = 1e-8;

impl TruncatedSvd {
    /// Returns the fastest solver: one of the searches, or the exact one where a side of a dense matrix is short.
    fn fastest<T: Scalar>(&self, a: Matrix<'_, T>) -> SvdSolver {
        let (search, operations) = fastest_search(a, self.rank);
        let on_host = self.backend.may_be_host();
        let free = self.search != SearchPrecision::Single;
        if on_host && free && short_side::costs_less(a, self.rank, operations) {
            SvdSolver::Exact
        } else {
            search
        }
    }

    /// Computes the leading triplets of the smallest rank, at least one, whose approximation has the requested
    /// accuracy. The search starts at the rank of the settings, which is doubled until it suffices.
    ///
    /// The result has this accuracy whatever its singular values; no smaller rank suffices as far as they are
    /// exact.
    ///
    /// # Errors
    /// The errors of [`fit`](Self::fit); [`Error::Factorization`] for a share outside [0, 1];
    /// [`Error::Accuracy`] if rounding leaves a larger error at full rank.
    pub fn fit_to<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        accuracy: Accuracy,
    ) -> Result<SvdModel<T>, Error> {
        let a = a.into();
        // Once for all ranks.
        let few = few_nonzeros(a, self.backend);
        let a = few.as_ref().map_or(a, Matrix::Sparse);
        let search = RankSearch::of(a, self.rank, self.solver);
        search.run(accuracy, |rank, solver| {
            Self {
                rank,
                solver,
                ..*self
            }
            .fit(a)
        })
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
        let scaled = |i, j| self.u.at(i, j) * self.singular_values[j];
        DenseMatrix::from_fn(self.u.nrows(), self.u.ncols(), scaled)
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

struct Fit;

impl OfScalar for Fit {
    type Type<T: Scalar> = fn(&TruncatedSvd, Matrix<'_, T>) -> Result<SvdModel<T>, Error>;
}

static FIT: Compiled<Fit> = Compiled {
    single: fit,
    double: fit,
};

fn fit<T: Scalar>(settings: &TruncatedSvd, a: Matrix<'_, T>) -> Result<SvdModel<T>, Error> {
    check_rank((a.nrows(), a.ncols()), settings.rank)?;
    let few = few_nonzeros(a, settings.backend);
    let a = few.as_ref().map_or(a, Matrix::Sparse);
    let mut solver = settings.resolved_solver(a);
    if settings.solver.is_none() && solver == SvdSolver::Exact {
        if let Some(found) = on_short_side(a, settings.rank)? {
            return Ok(found);
        }
        solver = fastest_search(a, settings.rank).0;
    }
    if solver == SvdSolver::Exact {
        let exponent = entry_stats(a)?.exponent;
        let triplets = exact_svd(a, Centering::None, exponent, settings.rank)?;
        let measure = Measure::new(triplets, exponent)?;
        return backend::run(settings.backend.on_cpu(), a, measure);
    }
    let resolved = TruncatedSvd {
        solver: Some(solver),
        ..*settings
    };
    let backend = resolved.placement(a).backend;
    let randomized = Randomized {
        svd: resolved,
        directions: resolved.directions(a, Centering::None, backend)?,
    };
    let found = backend::run(backend, a, randomized)?;
    if settings.solver.is_some() {
        return Ok(found);
    }
    let exact = TruncatedSvd {
        solver: Some(SvdSolver::Exact),
        ..*settings
    };
    or_exact(found, a, || exact.fit(a))
}

/// Computes the truncated SVD of A from the Gram matrix of its short side; `None` if that does not hold it accurately enough.
fn on_short_side<T: Scalar>(a: Matrix<'_, T>, k: usize) -> Result<Option<SvdModel<T>>, Error> {
    let Some(found) = short_side::triplets(a, Centering::None, k)? else {
        return Ok(None);
    };
    let s = &found.triplets.singular_values;
    let approximation = short_side::from_norms(a.nrows() + a.ncols(), found.squares, s);
    let residuals: Vec<T> = in_range(&found.triplets.residuals)?;
    let upright = a.nrows() >= a.ncols();
    let mut exact = Measure::new(found.triplets.normalized().oriented(upright), 0)?;
    let Some(approximation) = approximation else {
        return backend::run(Backend::Host, a, exact).map(Some);
    };
    short_side::align_signs(&mut exact.u, &mut exact.v)?;
    Ok(Some(SvdModel {
        search: exact.search(&residuals, T::ZERO),
        rank: exact.rank(),
        u: exact.u,
        singular_values: exact.singular_values,
        v: exact.v,
        residuals,
        approximation,
        products: short_side::products(a, k),
    }))
}

/// Computes the triplets of an operator, by one instance of the algorithm for every kind of operator.
pub(super) fn leading_triplets<P: Panel>(
    svd: &lowrank_core::TruncatedSvd,
    a: &dyn LinearOperator<P>,
    workspace: &mut Workspace<'_, P>,
    factors: &mut SvdFactors<'_, P>,
) -> Result<SvdReport<P::Scalar>, Error> {
    Ok(svd.run(&a, workspace, factors)?)
}

/// The triplets by any solver but the exact one.
struct Randomized<T> {
    svd: TruncatedSvd,
    /// The result of a search in f32.
    directions: Option<Directions<T>>,
}

impl<T: Scalar> Task<T> for Randomized<T> {
    type Output = SvdModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<SvdModel<T>, Error> {
        let directions = self.directions.as_ref();
        let (mut found, products) = Directions::or_without(directions, |some| self.fit(a, some))?;
        found.products += products;
        Ok(found)
    }
}

impl<T: Scalar> Randomized<T> {
    /// Computes the triplets, from directions if there are some; `None` if these are too inaccurate.
    fn fit<S: MemorySpace<T>>(
        &self,
        a: &Operator<'_, T, S>,
        directions: Option<&Directions<T>>,
    ) -> Result<Option<SvdModel<T>>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.svd.rank);
        let sizes = match directions {
            Some(_) => Sizes::of_directions((m, n), k),
            None => self.svd.sizes(m, n),
        };
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut workspace, u, v) = memory.lend(a.columns())?;
        let (mut singular_values, mut residuals) = (vec![T::ZERO; k], vec![T::ZERO; k]);
        let mut factors = SvdFactors {
            u,
            singular_values: &mut singular_values,
            v,
            residuals: &mut residuals,
        };
        let lent = (&mut workspace, &mut factors);
        let Some(report) = searched::<T, S>(&self.svd, a, directions, lent)? else {
            return Ok(None);
        };
        let SvdFactors { mut u, mut v, .. } = factors;
        let (u_entries, v_entries) = (S::entries(&u)?, S::entries(&v)?);
        let by_norm = directions.and_then(|_| error_by_norm(&report, &singular_values));
        let mut approximation = match by_norm {
            Some(approximation) => approximation,
            None => measure(a, &mut workspace, &singular_values, &mut u, &mut v)?,
        };
        if report.error_bound < approximation.error_bound {
            approximation.error_bound = report.error_bound;
        }
        Ok(Some(SvdModel {
            u: u_entries,
            singular_values,
            v: v_entries,
            residuals,
            rank: report.rank,
            approximation,
            search: SvdSearch::of_core(&self.svd, &report, directions.is_some()),
            products: a.products(),
        }))
    }
}

/// Computes the triplets, by a search or from directions; `None` if these are too inaccurate.
pub(super) fn searched<'p, T: Scalar, S: MemorySpace<T>>(
    settings: &TruncatedSvd,
    a: &dyn LinearOperator<S::Panel<'p>>,
    directions: Option<&Directions<T>>,
    (workspace, factors): (
        &mut Workspace<'_, S::Panel<'p>>,
        &mut SvdFactors<'_, S::Panel<'p>>,
    ),
) -> Result<Option<SvdReport<T>>, Error> {
    let svd = settings.in_core();
    let Some(directions) = directions else {
        return leading_triplets(&svd, a, workspace, factors).map(Some);
    };
    directions.load::<S>(workspace)?;
    let report = svd.finish(&a, &directions.search, workspace, factors)?;
    Ok(report.filter(|report| report.converged))
}

/// Estimates sigma_1 to about a hundredth.
pub(super) fn largest_singular_value<T: Scalar>(
    a: Matrix<'_, T>,
    backend: Backend,
    seed: u64,
) -> Result<f64, Error> {
    let svd = TruncatedSvd {
        rank: 1,
        solver: Some(SvdSolver::Krylov),
        tolerance: 1e-4,
        backend,
        seed,
        ..TruncatedSvd::default()
    };
    Ok(svd.fit(a)?.singular_values[0].to_f64())
}

/// Returns the range finder of the host: the long panel is not normalized between two products.
pub(super) fn range_finder(power_iterations: usize, seed: u64) -> RangeFinder {
    RangeFinder {
        distribution: Distribution::Uniform,
        power_iterations,
        normalizer: Normalizer::Lu,
        sides: Sides::Shorter,
        seed,
    }
}

/// Computes the error from the norm and the singular values, since ||A - U diag(s) V^T||^2 = ||A||^2 - sum s_i^2 where U and
/// V are orthonormal and A^T U = V diag(s). `None` if the difference has lost half of its digits.
fn error_by_norm<T: Scalar>(report: &SvdReport<T>, s: &[T]) -> Option<Approximation<T>> {
    let left = share_left(report.frobenius_norm, s);
    (left > T::EPSILON.to_f64().sqrt()).then(|| Approximation {
        error: T::from_f64(report.frobenius_norm.to_f64() * left.sqrt()),
        error_bound: report.error_bound,
        frobenius_norm: report.frobenius_norm,
    })
}

/// ||A - U diag(s) V^T||_F; `u` becomes U diag(s).
fn measure<'p, T: Scalar, S: MemorySpace<T>>(
    a: &Operator<'_, T, S>,
    workspace: &mut Workspace<'_, S::Panel<'p>>,
    s: &[T],
    u: &mut S::Panel<'p>,
    v: &mut S::Panel<'p>,
) -> Result<Approximation<T>, Error> {
    let k = s.len();
    let diagonal = DenseMatrix::from_fn(k, k, |i, j| if i == j { s[i] } else { T::ZERO });
    let diagonal = MatRef::new(diagonal.as_slice(), k, k)?;
    S::Panel::write_small(diagonal, &mut workspace.small)?;
    workspace.left.set_ncols(k)?;
    u.mul_small(&workspace.small, &mut workspace.left)?;
    std::mem::swap(u, &mut workspace.left);
    Ok(Approximation::measure(a, u, v, workspace)?)
}

/// Computes residuals and error of triplets from another algorithm.
pub(super) struct Measure<T> {
    pub u: DenseMatrix<T>,
    pub singular_values: Vec<T>,
    pub v: DenseMatrix<T>,
    /// The exponent of the largest entry of A.
    exponent: i32,
}

/// Counts the singular values above max(m, n) eps s_1.
pub(super) fn rank_of<T: Scalar>(s: &[T], (m, n): (usize, usize)) -> usize {
    let noise = T::from_usize(m.max(n)) * T::EPSILON * s[0];
    s.iter().filter(|s| **s > noise).count()
}

/// Converts f64 numbers to another precision.
pub(super) fn in_range<T: Scalar>(x: &[f64]) -> Result<Vec<T>, Error> {
    let x: Vec<T> = x.iter().map(|x| T::from_f64(*x)).collect();
    if x.iter().all(|x| Real::is_finite(*x)) {
        Ok(x)
    } else {
        Err(lowrank_core::Error::Overflow.into())
    }
}

impl<T: Scalar> Measure<T> {
    /// Returns the verdict on the triplets, [`SvdSearch::of_exact`].
    pub(super) fn search(&self, residuals: &[T], rounding: T) -> SvdSearch<T> {
        let size = (self.u.nrows(), self.v.nrows());
        SvdSearch::of_exact(&self.singular_values, residuals, size, rounding)
    }

    pub fn new(exact: ExactTriplets<T>, exponent: i32) -> Result<Self, Error> {
        Ok(Self {
            u: exact.u,
            singular_values: in_range(&exact.singular_values)?,
            v: exact.v,
            exponent,
        })
    }

    /// Counts the singular values above rounding.
    pub fn rank(&self) -> usize {
        rank_of(&self.singular_values, (self.u.nrows(), self.v.nrows()))
    }

    /// ||A v_i - s_i u_i||, where `product` becomes A V. Numbers that are too large or too small to be
    /// squared are scaled, half before the product and half after it.
    pub fn residuals<P, A>(&self, a: &A, u: &P, v: &mut P, product: &mut P) -> Result<Vec<T>, Error>
    where
        P: Panel<Scalar = T>,
        A: LinearOperator<P>,
    {
        let extreme = self.exponent.abs() > T::SAFE_EXPONENT;
        let half = if extreme { self.exponent >> 1 } else { 0 };
        v.scale(T::power_of_two(-half))?;
        a.apply(v, product)?;
        v.scale(T::power_of_two(half))?;
        product.scale(T::power_of_two(-half))?;
        let scale = |s: &T, e| s.scale_by_power_of_two(e);
        let s: Vec<T> = self
            .singular_values
            .iter()
            .map(|s| scale(s, -2 * half))
            .collect();
        let mut residuals = vec![T::ZERO; s.len()];
        product.distances(&s, u, &mut residuals)?;
        Ok(residuals.iter().map(|r| scale(r, 2 * half)).collect())
    }
}

impl<T: Scalar> Task<T> for Measure<T> {
    type Output = SvdModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<SvdModel<T>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.singular_values.len());
        let mut memory = Memory::<T, S>::new(Sizes::new((m, n), k, k))?;
        let (mut workspace, mut u, mut v) = memory.lend(a.columns())?;
        S::load(&mut u, &self.u)?;
        S::load(&mut v, &self.v)?;
        u.align_signs(&mut v)?;
        let (u_entries, v_entries) = (S::entries(&u)?, S::entries(&v)?);
        let residuals = self.residuals(a, &u, &mut v, &mut workspace.left)?;
        let approximation = measure(a, &mut workspace, &self.singular_values, &mut u, &mut v)?;
        let search = self.search(&residuals, T::ZERO);
        Ok(SvdModel {
            search,
            rank: self.rank(),
            u: u_entries,
            singular_values: self.singular_values,
            v: v_entries,
            residuals,
            approximation,
            products: a.products(),
        })
    }
}

/// A V.
pub fn project<T: Scalar>(a: Matrix<'_, T>, v: &DenseMatrix<T>) -> Result<DenseMatrix<T>, Error> {
    T::of(&PROJECT)(a, v)
}

struct Projected;

impl OfScalar for Projected {
    type Type<T: Scalar> = fn(Matrix<'_, T>, &DenseMatrix<T>) -> Result<DenseMatrix<T>, Error>;
}

static PROJECT: Compiled<Projected> = Compiled {
    single: |a, v| backend::run(Backend::Host, a, Project { v }),
    double: |a, v| backend::run(Backend::Host, a, Project { v }),
};

struct Project<'a, T> {
    v: &'a DenseMatrix<T>,
}

impl<T: Scalar> Task<T> for Project<'_, T> {
    type Output = DenseMatrix<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<DenseMatrix<T>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.v.ncols());
        if self.v.nrows() != n {
            let (expected, found) = ((m, self.v.nrows()), (m, n));
            return Err(lowrank_core::Error::Shape { expected, found }.into());
        }
        a.entry_stats()?;
        let (mut v_buffer, mut buffer) = (S::buffer(n, k)?, S::buffer(m, k)?);
        let mut v = S::permuted(S::panel(&mut v_buffer, n, k)?, a.columns());
        S::load(&mut v, self.v)?;
        let mut out = S::panel(&mut buffer, m, k)?;
        a.apply(&v, &mut out)?;
        S::entries(&out)
    }
}
