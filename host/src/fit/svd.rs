//! Truncated SVD of a matrix in memory.

use super::accuracy::{Accuracy, RankSearch, or_exact, share_left};
use super::buffers::{Memory, Sizes, TripletValues, WHOLE};
use super::measured_triplets::{Measure, in_range, measure};
use super::mixed_precision::{Directions, Search, SearchPrecision};
use super::svd_model::{SvdModel, SvdSearch};
use super::svd_solver::SvdSolver;
use super::svd_work::{chebyshev_work, fastest_search, krylov_work, power_work};
use super::{
    BLOCK, BLOCKS, MOST_BLOCKS, OVERSAMPLING, POWER_ITERATIONS, entry_stats, few_nonzeros,
    krylov_columns, short_side,
};
use crate::backend::{self, Backend, Operator, Placement, Task};
use crate::cpu::{Centering, SharedLayout, exact_svd};
use crate::matrix::check_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::panel::Panel;
use lowrank_core::random::Distribution;
use lowrank_core::svd::{Normalizer, RangeFinder, Sides, Subspace, SvdFactors, SvdReport};
use lowrank_core::{LinearOperator, Workspace};

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
        layout: &SharedLayout,
    ) -> Result<Option<Directions<T>>, Error> {
        if !self.searches_in_single(a) {
            return Ok(None);
        }
        let search = Search {
            svd: self.in_core(),
            sizes: self.sizes(a.nrows(), a.ncols()),
            centering,
        };
        search.run_in_single(a, backend, layout)
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

compiled! {
    static FIT: Fit<T> = fit as fn(&TruncatedSvd, Matrix<'_, T>) -> Result<SvdModel<T>, Error>;
}

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
    let (backend, layout) = (resolved.placement(a).backend, SharedLayout::default());
    let randomized = Randomized {
        svd: resolved,
        directions: resolved.directions(a, Centering::None, backend, &layout)?,
    };
    let found = backend::run_sharing(backend, a, &layout, randomized)?;
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

    /// Two products make triplets of directions.
    fn has_few_products(&self) -> bool {
        self.directions.is_some()
    }

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
        let mut values = TripletValues::zeros(k);
        let mut factors = values.beside(u, v);
        let lent = (&mut workspace, &mut factors);
        let Some(report) = searched::<T, S>(&self.svd, a, directions, lent)? else {
            return Ok(None);
        };
        let SvdFactors { mut u, mut v, .. } = factors;
        let (u_entries, v_entries) = (S::entries(&u)?, S::entries(&v)?);
        let by_norm = directions.and_then(|_| error_by_norm(&report, &values.singular_values));
        let mut approximation = match by_norm {
            Some(approximation) => approximation,
            None => measure(a, &mut workspace, &values.singular_values, &mut u, &mut v)?,
        };
        if report.error_bound < approximation.error_bound {
            approximation.error_bound = report.error_bound;
        }
        Ok(Some(SvdModel {
            u: u_entries,
            singular_values: values.singular_values,
            v: v_entries,
            residuals: values.residuals,
            rank: report.rank,
            approximation,
            search: SvdSearch::of_core(self.svd.solver, &report, directions.is_some()),
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
