//! Thin QR of a tall panel from its Gram matrix, twice (Yamamoto, Nakatsukasa, Yanagisawa & Fukaya
//! 2015): two passes over the panel where Householder reflectors need one for each column.

use super::Scalar;
use super::panel::{gram_sums, multiply_rows};
use lowrank_core::MatMut;

/// The square of the sine between a column and the ones before it, below which Cholesky QR is left
/// to Householder reflectors: its first pass then is orthogonal to eps / 1e-8 at worst, and the
/// second to eps.
const LEAST_SQUARED_SINE: f64 = 1e-8;

/// X = Q R in place, X row-major with l columns. Returns whether X was far enough from a smaller
/// rank; where it was not, `x` spans the same space still, and `r` is meaningless.
pub(super) fn cholesky_qr<T: Scalar>(x: &mut [T], l: usize, r: &mut MatMut<'_, T>) -> bool {
    let Some(first) = cholesky(gram_sums(x, l), l) else {
        return false;
    };
    let original = x.to_vec();
    multiply_by_inverse(x, l, &first);
    let Some(second) = cholesky(gram_sums(x, l), l) else {
        x.copy_from_slice(&original);
        return false;
    };
    multiply_by_inverse(x, l, &second);
    for (j, column) in r.columns_mut().enumerate() {
        for (i, x) in column.iter_mut().enumerate() {
            let product = (i..=j).map(|c| second[c * l + i] * first[j * l + c]);
            *x = T::from_f64(product.sum());
        }
    }
    true
}

/// R, upper triangular and column after column, of G = R^T R; `None` where G is too close to a
/// smaller rank, or not finite.
fn cholesky(mut g: Vec<f64>, l: usize) -> Option<Vec<f64>> {
    for j in 0..l {
        let diagonal = g[j * l + j];
        for i in 0..=j {
            let inner: f64 = (0..i).map(|c| g[i * l + c] * g[j * l + c]).sum();
            let rest = g[j * l + i] - inner;
            g[j * l + i] = if i < j { rest / g[i * l + i] } else { rest };
        }
        let pivot = g[j * l + j];
        let apart = pivot > LEAST_SQUARED_SINE * diagonal && diagonal > f64::MIN_POSITIVE.sqrt();
        if !apart || !diagonal.is_finite() {
            return None;
        }
        g[j * l + j] = pivot.sqrt();
        g[j * l + j + 1..(j + 1) * l].fill(0.0);
    }
    Some(g)
}

/// X <- X R^-1.
fn multiply_by_inverse<T: Scalar>(x: &mut [T], l: usize, r: &[f64]) {
    let mut inverse: Vec<T> = inverse_of_triangle(r, l)
        .into_iter()
        .map(T::from_f64)
        .collect();
    let inverse = MatMut::new(&mut inverse, l, l).expect("l x l");
    let source = x.to_vec();
    multiply_rows(&source, l, inverse.as_ref(), l, x);
}

fn inverse_of_triangle(r: &[f64], l: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; l * l];
    for j in 0..l {
        inverse[j * l + j] = 1.0 / r[j * l + j];
        for i in (0..j).rev() {
            let sum: f64 = (i + 1..=j).map(|c| r[c * l + i] * inverse[j * l + c]).sum();
            inverse[j * l + i] = -sum / r[i * l + i];
        }
    }
    inverse
}
