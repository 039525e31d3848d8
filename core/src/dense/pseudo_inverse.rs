//! The Moore-Penrose inverse of a small matrix.

use super::jacobi_svd::{jacobi_svd, scratch_len};
use super::{MatMut, check_shape};
use crate::buffer::{require, take};
use crate::{Error, Real};

/// Returns the scalars of scratch that [`pseudo_inverse`] needs for an m x n matrix: k (m + n + 7) with
/// k = min(m, n).
pub const fn pseudo_inverse_scratch_len(nrows: usize, ncols: usize) -> usize {
    let shorter = if nrows < ncols { nrows } else { ncols };
    let sides = nrows.saturating_add(ncols).saturating_add(1);
    shorter
        .saturating_mul(sides)
        .saturating_add(scratch_len(nrows, ncols))
}

/// A^+ = V diag(1 / s_i) U^T over the singular values above `tolerance` s_1 (Penrose 1955). For a square matrix of full
/// rank this is the inverse; otherwise A^+ b is the minimizer of ||A x - b|| with the least norm. Returns the number of
/// these singular values.
///
/// - `a`: m x n, any shape; destroyed.
/// - `inverse`: n x m; overwritten.
/// - `tolerance`: from 0; max(m, n) eps separates zero from rounding.
/// - `scratch`: [`pseudo_inverse_scratch_len`] scalars.
///
/// Costs as much as [`jacobi_svd`], plus 2 m n k flops.
///
/// # Errors
/// The errors of [`jacobi_svd`]; [`Error::Setting`] for a tolerance that is negative or not a number;
/// [`Error::Overflow`] if an entry of A^+ is larger than the type can hold.
///
/// ```
/// use lowrank_core::MatMut;
/// use lowrank_core::dense::pseudo_inverse::{pseudo_inverse, pseudo_inverse_scratch_len};
/// let mut a = [[2.0, 0.0], [1.0, 4.0]]; // two columns
/// let (mut inverse, mut scratch) = ([[0.0f64; 2]; 2], [0.0; pseudo_inverse_scratch_len(2, 2)]);
/// let rank = pseudo_inverse(&mut (&mut a).into(), &mut (&mut inverse).into(), 1e-12, &mut scratch)?;
/// assert_eq!(rank, 2);
/// assert!((inverse[1][0] + 0.125).abs() < 1e-15);
/// # Ok::<(), lowrank_core::Error>(())
/// ```
pub fn pseudo_inverse<T: Real>(
    a: &mut MatMut<'_, T>,
    inverse: &mut MatMut<'_, T>,
    tolerance: T,
    mut scratch: &mut [T],
) -> Result<usize, Error> {
    let (m, n) = (a.nrows(), a.ncols());
    let k = m.min(n);
    check_shape((inverse.nrows(), inverse.ncols()), (n, m))?;
    let fits = tolerance >= T::ZERO && tolerance.is_finite();
    Error::unless(fits, "tolerance")?;
    if k == 0 {
        return Err(Error::Empty);
    }
    require(scratch.len(), pseudo_inverse_scratch_len(m, n))?;
    let mut u = MatMut::new(take(&mut scratch, m.saturating_mul(k)), m, k)?;
    let mut v = MatMut::new(take(&mut scratch, n.saturating_mul(k)), n, k)?;
    let s = take(&mut scratch, k);
    jacobi_svd(a, &mut u, s, &mut v, scratch)?;
    let threshold = tolerance * s.first().copied().unwrap_or(T::ZERO);
    inverse.fill(T::ZERO);
    let mut rank: usize = 0;
    for (s, (u, v)) in s.iter().zip(u.columns().zip(v.columns())) {
        if *s > threshold {
            rank = rank.saturating_add(1);
            for (u, column) in u.iter().zip(inverse.columns_mut()) {
                // The quotient first: 1 / s may overflow even if u / s does not.
                super::axpy(*u / *s, v, column);
            }
        }
    }
    if inverse.as_slice().iter().all(|x| x.is_finite()) {
        Ok(rank)
    } else {
        Err(Error::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::Panel;
    use crate::random::{Distribution, RandomEntries};

    fn product(a: &MatMut<'_, f64>, b: &MatMut<'_, f64>, out: &mut [f64]) {
        let mut out = MatMut::new(out, a.nrows(), b.ncols()).unwrap();
        for j in 0..b.ncols() {
            for i in 0..a.nrows() {
                let terms = (0..a.ncols()).map(|p| a.get_or_zero(i, p) * b.get_or_zero(p, j));
                out.column_mut(j)[i] = terms.sum();
            }
        }
    }

    /// Returns the largest residual of Penrose's four equations, for A of this rank.
    fn penrose(m: usize, n: usize, rank: usize) -> f64 {
        let (mut left, mut right) = ([0.0; 64], [0.0; 64]);
        let mut left = MatMut::new(&mut left, m, rank).unwrap();
        let mut right = MatMut::new(&mut right, rank, n).unwrap();
        left.fill_random(&RandomEntries::new(Distribution::Gaussian, 3))
            .unwrap();
        right
            .fill_random(&RandomEntries::new(Distribution::Gaussian, 4))
            .unwrap();
        let mut entries = [0.0; 64];
        product(&left, &right, &mut entries);
        let mut destroyed = entries;
        let (mut inverse, mut scratch) = ([0.0; 64], [0.0; 256]);
        let a = MatMut::new(&mut entries, m, n).unwrap();
        let mut x = MatMut::new(&mut inverse, n, m).unwrap();
        let mut given = MatMut::new(&mut destroyed, m, n).unwrap();
        let found = pseudo_inverse(&mut given, &mut x, 1e-12, &mut scratch).unwrap();
        assert_eq!(found, rank);
        let (mut ax, mut xa) = ([0.0; 64], [0.0; 64]);
        product(&a, &x, &mut ax);
        product(&x, &a, &mut xa);
        let ax = MatMut::new(&mut ax, m, m).unwrap();
        let xa = MatMut::new(&mut xa, n, n).unwrap();
        let mut off = 0f64;
        for (symmetric, size) in [(&ax, m), (&xa, n)] {
            for i in 0..size {
                for j in 0..size {
                    off =
                        off.max((symmetric.get_or_zero(i, j) - symmetric.get_or_zero(j, i)).abs());
                }
            }
        }
        let mut again = [0.0; 64];
        product(&ax, &a, &mut again);
        let pairs = again.iter().zip(a.as_slice());
        off = pairs.fold(off, |off, (x, y)| off.max((x - y).abs()));
        product(&xa, &x, &mut again);
        let pairs = again.iter().zip(x.as_slice());
        pairs.fold(off, |off, (x, y)| off.max((x - y).abs()))
    }

    #[test]
    fn penroses_equations_hold_for_every_shape_and_rank() {
        for (m, n) in [(5, 5), (8, 3), (3, 8), (1, 6), (6, 1)] {
            for rank in 1..=m.min(n) {
                let off = penrose(m, n, rank);
                assert!(off < 1e-12, "{m} x {n}, rank {rank}: {off:e}");
            }
        }
    }

    #[test]
    fn zeros_are_their_own_pseudo_inverse_and_what_cannot_be_is_refused() {
        let (mut a, mut x, mut scratch) = ([0.0; 6], [7.0; 6], [0.0; 99]);
        let mut a = MatMut::new(&mut a, 3, 2).unwrap();
        let mut x = MatMut::new(&mut x, 2, 3).unwrap();
        assert_eq!(pseudo_inverse(&mut a, &mut x, 1e-12, &mut scratch), Ok(0));
        assert_eq!(x.as_slice(), [0.0; 6]);
        for tolerance in [-1.0, f64::NAN, f64::INFINITY] {
            let refused = pseudo_inverse(&mut a, &mut x, tolerance, &mut scratch);
            assert_eq!(refused, Err(Error::Setting { name: "tolerance" }));
        }
        let mut tiny = [f64::from_bits(1)];
        let mut tiny = MatMut::new(&mut tiny, 1, 1).unwrap();
        let mut one = [0.0];
        let mut one = MatMut::new(&mut one, 1, 1).unwrap();
        let refused = pseudo_inverse(&mut tiny, &mut one, 0.0, &mut scratch);
        assert_eq!(refused, Err(Error::Overflow));
    }
}
