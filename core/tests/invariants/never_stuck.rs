//! Termination: every algorithm ends on every matrix, with the right result or an error that names its fault.
//!
//! A watchdog limits the time of each case: one that exceeds it fails the test by name instead of
//! hanging it.

use core::ops::ControlFlow;
use lowrank_core::dense::lu::lu_normalize;
use lowrank_core::nmf::{NmfFactors, NmfInit};
use lowrank_core::operator::EntrywiseOperator;
use lowrank_core::svd::{Normalizer, RangeFinder, Sides};
use lowrank_core::{CsrRef, Error, MatMut, Nmf, Real, TruncatedSvd};
use lowrank_validate::Matrix;
use lowrank_validate::families::{families, smallest_subnormal};
use lowrank_validate::ratios::{orthogonality, qr_residual, scaled};
use lowrank_validate::run::{measure, nmf, qr, range, small_svd, transform, truncated_svd};
use lowrank_validate::truncation::Truncation;
use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// The bound of LAPACK's ratios; see accuracy.rs.
const THRESHOLD: f64 = 10.0;

/// The time limit of a case. The slowest takes milliseconds; the rest is for busy machines.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs `work` in a separate thread, which sends the name of each case at its start, and fails if a case
/// has not ended within `limit`.
fn watched(limit: Duration, work: impl FnOnce(&Sender<String>) + Send + 'static) {
    let (names, cases) = channel();
    let worker = thread::spawn(move || work(&names));
    let mut current = String::from("the first case");
    loop {
        match cases.recv_timeout(limit) {
            Ok(next) => current = next,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("{current} has not ended within {limit:?}"),
        }
    }
    if let Err(panic) = worker.join() {
        resume_unwind(panic);
    }
}

#[test]
#[should_panic(expected = "the endless case has not ended")]
fn the_watchdog_names_what_is_stuck() {
    watched(Duration::from_millis(50), |names| {
        names.send("the endless case".to_string()).unwrap();
        thread::sleep(Duration::from_secs(5));
    });
}

#[test]
#[should_panic(expected = "a failure of the worker")]
fn the_watchdog_passes_failures_on() {
    watched(LIMIT, |_| panic!("a failure of the worker"));
}

/// A matrix as three slices, without its zeros.
struct Csr<T> {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<T>,
    ncols: usize,
}

impl<T: Real> Csr<T> {
    fn new(a: &Matrix<T>) -> Self {
        let (mut offsets, mut columns, mut values) = (vec![0], vec![], vec![]);
        for i in 0..a.nrows {
            for j in 0..a.ncols {
                // NaN is stored, too.
                if a.at(i, j) != T::ZERO {
                    columns.push(j as u32);
                    values.push(a.at(i, j));
                }
            }
            offsets.push(columns.len());
        }
        Self {
            offsets,
            columns,
            values,
            ncols: a.ncols,
        }
    }

    fn view(&self) -> CsrRef<'_, T> {
        CsrRef::new(&self.offsets, &self.columns, &self.values, self.ncols).unwrap()
    }
}

/// Returns range finders; the distributions only differ in their draws, so that normalizers are varied.
fn range_finders() -> [RangeFinder; 6] {
    let finder = |normalizer, sides, power_iterations| RangeFinder {
        normalizer,
        sides,
        power_iterations,
        ..Default::default()
    };
    [
        finder(Normalizer::Lu, Sides::Both, 8),
        finder(Normalizer::Lu, Sides::Shorter, 8),
        finder(Normalizer::Qr, Sides::Both, 3),
        finder(Normalizer::Qr, Sides::Shorter, 3),
        finder(Normalizer::None, Sides::Both, 30),
        finder(Normalizer::Lu, Sides::Both, 0),
    ]
}

const INITS: [NmfInit; 3] = [NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda];

/// 1 x 1, rows, columns, square, tall and wide.
const SHAPES: [(usize, usize); 9] = [
    (1, 1),
    (1, 2),
    (1, 40),
    (40, 1),
    (2, 2),
    (3, 7),
    (7, 3),
    (12, 12),
    (33, 20),
];

/// Returns matrices at the ends of the range that no family has.
fn edges<T: Real>(m: usize, n: usize) -> Vec<(&'static str, Matrix<T>)> {
    let single = T::EPSILON.to_f64() > 1e-10;
    let (large, small) = if single {
        (1e38, 1e-38)
    } else {
        (1e300, 1e-300)
    };
    let (large, small) = (T::from_f64(large), T::from_f64(small));
    let smallest = T::power_of_two(smallest_subnormal::<T>());
    let sign = |i: usize, j: usize| {
        if (i * 5 + j * 3) % 7 < 3 {
            -T::ONE
        } else {
            T::ONE
        }
    };
    let choose = |i: usize, j: usize, x: T, y: T| if (i + 2 * j).is_multiple_of(3) { x } else { y };
    let full = |x: T| Matrix::from_fn(m, n, move |_, _| x);
    vec![
        ("1e38 or 1e300", full(large)),
        ("1e-38 or 1e-300", full(small)),
        ("the largest number", full(T::MAX)),
        (
            "the largest number of any sign",
            Matrix::from_fn(m, n, |i, j| sign(i, j) * T::MAX),
        ),
        ("the smallest number everywhere", full(smallest)),
        (
            "zeros of both signs",
            Matrix::from_fn(m, n, |i, j| sign(i, j) * T::ZERO),
        ),
        (
            "the largest beside the smallest",
            Matrix::from_fn(m, n, |i, j| choose(i, j, T::MAX, smallest)),
        ),
        (
            "the largest beside one and zero",
            Matrix::from_fn(m, n, |i, j| match (i + j) % 3 {
                0 => T::MAX,
                1 => T::ONE,
                _ => T::ZERO,
            }),
        ),
        (
            "1e38 beside 1e-38, or 1e300 beside 1e-300",
            Matrix::from_fn(m, n, |i, j| sign(i, j) * choose(i, j, large, small)),
        ),
        (
            "subnormal numbers of all sizes",
            Matrix::from_fn(m, n, |i, j| {
                let bits = (i + j) as i32 % -T::EPSILON.exponent();
                sign(i, j) * smallest.scale_by_power_of_two(bits)
            }),
        ),
        (
            "the last entry alone",
            Matrix::from_fn(m, n, |i, j| {
                if (i + 1, j + 1) == (m, n) {
                    smallest
                } else {
                    T::ZERO
                }
            }),
        ),
        (
            "columns in pairs of 1 and 1 + eps",
            Matrix::from_fn(m, n, |i, j| {
                T::from_usize(i + j / 2) + T::EPSILON * T::from_usize(j % 2)
            }),
        ),
    ]
}

/// Returns all finite matrices of a shape with their names: the families and the edges.
fn finite<T: Real>(m: usize, n: usize) -> Vec<(&'static str, Matrix<T>)> {
    let mut all = edges(m, n);
    for family in families::<T>() {
        all.push((family.name, (family.make)(m, n, 13)));
    }
    all
}

/// Checks that a norm of A may exceed the type.
fn is_too_large<T: Real>(a: &Matrix<T>) -> bool {
    let e = a.exponent();
    let largest = scaled(&T::MAX, e);
    a.to_f64(e).frobenius() > largest * (1.0 - 1e-3)
}

/// Returns the result, or `None` for a legitimate overflow.
fn found<R, T: Real>(result: Result<R, Error>, a: &Matrix<T>, place: &str) -> Option<R> {
    match result {
        Ok(found) => Some(found),
        Err(Error::Overflow) if is_too_large(a) => None,
        Err(error) => panic!("{place}: {error}"),
    }
}

fn check_kernels<T: Real>(a: &Matrix<T>, place: &str) {
    if let Some(svd) = found(small_svd(a), a, place) {
        assert!(svd.is_sorted(), "{place}: {:?}", svd.s);
        let ratios = svd.ratios(a);
        assert!(ratios.worst() < THRESHOLD, "{place}: {ratios:?}");
    }
    let tall = if a.nrows < a.ncols {
        a.transposed()
    } else {
        a.clone()
    };
    if let Some((q, r)) = found(qr(&tall), a, place) {
        let ratios = [orthogonality(&q), qr_residual(&tall, &q, &r)];
        assert!(ratios.iter().all(|x| *x < THRESHOLD), "{place}: {ratios:?}");
    }
    let mut basis = a.clone();
    lu_normalize(&mut basis.view_mut()).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert!(
        basis.entries.iter().all(|x| x.abs() <= T::ONE),
        "{place}: LU"
    );
}

fn check_truncations<T: Real, A>(operator: &A, a: &Matrix<T>, place: &str)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let shape = (a.nrows, a.ncols);
    let full = a.nrows.min(a.ncols);
    for range_finder in range_finders() {
        for (k, l) in [(1, 1), (1, 11), (full, full), (full.div_ceil(2), full)] {
            let place = format!("{place}, k = {k}, l = {l}, {range_finder:?}");
            let settings = TruncatedSvd {
                rank: k,
                range_finder,
                ..Default::default()
            };
            let svd = truncated_svd(&settings, operator, shape, l);
            if let Some(svd) = found(svd, a, &place) {
                assert!(svd.svd.is_sorted(), "{place}: {:?}", svd.svd.s);
                let judged = Truncation::new(a, &svd);
                assert!(judged.u.max(judged.v) < THRESHOLD, "{place}: {judged:?}");
                assert!(judged.right_residual < 4.0, "{place}: {judged:?}");
                assert!(judged.reported_residual < 4.0, "{place}: {judged:?}");
                let allowed = judged.bound + judged.unit;
                assert!(judged.error <= allowed, "{place}: {judged:?}");
            }
            let basis = range(&range_finder, operator, shape, l);
            if let Some((q, rank)) = found(basis, a, &place) {
                assert!(rank <= q.ncols && q.ncols == l.min(full), "{place}");
                assert!(orthogonality(&q) < THRESHOLD, "{place}");
            }
        }
    }
}

fn is_non_negative<T: Real>(a: &Matrix<T>) -> bool {
    a.entries.iter().all(|x| x.is_finite() && *x >= T::ZERO)
}

/// Checks the factorizations of `a`, which has no negative entries.
fn check_factorizations<T: Real, A>(operator: &A, a: &Matrix<T>, place: &str)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let shape = (a.nrows, a.ncols);
    let full = a.nrows.min(a.ncols);
    for init in INITS {
        for (k, tolerance) in [(1, 0.0), (full.div_ceil(2), 1e-6), (full, 0.0)] {
            let place = format!("{place}, k = {k}, {init:?}");
            let settings = Nmf {
                rank: k,
                init,
                iterations: 15,
                tolerance,
                ..Default::default()
            };
            let fit = nmf(&settings, operator, shape, k + 2);
            let Some(fit) = found(fit, a, &place) else {
                continue;
            };
            assert!(
                is_non_negative(&fit.w) && is_non_negative(&fit.h),
                "{place}"
            );
            let report = fit.report.approximation;
            assert!(report.error <= report.error_bound, "{place}: {report:?}");
            let slack = T::ONE + T::from_f64(1e-3);
            let nothing = report.frobenius_norm * slack;
            assert!(report.error <= nothing, "{place}: {report:?}");
            let again = transform(&settings, operator, shape, &fit.h);
            if let Some(again) = found(again, a, &place) {
                assert!(is_non_negative(&again.w), "{place}");
            }
            if let Some(measured) = found(measure(operator, &fit.w, &fit.h), a, &place) {
                assert!(measured.error <= measured.error_bound, "{place}");
                assert!(measured.error.is_finite(), "{place}");
            }
        }
    }
}

fn check_finite<T: Real>(shape: (usize, usize), names: &Sender<String>) {
    let (m, n) = shape;
    for (name, a) in finite::<T>(m, n) {
        let place = format!("{name}, {m} x {n}, {}", core::any::type_name::<T>());
        let case = |what: &str| names.send(format!("{place}: {what}")).unwrap();
        case("kernels");
        check_kernels(&a, &place);
        case("dense truncations");
        check_truncations(&a.view(), &a, &place);
        case("sparse truncations");
        check_truncations(&Csr::new(&a).view(), &a, &place);
        let positive = a.map(|x: T| x.abs());
        case("dense factorizations");
        check_factorizations(&positive.view(), &positive, &place);
        case("sparse factorizations");
        check_factorizations(&Csr::new(&positive).view(), &positive, &place);
    }
}

#[test]
fn finite_matrices_of_f32_are_decomposed_or_overflow() {
    watched(LIMIT, |names| {
        for shape in SHAPES {
            check_finite::<f32>(shape, names);
        }
    });
}

#[test]
fn finite_matrices_of_f64_are_decomposed_or_overflow() {
    watched(LIMIT, |names| {
        for shape in SHAPES {
            check_finite::<f64>(shape, names);
        }
    });
}

/// Checks that every algorithm names the invalid entry.
fn check_refusals<T: Real, A>(operator: &A, (m, n): (usize, usize), expected: Error, place: &str)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let k = m.min(n).div_ceil(2);
    if matches!(expected, Error::NonFinite { .. }) {
        for range_finder in range_finders() {
            let settings = TruncatedSvd {
                rank: k,
                range_finder,
                ..Default::default()
            };
            let error = truncated_svd(&settings, operator, (m, n), k + 1).unwrap_err();
            assert_eq!(error, expected, "{place}");
            let error = range(&range_finder, operator, (m, n), k).unwrap_err();
            assert_eq!(error, expected, "{place}");
        }
        let ones = |rows| Matrix::from_fn(rows, k, |_, _| T::ONE);
        let error = measure(operator, &ones(m), &ones(n)).unwrap_err();
        assert_eq!(error, expected, "{place}");
    }
    for init in INITS {
        let settings = Nmf {
            rank: k,
            init,
            ..Default::default()
        };
        let error = nmf(&settings, operator, (m, n), k + 1).unwrap_err();
        assert_eq!(error, expected, "{place}");
        let h = Matrix::from_fn(n, k, |_, _| T::ONE);
        let error = transform(&settings, operator, (m, n), &h).unwrap_err();
        assert_eq!(error, expected, "{place}");
    }
}

fn check_wrong_entries<T: Real>(names: &Sender<String>) {
    let infinity = T::ONE / T::ZERO;
    let wrong = [T::from_f64(f64::NAN), infinity, -infinity, -T::ONE];
    for (m, n) in SHAPES {
        for x in wrong {
            for at in [0, m * n / 2, m * n - 1] {
                let (row, column) = (at % m, at / m);
                let place = format!("{x} at {row}, {column} of {m} x {n}");
                names.send(place.clone()).unwrap();
                let mut a = Matrix::from_fn(m, n, |i, j| T::from_usize(i + j + 1));
                a.entries[at] = x;
                let expected = if x.is_finite() {
                    Error::Negative { row, column }
                } else {
                    check_kernels_refuse(&a, (row, column), &place);
                    Error::NonFinite { row, column }
                };
                check_refusals(&a.view(), (m, n), expected, &place);
                check_refusals(&Csr::new(&a).view(), (m, n), expected, &place);
            }
        }
    }
}

fn check_kernels_refuse<T: Real>(a: &Matrix<T>, (row, column): (usize, usize), place: &str) {
    let expected = Error::NonFinite { row, column };
    assert_eq!(small_svd(a).unwrap_err(), expected, "{place}");
    if a.nrows >= a.ncols {
        assert_eq!(qr(a).unwrap_err(), expected, "{place}");
    }
    let mut basis = a.clone();
    let error = lu_normalize(&mut basis.view_mut()).unwrap_err();
    assert_eq!(error, expected, "{place}");
}

#[test]
fn what_is_not_finite_or_negative_is_named_by_every_algorithm() {
    watched(LIMIT, |names| {
        check_wrong_entries::<f32>(names);
        check_wrong_entries::<f64>(names);
    });
}

/// Returns factors that no factorization would return.
fn strange_factors<T: Real>(rows: usize, k: usize) -> Vec<Matrix<T>> {
    let smallest = T::power_of_two(smallest_subnormal::<T>());
    let infinity = T::ONE / T::ZERO;
    [T::ZERO, smallest, T::MAX, infinity, T::from_f64(f64::NAN)]
        .into_iter()
        .map(|x| {
            Matrix::from_fn(
                rows,
                k,
                |i, j| if (i + j).is_multiple_of(2) { x } else { T::ONE },
            )
        })
        .collect()
}

/// Checks that a measured error is a number and a bound, or an error that names the fault.
fn check_strange_factors<T: Real>(names: &Sender<String>) {
    for (m, n) in SHAPES {
        let k = m.min(n).div_ceil(2);
        let a = Matrix::from_fn(m, n, |i, j| T::from_usize(i + j + 1));
        let csr = Csr::new(&a);
        for (i, w) in strange_factors::<T>(m, k).iter().enumerate() {
            for (j, h) in strange_factors::<T>(n, k).iter().enumerate() {
                names
                    .send(format!("factors {i} and {j} of {m} x {n}"))
                    .unwrap();
                for measured in [measure(&a.view(), w, h), measure(&csr.view(), w, h)] {
                    match measured {
                        Ok(measured) => {
                            assert!(measured.error.is_finite(), "{i}, {j}, {measured:?}");
                            assert!(measured.error <= measured.error_bound, "{measured:?}");
                        }
                        Err(error) => assert_eq!(error, Error::Overflow, "{i}, {j}"),
                    }
                }
            }
        }
        for (j, h) in strange_factors::<T>(n, k).iter().enumerate() {
            names
                .send(format!("transform by factor {j} of {m} x {n}"))
                .unwrap();
            let settings = Nmf {
                rank: k,
                iterations: 50,
                ..Default::default()
            };
            for found in [
                transform(&settings, &a.view(), (m, n), h),
                transform(&settings, &csr.view(), (m, n), h),
            ] {
                match found {
                    Ok(found) => assert!(is_non_negative(&found.w), "{j}: {:?}", found.w),
                    Err(error) => assert_eq!(error, Error::Overflow, "{j}"),
                }
            }
        }
    }
}

#[test]
fn strange_factors_are_measured_or_overflow() {
    watched(LIMIT, |names| {
        check_strange_factors::<f32>(names);
        check_strange_factors::<f64>(names);
    });
}

/// Checks that iterations are limited by their number, for any tolerance.
#[test]
fn no_tolerance_keeps_an_iteration_alive() {
    watched(LIMIT, |names| {
        for (name, a) in finite::<f32>(7, 5) {
            for tolerance in [1e-300, 1e-12, 1.0, f64::INFINITY] {
                names
                    .send(format!("{name}, tolerance {tolerance}"))
                    .unwrap();
                let a = a.map(|x| x.abs());
                let settings = Nmf {
                    rank: 3,
                    iterations: 500,
                    tolerance,
                    ..Default::default()
                };
                if let Some(fit) = found(nmf(&settings, &a.view(), (7, 5), 5), &a, name) {
                    assert!(fit.report.iterations <= 500, "{name}");
                    assert_eq!(fit.errors.len(), fit.report.iterations + 1, "{name}");
                }
            }
        }
    });
}

/// Checks that an observer may stop every iteration.
#[test]
fn an_observer_can_end_what_it_sees() {
    let a = Matrix::<f64>::gaussian(7, 5, 1).map(f64::abs);
    let mut buffer = vec![0.0; lowrank_core::workspace::workspace_len(7, 5, 3)];
    let mut workspace = lowrank_core::Workspace::in_buffer(&mut buffer, 7, 5, 3).unwrap();
    let (mut w, mut h) = (Matrix::zeros(7, 3), Matrix::zeros(5, 3));
    let settings = Nmf {
        rank: 3,
        iterations: usize::MAX,
        tolerance: 0.0,
        ..Default::default()
    };
    let stop_at_five = |progress: lowrank_core::iteration::Progress<f64>| {
        if progress.iteration < 5 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let mut factors = NmfFactors {
        w: w.view_mut(),
        h: h.view_mut(),
    };
    let report = settings.run(&a.view(), &mut workspace, &mut factors, stop_at_five);
    assert_eq!(report.unwrap().iterations, 5);
}
