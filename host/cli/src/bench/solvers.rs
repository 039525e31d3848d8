//! The solvers of this build, and the cost of their steps.

use lowrank::method::{Entry, Factorization, Factors, Method, Solver};
use lowrank::{Backend, DenseMatrix, Matrix, Scalar};

/// The backends of a benchmark.
pub const BACKENDS: [Backend; 3] = [Backend::Host, Backend::Core, Backend::Cuda];

/// Checks that a row of the catalog is timed: baselines are not.
pub fn is_timed(entry: &Entry) -> bool {
    matches!(entry.method, Method::Nmf | Method::Svd) && !entry.is_baseline()
}

/// Checks that a solver runs on a backend; faer's decomposition is the same on all of them and runs once.
pub(super) fn runs_on(entry: &Entry, backend: Backend) -> bool {
    entry.solver != Solver::Exact || backend == Backend::Host
}

/// The work of a fit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Work {
    pub(super) flops: f64,
    pub(super) bytes: f64,
}

/// Returns X, m x k, of A ~ X Y^T.
pub(super) fn left<T: Scalar>(factors: &Factors<T>) -> DenseMatrix<T> {
    match factors {
        Factors::Svd {
            u, singular_values, ..
        } => {
            let scaled = |i, j| u.at(i, j) * singular_values[j];
            DenseMatrix::from_fn(u.nrows(), u.ncols(), scaled)
        }
        _ => factors.weights().clone(),
    }
}

/// Returns the counted products and, for nmf, the steps between them; `None` for a decomposition without products.
pub(super) fn work<T: Scalar>(a: Matrix<'_, T>, found: &Factorization<T>) -> Option<Work> {
    let solver = found.settings.solver();
    let steps = match found.settings.method() {
        _ if solver == Solver::Exact => return None,
        Method::Nmf => {
            let step = nmf_step(solver, a, found.rank, size_of::<T>());
            let iterations = found.iterations as f64;
            Work {
                flops: iterations * step.flops,
                bytes: iterations * step.bytes,
            }
        }
        _ => Work::default(),
    };
    Some(Work {
        flops: found.products.flops as f64 + steps.flops,
        bytes: found.products.bytes as f64 + steps.bytes,
    })
}

/// Returns the work of one iteration of an NMF other than its products. For each row of W and H: 2 k^2 flops for the
/// Gram matrix and 2 k^2 for each multiplication by one. The row is read for the Gram matrix, and read, written and
/// read as a numerator for the update.
fn nmf_step<T: Scalar>(solver: Solver, a: Matrix<'_, T>, k: usize, scalar: usize) -> Work {
    let (m, n) = (a.nrows(), a.ncols());
    let turned = |rows, other| match solver {
        Solver::Hals => rows as f64 * sweeps(rows, k, a.entries(), other),
        _ => rows as f64,
    };
    let square = 2.0 * (k * k) as f64;
    Work {
        flops: square * ((m + n) as f64 + turned(m, n) + turned(n, m)),
        bytes: 4.0 * ((m + n) * k * scalar) as f64,
    }
}

/// Returns the sweeps of an update of HALS, as in docs/algorithms.md: 1 + (cost of N and G) / (2 cost of a sweep), at
/// most eight.
fn sweeps(rows: usize, k: usize, entries: usize, other: usize) -> f64 {
    let ratio = (entries + other * k) as f64 / (2 * rows * k) as f64;
    1.0 + ratio.floor().min(7.0)
}
