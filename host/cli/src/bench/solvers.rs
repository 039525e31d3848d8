//! The solvers of this build, and what their steps cost.

use lowrank::{
    Backend, DenseMatrix, Error, Matrix, Nmf, NmfSolver, Products, Scalar, SvdSolver, TruncatedSvd,
};

/// The list that everything is enumerated from.
pub(super) const SOLVERS: [Solver; 6] = [
    Solver::new("nmf", "hals", Settings::Nmf(NmfSolver::Hals)),
    Solver::new("nmf", "mu", Settings::Nmf(NmfSolver::Mu)),
    Solver::new("svd", "krylov", Settings::Svd(SvdSolver::Krylov)),
    Solver::new("svd", "chebyshev", Settings::Svd(SvdSolver::Chebyshev)),
    Solver::new("svd", "randomized", Settings::Svd(SvdSolver::Randomized)),
    Solver::new("svd", "exact", Settings::Svd(SvdSolver::Exact)),
];

/// Where they run.
pub(super) const BACKENDS: [Backend; 3] = [Backend::Host, Backend::Core, Backend::Cuda];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Solver {
    pub(super) method: &'static str,
    pub(super) name: &'static str,
    settings: Settings,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Settings {
    Nmf(NmfSolver),
    Svd(SvdSolver),
}

/// A ~ X Y^T.
#[derive(Debug)]
pub(super) struct Fit<T> {
    /// m x k.
    pub(super) x: DenseMatrix<T>,
    /// n x k.
    pub(super) y: DenseMatrix<T>,
    /// ||A - X Y^T||_F as the solver reports it.
    pub(super) error: f64,
    pub(super) iterations: Option<usize>,
    pub(super) products: Products,
}

/// What a fit did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Work {
    pub(super) flops: f64,
    pub(super) bytes: f64,
}

impl Solver {
    const fn new(method: &'static str, name: &'static str, settings: Settings) -> Self {
        Self {
            method,
            name,
            settings,
        }
    }

    /// A decomposition by faer is the same one whatever measures it.
    pub(super) fn runs_on(&self, backend: Backend) -> bool {
        !self.is_exact() || backend == Backend::Host
    }

    pub(super) fn is_exact(&self) -> bool {
        self.settings == Settings::Svd(SvdSolver::Exact)
    }

    pub(super) fn fit<T: Scalar>(
        &self,
        a: Matrix<'_, T>,
        (rank, seed): (usize, u64),
        backend: Backend,
    ) -> Result<Fit<T>, Error> {
        match self.settings {
            Settings::Nmf(solver) => {
                let nmf = Nmf {
                    rank,
                    solver: Some(solver),
                    backend,
                    seed,
                    ..Nmf::default()
                };
                let model = nmf.fit(a)?;
                Ok(Fit {
                    error: model.approximation.error.to_f64(),
                    iterations: Some(model.iterations),
                    products: model.products,
                    x: model.w,
                    y: model.h,
                })
            }
            Settings::Svd(solver) => {
                let svd = TruncatedSvd {
                    rank,
                    solver: Some(solver),
                    backend,
                    seed,
                    ..TruncatedSvd::default()
                };
                let model = svd.fit(a)?;
                Ok(Fit {
                    error: model.approximation.error.to_f64(),
                    iterations: None,
                    products: model.products,
                    x: model.scores(),
                    y: model.v,
                })
            }
        }
    }

    /// The products that were counted and, for nmf, the steps between them; none for a
    /// decomposition that does not consist of products.
    pub(super) fn work<T: Scalar>(&self, a: Matrix<'_, T>, fit: &Fit<T>) -> Option<Work> {
        let steps = match self.settings {
            Settings::Svd(SvdSolver::Exact) => return None,
            Settings::Svd(_) => Work::default(),
            Settings::Nmf(solver) => {
                let iterations = fit.iterations.unwrap_or(0) as f64;
                let step = nmf_step(solver, a, fit.x.ncols(), size_of::<T>());
                Work {
                    flops: iterations * step.flops,
                    bytes: iterations * step.bytes,
                }
            }
        };
        Some(Work {
            flops: fit.products.flops as f64 + steps.flops,
            bytes: fit.products.bytes as f64 + steps.bytes,
        })
    }
}

/// One iteration of an NMF beside its products. Of each row of W and H: 2 k^2 flops for the Gram
/// matrix and 2 k^2 for each time that it is multiplied by one; it is read for the Gram matrix,
/// and read, written and read as a numerator for the update.
fn nmf_step<T: Scalar>(solver: NmfSolver, a: Matrix<'_, T>, k: usize, scalar: usize) -> Work {
    let (m, n) = (a.nrows(), a.ncols());
    let turned = |rows, other| match solver {
        NmfSolver::Hals => rows as f64 * sweeps(rows, k, a.entries(), other),
        _ => rows as f64,
    };
    let square = 2.0 * (k * k) as f64;
    Work {
        flops: square * ((m + n) as f64 + turned(m, n) + turned(n, m)),
        bytes: 4.0 * ((m + n) * k * scalar) as f64,
    }
}

/// The sweeps of an update of HALS, as docs/algorithms.md has them: 1 + (cost of N and G) / (2 cost
/// of a sweep), eight at most.
fn sweeps(rows: usize, k: usize, entries: usize, other: usize) -> f64 {
    let ratio = (entries + other * k) as f64 / (2 * rows * k) as f64;
    1.0 + ratio.floor().min(7.0)
}
