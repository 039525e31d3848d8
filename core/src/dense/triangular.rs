//! Systems with the triangular factor of a Gram matrix in padded columns.

use super::lanes::{LANES, padded};
use super::{axpy, dot};
use crate::Real;

/// Returns column `j` of L from its diagonal entry on: that entry, and those below it.
#[inline(always)]
fn below<T: Real>(l: &[T], p: usize, j: usize) -> (T, &[T]) {
    let start = j.saturating_mul(padded(p).max(LANES));
    let column = l.get(start..).unwrap_or_default();
    let column = column.get(j..p).unwrap_or_default();
    match column.split_first() {
        Some((pivot, rest)) => (*pivot, rest),
        None => (T::ZERO, &[]),
    }
}

/// Splits x into entry `j` and those after it.
#[inline(always)]
fn after<T: Real>(x: &mut [T], j: usize) -> Option<(&mut T, &mut [T])> {
    x.get_mut(j..)?.split_first_mut()
}

#[inline(always)]
fn quotient<T: Real>(x: T, pivot: T) -> T {
    if pivot > T::ZERO { x / pivot } else { T::ZERO }
}

/// x <- L^-1 x for p scalars x and a lower triangular L of p columns of [`padded`] (p) scalars. Entries of columns whose
/// pivot is not positive become zero.
#[inline(always)]
pub(crate) fn solve_lower<T: Real>(l: &[T], x: &mut [T]) {
    let p = x.len();
    for j in 0..p {
        let (pivot, column) = below(l, p, j);
        if let Some((x, rest)) = after(x, j) {
            *x = quotient(*x, pivot);
            axpy(-*x, column, rest);
        }
    }
}

/// x <- L^-T x, as [`solve_lower`].
#[inline(always)]
pub(crate) fn solve_lower_transposed<T: Real>(l: &[T], x: &mut [T]) {
    let p = x.len();
    for j in (0..p).rev() {
        let (pivot, column) = below(l, p, j);
        if let Some((x, rest)) = after(x, j) {
            *x = quotient(*x - dot(column, rest), pivot);
        }
    }
}

/// x <- L x.
#[inline(always)]
pub(crate) fn multiply_lower<T: Real>(l: &[T], x: &mut [T]) {
    let p = x.len();
    for j in (0..p).rev() {
        let (pivot, column) = below(l, p, j);
        if let Some((x, rest)) = after(x, j) {
            axpy(*x, column, rest);
            *x *= pivot;
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::{vec, vec::Vec};

    #[test]
    fn triangular_systems_of_every_size_are_solved() {
        for p in 0..=19 {
            let stride = padded(p);
            let entry = |i: usize, j: usize| match i.cmp(&j) {
                core::cmp::Ordering::Less => f64::NAN,
                core::cmp::Ordering::Equal => 2.0 + i as f64,
                core::cmp::Ordering::Greater => ((i * 7 + j * 3) % 5) as f64 - 2.0,
            };
            let mut l = vec![f64::NAN; stride * p];
            for j in 0..p {
                for i in 0..p {
                    l[j * stride + i] = entry(i, j);
                }
            }
            let x: Vec<f64> = (0..p).map(|i| (i as f64 * 0.7).sin()).collect();
            let mut y = x.clone();
            multiply_lower(&l, &mut y);
            for (i, y) in y.iter().enumerate() {
                let expected: f64 = (0..=i).map(|j| entry(i, j) * x[j]).sum();
                assert!((y - expected).abs() < 1e-12);
            }
            solve_lower(&l, &mut y);
            let mut z: Vec<f64> = (0..p)
                .map(|j| (j..p).map(|i| entry(i, j) * x[i]).sum())
                .collect();
            solve_lower_transposed(&l, &mut z);
            for i in 0..p {
                assert!((y[i] - x[i]).abs() < 1e-9 && (z[i] - x[i]).abs() < 1e-9);
            }
        }
    }
}
