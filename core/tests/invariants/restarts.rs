//! Truncated SVDs of spectra that decay slowly, in buffers of a few blocks: right, or reported as not converged.

use lowrank_core::random::Distribution;
use lowrank_core::svd::{FixedSvd, Normalizer, RangeFinder, Sides, Subspace, SvdReport};
use lowrank_core::{FixedWorkspace, TruncatedSvd};
use lowrank_validate::Matrix;
use lowrank_validate::run::{Truncated, truncated_svd};
use lowrank_validate::truncation::{Truncation, optimum};

const KRYLOV: TruncatedSvd = TruncatedSvd {
    rank: 3,
    subspace: Subspace::Krylov,
    tolerance: 1e-7,
    block: 3,
    iterations: 200,
    range_finder: RangeFinder {
        distribution: Distribution::Gaussian,
        power_iterations: 8,
        normalizer: Normalizer::Lu,
        sides: Sides::Shorter,
        seed: 5,
    },
};

/// Spectra with 60 values, each with its name.
fn spectra() -> Vec<(&'static str, Vec<f64>)> {
    let values = |f: fn(usize) -> f64| (0..60).map(f).collect();
    vec![
        ("evenly spaced", values(|i| 1.0 - 0.01 * i as f64)),
        ("1 % apart", values(|i| 0.99_f64.powi(i as i32))),
        ("copies of three", values(|i| 0.9_f64.powi(i as i32 / 3))),
        ("copies of two", values(|i| 0.95_f64.powi(i as i32 / 2))),
        ("all equal", values(|_| 1.0)),
        ("rank two", values(|i| if i < 2 { 2.0 } else { 0.0 })),
        ("graded", values(|i| 0.1_f64.powi(i as i32))),
    ]
}

fn excess(a: &Matrix<f64>, found: &Truncated<f64>, rank: usize) -> f64 {
    let unit = 2.0_f64.powi(a.exponent());
    unit * (Truncation::new(a, found).error - (1.0 + 1e-7) * optimum(a, rank))
}

/// Checks that what says it converged has an error near the minimum, and returns the report.
fn judged(
    name: &str,
    svd: &TruncatedSvd,
    a: &Matrix<f64>,
    columns: usize,
) -> (SvdReport<f64>, f64) {
    let shape = (a.nrows, a.ncols);
    let found = truncated_svd(svd, &a.view(), shape, columns).unwrap();
    let above = excess(a, &found, svd.rank);
    if found.report.converged {
        assert!(
            above <= 1e-7 * a.to_f64(0).frobenius(),
            "{name}, {shape:?}, {svd:?}: {above:e}"
        );
    }
    (found.report, above)
}

#[test]
fn a_search_that_fills_its_buffers_is_restarted_until_it_is_right() {
    for (name, values) in spectra() {
        for (m, n) in [(60, 90), (90, 60), (60, 60)] {
            let a = Matrix::with_spectrum(m, n, &values, 17);
            for svd in [KRYLOV, TruncatedSvd { block: 5, ..KRYLOV }] {
                for columns in [18, 60] {
                    let (report, _) = judged(name, &svd, &a, columns);
                    assert!(report.converged, "{name}, {m} x {n}, {columns} columns");
                }
            }
        }
    }
}

#[test]
fn without_a_spare_panel_it_is_restarted_from_its_best_directions() {
    for (name, values) in spectra() {
        let a = Matrix::with_spectrum(60, 90, &values, 23);
        let mut workspace = Box::new(FixedWorkspace::<f64, 60, 90, 18>::new());
        let mut factors = Box::new(FixedSvd::<f64, 60, 90, 3>::new());
        let report = KRYLOV
            .run(&a.view(), &mut workspace.lend(), &mut factors.lend())
            .unwrap();
        let kept: f64 = factors.singular_values.iter().map(|s| s * s).sum();
        let all: f64 = values.iter().map(|s| s * s).sum();
        let best: f64 = values[3..].iter().map(|s| s * s).sum();
        let (error, least) = ((all - kept).max(0.0).sqrt(), best.sqrt());
        assert!(report.converged, "{name}");
        assert!(
            error - least < 1e-7 * (least + all.sqrt()),
            "{name}: {error} {least}"
        );
    }
}

#[test]
fn too_few_blocks_say_that_they_are() {
    let (_, values) = spectra().remove(0);
    let a = Matrix::with_spectrum(60, 90, &values, 29);
    let mut last = f64::INFINITY;
    for iterations in [1, 2, 4, 8, 16, 32, 64, 128] {
        let svd = TruncatedSvd {
            iterations,
            ..KRYLOV
        };
        let (report, above) = judged("evenly spaced", &svd, &a, 18);
        assert!(report.iterations <= iterations);
        assert!(
            above <= last + 1e-12,
            "{iterations} blocks are worse: {above:e}, {last:e}"
        );
        if iterations <= 4 {
            assert!(!report.converged, "{iterations} blocks");
        }
        last = above;
    }
}

#[test]
fn power_iterations_that_do_not_converge_say_so() {
    let (_, values) = spectra().remove(0);
    let a = Matrix::with_spectrum(60, 90, &values, 31);
    let power = TruncatedSvd {
        subspace: Subspace::Power,
        ..KRYLOV
    };
    let (report, above) = judged("evenly spaced", &power, &a, 13);
    assert!(!report.converged);
    assert!(report.excess > 0.1 * above, "{:e} {above:e}", report.excess);
    assert_eq!((report.subspace, report.iterations), (Subspace::Power, 8));
}

#[test]
fn a_fallback_to_power_iterations_is_reported() {
    let (_, values) = spectra().remove(1);
    let a = Matrix::with_spectrum(60, 90, &values, 37);
    // Two blocks.
    let (report, _) = judged("1 % apart", &KRYLOV, &a, 8);
    assert_eq!(report.subspace, Subspace::Power);
}

#[test]
fn repeated_values_are_all_found() {
    let blocks = Matrix::with_spectrum(
        20,
        24,
        &(0..20).map(|i| 0.8_f64.powi(i)).collect::<Vec<_>>(),
        3,
    );
    let double = Matrix::from_fn(40, 48, |i, j| match (i / 20, j / 24) {
        (0, 0) | (1, 1) => blocks.at(i % 20, j % 24),
        _ => 0.0,
    });
    for seed in 0..100 {
        let svd = TruncatedSvd {
            rank: 10,
            block: [4, 8, 12][seed as usize % 3],
            range_finder: RangeFinder {
                seed,
                ..KRYLOV.range_finder
            },
            ..KRYLOV
        };
        let found = truncated_svd(&svd, &double.view(), (40, 48), 39).unwrap();
        assert!(found.report.converged, "seed {seed}");
        for (i, s) in found.svd.s.iter().enumerate() {
            let expected = 0.8_f64.powi(i as i32 / 2);
            assert!((s - expected).abs() < 1e-7, "seed {seed}: {s} {expected}");
        }
    }
}

/// Spectra with 200 values, each with its name, in which values are repeated or nearly so.
fn crowded_spectra() -> Vec<(&'static str, Vec<f64>)> {
    let values = |f: fn(i32) -> f64| (0..200).map(f).collect();
    vec![
        ("copies of two", values(|i| 0.95_f64.powi(i / 2))),
        ("copies of five", values(|i| 0.95_f64.powi(i / 5))),
        ("copies of eight", values(|i| 0.95_f64.powi(i / 8))),
        ("copies of twenty", values(|i| 0.95_f64.powi(i / 20))),
        ("twelve copies, 1 % above the next", {
            let value = |i: i32| 1.0 - if i < 12 { 0.0 } else { 0.01 } - 2e-6 * f64::from(i);
            (0..200).map(value).collect()
        }),
        ("twenty within 1e-4 after three", {
            let value = |i: i32| match i {
                0..3 => 1.5,
                3..23 => 1.0 - 5e-6 * f64::from(i),
                _ => 0.9 - 1e-3 * f64::from(i),
            };
            (0..200).map(value).collect()
        }),
        ("1 % apart", values(|i| 0.99_f64.powi(i))),
        ("all equal", values(|_| 1.0)),
        (
            "nine equal and no other",
            values(|i| f64::from(i32::from(i < 9))),
        ),
    ]
}

#[test]
fn narrow_blocks_miss_no_copies() {
    for (name, values) in crowded_spectra() {
        for (m, n) in [(200, 220), (220, 200)] {
            let a = Matrix::with_spectrum(m, n, &values, 43);
            for (rank, block) in [(10, 4), (10, 8), (20, 8), (40, 8)] {
                let svd = TruncatedSvd {
                    rank,
                    block,
                    iterations: 1000,
                    ..KRYLOV
                };
                let (report, _) = judged(name, &svd, &a, 3 * rank + 64);
                assert!(report.converged, "{name}, {m} x {n}, rank {rank}");
            }
        }
    }
}

#[test]
fn copies_that_a_narrow_search_may_miss_are_not_called_converged() {
    let (_, values) = crowded_spectra().remove(3);
    let a = Matrix::with_spectrum(200, 220, &values, 47);
    let svd = TruncatedSvd {
        rank: 20,
        block: 4,
        ..KRYLOV
    };
    // Blocks of twenty columns do not fit three times.
    let (report, above) = judged("copies of twenty", &svd, &a, 56);
    assert!(!report.converged && above > 1e-3, "{above:e}");
}

#[test]
fn single_rows_columns_and_entries_are_exact() {
    for (m, n) in [(1, 1), (1, 7), (7, 1), (2, 2)] {
        let a = Matrix::<f64>::gaussian(m, n, 41);
        let svd = TruncatedSvd {
            rank: m.min(n),
            block: m.min(n),
            ..KRYLOV
        };
        let (report, above) = judged("gaussian", &svd, &a, m.min(n));
        assert!(report.converged && above < 1e-12, "{m} x {n}: {above:e}");
    }
}
