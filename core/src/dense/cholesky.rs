//! Cholesky factorization of small Gram matrices of any rank.

use super::{MatMut, axpy, check_shape, dot};
use crate::{Error, Real};

/// Computes L of G ~ L L^T in place, for a positive semidefinite G.
///
/// `g`: k x k; its lower triangle is overwritten by L, and the upper one is neither read nor written. A
/// column that depends on the preceding ones, up to 4 k rounding errors, becomes zero: G may have
/// any rank. So does a column with NaN.
///
/// Costs k^3 / 3 flops and no memory (Golub & Van Loan 2013, algorithm 4.2.1).
///
/// # Errors
/// [`Error::Shape`] if G is not square.
pub fn cholesky<T: Real>(g: &mut MatMut<'_, T>) -> Result<(), Error> {
    let k = g.nrows();
    check_shape((k, g.ncols()), (k, k))?;
    let rounding = T::from_usize(k.saturating_mul(4)) * T::EPSILON;
    for j in 0..k {
        let (left, mut right) = g.split_columns_mut(j);
        let x = right.next().unwrap_or_default().get_mut(j..);
        let x = x.unwrap_or_default();
        let own = first(x);
        for l in left {
            let l = l.get(j..).unwrap_or_default();
            axpy(-first(l), l, x);
        }
        let pivot = first(x);
        if pivot > rounding * own && pivot.is_finite() {
            let root = pivot.sqrt();
            for x in x {
                *x /= root;
            }
        } else {
            x.fill(T::ZERO);
        }
    }
    Ok(())
}

/// x <- G^-1 x for G = L L^T of full rank. Otherwise, a solution of G x = b, if there is one, whose
/// entries are zero for the columns that depend on others.
///
/// `l`: k x k, from [`cholesky`]; `x`: k scalars, overwritten. Costs 2 k^2 flops.
///
/// # Errors
/// [`Error::Shape`] if L and x do not fit.
pub fn cholesky_solve<T: Real>(l: &MatMut<'_, T>, x: &mut [T]) -> Result<(), Error> {
    let k = l.nrows();
    check_shape((k, l.ncols()), (x.len(), x.len()))?;
    for j in 0..k {
        let (l, x) = below(l, j, x);
        let solved = quotient(first(x), first(l));
        axpy(-solved, l, x);
        set_first(x, solved);
    }
    for j in (0..k).rev() {
        let (l, x) = below(l, j, x);
        let others = dot(rest(l), rest(x));
        set_first(x, quotient(first(x) - others, first(l)));
    }
    Ok(())
}

/// Returns rows `j..` of column `j` of L, and of x.
fn below<'l, 'x, T: Real>(
    l: &'l MatMut<'_, T>,
    j: usize,
    x: &'x mut [T],
) -> (&'l [T], &'x mut [T]) {
    let l = l.column(j).get(j..).unwrap_or_default();
    (l, x.get_mut(j..).unwrap_or_default())
}

fn quotient<T: Real>(x: T, pivot: T) -> T {
    if pivot > T::ZERO { x / pivot } else { T::ZERO }
}

fn first<T: Real>(x: &[T]) -> T {
    x.first().copied().unwrap_or(T::ZERO)
}

fn set_first<T: Real>(x: &mut [T], value: T) {
    if let Some(x) = x.first_mut() {
        *x = value;
    }
}

fn rest<T>(x: &[T]) -> &[T] {
    x.get(1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Distribution, RandomEntries};

    const K: usize = 6;

    /// Returns G = F^T F of `rows` random rows, and b = F^T y.
    fn normal_equations(rows: usize, seed: u64) -> ([f64; K * K], [f64; K]) {
        let random = RandomEntries::new(Distribution::Gaussian, seed);
        let (mut g, mut b) = ([0.0; K * K], [0.0; K]);
        for row in 0..rows {
            let mut f = [0.0; K + 1];
            random.fill_row::<f64>(row, &mut f);
            for j in 0..K {
                b[j] += f[j] * f[K];
                for i in 0..K {
                    g[K * j + i] += f[i] * f[j];
                }
            }
        }
        (g, b)
    }

    #[test]
    fn normal_equations_of_every_rank_are_solved() {
        for rows in 0..=2 * K {
            let (g, b) = normal_equations(rows, 17);
            let (mut l, mut x) = (g, b);
            let mut l = MatMut::new(&mut l, K, K).unwrap();
            cholesky(&mut l).unwrap();
            cholesky_solve(&l, &mut x).unwrap();
            let rank = (0..K).filter(|&j| l.get_or_zero(j, j) > 0.0).count();
            assert_eq!(rank, rows.min(K));
            for i in 0..K {
                let left: f64 = (0..K).map(|j| g[K * j + i] * x[j]).sum();
                assert!((left - b[i]).abs() < 1e-9, "{rows} {i} {left} {}", b[i]);
            }
            assert!(x[rows.min(K)..].iter().all(|&x| x == 0.0));
        }
    }

    #[test]
    fn columns_of_any_size_are_told_from_dependent_ones() {
        let mut g = [1e-30, 3e-16, 0.0, 3e-16, 1.0, 0.0, 0.0, 0.0, f64::NAN];
        let mut g = MatMut::new(&mut g, 3, 3).unwrap();
        let mut x = [2e-30, 6e-16, 1.0];
        cholesky(&mut g).unwrap();
        cholesky_solve(&g, &mut x).unwrap();
        assert!((x[0] - 2.0).abs() < 1e-12 && x[1].abs() < 1e-12);
        assert_eq!(x[2], 0.0);
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        let mut data = [1.0; 6];
        let mut g = MatMut::new(&mut data, 2, 3).unwrap();
        assert!(cholesky(&mut g).is_err());
        g.reshape(2, 2).unwrap();
        assert!(cholesky_solve(&g, &mut [1.0; 3]).is_err());
    }
}
