//! faer on one thread, because its results depend on the number of threads.

use crate::Matrix;
use crate::ratios::Svd;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder;
use faer::linalg::qr::no_pivoting::factor;
use faer::linalg::svd::SvdParams;
use faer::{Auto, Conj, Mat, Par, Spec};
use lowrank::Scalar;
use lowrank::internals::thin_svd;

/// Entries below this are zero for the reference: faer squares them, and is wrong if columns of 1e-300 occur beside
/// ordinary ones. This moves the singular values of a matrix with entries about one by no more than rounding.
const NEGLIGIBLE: f64 = 1e-100;

/// Returns the singular values of a matrix with entries about one, in f64: the reference. `None` if faer does not
/// converge.
pub fn reference(a: &Matrix<f64>) -> Option<Vec<f64>> {
    let kept = |x: f64| if x.abs() < NEGLIGIBLE { 0.0 } else { x };
    let mut whole = <SvdParams as Auto<f64>>::auto();
    // faer's QR of tall matrices is off by 14 m eps ||A|| on some; the bidiagonalization is not.
    whole.qr_ratio_threshold = f64::INFINITY;
    svd_by(&a.map(kept), whole.into()).map(|found| found.s)
}

/// Returns the thin SVD; `None` if it does not converge.
pub fn svd<T: Scalar>(a: &Matrix<T>) -> Option<Svd<T>> {
    svd_by(a, Spec::default())
}

fn svd_by<T: Scalar>(a: &Matrix<T>, settings: Spec<SvdParams, T>) -> Option<Svd<T>> {
    let (u, s, v) = thin_svd(to_faer(a).as_ref(), Par::Seq, settings)?;
    Some(Svd {
        u: from_faer(&u),
        s: s.column_vector().iter().copied().collect(),
        v: from_faer(&v),
    })
}

/// Returns Q and R, thin, of a matrix with at least as many rows as columns.
pub fn qr<T: Scalar>(a: &Matrix<T>) -> (Matrix<T>, Matrix<T>) {
    let (m, n, par) = (a.nrows, a.ncols, Par::Seq);
    let mut factored = to_faer(a);
    let block = factor::recommended_block_size::<T>(m, n);
    let mut coefficients = Mat::zeros(block, n);
    let scratch = factor::qr_in_place_scratch::<T>(m, n, block, par, Default::default());
    factor::qr_in_place(
        factored.as_mut(),
        coefficients.as_mut(),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    let mut q = Mat::identity(m, n);
    let scratch = householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<T>(
        m, block, n,
    );
    householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
        factored.as_ref(),
        coefficients.as_ref(),
        Conj::No,
        q.as_mut(),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
    );
    let r = Matrix::from_fn(n, n, |i, j| if i <= j { factored[(i, j)] } else { T::ZERO });
    (from_faer(&q), r)
}

fn to_faer<T: Scalar>(a: &Matrix<T>) -> Mat<T> {
    Mat::from_fn(a.nrows, a.ncols, |i, j| a.at(i, j))
}

fn from_faer<T: Scalar>(a: &Mat<T>) -> Matrix<T> {
    Matrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)])
}
