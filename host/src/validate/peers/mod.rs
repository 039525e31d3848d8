//! The libraries beside core. Each gets the matrix scaled by a power of two, so that its largest
//! entry is about one: neither is safe at other scales.

pub(super) mod faer;
pub(super) mod nalgebra;

use crate::Scalar;
use lowrank_core::Real;
use lowrank_judge::Matrix;
use lowrank_judge::ratios::Svd;

/// The scalars that all libraries have.
pub(super) trait Comparable: Scalar + ::nalgebra::RealField {}

impl Comparable for f32 {}
impl Comparable for f64 {}

/// The decompositions of one matrix by one library.
pub(super) struct Peer<T> {
    /// Thin; `None` where it did not converge.
    pub(super) svd: Option<Svd<T>>,
    /// Q and R, thin; `None` where the matrix has fewer rows than columns.
    pub(super) qr: Option<(Matrix<T>, Matrix<T>)>,
}

impl<T: Comparable> Peer<T> {
    pub(super) fn faer(a: &Matrix<T>) -> Self {
        Self {
            svd: faer::svd(a),
            qr: (a.nrows >= a.ncols).then(|| faer::qr(a)),
        }
    }

    pub(super) fn nalgebra(a: &Matrix<T>) -> Self {
        Self {
            svd: nalgebra::svd(a),
            qr: (a.nrows >= a.ncols).then(|| nalgebra::qr(a)),
        }
    }

    /// The first k triplets.
    pub(super) fn first_triplets(&self, k: usize) -> Option<Svd<T>> {
        let svd = self.svd.as_ref()?;
        let first = |a: &Matrix<T>| Matrix::from_fn(a.nrows, k, |i, j| a.at(i, j));
        Some(Svd {
            u: first(&svd.u),
            s: svd.s.iter().take(k).copied().collect(),
            v: first(&svd.v),
        })
    }
}

/// Whether all numbers are finite.
pub(super) fn finite<'a, T: Real>(numbers: impl IntoIterator<Item = &'a T>) -> bool {
    numbers.into_iter().all(|x| Real::is_finite(*x))
}
