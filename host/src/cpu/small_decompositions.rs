//! The SVD and the eigenvectors of small matrices.

use crate::Scalar;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::svd::{ComputeSvdVectors, svd_scratch};
use faer::{Mat, Par};
use lowrank_core::dense::jacobi_svd::jacobi_svd;
use lowrank_core::panel::SmallDecompositions;
use lowrank_core::{Error, MatMut, Real};

/// The side up to which core's Jacobi rotations are faster.
const WIDEST_FOR_JACOBI: usize = 20;

/// The decompositions of faer where these are faster, of Jacobi rotations elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct FaerDecompositions;

impl<T: Scalar> SmallDecompositions<T> for FaerDecompositions {
    /// Computes R = U diag(s) V^T of a square matrix, by faer if that is faster.
    fn svd(
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
        // Squares overflow and underflow in faer.
        let exponent = largest.exponent();
        let scaled = |i, j| r.get_or_zero(i, j).scale_by_power_of_two(-exponent);
        let scaled = Mat::from_fn(n, n, scaled);
        let mut values = Diag::zeros(n);
        let vectors = ComputeSvdVectors::Full;
        let size = svd_scratch::<T>(n, n, vectors, vectors, Par::Seq, Default::default());
        let mut buffer = MemBuffer::new(size);
        let outcome = faer::linalg::svd::svd(
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

    /// Computes T = V diag(d) V^T of a positive semidefinite matrix, with d descending, by faer if that is
    /// faster. Eigenvalues that rounding made negative become zero.
    fn eigen(
        t: &mut MatMut<'_, T>,
        v: &mut MatMut<'_, T>,
        d: &mut [T],
        spare: &mut MatMut<'_, T>,
        scratch: &mut [T],
    ) -> Result<(), Error> {
        let n = t.ncols();
        let largest = <T as Real>::largest(t.as_slice());
        let small = n <= WIDEST_FOR_JACOBI || t.nrows() != n;
        if small || largest == T::ZERO || !Real::is_finite(largest) {
            return jacobi_svd(t, v, d, spare, scratch);
        }
        let exponent = largest.exponent();
        let scaled = Mat::from_fn(n, n, |i, j| {
            t.get_or_zero(i, j).scale_by_power_of_two(-exponent)
        });
        let (mut values, mut vectors) = (Diag::zeros(n), Mat::zeros(n, n));
        let wanted = ComputeEigenvectors::Yes;
        let size = self_adjoint_evd_scratch::<T>(n, wanted, Par::Seq, Default::default());
        let mut buffer = MemBuffer::new(size);
        let outcome = self_adjoint_evd(
            scaled.as_ref(),
            values.as_mut(),
            Some(vectors.as_mut()),
            Par::Seq,
            MemStack::new(&mut buffer),
            Default::default(),
        );
        if outcome.is_err() {
            return jacobi_svd(t, v, d, spare, scratch);
        }
        // faer's eigenvalues are ascending.
        let ascending = values.column_vector();
        for (j, (column, d)) in v.columns_mut().zip(d).enumerate() {
            let place = n - 1 - j;
            let value = ascending[place].scale_by_power_of_two(exponent);
            *d = lowrank_core::Real::larger(value, T::ZERO);
            for (i, x) in column.iter_mut().enumerate() {
                *x = vectors[(i, place)];
            }
        }
        Ok(())
    }
}
