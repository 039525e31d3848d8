//! The SVD of a matrix that is small, but not tiny.

use super::Scalar;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{Mat, Par};
use lowrank_core::dense::jacobi_svd::jacobi_svd;
use lowrank_core::{Error, MatMut, Real};

/// Up to this side core's Jacobi rotations are the faster ones.
const WIDEST_FOR_JACOBI: usize = 20;

/// R = U diag(s) V^T, square; by faer where that is faster.
pub(super) fn small_svd<T: Scalar>(
    r: &mut MatMut<'_, T>,
    u: &mut MatMut<'_, T>,
    s: &mut [T],
    v: &mut MatMut<'_, T>,
    scratch: &mut [T],
) -> Result<(), Error> {
    let n = r.ncols();
    let largest = <T as Real>::largest(r.as_slice());
    let small = n <= WIDEST_FOR_JACOBI || r.nrows() != n;
    if small || largest == T::ZERO || !Real::is_finite(largest) {
        return jacobi_svd(r, u, s, v, scratch);
    }
    // faer's squares overflow and underflow.
    let exponent = largest.exponent();
    let scaled = |i, j| r.at(i, j).scale_by_power_of_two(-exponent);
    let scaled = Mat::from_fn(n, n, scaled);
    let mut values = Diag::zeros(n);
    let vectors = ComputeSvdVectors::Full;
    let size = svd_scratch::<T>(n, n, vectors, vectors, Par::Seq, Default::default());
    let mut buffer = MemBuffer::new(size);
    let outcome = svd(
        scaled.as_ref(),
        values.as_mut(),
        Some(faer::MatMut::from_column_major_slice_mut(
            u.as_mut_slice(),
            n,
            n,
        )),
        Some(faer::MatMut::from_column_major_slice_mut(
            v.as_mut_slice(),
            n,
            n,
        )),
        Par::Seq,
        MemStack::new(&mut buffer),
        Default::default(),
    );
    if outcome.is_err() {
        return jacobi_svd(r, u, s, v, scratch);
    }
    for (s, value) in s.iter_mut().zip(values.column_vector().iter()) {
        *s = value.scale_by_power_of_two(exponent);
    }
    Ok(())
}
