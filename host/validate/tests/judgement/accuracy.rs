//! The accuracy of the decompositions, on the matrices of LAPACK's own tests and on those for which known libraries
//! fail.
//!
//! Ratios are LAPACK's: errors over norm, dimension and eps. All are below ten; backward stability promises a small
//! multiple of one. These are the quick tests; the example `accuracy` of this package draws thousands of matrices from
//! each family for docs/accuracy.md.

use lowrank_core::dense::lu::lu_normalize;
use lowrank_core::dense::qr::thin_qr;
use lowrank_core::random::Distribution;
use lowrank_core::svd::{Normalizer, RangeFinder, Sides};
use lowrank_core::{MatRef, Real, TruncatedSvd};
use lowrank_validate::Matrix;
use lowrank_validate::families::{Family, families, smallest_subnormal, structured};
use lowrank_validate::ratios::{Ratios, orthogonality, qr_residual};
use lowrank_validate::run::{qr, range, small_svd, truncated_svd};
use lowrank_validate::trials::Trial;
use lowrank_validate::truncation::Truncation;

/// The bound of the ratios; LAPACK's threshold is 35 (svd.in).
const THRESHOLD: f64 = 10.0;

const SMALL: [usize; 9] = [1, 2, 3, 4, 5, 7, 16, 33, 64];
/// The number of matrices of random sizes, of each family.
const TRIALS: u64 = 40;
const LARGE: [(usize, usize); 4] = [(200, 150), (130, 300), (128, 128), (1, 500)];

fn small_shapes() -> impl Iterator<Item = (usize, usize)> {
    SMALL.into_iter().flat_map(|m| SMALL.map(|n| (m, n)))
}

fn check_small_svd<T: Real>(family: Family<T>, (m, n): (usize, usize), seed: u64) -> Ratios {
    let a = (family.make)(m, n, seed);
    let place = format!("{}, {m} x {n}, seed {seed}", family.name);
    let svd = small_svd(&a).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert!(svd.is_sorted(), "{place}: {:?}", svd.s);
    let ratios = svd.ratios(&a);
    assert!(ratios.worst() < THRESHOLD, "{place}: {ratios:?}");
    ratios
}

fn check_all_small_svds<T: Real>() {
    let mut worst = Ratios::default();
    for family in families::<T>() {
        for shape in small_shapes() {
            worst = worst.max(check_small_svd(family, shape, 0));
        }
        for trial in (0..TRIALS).map(Trial::number) {
            let shape = (trial.nrows, trial.ncols);
            worst = worst.max(check_small_svd(family, shape, trial.seed));
        }
        for shape in LARGE {
            worst = worst.max(check_small_svd(family, shape, 0));
        }
    }
    println!("{}: {worst:.2?}", std::any::type_name::<T>());
}

#[test]
fn the_small_svd_passes_lapacks_tests_in_f32() {
    check_all_small_svds::<f32>();
}

#[test]
fn the_small_svd_passes_lapacks_tests_in_f64() {
    check_all_small_svds::<f64>();
}

#[test]
fn constant_matrices_of_all_sizes_have_a_small_svd() {
    // Their pivoted QR runs through all powers of eps down to the smallest number: once, columns
    // below it had a scale of zero, and 0 / 0 for a rotation (f32, 29 to 45 columns).
    for n in 1..64 {
        for m in [n, n + 1, n + 3] {
            for entry in [0.1, 0.3, 0.7, 1.1] {
                let a = Matrix::from_fn(m, n, |_, _| entry as f32);
                let ratios = small_svd(&a).unwrap().ratios(&a);
                assert!(
                    ratios.worst() < THRESHOLD,
                    "{m} x {n} of {entry}: {ratios:?}"
                );
            }
        }
    }
}

/// Returns faer's singular values, for entries about one: faer is wrong if columns of 1e-300 occur beside ordinary
/// ones.
fn faer_values(a: &Matrix<f64>) -> Vec<f64> {
    let safe = |x: f64| if x.abs() < 1e-100 { 0.0 } else { x };
    let a = faer::Mat::from_fn(a.nrows, a.ncols, |i, j| safe(a.at(i, j)));
    a.singular_values().unwrap()
}

/// Singular values move by no more than the perturbation (Weyl): both libraries are off by a few
/// eps ||A||, faer in f64 hardly so when lowrank computes in f32.
fn compare_with_faer<T: Real>() {
    for family in families::<T>() {
        for (m, n) in [
            (1, 1),
            (1, 9),
            (5, 3),
            (12, 12),
            (20, 31),
            (64, 64),
            (150, 130),
        ] {
            let a = (family.make)(m, n, 5);
            let s = small_svd(&a).unwrap().s;
            let e = a.exponent();
            let theirs = faer_values(&a.to_f64(e));
            let smallest = 2f64.powi((smallest_subnormal::<T>() - e).max(-1000));
            let unit = (T::EPSILON.to_f64() * theirs[0]).max(smallest);
            for (ours, theirs) in s.iter().zip(&theirs) {
                let difference = ours.to_f64().scale_by_power_of_two(-e) - theirs;
                let bound = THRESHOLD * unit * m.max(n) as f64;
                let place = format!("{}, {m} x {n}: {ours} {theirs}", family.name);
                assert!(difference.abs() <= bound, "{place}");
            }
        }
    }
}

#[test]
fn small_singular_values_are_those_of_faer() {
    compare_with_faer::<f32>();
    compare_with_faer::<f64>();
}

/// Shapes, ranks and widths (l clipped to min(m, n) or not) of truncated decompositions.
const TRUNCATIONS: [(usize, usize, usize, usize); 12] = [
    (1, 1, 1, 1),
    (1, 6, 1, 4),
    (6, 1, 1, 3),
    (3, 2, 2, 2),
    (2, 3, 1, 1),
    (5, 5, 2, 9),
    (16, 16, 16, 16),
    (40, 7, 3, 5),
    (12, 50, 4, 12),
    (40, 40, 10, 20),
    (60, 45, 1, 11),
    (150, 130, 5, 15),
];

fn range_finders() -> Vec<RangeFinder> {
    let mut all = Vec::new();
    for distribution in [
        Distribution::Uniform,
        Distribution::Sign,
        Distribution::Gaussian,
    ] {
        for normalizer in [Normalizer::Lu, Normalizer::Qr] {
            for sides in [Sides::Both, Sides::Shorter] {
                all.push(RangeFinder {
                    distribution,
                    normalizer,
                    sides,
                    ..Default::default()
                });
            }
        }
        all.push(RangeFinder {
            distribution,
            normalizer: Normalizer::None,
            power_iterations: 1,
            ..Default::default()
        });
    }
    all
}

fn check_truncated_svd<T: Real>(range_finder: RangeFinder, family: Family<T>) {
    for (m, n, k, l) in TRUNCATIONS {
        let a = (family.make)(m, n, 11);
        let settings = TruncatedSvd {
            rank: k,
            range_finder,
            ..Default::default()
        };
        let place = format!("{}, {m} x {n}, {settings:?}", family.name);
        let found = truncated_svd(&settings, &a.view(), (m, n), l);
        let found = found.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(found.svd.is_sorted(), "{place}: {:?}", found.svd.s);
        let judged = Truncation::new(&a, &found);
        let Truncation { norm, unit, .. } = judged;
        assert!(judged.u.max(judged.v) < THRESHOLD, "{place}: {judged:?}");
        assert!(judged.error <= judged.bound + unit, "{place}: {judged:?}");
        assert!(judged.right_residual < 4.0, "{place}: {judged:?}");
        assert!(judged.reported_residual < 4.0, "{place}: {judged:?}");
        let rounding = 4.0 * (m + n) as f64 * T::EPSILON.to_f64() * norm * norm;
        let sharpest = ((norm * norm - judged.kept).max(0.0) + rounding).sqrt();
        assert!(
            judged.bound <= sharpest + 50.0 * unit,
            "{place}: absurd bound"
        );
        let norm_found = found.report.frobenius_norm.to_f64();
        let e = a.exponent();
        let difference = norm_found.scale_by_power_of_two(-e) - norm;
        assert!(
            difference.abs() <= unit,
            "{place}: ||A|| {norm} {norm_found} {e}"
        );
    }
}

#[test]
fn every_truncated_svd_is_a_decomposition_and_knows_its_error() {
    for range_finder in range_finders() {
        for family in families::<f32>() {
            check_truncated_svd(range_finder, family);
        }
    }
    for family in families::<f64>() {
        check_truncated_svd(RangeFinder::default(), family);
    }
}

/// Halko, Martinsson & Tropp: with ten columns of oversampling and q rounds the expected error is
/// within (1 + c)^(1 / (2 q + 1)) of the optimum in the spectral norm, c about sqrt(min(m, n));
/// 8 rounds make that 1.15 for these sizes, and in the Frobenius norm it is less.
const NEARLY_OPTIMAL: f64 = 1.05;

fn check_optimality<T: Real>() {
    for range_finder in range_finders() {
        for family in families::<T>() {
            for (m, n, k) in [(60, 45, 5), (30, 80, 3), (14, 9, 9)] {
                let a = (family.make)(m, n, 2);
                let settings = TruncatedSvd {
                    rank: k,
                    range_finder,
                    ..Default::default()
                };
                let found = truncated_svd(&settings, &a.view(), (m, n), k + 10).unwrap();
                let judged = Truncation::new(&a, &found);
                let values = faer_values(&a.to_f64(a.exponent()));
                let tail = values[k..].iter().map(|s| s * s).sum::<f64>().sqrt();
                let error = judged.error;
                let place = format!("{}, {m} x {n}, {settings:?}", family.name);
                // (A A^T)^q A, never normalised, keeps what is above eps in its own powers.
                let drowned = match range_finder.normalizer {
                    Normalizer::None => values[0] * T::EPSILON.to_f64().cbrt(),
                    _ => 0.0,
                };
                let allowed = NEARLY_OPTIMAL * tail + 4.0 * judged.unit + drowned;
                assert!(error <= allowed, "{place}: {error}, best {tail}");
            }
        }
    }
}

#[test]
fn truncated_svds_are_nearly_optimal() {
    check_optimality::<f32>();
    check_optimality::<f64>();
}

#[test]
fn full_width_is_the_full_svd_for_every_law() {
    // A square sign matrix is often singular; the sketch of one must not be.
    for distribution in [
        Distribution::Uniform,
        Distribution::Sign,
        Distribution::Gaussian,
    ] {
        for seed in 0..20 {
            for (m, n) in [(2, 2), (3, 2), (2, 3), (4, 4), (9, 5), (5, 9)] {
                let a = Matrix::<f64>::gaussian(m, n, seed);
                let settings = TruncatedSvd {
                    rank: m.min(n),
                    range_finder: RangeFinder {
                        distribution,
                        seed,
                        ..Default::default()
                    },
                    ..Default::default()
                };
                let found = truncated_svd(&settings, &a.view(), (m, n), m.min(n)).unwrap();
                let judged = Truncation::new(&a, &found);
                assert!(
                    judged.error < THRESHOLD * judged.unit,
                    "{distribution:?} {m} x {n} {seed}"
                );
                assert_eq!(found.report.rank, m.min(n));
            }
        }
    }
}

#[test]
fn a_narrow_sketch_misses_no_direction() {
    // Signs cancel in half of the sketches of one column.
    let a = MatRef::from(&[[1.0f32; 2]; 2]);
    for seed in 0..50 {
        let settings = TruncatedSvd {
            rank: 1,
            range_finder: RangeFinder {
                seed,
                ..Default::default()
            },
            ..Default::default()
        };
        let found = truncated_svd(&settings, &a, (2, 2), 1).unwrap();
        assert!((found.svd.s[0] - 2.0).abs() < 1e-6, "seed {seed}");
    }
}

#[test]
fn the_rank_of_a_deficient_matrix_is_found() {
    for (m, n) in [(30, 20), (20, 30), (25, 25), (150, 140)] {
        for rank in [0, 1, 3, 8] {
            let s: Vec<f64> = (0..rank).map(|i| 10.0 / (i + 1) as f64).collect();
            let a = Matrix::with_spectrum(m, n, &s, 4);
            for range_finder in range_finders() {
                let settings = TruncatedSvd {
                    rank: 10,
                    range_finder,
                    ..Default::default()
                };
                let found = truncated_svd(&settings, &a.view(), (m, n), 15).unwrap();
                assert_eq!(found.report.rank, rank, "{m} x {n} {range_finder:?}");
                let (_, seen) = range(&range_finder, &a.view(), (m, n), 15).unwrap();
                assert!(seen >= rank, "{m} x {n} {range_finder:?}: {seen}");
            }
        }
    }
}

#[test]
fn small_singular_values_survive_products_with_the_shorter_side_alone() {
    // Without a second attempt, values below sqrt(eps) s_1 would drown in (A A^T)^q.
    let s: Vec<f64> = (0..12).map(|i| 10f64.powi(-i)).collect();
    for (m, n) in [(40, 25), (25, 40)] {
        let a = Matrix::with_spectrum(m, n, &s, 4);
        let settings = TruncatedSvd {
            rank: 12,
            range_finder: RangeFinder {
                sides: Sides::Shorter,
                ..Default::default()
            },
            ..Default::default()
        };
        let found = truncated_svd(&settings, &a.view(), (m, n), 14).unwrap();
        for (found, s) in found.svd.s.iter().zip(&s) {
            assert!((found - s).abs() < 1e-14, "{found} {s}");
        }
    }
}

#[test]
fn equal_seeds_give_equal_bits_and_signs_do_not_depend_on_the_seed() {
    let s: Vec<f64> = (0..6).map(|i| 2f64.powi(-i)).collect();
    let a = Matrix::with_spectrum(30, 20, &s, 8);
    let run = |seed| {
        let settings = TruncatedSvd {
            rank: 5,
            range_finder: RangeFinder {
                seed,
                ..Default::default()
            },
            ..Default::default()
        };
        truncated_svd(&settings, &a.view(), (30, 20), 10).unwrap()
    };
    let (first, again, other) = (run(1), run(1), run(2));
    assert_eq!(first.svd.u, again.svd.u);
    assert_eq!(first.svd.v, again.svd.v);
    assert_eq!(first.residuals, again.residuals);
    assert_ne!(first.svd.u, other.svd.u);
    assert!(first.svd.u.minus(&other.svd.u).frobenius() < 1e-12);
    assert!(first.svd.v.minus(&other.svd.v).frobenius() < 1e-12);
    for i in 0..5 {
        let column = first.svd.u.column(i);
        let largest = column
            .iter()
            .fold(0.0, |x: f64, y| if y.abs() > x.abs() { *y } else { x });
        assert!(largest > 0.0);
    }
}

fn check_qr_and_lu<T: Real>() {
    for family in families::<T>() {
        for (m, n) in [(1, 1), (2, 1), (3, 3), (8, 3), (16, 16), (40, 7), (200, 20)] {
            let a = (family.make)(m, n, 6);
            let place = format!("{}, {m} x {n}", family.name);
            let (q, r) = qr(&a).unwrap();
            assert!(orthogonality(&q) < THRESHOLD, "{place}: Q^T Q");
            let below =
                |r: &Matrix<T>| (0..n).any(|j| r.column(j)[j + 1..].iter().any(|x| *x != T::ZERO));
            assert!(!below(&r), "{place}: R is not triangular");
            let residual = qr_residual(&a, &q, &r);
            assert!(residual < THRESHOLD, "{place}: A - Q R {residual}");

            let mut basis = a.clone();
            lu_normalize(&mut basis.view_mut()).unwrap();
            assert!(
                basis.entries.iter().all(|x| x.abs() <= T::ONE),
                "{place}: LU"
            );
        }
    }
}

#[test]
fn thin_qr_and_lu_leave_sound_bases() {
    check_qr_and_lu::<f32>();
    check_qr_and_lu::<f64>();
}

fn check_lu_of_the_largest_numbers<T: Real>() {
    // An elimination doubles an entry: once, the largest number became infinite and then NaN.
    let a = Matrix::from_fn(7, 5, |i, j| {
        let sign = if (i * 5 + j * 3) % 7 < 3 {
            -T::ONE
        } else {
            T::ONE
        };
        sign * T::MAX
    });
    let small = a.scaled(-T::MAX.exponent());
    let (mut large, mut small) = (a, small);
    lu_normalize(&mut large.view_mut()).unwrap();
    lu_normalize(&mut small.view_mut()).unwrap();
    assert_eq!(large, small);
    assert!(large.entries.iter().all(|x| x.abs() <= T::ONE));
}

#[test]
fn lu_of_the_largest_numbers_is_that_of_ordinary_ones() {
    check_lu_of_the_largest_numbers::<f32>();
    check_lu_of_the_largest_numbers::<f64>();
}

#[test]
fn lu_keeps_the_range() {
    for family in structured::<f64>() {
        let a = (family.make)(30, 6, 7);
        let mut basis = a.clone();
        lu_normalize(&mut basis.view_mut()).unwrap();
        let (mut q, mut r) = (basis, Matrix::zeros(6, 6));
        thin_qr(&mut q.view_mut(), &mut r.view_mut()).unwrap();
        let rest = a.minus(&q.times(&q.transpose_times(&a)));
        let ratio = rest.frobenius() / a.frobenius().max(1e-300);
        // The condition of L is below 1e3 here.
        assert!(ratio < 1e-12, "{}: {ratio}", family.name);
    }
}
