//! The truncated SVD from a block Krylov space and from Chebyshev polynomials, judged like that from a
//! power iteration.

use lowrank_core::svd::Subspace;
use lowrank_core::{Real, TruncatedSvd};
use lowrank_validate::Matrix;
use lowrank_validate::families::families;
use lowrank_validate::run::{Truncated, truncated_svd};
use lowrank_validate::truncation::{Truncation, optimum};

const SUBSPACES: [Subspace; 2] = [Subspace::Krylov, Subspace::Chebyshev];

fn in_subspace(subspace: Subspace, rank: usize, tolerance: f64) -> TruncatedSvd {
    TruncatedSvd {
        rank,
        subspace,
        tolerance,
        ..Default::default()
    }
}

fn krylov(rank: usize, tolerance: f64) -> TruncatedSvd {
    in_subspace(Subspace::Krylov, rank, tolerance)
}

fn run<T: Real>(settings: &TruncatedSvd, a: &Matrix<T>, l: usize) -> Truncated<T> {
    truncated_svd(settings, &a.view(), (a.nrows, a.ncols), l).unwrap()
}

/// Rows, columns, rank and width of the workspace: both orientations, one column, wide workspaces,
/// and narrow ones, for which a power iteration is the fallback.
const SHAPES: [(usize, usize, usize, usize); 6] = [
    (60, 40, 3, 24),
    (30, 64, 2, 17),
    (50, 50, 1, 12),
    (9, 48, 4, 9),
    (48, 9, 3, 8),
    (33, 31, 5, 7),
];

fn every_family_is_decomposed<T: Real>() {
    for family in families::<T>() {
        for (m, n, k, l) in SHAPES {
            for (subspace, tolerance) in SUBSPACES.map(|s| [(s, 0.0), (s, 1e-3)]).concat() {
                let a = (family.make)(m, n, 5);
                let found = run(&in_subspace(subspace, k, tolerance), &a, l);
                let judged = Truncation::new(&a, &found);
                let size = format!("{m} x {n}, k = {k}");
                let place = format!("{}, {size}, {subspace:?}: {judged:?}", family.name);
                let ratios = [
                    judged.u,
                    judged.v,
                    judged.right_residual,
                    judged.reported_residual,
                ];
                assert!(ratios.iter().all(|ratio| *ratio < 10.0), "{place}");
                assert!(judged.error <= judged.bound, "{place}");
            }
        }
    }
}

#[test]
fn every_family_is_decomposed_in_f32() {
    every_family_is_decomposed::<f32>();
}

#[test]
fn every_family_is_decomposed_in_f64() {
    every_family_is_decomposed::<f64>();
}

/// Returns singular values that decay as slowly as those of texts.
fn flat(m: usize, n: usize, seed: u64) -> Matrix<f64> {
    let value = |j: usize| (1.0 + j as f64).powf(-0.3);
    let values: Vec<f64> = (0..m.min(n)).map(value).collect();
    Matrix::with_spectrum(m, n, &values, seed)
}

/// Returns the relative excess of the error over the optimum.
fn excess(a: &Matrix<f64>, rank: usize, found: &Truncated<f64>) -> f64 {
    Truncation::new(a, found).error / optimum(a, rank) - 1.0
}

#[test]
fn a_full_space_comes_nearer_than_a_power_iteration_of_as_many_columns_in_products() {
    for seed in 0..10 {
        let a = flat(160, 120, seed);
        // Nine blocks of four: 19 products with four columns.
        let space = excess(&a, 4, &run(&krylov(4, 0.0), &a, 36));
        // Three rounds with twelve: seven products with twelve columns.
        let mut power = TruncatedSvd {
            rank: 4,
            ..Default::default()
        };
        power.range_finder.power_iterations = 3;
        let power = excess(&a, 4, &run(&power, &a, 12));
        assert!(space < 0.1 * power, "{seed}: {space:e} {power:e}");
    }
}

#[test]
fn the_search_goes_on_until_the_tolerance_is_met() {
    for (subspace, width) in [(Subspace::Krylov, 100), (Subspace::Chebyshev, 12)] {
        for ((m, n), seed) in [(160, 120), (120, 160)]
            .map(|size| (0..10).map(move |s| (size, s)))
            .into_iter()
            .flatten()
        {
            let a = flat(m, n, seed);
            let place = format!("{m} x {n}, {subspace:?}");
            for tolerance in [1e-2, 1e-4, 1e-6, 1e-9] {
                let found = run(&in_subspace(subspace, 4, tolerance), &a, width);
                let excess = excess(&a, 4, &found);
                assert!(
                    excess <= tolerance,
                    "{place}: {excess:e}, not {tolerance:e}"
                );
            }
            let found = run(&in_subspace(subspace, 4, 1e-2), &a, width);
            let coarse = excess(&a, 4, &found);
            assert!(coarse > 1e-7, "{place}: {coarse:e} for a coarse tolerance");
        }
    }
}

#[test]
fn matrices_of_any_size_are_searched_alike() {
    for exponent in [-960, -300, -76, -75, 75, 76, 300, 960] {
        for (subspace, width) in [(Subspace::Krylov, 100), (Subspace::Chebyshev, 12)] {
            let mut a = flat(160, 120, 1);
            let unscaled = run(&in_subspace(subspace, 4, 1e-6), &a, width);
            for x in &mut a.entries {
                *x = x.scale_by_power_of_two(exponent);
            }
            let found = run(&in_subspace(subspace, 4, 1e-6), &a, width);
            for (s, t) in found.svd.s.iter().zip(&unscaled.svd.s) {
                let s = s.scale_by_power_of_two(-exponent);
                assert!(
                    (s / t - 1.0).abs() < 1e-13,
                    "{subspace:?}, 2^{exponent}: {s:e} {t:e}"
                );
            }
        }
    }
}

#[test]
fn polynomials_without_a_tolerance_reach_rounding() {
    for seed in 0..10 {
        let a = flat(90, 140, seed);
        let found = run(&in_subspace(Subspace::Chebyshev, 4, 0.0), &a, 14);
        assert!(excess(&a, 4, &found).abs() < 1e-14);
        let largest = found.svd.s[0];
        for residual in &found.residuals {
            assert!(*residual < 1e-12 * largest, "{residual:e}");
        }
    }
}

#[test]
fn copies_of_a_singular_value_are_all_found() {
    for (copies, subspace) in (1..=4).flat_map(|c| SUBSPACES.map(|s| (c, s))) {
        let mut values = vec![0.5; 40];
        values[..copies].fill(1.0);
        let a = Matrix::<f64>::with_spectrum(50, 40, &values, 3);
        let found = run(&in_subspace(subspace, 4, 0.0), &a, 24);
        for (j, s) in found.svd.s.iter().enumerate() {
            let exact = if j < copies { 1.0 } else { 0.5 };
            assert!((s - exact).abs() < 1e-12, "{copies}: {s}");
        }
    }
}

#[test]
fn a_space_that_is_complete_early_is_exact() {
    // Two blocks hold all eight directions.
    let mut values = vec![0.0; 40];
    for (j, value) in values.iter_mut().take(8).enumerate() {
        *value = 8.0 - j as f64;
    }
    let a = Matrix::<f64>::with_spectrum(60, 40, &values, 4);
    for subspace in SUBSPACES {
        let found = run(&in_subspace(subspace, 4, 0.0), &a, 32);
        for (s, exact) in found.svd.s.iter().zip([8.0, 7.0, 6.0, 5.0]) {
            assert!((s - exact).abs() < 1e-12, "{subspace:?}: {s}");
        }
        assert_eq!(found.report.rank, 4);
    }
}

#[test]
fn less_rank_than_asked_for_is_reported() {
    for (rank, subspace) in (0..4).flat_map(|r| SUBSPACES.map(|s| (r, s))) {
        let mut values = vec![0.0; 30];
        values[..rank].fill(2.0);
        let a = Matrix::<f64>::with_spectrum(30, 50, &values, 5);
        let found = run(&in_subspace(subspace, 4, 0.0), &a, 16);
        assert_eq!(found.report.rank, rank);
        assert!(Truncation::new(&a, &found).error <= 1e-13);
    }
}
