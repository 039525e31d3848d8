//! faer's thin SVD, compiled here once for each scalar: half a minute of a build for every crate that calls it.

use crate::Scalar;
use crate::scalar::compiled;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, SvdParams, svd, svd_scratch};
use faer::{Mat, MatRef, Par, Spec};

/// U, m x k, s and V, n x k, for k = min(m, n).
pub type ThinSvd<T> = (Mat<T>, Diag<T>, Mat<T>);

/// Computes the thin SVD; `None` if it does not converge.
///
/// Entries are squared: the matrix has to be scaled.
pub fn thin_svd<T: Scalar>(
    a: MatRef<'_, T>,
    par: Par,
    settings: Spec<SvdParams, T>,
) -> Option<ThinSvd<T>> {
    T::of(&THIN_SVD)(a, par, settings)
}

compiled! {
    static THIN_SVD: Decompose<T> = decompose
        as fn(MatRef<'_, T>, Par, Spec<SvdParams, T>) -> Option<ThinSvd<T>>;
}

fn decompose<T: Scalar>(
    a: MatRef<'_, T>,
    par: Par,
    settings: Spec<SvdParams, T>,
) -> Option<ThinSvd<T>> {
    let (m, n) = a.shape();
    let k = m.min(n);
    let thin = ComputeSvdVectors::Thin;
    let (mut u, mut v) = (Mat::zeros(m, k), Mat::zeros(n, k));
    let mut s = Diag::zeros(k);
    let scratch = svd_scratch::<T>(m, n, thin, thin, par, settings);
    svd(
        a,
        s.as_mut(),
        Some(u.as_mut()),
        Some(v.as_mut()),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        settings,
    )
    .ok()?;
    Some((u, s, v))
}
