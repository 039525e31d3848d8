//! nalgebra's SVD with a limit on iterations: the one without does not terminate on NaN.

use crate::Matrix;
use crate::ratios::Svd;
use lowrank_core::Real;
use nalgebra::{DMatrix, RealField};

/// The limit of iterations for each singular value; two or three are usual.
const STEPS: usize = 100;

/// Returns the thin SVD, its triplets in any order; `None` if it does not converge.
pub fn svd<T: Real + RealField>(a: &Matrix<T>) -> Option<Svd<T>> {
    let k = a.nrows.min(a.ncols);
    // The tolerance of `svd` itself.
    let tolerance = T::default_epsilon() * Real::from_f64(5.0);
    // Unordered, since sorting panics on NaN.
    let found = to_nalgebra(a).try_svd_unordered(true, true, tolerance, STEPS * k)?;
    Some(Svd {
        u: from_nalgebra(&found.u?),
        s: found.singular_values.iter().copied().collect(),
        v: from_nalgebra(&found.v_t?.transpose()),
    })
}

/// Returns Q and R, thin, of a matrix with at least as many rows as columns.
pub fn qr<T: Real + RealField>(a: &Matrix<T>) -> (Matrix<T>, Matrix<T>) {
    let (q, r) = to_nalgebra(a).qr().unpack();
    (from_nalgebra(&q), from_nalgebra(&r))
}

fn to_nalgebra<T: Real + RealField>(a: &Matrix<T>) -> DMatrix<T> {
    DMatrix::from_column_slice(a.nrows, a.ncols, &a.entries)
}

fn from_nalgebra<T: Real + RealField>(a: &DMatrix<T>) -> Matrix<T> {
    Matrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)])
}
