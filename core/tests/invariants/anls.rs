//! Alternating non-negative least squares: each row is a minimizer, whatever the other factor is.

use lowrank_core::nmf::NmfSolver;
use lowrank_core::penalty::Penalty;
use lowrank_core::{Nmf, Real};
use lowrank_validate::Matrix;
use lowrank_validate::run::transform;

/// The largest violation of the optimality conditions of a row of W, as a share of its terms:
/// W (H^T H + l2 I) - A H + l1 is zero where W is positive, and not negative where W is zero.
fn violation<T: Real>(a: &Matrix<T>, w: &Matrix<T>, h: &Matrix<T>, penalty: Penalty<f64>) -> f64 {
    let (a, w, h) = (a.to_f64(0), w.to_f64(0), h.to_f64(0));
    let gram = h.transposed().times(&h);
    let (product, numerator) = (w.times(&gram), a.times(&h));
    let mut worst: f64 = 0.0;
    for i in 0..w.nrows {
        for j in 0..w.ncols {
            let own = penalty.l1 + penalty.l2 * w.at(i, j);
            let slope = product.at(i, j) - numerator.at(i, j) + own;
            let row = |x: &Matrix<f64>| (0..x.ncols).map(|j| x.at(i, j).abs()).fold(0.0, f64::max);
            let size = row(&product) + row(&numerator) + own;
            let excess = if w.at(i, j) > 0.0 {
                slope.abs()
            } else {
                -slope
            };
            worst = worst.max(excess / size.max(f64::MIN_POSITIVE));
        }
    }
    worst
}

/// H with `rank` independent columns, and A whose first row is zero.
fn problem<T: Real>(m: usize, n: usize, k: usize, rank: usize) -> (Matrix<T>, Matrix<T>) {
    let magnitudes = |m, n, seed| Matrix::<T>::gaussian(m, n, seed).map(|x| x.abs());
    let (a, h) = (magnitudes(m, n, 5), magnitudes(n, k, 6));
    let a = Matrix::from_fn(m, n, |i, j| if i == 0 { T::ZERO } else { a.at(i, j) });
    (a, Matrix::from_fn(n, k, |i, j| h.at(i, j % rank)))
}

fn settings(k: usize, iterations: usize, w_penalty: Penalty<f64>) -> Nmf {
    Nmf {
        rank: k,
        solver: NmfSolver::Anls,
        iterations,
        tolerance: 0.0,
        w_penalty,
        ..Nmf::default()
    }
}

fn check_minimizers<T: Real>() {
    let none = Penalty::default();
    let both = Penalty { l1: 0.3, l2: 0.2 };
    for (m, n, k) in [(1, 1, 1), (9, 4, 2), (30, 12, 7), (5, 40, 16), (20, 6, 6)] {
        for penalty in [none, both] {
            let (a, h) = problem::<T>(m, n, k, k);
            let found = transform(&settings(k, 1, penalty), &a.view(), (m, n), &h).unwrap();
            let place = format!("{m} x {n}, k = {k}, {penalty:?}");
            let worst = violation(&a, &found.w, &h, penalty);
            let tolerance = 16.0 * (n + k) as f64 * T::EPSILON.to_f64();
            assert!(worst <= tolerance, "{place}: {worst:e}");
            assert!(found.w.entries.iter().all(|x| *x >= T::ZERO), "{place}");
            assert!((0..k).all(|j| found.w.at(0, j) == T::ZERO), "{place}");
        }
    }
}

#[test]
fn one_iteration_finds_the_minimizer_of_each_row() {
    check_minimizers::<f64>();
    check_minimizers::<f32>();
}

fn check_deficient<T: Real>() {
    for (m, n, k) in [(9, 4, 2), (30, 12, 7), (5, 40, 16), (8, 9, 9usize)] {
        for rank in [1, k.div_ceil(2), k] {
            let (a, h) = problem::<T>(m, n, k, rank);
            let found = transform(&settings(k, 3, Penalty::default()), &a.view(), (m, n), &h);
            let found = found.unwrap();
            let place = format!("{m} x {n}, k = {k}, rank {rank}");
            let worst = violation(&a, &found.w, &h, Penalty::default());
            // Values of the Gram matrix below sqrt(eps) are rounding, and what they decide is.
            assert!(worst <= T::EPSILON.to_f64().sqrt(), "{place}: {worst:e}");
            for pair in found.errors.windows(2) {
                let rounding = 8.0 * (m + n) as f64 * T::EPSILON.to_f64();
                let (before, after) = (pair[0].to_f64(), pair[1].to_f64());
                assert!(after <= before * (1.0 + rounding), "{place}: {pair:?}");
            }
        }
    }
}

#[test]
fn factors_of_any_rank_have_minimizers() {
    check_deficient::<f64>();
    check_deficient::<f32>();
}
