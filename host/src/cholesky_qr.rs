//! Thin QR of a tall panel from its Gram matrix, repeated if one pass is not enough (Yamamoto, Nakatsukasa, Yanagisawa
//! & Fukaya 2015): two passes over the panel, where Householder reflectors need one for each column. If columns are
//! nearly dependent, a shift makes a first pass possible, which two more complete (Fukaya, Kannan, Nakatsukasa,
//! Yamamoto & Yanagisawa 2020). The panel may be in any memory; l x l matrices are on the host, in f64 and
//! column-major.

use crate::Scalar;
use lowrank_core::{Error, MatMut};

/// The operations on a tall panel X, rows x l.
pub(crate) trait TallPanel {
    /// The error of a quotient by a triangle is only its own rounding, however close the columns are: only then
    /// a shifted pass is useful.
    const EXACT_QUOTIENTS: bool;

    fn nrows(&self) -> usize;

    fn ncols(&self) -> usize;

    /// Returns the square of the sine between a column and the preceding ones below which its pivot, or the quotient
    /// by it, is too inaccurate.
    fn least_squared_sine(&self) -> f64;

    /// X^T X, summed in f64.
    fn gram(&mut self) -> Result<Vec<f64>, Error>;

    /// Stores X for [`restore`](Self::restore).
    fn keep(&mut self) -> Result<(), Error>;

    /// X <- X R^-1, R upper triangular.
    fn divide(&mut self, r: &[f64]) -> Result<(), Error>;

    /// X <- the stored panel.
    fn restore(&mut self) -> Result<(), Error>;
}

/// The shift of the diagonal of a Gram matrix, relative to it and for each column: far above the rounding of the
/// sums in f64.
const SHIFT: f64 = 1e-11;

/// The maximum number of passes: a shifted one, one on its result, and one on nearly orthogonal columns.
const MOST_PASSES: usize = 3;

/// Computes X = Q R in place. Returns the rank as core's QR does: independent columns may still be too
/// small relative to the largest. `None` if columns are too close to dependence; X is then unchanged, and `r`
/// is meaningless.
pub(crate) fn cholesky_qr<T: Scalar, X: TallPanel>(
    x: &mut X,
    r: &mut MatMut<'_, T>,
) -> Result<Option<usize>, Error> {
    let (m, l) = (x.nrows(), x.ncols());
    x.keep()?;
    let Some(factor) = orthogonalize(x)? else {
        x.restore()?;
        return Ok(None);
    };
    for (column, factor) in r.columns_mut().zip(factor.chunks_exact(l)) {
        for (x, factor) in column.iter_mut().zip(factor) {
            *x = T::from_f64(*factor);
        }
    }
    let pivots = || (0..l).map(|j| r.get_or_zero(j, j).to_f64().abs());
    let threshold = m as f64 * T::EPSILON.to_f64() * pivots().fold(0.0, f64::max);
    Ok(Some(pivots().filter(|pivot| *pivot > threshold).count()))
}

/// Computes R and replaces X by Q; `None` on failure, and X is then undefined.
fn orthogonalize<X: TallPanel>(x: &mut X) -> Result<Option<Vec<f64>>, Error> {
    let (l, least) = (x.ncols(), x.least_squared_sine());
    let mut gram = x.gram()?;
    let mut last = nearly_orthogonal(&gram, l);
    let mut product: Option<Vec<f64>> = None;
    for _ in 0..MOST_PASSES {
        let factor = match cholesky(gram.clone(), l, least) {
            // After one shift, columns are no longer that close to dependence.
            None if X::EXACT_QUOTIENTS && product.is_none() => shifted_cholesky(gram, l),
            factor => factor,
        };
        let Some(factor) = factor else {
            return Ok(None);
        };
        x.divide(&factor)?;
        product = Some(match product {
            Some(before) => product_of_triangles(&factor, &before, l),
            None => factor,
        });
        if last {
            return Ok(product);
        }
        gram = x.gram()?;
        last = nearly_identity(&gram, l);
        if !last && !X::EXACT_QUOTIENTS {
            break;
        }
    }
    Ok(None)
}

/// Returns R of G + D, where D is proportional to the diagonal of G.
fn shifted_cholesky(mut g: Vec<f64>, l: usize) -> Option<Vec<f64>> {
    for j in 0..l {
        g[j * l + j] *= 1.0 + SHIFT * l as f64;
    }
    cholesky(g, l, 0.5 * SHIFT)
}

/// Checks that ||G - I||_F <= 1/4 after all columns have been scaled to length one: then one pass is
/// enough, whatever their lengths were.
fn nearly_orthogonal(g: &[f64], l: usize) -> bool {
    let lengths: Vec<f64> = (0..l).map(|j| g[j * l + j].sqrt()).collect();
    let cosine = |place: usize| g[place] / lengths[place % l] / lengths[place / l];
    let normalized: Vec<f64> = (0..g.len()).map(cosine).collect();
    nearly_identity(&normalized, l)
}

/// Checks that ||G - I||_F <= 1/4. Pivots alone are not sufficient: each column may be well separated from the
/// preceding ones although all together are nearly dependent (Kahan 1966). After this, one more pass is
/// orthogonal to rounding.
fn nearly_identity(g: &[f64], l: usize) -> bool {
    let square = |(place, g): (usize, &f64)| {
        let expected = if place % (l + 1) == 0 { 1.0 } else { 0.0 };
        (g - expected).powi(2)
    };
    g.iter().enumerate().map(square).sum::<f64>() <= 0.25 * 0.25
}

/// Returns R, upper triangular and column-major, of G = R^T R; `None` if the square of the sine
/// between a column and the preceding ones is not above `least_squared_sine`, or G is not finite.
fn cholesky(mut g: Vec<f64>, l: usize, least_squared_sine: f64) -> Option<Vec<f64>> {
    for j in 0..l {
        let diagonal = g[j * l + j];
        for i in 0..=j {
            let inner: f64 = (0..i).map(|c| g[i * l + c] * g[j * l + c]).sum();
            let rest = g[j * l + i] - inner;
            g[j * l + i] = if i < j { rest / g[i * l + i] } else { rest };
        }
        let pivot = g[j * l + j];
        let apart = pivot > least_squared_sine * diagonal && diagonal > f64::MIN_POSITIVE.sqrt();
        if !apart || !diagonal.is_finite() {
            return None;
        }
        g[j * l + j] = pivot.sqrt();
        g[j * l + j + 1..(j + 1) * l].fill(0.0);
    }
    Some(g)
}

/// Returns the product of two upper triangles, column-major.
fn product_of_triangles(a: &[f64], b: &[f64], l: usize) -> Vec<f64> {
    let mut product = vec![0.0; l * l];
    for j in 0..l {
        for i in 0..=j {
            let sum = (i..=j).map(|c| a[c * l + i] * b[j * l + c]);
            product[j * l + i] = sum.sum();
        }
    }
    product
}

/// Returns R^-1 of an upper triangle.
pub(crate) fn inverse_of_triangle(r: &[f64], l: usize) -> Vec<f64> {
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
