//! Draws of the normal distribution that the rows of a factor share.

use super::gamma::gamma;
use crate::buffer::take;
use crate::dense::lanes::{LANES, LowerTriangle, padded};
use crate::dense::triangular::{multiply_lower, solve_lower_transposed};
use crate::dense::{axpy, copy, scale};
use crate::random::{Distribution, RandomEntries, mix};
use crate::{MatRef, Real};

/// The number of rows that the prior of their mean counts for (Salakhutdinov & Mnih 2008).
const PRIOR_ROWS: f64 = 2.0;

/// Returns the scalars that [`draw_prior`] needs for rows of p numbers: two triangles and two vectors.
pub(super) const fn prior_scratch_len(p: usize) -> usize {
    let vectors = p.saturating_add(1).saturating_mul(2);
    padded(p).saturating_mul(vectors)
}

/// Draws mean and precision L of the rows X from their distribution given the rows: the precision from the Wishart
/// distribution W(M^-1, p + m) where M = I + X^T X - (m^2 / (m + 2)) x x^T and x is the mean of the rows, and their mean from
/// N(m x / (m + 2), ((m + 2) L)^-1). Its prior is W(I, p) and N(0, (2 L)^-1) (Salakhutdinov & Mnih 2008, eq. 14).
///
/// - `gram`: X^T X in padded columns.
/// - `precision`: overwritten, in padded columns; `mean`: p scalars, overwritten.
/// - `scratch`: [`prior_scratch_len`] scalars.
pub(super) fn draw_prior<T: Real>(
    (rows, gram): (MatRef<'_, T>, &[T]),
    (mean, precision): (&mut [T], &mut [T]),
    seed: u64,
    mut scratch: &mut [T],
) {
    let (p, stride) = (rows.nrows(), padded(rows.nrows()));
    let triangle = take(&mut scratch, stride.saturating_mul(p));
    let bartlett = take(&mut scratch, stride.saturating_mul(p));
    let center = take(&mut scratch, stride);
    let column = take(&mut scratch, stride);
    let (count, one) = (T::from_usize(rows.ncols()), T::ONE);
    let shrunk = count + T::from_f64(PRIOR_ROWS);
    center.fill(T::ZERO);
    for row in rows.columns() {
        axpy(one, row, center);
    }
    // The mean of the rows, shrunk towards zero.
    scale(one / shrunk, center);
    let mut factor = LowerTriangle::zeros(triangle, p);
    for (c, g) in (0..p).zip(gram.chunks_exact(stride.max(LANES))) {
        let own = factor.column_mut(c);
        copy(g, own);
        let share = center.get(c).copied().unwrap_or(T::ZERO);
        axpy(-(shrunk * share), center, own);
    }
    factor.shift(|_| one);
    factor.cholesky();
    fill_bartlett(bartlett, p, rows.ncols(), seed);
    let normals = RandomEntries::new(Distribution::Gaussian, mix(!seed));
    normals.fill_row(p, mean);
    solve_lower_transposed(bartlett, mean);
    multiply_lower(triangle, mean);
    scale(one / shrunk.sqrt(), mean);
    axpy(one, center, mean);
    precision.fill(T::ZERO);
    for a in bartlett.chunks_exact(stride.max(LANES)) {
        copy(a, column);
        solve_lower_transposed(triangle, column.get_mut(..p).unwrap_or_default());
        for (c, own) in (0..p).zip(precision.chunks_exact_mut(stride.max(LANES))) {
            axpy(column.get(c).copied().unwrap_or(T::ZERO), column, own);
        }
    }
}

/// Fills the lower triangular A for which A A^T is a draw from W(I, p + m): roots of draws from chi-squared distributions on
/// the diagonal, normal draws below it (Bartlett 1933).
fn fill_bartlett<T: Real>(a: &mut [T], p: usize, m: usize, seed: u64) {
    // Other words than those of the gamma draws.
    let normals = RandomEntries::new(Distribution::Gaussian, mix(!seed));
    a.fill(T::ZERO);
    for (c, column) in (0..p).zip(a.chunks_exact_mut(padded(p).max(LANES))) {
        let degrees = p.saturating_sub(c).saturating_add(m);
        let chi_squared = 2.0 * gamma(0.5 * degrees as f64, seed, c);
        let column = column.get_mut(c..p).unwrap_or_default();
        if let Some((pivot, rest)) = column.split_first_mut() {
            *pivot = T::from_f64(chi_squared).sqrt();
            normals.fill_row(c, rest);
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::completion::Sequential;
    use crate::completion::gram::{gram_len, gram_of_rows, pieces_len};
    use std::vec;

    const P: usize = 3;

    /// Draws for rows of a known mean and covariance come from around them.
    #[test]
    fn draws_surround_the_mean_and_the_precision_of_the_rows() {
        let random = RandomEntries::new(Distribution::Gaussian, 1);
        let mut rows = vec![0.0; 4000 * P];
        for (i, row) in rows.chunks_exact_mut(P).enumerate() {
            let z: [f64; P] = core::array::from_fn(|c| random.at(i, c));
            row.copy_from_slice(&[1.0 + z[0], -2.0 + 0.5 * z[0] + z[1], 0.5 * z[2]]);
        }
        let rows = MatRef::new(&rows, P, 4000).unwrap();
        let mut gram = [0.0; gram_len(P)];
        let mut pieces = vec![0.0; pieces_len(4000, P)];
        let mut four = [0.0; 4 * padded(P)];
        gram_of_rows(rows, &mut gram, [&mut pieces, &mut four], &Sequential).unwrap();
        let (mut means, mut precisions) = ([0.0; P], [0.0; gram_len(P)]);
        let draws = 400;
        let mut spread = 0.0;
        for seed in 0..draws {
            let (mut mean, mut precision) = ([0.0; P], [0.0; gram_len(P)]);
            let mut scratch = [f64::NAN; prior_scratch_len(P)];
            let drawn = (&mut mean[..], &mut precision[..]);
            draw_prior((rows, &gram), drawn, seed, &mut scratch);
            axpy(1.0 / draws as f64, &mean, &mut means);
            axpy(1.0 / draws as f64, &precision, &mut precisions);
            spread += (mean[0] - 1.0).powi(2) / draws as f64;
        }
        for (mean, expected) in means.iter().zip([1.0, -2.0, 0.0]) {
            assert!((mean - expected).abs() < 0.05, "{means:?}");
        }
        // The inverse of the covariance ((1, 1/2), (1/2, 5/4)), and 4.
        let at = |i: usize, j: usize| precisions[j * padded(P) + i];
        let expected = [
            (0, 0, 1.25),
            (1, 0, -0.5),
            (1, 1, 1.0),
            (2, 2, 4.0),
            (2, 0, 0.0),
        ];
        for (i, j, expected) in expected {
            // The precision of 4000 rows deviates by sqrt(2 / 4000), 2.2 %, of that of their distribution.
            let within = f64::max(0.12, 0.1 * expected);
            assert!((at(i, j) - expected).abs() < within, "{i} {j} {}", at(i, j));
            assert_eq!(at(i, j), at(j, i));
        }
        // The variance of a mean of 4000 rows, and their own deviation from 1.
        assert!(spread > 0.5 / 4000.0 && spread < 8.0 / 4000.0, "{spread}");
    }
}
