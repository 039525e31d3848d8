//! The leading singular triplets of a matrix B with a short side, from the eigenvectors of B^T B.
//!
//! The Gram matrix loses singular values below sqrt(eps) s_1: its triplets are judged by their residuals and by the inner
//! products of the long vectors, and refused where these are not those of an exact decomposition.

use super::tridiagonal::Tridiagonal;
use super::triplets::Triplets;
use crate::{DenseMatrix, Error, Scalar};
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::evd::tridiag::{tridiag_in_place, tridiag_in_place_scratch};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj,
};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::{Conj, Mat, MatRef, Par};
use lowrank_core::Real;

/// The residuals and inner products, relative to s_1 and to one, up to which the result of a Gram matrix is accepted.
const TOLERANCE: f64 = 1e-10;

/// The order of a Gram matrix, and its ratio to k, from which on the wanted eigenvectors alone are computed.
const FEWEST_FOR_A_PART: usize = 64;
const PARTS: usize = 4;

/// A matrix B, m x n with m >= n, known by its products.
pub(super) trait Tall<T> {
    /// Computes B V for V, n x k, and what is needed to judge it.
    fn multiply(&self, v: MatRef<'_, f64>) -> TallProduct<T>;
}

/// W = B V, and the products with it.
pub(super) struct TallProduct<T> {
    /// W, m x k.
    pub(super) w: DenseMatrix<T>,
    /// W^T W, k x k: its lower triangle.
    pub(super) gram: Mat<f64>,
    /// B^T W, n x k.
    pub(super) back: Mat<f64>,
}

/// Triplets B v_i = s_i u_i.
#[derive(Debug)]
pub(crate) struct TallTriplets<T> {
    /// B V = U diag(s), m x k.
    pub(crate) product: DenseMatrix<T>,
    /// s, descending.
    pub(crate) singular_values: Vec<f64>,
    /// V, n x k.
    pub(crate) v: DenseMatrix<T>,
    /// ||B^T u_i - s_i v_i||; the other residual, ||B v_i - s_i u_i||, is zero to rounding.
    pub(crate) residuals: Vec<f64>,
}

impl<T: Scalar> TallTriplets<T> {
    /// Returns the triplets with U in place of U diag(s).
    pub(crate) fn normalized(self) -> Triplets<T> {
        let mut u = self.product;
        for (column, s) in u.columns_mut().zip(&self.singular_values) {
            let scale = T::from_f64(1.0 / s);
            column.iter_mut().for_each(|x| *x *= scale);
        }
        Triplets {
            u,
            singular_values: self.singular_values,
            v: self.v,
        }
    }

    /// Returns the triplets in descending order, from which rounding may have turned those of equal values.
    fn sorted(self) -> Self {
        let s = &self.singular_values;
        if s.is_sorted_by(|a, b| a >= b) {
            return self;
        }
        let mut order: Vec<usize> = (0..s.len()).collect();
        order.sort_by(|i, j| s[*j].total_cmp(&s[*i]));
        let columns = |a: &DenseMatrix<T>| {
            DenseMatrix::from_fn(a.nrows(), order.len(), |i, j| a.at(i, order[j]))
        };
        let numbers = |x: &[f64]| order.iter().map(|i| x[*i]).collect();
        Self {
            product: columns(&self.product),
            singular_values: numbers(s),
            v: columns(&self.v),
            residuals: numbers(&self.residuals),
        }
    }
}

/// Computes the k leading triplets of B from the lower triangle of B^T B; `None` if their residuals or the inner products
/// of the long vectors exceed [`TOLERANCE`].
///
/// # Errors
/// [`Error::NotConverged`] if the eigenvectors do not.
pub(super) fn svd_by_gram<T: Scalar>(
    b: &impl Tall<T>,
    gram: Mat<f64>,
    k: usize,
    par: Par,
) -> Result<Option<TallTriplets<T>>, Error> {
    let (values, v) = leading_eigenvectors(gram, k, par)?;
    // The long vectors lose eps s_1^2 / s_k^2 of their orthogonality.
    let lost = f64::EPSILON * values[0];
    if values[k - 1] <= lost || lost > TOLERANCE * values[k - 1] {
        return Ok(None);
    }
    let TallProduct { w, gram, back } = b.multiply(v.as_ref());
    let s: Vec<f64> = (0..k).map(|j| gram[(j, j)].sqrt()).collect();
    let residual = |j: usize| -> f64 {
        let pairs = back.col(j).iter().zip(v.col(j).iter());
        let squares = pairs.map(|(x, v)| (x / s[j] - s[j] * v).powi(2));
        squares.sum::<f64>().sqrt()
    };
    let residuals: Vec<f64> = (0..k).map(residual).collect();
    let orthogonal = |i: usize, j: usize| gram[(j, i)].abs() <= TOLERANCE * s[i] * s[j];
    let accepted = residuals.iter().all(|r| *r <= TOLERANCE * s[0])
        && (0..k).all(|j| (0..j).all(|i| orthogonal(i, j)));
    if !accepted {
        return Ok(None);
    }
    let found = TallTriplets {
        product: w,
        singular_values: s,
        v: DenseMatrix::from_fn(v.nrows(), k, |i, j| T::from_f64(v[(i, j)])),
        residuals,
    };
    Ok(Some(found.sorted()))
}

/// Computes the k largest eigenvalues of a positive semidefinite matrix, up to a power of two, and their eigenvectors, n x k,
/// from its lower triangle.
fn leading_eigenvectors(
    mut gram: Mat<f64>,
    k: usize,
    par: Par,
) -> Result<(Vec<f64>, Mat<f64>), Error> {
    let n = gram.nrows();
    // Squares overflow and underflow in faer.
    let largest = (0..n).fold(0.0, |largest: f64, j| largest.max(gram[(j, j)]));
    let scale = f64::power_of_two(-largest.exponent());
    for (j, column) in gram.col_iter_mut().enumerate() {
        for (i, entry) in column.iter_mut().enumerate() {
            *entry = if i < j { 0.0 } else { scale * *entry };
        }
    }
    if part_of_eigenvectors(n, k)
        && let Some(found) = some_eigenvectors(gram.clone(), k, par)
    {
        return Ok(found);
    }
    let (values, vectors) = all_eigenvectors(&gram, par)?;
    // Ascending.
    let descending = (0..k).map(|j| values[n - 1 - j]).collect();
    let leading = Mat::from_fn(n, k, |i, j| vectors[(i, n - 1 - j)]);
    Ok((descending, leading))
}

/// Checks that k of n eigenvectors are computed without the others.
pub(crate) fn part_of_eigenvectors(n: usize, k: usize) -> bool {
    n >= FEWEST_FOR_A_PART && PARTS * k <= n
}

/// Computes all eigenvalues, ascending, and their eigenvectors.
fn all_eigenvectors(gram: &Mat<f64>, par: Par) -> Result<(Vec<f64>, Mat<f64>), Error> {
    let n = gram.nrows();
    let (mut values, mut vectors) = (Diag::zeros(n), Mat::zeros(n, n));
    let mut buffer = MemBuffer::new(self_adjoint_evd_scratch::<f64>(
        n,
        ComputeEigenvectors::Yes,
        par,
        Default::default(),
    ));
    self_adjoint_evd(
        gram.as_ref(),
        values.as_mut(),
        Some(vectors.as_mut()),
        par,
        MemStack::new(&mut buffer),
        Default::default(),
    )
    .map_err(|_| Error::NotConverged)?;
    let values = values.column_vector().iter().copied().collect();
    Ok((values, vectors))
}

/// Computes the k largest eigenvalues, descending, and their eigenvectors by a tridiagonal matrix Q^T G Q; `None` where
/// these are not found.
fn some_eigenvectors(mut gram: Mat<f64>, k: usize, par: Par) -> Option<(Vec<f64>, Mat<f64>)> {
    let n = gram.nrows();
    let block = recommended_block_size::<f64>(n, n);
    let mut householder = Mat::zeros(block, n - 1);
    let for_tridiagonal = tridiag_in_place_scratch::<f64>(n, par, Default::default());
    let for_product =
        apply_block_householder_sequence_on_the_left_in_place_scratch::<f64>(n - 1, block, k);
    let mut buffer = MemBuffer::new(StackReq::any_of(&[for_tridiagonal, for_product]));
    tridiag_in_place(
        gram.as_mut(),
        householder.as_mut(),
        par,
        MemStack::new(&mut buffer),
        Default::default(),
    );
    let tridiagonal = Tridiagonal {
        diagonal: (0..n).map(|i| gram[(i, i)]).collect(),
        beside: (1..n).map(|i| gram[(i, i - 1)]).collect(),
    };
    let (values, mut vectors) = tridiagonal.leading_eigenvectors(k)?;
    apply_block_householder_sequence_on_the_left_in_place_with_conj(
        gram.as_ref().submatrix(1, 0, n - 1, n - 1),
        householder.as_ref(),
        Conj::No,
        vectors.as_mut().subrows_mut(1, n - 1),
        par,
        MemStack::new(&mut buffer),
    );
    Some((values, vectors))
}
