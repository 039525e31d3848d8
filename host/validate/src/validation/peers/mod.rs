//! The other libraries. Each gets the matrix scaled by a power of two, so that its largest entry is about one: neither
//! is safe at other scales.

pub(super) mod faer;
pub(super) mod nalgebra;

use crate::Matrix;
use crate::ratios::Svd;
use lowrank::Scalar;
use lowrank_core::Real;

/// The scalars that all libraries support.
pub(super) trait Comparable: Scalar + ::nalgebra::RealField {}

impl Comparable for f32 {}
impl Comparable for f64 {}

/// The decompositions of one matrix by one library.
pub(super) struct Peer<T> {
    /// Thin, singular values descending; `None` where it did not converge.
    pub(super) svd: Option<Svd<T>>,
    /// Q and R, thin; `None` where the matrix has fewer rows than columns.
    pub(super) qr: Option<(Matrix<T>, Matrix<T>)>,
}

impl<T: Comparable> Peer<T> {
    pub(super) fn faer(a: &Matrix<T>) -> Self {
        Self {
            svd: faer::svd(a).map(sorted),
            qr: (a.nrows >= a.ncols).then(|| faer::qr(a)),
        }
    }

    pub(super) fn nalgebra(a: &Matrix<T>) -> Self {
        Self {
            svd: nalgebra::svd(a).map(sorted),
            qr: (a.nrows >= a.ncols).then(|| nalgebra::qr(a)),
        }
    }

    /// Returns the first k triplets.
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

/// Sorts the triplets by their singular values. nalgebra's unordered SVD has them in any order, and faer 0.24 in the
/// wrong one for some matrices of more than 128 columns; order is not a matter of accuracy.
fn sorted<T: Comparable>(svd: Svd<T>) -> Svd<T> {
    let mut order: Vec<usize> = (0..svd.s.len()).collect();
    order.sort_by(|&i, &j| svd.s[j].to_f64().total_cmp(&svd.s[i].to_f64()));
    let columns = |a: &Matrix<T>| Matrix::from_fn(a.nrows, order.len(), |i, j| a.at(i, order[j]));
    Svd {
        u: columns(&svd.u),
        v: columns(&svd.v),
        s: order.iter().map(|&i| svd.s[i]).collect(),
    }
}

/// Checks that all numbers are finite.
pub(super) fn finite<const N: usize, T: Real>(numbers: [&Vec<T>; N]) -> bool {
    numbers.into_iter().flatten().all(|x| Real::is_finite(*x))
}
