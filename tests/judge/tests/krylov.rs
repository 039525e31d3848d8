//! The truncated SVD from a block Krylov space, judged like the one from a power iteration.

use lowrank_core::{Real, Subspace, TruncatedSvd};
use lowrank_judge::Matrix;
use lowrank_judge::families::families;
use lowrank_judge::run::{Truncated, truncated_svd};
use lowrank_judge::truncation::{Truncation, optimum};

fn krylov(rank: usize, tolerance: f64) -> TruncatedSvd {
    TruncatedSvd {
        rank,
        subspace: Subspace::Krylov,
        tolerance,
        ..Default::default()
    }
}

fn run<T: Real>(settings: &TruncatedSvd, a: &Matrix<T>, l: usize) -> Truncated<T> {
    truncated_svd(settings, &a.view(), (a.nrows, a.ncols), l).unwrap()
}

/// Rows, columns, rank and width of the workspace: both orientations, one column, room to spare,
/// and sizes at which there is no room and a power iteration answers.
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
            for tolerance in [0.0, 1e-3] {
                let a = (family.make)(m, n, 5);
                let found = run(&krylov(k, tolerance), &a, l);
                let judged = Truncation::new(&a, &found);
                let place = format!("{}, {m} x {n}, k = {k}: {judged:?}", family.name);
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

/// Singular values that fall as slowly as those of texts.
fn flat(m: usize, n: usize, seed: u64) -> Matrix<f64> {
    let value = |j: usize| (1.0 + j as f64).powf(-0.3);
    let values: Vec<f64> = (0..m.min(n)).map(value).collect();
    Matrix::with_spectrum(m, n, &values, seed)
}

/// By how much more than the optimum the error is, as a share of it.
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
fn the_space_grows_until_the_tolerance_is_met() {
    for (m, n) in [(160, 120), (120, 160)] {
        for seed in 0..10 {
            let a = flat(m, n, seed);
            for tolerance in [1e-2, 1e-4, 1e-6] {
                let found = run(&krylov(4, tolerance), &a, 100);
                let excess = excess(&a, 4, &found);
                assert!(
                    excess <= tolerance,
                    "{m} x {n}: {excess:e}, not {tolerance:e}"
                );
            }
            let coarse = excess(&a, 4, &run(&krylov(4, 1e-2), &a, 100));
            assert!(
                coarse > 1e-7,
                "{m} x {n}: all blocks for a coarse tolerance"
            );
        }
    }
}

#[test]
fn copies_of_a_singular_value_are_all_found() {
    for copies in 1..=4 {
        let mut values = vec![0.5; 40];
        values[..copies].fill(1.0);
        let a = Matrix::<f64>::with_spectrum(50, 40, &values, 3);
        let found = run(&krylov(4, 0.0), &a, 24);
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
    let found = run(&krylov(4, 0.0), &a, 32);
    for (s, exact) in found.svd.s.iter().zip([8.0, 7.0, 6.0, 5.0]) {
        assert!((s - exact).abs() < 1e-12, "{s}");
    }
    assert_eq!(found.report.rank, 4);
}

#[test]
fn less_rank_than_asked_for_is_reported() {
    for rank in 0..4 {
        let mut values = vec![0.0; 30];
        values[..rank].fill(2.0);
        let a = Matrix::<f64>::with_spectrum(30, 50, &values, 5);
        let found = run(&krylov(4, 0.0), &a, 16);
        assert_eq!(found.report.rank, rank);
        assert!(Truncation::new(&a, &found).error <= 1e-13);
    }
}
