//! The largest eigenvalues of a symmetric tridiagonal matrix T, by bisection, and their eigenvectors, by inverse iteration.
//!
//! Counting the positive pivots of T - x I tells how many eigenvalues lie above x (Sylvester's law of inertia), so that no
//! one is passed over. Solving with T - lambda I turns any vector into the eigenvector; vectors of near eigenvalues are kept
//! orthogonal. Golub & Van Loan, Matrix Computations, 4th edition, sections 8.4.1 and 7.6.1; O(n k) beside 55 counts of n
//! pivots for each sixteen eigenvalues.

use super::rows::inner_product;
use super::vectors::vectorized;
use faer::Mat;
use lowrank_core::random::{Distribution, RandomEntries};

/// The solves for an eigenvector: the second one is enough where the first vector was not nearly orthogonal to it.
const SOLVES: usize = 3;

/// The eigenvalues that are bisected at a time.
const LANES: usize = 16;

/// T, n x n.
pub(super) struct Tridiagonal {
    /// The n entries of the diagonal.
    pub(super) diagonal: Vec<f64>,
    /// The n - 1 entries beside it.
    pub(super) beside: Vec<f64>,
}

/// T - x I = P L U by elimination with row exchanges.
struct Elimination {
    /// The three diagonals of U, row by row.
    upper: Vec<[f64; 3]>,
    /// The multiplier of each row, and whether it was exchanged with the next one.
    steps: Vec<(f64, bool)>,
}

impl Tridiagonal {
    /// Computes the k largest eigenvalues, descending, and orthonormal eigenvectors, n x k; `None` if an entry is not finite
    /// or a vector vanishes beside the earlier ones.
    pub(super) fn leading_eigenvectors(&self, k: usize) -> Option<(Vec<f64>, Mat<f64>)> {
        let values = self.largest_eigenvalues(k)?;
        let n = self.diagonal.len();
        let start = RandomEntries::new(Distribution::Uniform, 0);
        let smallest = f64::EPSILON * self.bound();
        let mut vectors: Mat<f64> = Mat::zeros(n, k);
        for (j, value) in values.iter().enumerate() {
            let solver = self.eliminate(*value, smallest);
            let mut x: Vec<f64> = (0..n).map(|i| start.at(i, j)).collect();
            for _ in 0..SOLVES {
                solver.solve(&mut x);
                normalize(&mut x)?;
                // Twice: the first time leaves what rounding adds.
                for _ in 0..2 {
                    for earlier in 0..j {
                        let earlier = vectors.col(earlier).try_as_col_major()?.as_slice();
                        let along = inner_product(earlier, &x);
                        x.iter_mut().zip(earlier).for_each(|(x, e)| *x -= along * e);
                    }
                }
                normalize(&mut x)?;
            }
            let column = vectors.col_mut(j).iter_mut();
            column.zip(x).for_each(|(entry, x)| *entry = x);
        }
        Some((values, vectors))
    }

    /// Returns a bound of the magnitudes of all eigenvalues: the largest sum of magnitudes of a row (Gershgorin).
    fn bound(&self) -> f64 {
        let beside = |i: usize| self.beside.get(i).map_or(0.0, |e| e.abs());
        let row = |i: usize| self.diagonal[i].abs() + beside(i) + beside(i.wrapping_sub(1));
        (0..self.diagonal.len()).map(row).fold(0.0, f64::max)
    }

    /// Counts the eigenvalues above each x.
    fn counts_above(&self, x: [f64; LANES]) -> [u64; LANES] {
        vectorized(|| {
            let (mut above, mut pivot) = ([0; LANES], [1.0; LANES]);
            let beside = std::iter::once(&0.0).chain(&self.beside);
            for (d, e) in self.diagonal.iter().zip(beside) {
                for lane in 0..LANES {
                    let p = (d - x[lane]) - e * (e / pivot[lane]);
                    let vanished = p.abs() < f64::MIN_POSITIVE;
                    pivot[lane] = if vanished { -f64::MIN_POSITIVE } else { p };
                    above[lane] += u64::from(pivot[lane] > 0.0);
                }
            }
            above
        })
    }

    fn largest_eigenvalues(&self, k: usize) -> Option<Vec<f64>> {
        let bound = self.bound();
        if !bound.is_finite() {
            return None;
        }
        let (mut lower, mut upper) = (vec![-bound; k], vec![bound; k]);
        let middle = |lower: f64, upper: f64| 0.5 * (lower + upper);
        let is_wide = |lower: f64, upper: f64| {
            let narrow = 2.0 * f64::EPSILON * lower.abs().max(upper.abs());
            upper - lower > narrow.max(f64::EPSILON * f64::EPSILON * bound)
        };
        // Several eigenvalues at a time, since each pivot waits for the one before it.
        for first in (0..k).step_by(LANES) {
            let places = first..k.min(first + LANES);
            while places.clone().any(|j| is_wide(lower[j], upper[j])) {
                let mut middles = [0.0; LANES];
                for (x, j) in middles.iter_mut().zip(places.clone()) {
                    *x = middle(lower[j], upper[j]);
                }
                let counts = self.counts_above(middles);
                for ((j, x), above) in places.clone().zip(middles).zip(counts) {
                    if !is_wide(lower[j], upper[j]) {
                        continue;
                    }
                    let end = if above > j as u64 {
                        &mut lower
                    } else {
                        &mut upper
                    };
                    end[j] = x;
                }
            }
        }
        let middles = lower.iter().zip(&upper).map(|(l, u)| middle(*l, *u));
        Some(middles.collect())
    }

    /// Eliminates below the diagonal of T - x I; pivots below `smallest` become as large.
    fn eliminate(&self, x: f64, smallest: f64) -> Elimination {
        let n = self.diagonal.len();
        let pivot = |p: f64| if p.abs() < smallest { smallest } else { p };
        let beside = |i: usize| self.beside.get(i).copied().unwrap_or(0.0);
        let (mut upper, mut steps) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut row = [self.diagonal[0] - x, beside(0), 0.0];
        for i in 1..n {
            let next = [self.beside[i - 1], self.diagonal[i] - x, beside(i)];
            let exchanged = next[0].abs() > row[0].abs();
            let (top, below) = if exchanged { (next, row) } else { (row, next) };
            let first = pivot(top[0]);
            let multiplier = below[0] / first;
            upper.push([first, top[1], top[2]]);
            steps.push((multiplier, exchanged));
            row = [
                below[1] - multiplier * top[1],
                below[2] - multiplier * top[2],
                0.0,
            ];
        }
        upper.push([pivot(row[0]), 0.0, 0.0]);
        Elimination { upper, steps }
    }
}

impl Elimination {
    /// x <- (T - lambda I)^-1 x.
    fn solve(&self, x: &mut [f64]) {
        for (i, (multiplier, exchanged)) in self.steps.iter().enumerate() {
            if *exchanged {
                x.swap(i, i + 1);
            }
            x[i + 1] -= multiplier * x[i];
        }
        let (mut next, mut second) = (0.0, 0.0);
        for (x, [pivot, beside, far]) in x.iter_mut().zip(&self.upper).rev() {
            *x = (*x - beside * next - far * second) / pivot;
            (next, second) = (*x, next);
        }
    }
}

/// x <- x / ||x||; `None` if it has no direction.
fn normalize(x: &mut [f64]) -> Option<()> {
    let largest = x.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    if !largest.is_normal() {
        return None;
    }
    x.iter_mut().for_each(|x| *x /= largest);
    let norm = inner_product(x, x).sqrt();
    x.iter_mut().for_each(|x| *x /= norm);
    norm.is_normal().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks ||T v - lambda v|| and V^T V against rounding.
    fn assert_eigenpairs(t: &Tridiagonal, k: usize) -> Vec<f64> {
        let (values, vectors) = t.leading_eigenvectors(k).unwrap();
        let n = t.diagonal.len();
        let allowed = 1e-13 * t.bound();
        for (j, value) in values.iter().enumerate() {
            let v = |i: usize| vectors[(i, j)];
            for i in 0..n {
                let below = if i == 0 {
                    0.0
                } else {
                    t.beside[i - 1] * v(i - 1)
                };
                let above = if i + 1 == n {
                    0.0
                } else {
                    t.beside[i] * v(i + 1)
                };
                let residual = below + t.diagonal[i] * v(i) + above - value * v(i);
                assert!(residual.abs() <= allowed, "{j} {i}: {residual:e}");
            }
            for other in 0..=j {
                let product: f64 = (0..n).map(|i| v(i) * vectors[(i, other)]).sum();
                let wanted = f64::from(u8::from(other == j));
                assert!((product - wanted).abs() < 1e-13, "{other} {j}: {product}");
            }
        }
        values
    }

    #[test]
    fn second_differences_have_cosines_as_eigenvalues() {
        let n = 400;
        let t = Tridiagonal {
            diagonal: vec![2.0; n],
            beside: vec![-1.0; n - 1],
        };
        let values = assert_eigenpairs(&t, 25);
        for (j, value) in values.iter().enumerate() {
            let angle = std::f64::consts::PI * (n - j) as f64 / (n + 1) as f64;
            let exact = 2.0 - 2.0 * angle.cos();
            assert!((value - exact).abs() < 1e-14 * 4.0, "{j}: {value} {exact}");
        }
    }

    #[test]
    fn every_copy_of_a_repeated_eigenvalue_has_a_vector() {
        // Blocks of two with the eigenvalues 1 and 3.
        let n = 64;
        let beside = (0..n - 1).map(|i| if i % 2 == 0 { 1.0 } else { 0.0 });
        let t = Tridiagonal {
            diagonal: vec![2.0; n],
            beside: beside.collect(),
        };
        let values = assert_eigenpairs(&t, 40);
        let near = |value: &f64, wanted: f64| (value - wanted).abs() < 1e-14;
        assert!(values[..32].iter().all(|value| near(value, 3.0)));
        assert!(values[32..].iter().all(|value| near(value, 1.0)));
    }

    #[test]
    fn values_of_pairs_that_agree_to_all_digits_are_found_in_wilkinsons_matrix() {
        let diagonal: Vec<f64> = (-10..=10).map(|i: i32| f64::from(i.abs())).collect();
        let t = Tridiagonal {
            diagonal,
            beside: vec![1.0; 20],
        };
        let values = assert_eigenpairs(&t, 6);
        // Wilkinson, The Algebraic Eigenvalue Problem, chapter 5, section 45.
        assert!((values[0] - 10.746_194_182_903_39).abs() < 1e-12);
        assert!((values[0] - values[1]).abs() < 1e-12);
        assert!((values[2] - 9.210_678_647_304_919).abs() < 1e-8);
    }

    #[test]
    fn a_diagonal_matrix_is_its_own_answer_and_zeros_have_vectors() {
        let diagonal: Vec<f64> = (0..80).map(|i| f64::from(i % 7)).collect();
        let t = Tridiagonal {
            diagonal,
            beside: vec![0.0; 79],
        };
        let values = assert_eigenpairs(&t, 30);
        assert_eq!(
            values
                .iter()
                .filter(|value| (*value - 6.0).abs() < 1e-14)
                .count(),
            11
        );
        let zero = Tridiagonal {
            diagonal: vec![0.0; 70],
            beside: vec![0.0; 69],
        };
        assert!(zero.leading_eigenvectors(3).is_none());
    }

    #[test]
    fn entries_that_are_not_finite_are_refused() {
        let t = Tridiagonal {
            diagonal: vec![1.0, f64::INFINITY],
            beside: vec![0.0],
        };
        assert!(t.leading_eigenvectors(1).is_none());
    }
}
