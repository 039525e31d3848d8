//! The work of the solvers of a truncated SVD, as estimated, and the choice between them.

use super::buffers::Sizes;
use super::svd_solver::SvdSolver;
use super::{BLOCK, OVERSAMPLING};
use crate::backend::Work;
use crate::{Matrix, Scalar};

/// Returns the work of a Krylov space: about 5 + k / 2 pairs of products with eight columns each, the orthogonalization of
/// that many columns, twice, against half of the columns in memory, and a few computations of eigenvectors. All is counted in
/// operations of a sparse product; the last numbers are fitted to times of the newsgroups with k from 5 to 80.
pub(super) fn krylov_work<T: Scalar>(sizes: Sizes) -> Work {
    let (m, k) = (sizes.m.min(sizes.n) as f64, sizes.k as f64);
    let columns = BLOCK as f64 * (5.0 + 0.5 * k);
    let held = (columns / 2.0).min(2.0 * k + 64.0);
    Work {
        columns: 2.0 * columns,
        others: 0.9 * m * columns * held + 10.0 * held.powi(3),
        panels: sizes.bytes_on_gpu::<T>(),
    }
}

/// Returns the work of Chebyshev polynomials: about 18 pairs of products with k + 10 columns, which are the only ones
/// to be orthogonalized.
pub(super) fn chebyshev_work<T: Scalar>(sizes: Sizes) -> Work {
    let (m, l) = (sizes.m.min(sizes.n) as f64, sizes.l as f64);
    Work {
        columns: 36.0 * l,
        others: 7.0 * m * l * l,
        panels: sizes.bytes_on_gpu::<T>(),
    }
}

/// Returns the work of power iterations: products with l columns, and an LU of the shorter side after each second one.
pub(super) fn power_work<T: Scalar>(sizes: Sizes, power_iterations: usize) -> Work {
    let (m, l) = (sizes.m.min(sizes.n) as f64, sizes.l as f64);
    let rounds = power_iterations as f64;
    Work {
        columns: (2.0 * rounds + 2.0) * l,
        others: (rounds + 3.0) * m * l * l,
        panels: sizes.bytes_on_gpu::<T>(),
    }
}

/// Returns the faster of Krylov and Chebyshev, as estimated, and the operations of its search.
pub(super) fn fastest_search<T: Scalar>(a: Matrix<'_, T>, rank: usize) -> (SvdSolver, f64) {
    // Sketches wider than the matrix are compared, too.
    let size = (a.nrows(), a.ncols());
    let krylov = krylov_work::<T>(Sizes::new(size, rank, rank)).operations(a);
    let sketch = Sizes::new(size, rank.saturating_add(OVERSAMPLING), rank);
    let chebyshev = chebyshev_work::<T>(sketch).operations(a);
    if krylov <= chebyshev {
        (SvdSolver::Krylov, krylov)
    } else {
        (SvdSolver::Chebyshev, chebyshev)
    }
}
