//! Border cases: scales, shapes and settings at the ends of their ranges. Most of them were found by mutations of
//! lowrank-core that no other test detected.

use lowrank_core::iteration::Stop;
use lowrank_core::nmf::NmfInit;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::svd::{Normalizer, RangeFinder, Sides};
use lowrank_core::{Error, Nmf, Real, TruncatedSvd};
use lowrank_validate::Matrix;
use lowrank_validate::families::families;
use lowrank_validate::run::{measure, nmf, range, small_svd, transform, truncated_svd};

#[test]
#[cfg(target_pointer_width = "64")]
fn draws_far_out_in_the_tail_are_quantiles_too() {
    // Written by tests/golden/tail_quantiles.py. A test of random places would need 1e11 of them.
    let random = RandomEntries::new(Distribution::Gaussian, 0);
    for (column, high, quantile) in [
        (13522495443839648125, 0, -8.209536151601387),
        (1488585637150520437, 1000, -7.241328347810365),
        (9174133078766004674, 60000, -6.6640097666403335),
        (14198169729926298686, 62900, -6.6570730712054305),
    ] {
        assert_eq!(random.signs(0, column), high << 12);
        let error = random.at::<f64>(0, column) / quantile - 1.0;
        assert!(error.abs() < 1e-15, "{high}: {error}");
    }
}

fn check_scaled_svd<T: Real>(spectrum: &[f64], expected: usize) {
    let a = Matrix::with_spectrum(30, 20, spectrum, 4).map(T::from_f64);
    let settings = TruncatedSvd {
        rank: 5,
        range_finder: RangeFinder {
            sides: Sides::Shorter,
            ..Default::default()
        },
        ..Default::default()
    };
    let run = |a: &Matrix<T>| truncated_svd(&settings, &a.view(), (30, 20), 8).unwrap();
    let plain = run(&a);
    assert_eq!(plain.report.rank, expected);
    for e in [-12, 12] {
        let found = run(&a.scaled(e));
        assert_eq!(found.report.rank, expected, "2^{e}");
        assert_eq!(
            (found.svd.u, found.svd.v),
            (plain.svd.u.clone(), plain.svd.v.clone())
        );
        let scaled = |x: &[T]| {
            x.iter()
                .map(|x| x.scale_by_power_of_two(e))
                .collect::<Vec<_>>()
        };
        assert_eq!(found.svd.s, scaled(&plain.svd.s), "2^{e}");
        assert_eq!(found.residuals, scaled(&plain.residuals), "2^{e}");
    }
}

#[test]
fn a_power_of_two_changes_nothing_but_the_scale_of_a_truncated_svd() {
    // Neither which values are noise nor whether the products have to be repeated with both sides.
    let falling = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];
    check_scaled_svd::<f32>(&falling, 5);
    check_scaled_svd::<f64>(&falling.map(|x| x * x), 5);
    check_scaled_svd::<f32>(&[1.0, 0.9, 0.8], 3);
    check_scaled_svd::<f64>(&[1.0, 0.9, 0.8], 3);
}

#[test]
fn a_power_of_two_changes_nothing_but_the_scale_of_a_small_svd() {
    let graded: Vec<f64> = (0..12).map(|j| 2f64.powi(-4 * j)).collect();
    for a in [
        Matrix::gaussian(20, 12, 1).scale_columns(&graded),
        Matrix::with_spectrum(20, 12, &graded, 1),
    ] {
        let plain = small_svd(&a).unwrap();
        for e in [-100, 100] {
            let found = small_svd(&a.scaled(e)).unwrap();
            assert_eq!((&found.u, &found.v), (&plain.u, &plain.v), "2^{e}");
            let s = plain.s.iter().map(|s| s.scale_by_power_of_two(e));
            assert!(found.s.into_iter().eq(s), "2^{e}");
        }
    }
}

fn check_families<T: Real>() {
    for family in families::<T>() {
        for (m, n) in [(12, 12), (20, 9), (7, 16)] {
            for e in [0, -T::SAFE_EXPONENT / 3] {
                let a = (family.make)(m, n, 1).scaled(e);
                let worst = small_svd(&a).map_or(f64::INFINITY, |svd| svd.ratios(&a).worst());
                assert!(worst < 10.0, "{}, {m} x {n}, 2^{e}: {worst}", family.name);
            }
        }
    }
}

#[test]
fn the_small_svd_of_one_matrix_of_each_family_passes() {
    // What accuracy.rs does at length: a mutation test needs it within seconds, unoptimised.
    check_families::<f32>();
    check_families::<f64>();
}

#[test]
fn factors_of_any_scale_are_measured_alike() {
    let a = Matrix::<f32>::gaussian(7, 5, 1);
    let (w, h) = (Matrix::gaussian(7, 2, 2), Matrix::gaussian(5, 2, 3));
    let plain = measure(&a.view(), &w, &h).unwrap();
    for e in [-110, -75, -40, 40, 75, 110] {
        let found = measure(&a.view(), &w.scaled(-e), &h.scaled(e)).unwrap();
        assert_eq!(found, plain, "2^{e}");
    }
}

#[test]
fn weights_far_from_one_are_those_of_ordinary_rows() {
    // A and H are where nothing has to be scaled, but W = A / H is not.
    let a = Matrix::<f32>::gaussian(9, 6, 1).map(f32::abs);
    let settings = Nmf {
        rank: 3,
        iterations: 50,
        tolerance: 0.0,
        ..Default::default()
    };
    let h = nmf(&settings, &a.view(), (9, 6), 3).unwrap().h;
    let plain = transform(&settings, &a.view(), (9, 6), &h).unwrap();
    for (of_a, of_h) in [(-30, 60), (-30, 30), (30, -30), (30, -60)] {
        let found = transform(&settings, &a.scaled(of_a).view(), (9, 6), &h.scaled(of_h)).unwrap();
        let w = found.w.scaled(of_h - of_a).to_f64(0);
        let off = w.minus(&plain.w.to_f64(0)).frobenius() / w.frobenius();
        assert!(off < 1e-2, "2^{of_a}, 2^{of_h}: {off}");
        let error = found.report.approximation.error;
        let ratio = error.scale_by_power_of_two(-of_a) / plain.report.approximation.error;
        assert!((ratio - 1.0).abs() < 1e-4, "2^{of_a}, 2^{of_h}: {ratio}");
    }
}

#[test]
fn a_matrix_without_rows_or_without_columns_is_empty() {
    for (m, n) in [(0, 3), (3, 0), (0, 0)] {
        let a = Matrix::<f64>::zeros(m, n);
        let a = a.view();
        let errors = [
            range(&RangeFinder::default(), &a, (m, n), 2).unwrap_err(),
            truncated_svd(&TruncatedSvd::default(), &a, (m, n), 2).unwrap_err(),
            nmf(&Nmf::default(), &a, (m, n), 2).unwrap_err(),
            measure(&a, &Matrix::zeros(m, 1), &Matrix::zeros(n, 1)).unwrap_err(),
        ];
        assert_eq!(errors, [Error::Empty; 4], "{m} x {n}");
    }
}

#[test]
fn a_start_by_nndsvd_takes_the_larger_part_of_each_singular_pair() {
    // The largest entry of the second vector is positive, and yet its negative part is the larger.
    let (u, v) = ([0.8, 0.3, 0.3, 0.3, 0.3], [0.6, -0.4, -0.4, -0.4, -0.4]);
    let a = Matrix::<f64>::from_fn(5, 5, |i, j| u[i] * u[j] + 0.5 * v[i] * v[j]);
    let settings = Nmf {
        rank: 2,
        init: NmfInit::Nndsvd,
        iterations: 0,
        ..Default::default()
    };
    let found = nmf(&settings, &a.view(), (5, 5), 4).unwrap();
    let second = 0.5f64.sqrt() * 0.4;
    for factor in [&found.w, &found.h] {
        for (i, first) in u.into_iter().enumerate() {
            let exact = if i == 0 { 0.0 } else { second };
            assert!((factor.at(i, 0) - first).abs() < 1e-12, "{factor:?}");
            assert!((factor.at(i, 1) - exact).abs() < 1e-12, "{factor:?}");
        }
    }
}

#[test]
fn noise_in_a_start_by_nndsvd_is_zero_at_every_scale() {
    // Two blocks: half of the entries of each singular vector are zeros in exact arithmetic.
    let a = Matrix::<f32>::gaussian(12, 8, 1).map(f32::abs);
    let a = Matrix::from_fn(
        12,
        8,
        |i, j| if (i < 7) == (j < 3) { a.at(i, j) } else { 0.0 },
    );
    for init in [NmfInit::Nndsvd, NmfInit::Nndsvda, NmfInit::Random] {
        let settings = Nmf {
            rank: 2,
            init,
            iterations: 0,
            ..Default::default()
        };
        let start = |a: &Matrix<f32>| nmf(&settings, &a.view(), (12, 8), 5).unwrap();
        let plain = start(&a);
        let zeros = plain.w.entries.iter().filter(|x| **x == 0.0).count();
        assert_eq!(zeros, if init == NmfInit::Nndsvd { 12 } else { 0 });
        for half in [-6, 6] {
            let found = start(&a.scaled(2 * half));
            assert_eq!(found.w, plain.w.scaled(half), "{init:?} 2^{half}");
            assert_eq!(found.h, plain.h.scaled(half), "{init:?} 2^{half}");
        }
    }
}

#[test]
fn the_small_svd_finds_what_is_not_finite() {
    let a = Matrix::<f64>::gaussian(6, 4, 1);
    for bad in [f64::NAN, f64::INFINITY] {
        for (row, column) in [(0, 0), (5, 0), (2, 1), (5, 3)] {
            let mut a = a.clone();
            a.entries[row + 6 * column] = bad;
            let error = small_svd(&a).unwrap_err();
            assert_eq!(error, Error::NonFinite { row, column });
        }
        let error = small_svd(&a.map(|_| bad)).unwrap_err();
        assert_eq!(error, Error::NonFinite { row: 0, column: 0 });
    }
}

fn check_largest<T: Real>() {
    for (m, n) in [(2, 1), (2, 2), (5, 4), (9, 9), (3, 40), (64, 64), (300, 20)] {
        for seed in 0..2 {
            let sign = RandomEntries::new(Distribution::Sign, seed);
            let a = Matrix::from_fn(m, n, |i, j| T::MAX * sign.at(i, j));
            assert_eq!(small_svd(&a).unwrap_err(), Error::Overflow, "{m} x {n}");
            // Half of the largest number is left for the largest singular value.
            let e = (m * n).ilog2().div_ceil(2) as i32 + 2;
            let plain = small_svd(&a.scaled(-e - 60)).unwrap();
            let found = small_svd(&a.scaled(-e)).unwrap();
            let s = plain.s.iter().map(|s| s.scale_by_power_of_two(60));
            assert!(found.s.iter().copied().eq(s), "{m} x {n}");
        }
    }
}

#[test]
fn entries_of_the_largest_number_are_an_overflow_and_those_below_are_not() {
    check_largest::<f32>();
    check_largest::<f64>();
}

#[test]
fn without_a_normalizer_a_panel_neither_overflows_nor_vanishes() {
    let a = Matrix::<f64>::gaussian(9, 1, 1).times(&Matrix::gaussian(1, 6, 2));
    let a = a.map(f32::from_f64);
    for e in [-12, 12] {
        let a = a.scaled(e);
        let settings = RangeFinder {
            power_iterations: 20,
            normalizer: Normalizer::None,
            ..Default::default()
        };
        let (q, rank) = range(&settings, &a.view(), (9, 6), 2).unwrap();
        assert_eq!(rank, 1, "2^{e}");
        let (a, q) = (a.to_f64(-e), q.to_f64(0));
        let missed = a.minus(&q.times(&q.transpose_times(&a))).frobenius();
        assert!(missed < 1e-5 * a.frobenius(), "2^{e}: {missed}");
    }
}

#[test]
fn without_a_tolerance_all_iterations_are_done() {
    let a = Matrix::<f64>::from_fn(5, 4, |_, _| 1.0);
    let settings = Nmf {
        iterations: 30,
        tolerance: 0.0,
        ..Default::default()
    };
    let found = nmf(&settings, &a.view(), (5, 4), 1).unwrap();
    assert_eq!(
        (found.report.stop, found.report.iterations),
        (Stop::Iterations, 30)
    );
}

/// Checks one column of length one and a block of tiny ones, the first two rows of which are nearly
/// parallel, the second being the longer one.
fn check_parallel<T: Real>(exponents: std::ops::Range<i32>) {
    let n = 24;
    let noise = Matrix::<f64>::gaussian(n, n, 1);
    let block = Matrix::<T>::from_fn(n, n, |i, j| {
        T::from_f64(match (i, j) {
            (0, 0) => 1.0,
            (0, _) => 0.5,
            (1, 1..) => 0.86,
            (2.., _) if j >= i => 0.05 * noise.at(i, j).clamp(-1.0, 1.0) / (i as f64),
            _ => 0.0,
        })
    });
    let plain = small_svd(&block).unwrap().s;
    for e in exponents {
        let a = Matrix::from_fn(n + 1, n + 1, |i, j| match (i, j) {
            (0, 0) => T::ONE,
            (1.., 1..) => block.at(i - 1, j - 1).scale_by_power_of_two(e),
            _ => T::ZERO,
        });
        let svd = small_svd(&a).unwrap();
        assert!(svd.ratios(&a).worst() < 10.0, "2^{e}");
        for (s, plain) in svd.s[1..].iter().zip(&plain) {
            let error = (s.scale_by_power_of_two(-e) - *plain).abs() / *plain;
            assert!(error < T::from_f64(1e3) * T::EPSILON, "2^{e}: {s} {plain}");
        }
    }
}

#[test]
fn a_column_that_shrinks_beside_a_longer_one_keeps_its_digits() {
    check_parallel::<f32>(-30..-10);
    check_parallel::<f64>(-160..-140);
}
