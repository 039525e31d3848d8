//! Thin QR of a tall panel from its Gram matrix, twice where once is not enough (Yamamoto, Nakatsukasa, Yanagisawa & Fukaya
//! 2015): two passes over the panel where Householder reflectors need one for each column. Where columns are too close to
//! dependence, a shift makes a first pass possible that two more can build on (Fukaya, Kannan, Nakatsukasa, Yamamoto &
//! Yanagisawa 2020). The panel may be anywhere; what is l x l is here, in f64 and column after column.

use crate::Scalar;
use lowrank_core::{Error, MatMut};

/// What the algorithm does to a tall panel X, rows x l.
pub(crate) trait TallPanel {
    /// Whether a quotient by a triangle is as exact as its own rounding, however close columns are: only then
    /// a shifted pass is of use.
    const EXACT_QUOTIENTS: bool;

    fn nrows(&self) -> usize;

    fn ncols(&self) -> usize;

    /// The square of the sine between a column and the ones before it, below which its pivot or the quotient
    /// by it has lost too much.
    fn least_squared_sine(&self) -> f64;

    /// X^T X, summed in f64.
    fn gram(&mut self) -> Result<Vec<f64>, Error>;

    /// Keeps X, for [`restore`](Self::restore).
    fn keep(&mut self) -> Result<(), Error>;

    /// X <- X R^-1, R upper triangular.
    fn divide(&mut self, r: &[f64]) -> Result<(), Error>;

    /// X <- what was kept.
    fn restore(&mut self) -> Result<(), Error>;
}

/// What is added to the diagonal of a Gram matrix, as a share of it and for each column: rounding of the
/// sums in f64 stays far below.
const SHIFT: f64 = 1e-11;

/// A shifted pass, one on what that left, and one on what is nearly orthogonal.
const MOST_PASSES: usize = 3;

/// X = Q R in place. Returns the rank as core's QR counts it: columns that are apart may still be too
/// small beside the largest. `None` where columns are not far enough apart; X is as it was then, and `r`
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

/// R, where X has become Q; `None` where that failed, and X is something else.
fn orthogonalize<X: TallPanel>(x: &mut X) -> Result<Option<Vec<f64>>, Error> {
    let (l, least) = (x.ncols(), x.least_squared_sine());
    let mut gram = x.gram()?;
    let mut last = nearly_orthogonal(&gram, l);
    let mut product: Option<Vec<f64>> = None;
    for _ in 0..MOST_PASSES {
        let factor = match cholesky(gram.clone(), l, least) {
            // What has been shifted once is no longer that close to dependence.
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

/// R of G + D, where D is a share of the diagonal of G.
fn shifted_cholesky(mut g: Vec<f64>, l: usize) -> Option<Vec<f64>> {
    for j in 0..l {
        g[j * l + j] *= 1.0 + SHIFT * l as f64;
    }
    cholesky(g, l, 0.5 * SHIFT)
}

/// Whether ||G - I||_F <= 1/4 after all columns have been brought to length one: then one pass is
/// enough, whatever their lengths were.
fn nearly_orthogonal(g: &[f64], l: usize) -> bool {
    let lengths: Vec<f64> = (0..l).map(|j| g[j * l + j].sqrt()).collect();
    let cosine = |place: usize| g[place] / lengths[place % l] / lengths[place / l];
    let normalized: Vec<f64> = (0..g.len()).map(cosine).collect();
    nearly_identity(&normalized, l)
}

/// Whether ||G - I||_F <= 1/4. Pivots alone do not tell: columns can each be well apart from the
/// ones before them and all together be dependent (Kahan 1966). From here one more pass is
/// orthogonal to rounding.
fn nearly_identity(g: &[f64], l: usize) -> bool {
    let square = |(place, g): (usize, &f64)| {
        let expected = if place % (l + 1) == 0 { 1.0 } else { 0.0 };
        (g - expected).powi(2)
    };
    g.iter().enumerate().map(square).sum::<f64>() <= 0.25 * 0.25
}

/// R, upper triangular and column after column, of G = R^T R; `None` where the square of the sine
/// between a column and the ones before it is not above `least_squared_sine`, or G is not finite.
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

/// The product of two upper triangles, column after column.
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

/// R^-1, of an upper triangle.
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
