//! Dense matrices with a short side: exact triplets from one Gram matrix, where that costs less than a search.

use crate::backend::Products;
use crate::cpu::{Centering, ShortSide, has_short_side, part_of_eigenvectors, svd_on_short_side};
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::panel::Panel;

/// The longest short side.
const LONGEST: usize = 1024;

/// The operations for each entry of the matrix: its two passes, and n over the speed of a symmetric product, both relative to
/// those of a sparse product, which are the unit of all counts.
const PASSES: f64 = 4.0;
const GRAM_SPEED: f64 = 80.0;

/// The speed of products with k columns.
const PRODUCT_SPEED: f64 = 10.0;

/// The operations of a tridiagonal matrix as a share of n^3, and those of all eigenvectors.
const TRIDIAGONAL: f64 = 0.08;
const EIGENVECTORS: f64 = 0.3;

/// Checks that the Gram matrix of a short side costs less than a search of so many operations, counted in those of a
/// sparse product.
pub(super) fn costs_less<T: Scalar>(a: Matrix<'_, T>, k: usize, search: f64) -> bool {
    let (m, n) = (a.nrows().max(a.ncols()), a.nrows().min(a.ncols()));
    let short = n <= LONGEST && matches!(a, Matrix::Dense(a) if has_short_side(a));
    short && operations((m, n), k) < search
}

/// Counts m n (c + n) for the Gram matrix, c n^3 for its eigenvectors, and 4 m n k for two products.
fn operations((m, n): (usize, usize), k: usize) -> f64 {
    let eigenvectors = if part_of_eigenvectors(n, k) {
        TRIDIAGONAL
    } else {
        EIGENVECTORS
    };
    let [m, n, k] = [m, n, k].map(|size| size as f64);
    m * n * (PASSES + n / GRAM_SPEED) + eigenvectors * n * n * n + 4.0 * m * n * k / PRODUCT_SPEED
}

/// Computes the triplets of A or of A - 1 m^T; `None` if they are not accurate enough.
///
/// # Errors
/// [`Error::NotConverged`] if the eigenvectors do not.
pub(super) fn triplets<T: Scalar>(
    a: Matrix<'_, T>,
    centering: Centering,
    k: usize,
) -> Result<Option<ShortSide<T>>, Error> {
    match a {
        // On a thread of the pool.
        Matrix::Dense(a) => rayon::scope(|_| svd_on_short_side(a, centering, k)),
        Matrix::Sparse(_) | Matrix::Observed(_) => Ok(None),
    }
}

/// ||A - U diag(s) V^T||^2 = ||A||^2 - sum s_i^2 for U diag(s) = A V, and a bound that includes the rounding of the factors;
/// `None` if the difference has lost half of its digits.
pub(super) fn from_norms<T: Scalar>(
    sides: usize,
    squares: f64,
    s: &[f64],
) -> Option<Approximation<T>> {
    let left = squares - s.iter().map(|s| s * s).sum::<f64>();
    let eps = T::EPSILON.to_f64();
    let size = squares.sqrt() + s.iter().sum::<f64>();
    let rounding = 2.0 * sides as f64 * eps * size * size;
    (left > eps.sqrt() * squares).then(|| Approximation {
        error: T::from_f64(left.sqrt()),
        error_bound: T::from_f64((left + rounding).sqrt()),
        frobenius_norm: T::from_f64(squares.sqrt()),
    })
}

/// Counts the Gram matrix as one product with half as many columns as it has, and those with V and with its result.
pub(super) fn products<T: Scalar>(a: Matrix<'_, T>, k: usize) -> Products {
    let (m, n) = (a.nrows().max(a.ncols()), a.nrows().min(a.ncols()));
    let panels = 2 * (m + n) * k * size_of::<T>();
    Products {
        count: 3,
        flops: (m * n * (n + 1) + 4 * m * n * k) as u64,
        bytes: (2 * a.bytes() + panels) as u64,
    }
}

/// Makes the entry of greatest magnitude in each column of U positive, the first of several.
///
/// # Errors
/// None, for two matrices of as many columns.
pub(super) fn align_signs<T: Scalar>(
    u: &mut DenseMatrix<T>,
    v: &mut DenseMatrix<T>,
) -> Result<(), Error> {
    Ok(u.view_mut()?.align_signs(&mut v.view_mut()?)?)
}
