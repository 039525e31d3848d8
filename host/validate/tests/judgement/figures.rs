//! Controls of the figures: a sound factorization passes, and one with an error slightly above rounding fails.

use lowrank_core::dense::qr::thin_qr;
use lowrank_core::svd::RangeFinder;
use lowrank_core::{Nmf, Real, TruncatedSvd};
use lowrank_validate::figures::{self, BOUND, Figures};
use lowrank_validate::ratios::Svd;
use lowrank_validate::run::{Factorized, Truncated, nmf, range, small_svd, truncated_svd};
use lowrank_validate::{Matrix, Subject};

const SHAPE: (usize, usize) = (30, 20);
const RANK: usize = 5;
const WIDTH: usize = 15;

/// A matrix whose singular values are known: 1, 0.8, 0.64, ...
fn subject<T: Real>(scale: i32) -> Subject<T> {
    let (m, n) = SHAPE;
    let s: Vec<f64> = (0..n).map(|i| 0.8f64.powi(i as i32)).collect();
    let a = Matrix::with_spectrum(m, n, &s, 3).map(T::from_f64);
    let a = a.scaled(scale);
    let e = a.exponent();
    let known = s.iter().map(|s| s.scale_by_power_of_two(scale - e));
    Subject::new(a, |_| known.collect())
}

/// Scales at which ordinary products would overflow or underflow.
fn subjects<T: Real>() -> [Subject<T>; 3] {
    let e = T::MAX.exponent() - 10;
    [subject(0), subject(e), subject(-e)]
}

/// The value of one figure.
fn value(figures: &Figures, name: &str) -> f64 {
    let figure = figures.list.iter().find(|figure| figure.name == name);
    figure
        .unwrap_or_else(|| panic!("no {name} in {figures:?}"))
        .value
}

#[track_caller]
fn assert_sound(figures: &Figures) {
    assert!(figures.pass(), "{figures:?}");
    assert_eq!(figures.violation, None);
}

/// Checks that the figure exceeds the bound, and that the verdict follows it.
#[track_caller]
fn assert_broken(figures: &Figures, name: &str) {
    assert!(value(figures, name) > BOUND, "{name}: {figures:?}");
    assert!(!figures.pass());
}

#[track_caller]
fn assert_violation(figures: &Figures) {
    assert!(figures.violation.is_some(), "{figures:?}");
    assert!(!figures.pass());
    assert_eq!(figures.worst(), f64::INFINITY);
}

/// A perturbation above the bound in every unit here, and hardly more.
fn little<T: Real>() -> T {
    T::from_usize(1000) * T::EPSILON
}

fn nudge<T: Real>(x: &mut T) {
    *x += little::<T>() * T::from_f64(5.0);
}

fn check_small_svd<T: Real>() {
    for subject in subjects::<T>() {
        let sound = small_svd(&subject.a).unwrap();
        let judge = |change: fn(&mut Svd<T>)| {
            let mut svd = sound.clone();
            change(&mut svd);
            figures::small_svd(&subject, &svd)
        };
        assert_sound(&judge(|_| ()));
        let figures = judge(|svd| nudge(&mut svd.u.entries[7]));
        assert_broken(&figures, "u");
        assert_broken(&figures, "residual");
        let figures = judge(|svd| nudge(&mut svd.v.entries[7]));
        assert_broken(&figures, "v");
        let figures = judge(|svd| svd.s[0] *= T::ONE + little());
        assert_broken(&figures, "values");
        assert_broken(&figures, "residual");
        assert_violation(&judge(|svd| svd.s.swap(3, 4)));
        assert_violation(&judge(|svd| svd.s[19] = -svd.s[19]));
        let figures = judge(|svd| svd.u.entries[0] = T::from_f64(f64::NAN));
        assert_eq!(figures.worst(), f64::INFINITY);
        assert!(!figures.pass());
    }
}

#[test]
fn a_perturbed_svd_does_not_pass() {
    check_small_svd::<f32>();
    check_small_svd::<f64>();
}

fn check_qr<T: Real>() {
    for subject in subjects::<T>() {
        let n = SHAPE.1;
        let (mut q, mut r) = (subject.a.clone(), Matrix::zeros(n, n));
        thin_qr(&mut q.view_mut(), &mut r.view_mut()).unwrap();
        assert_sound(&figures::qr(&subject, &q, &r));

        let mut other = q.clone();
        nudge(&mut other.entries[40]);
        assert_broken(&figures::qr(&subject, &other, &r), "q");
        let mut other = r.clone();
        other.entries[0] *= T::ONE + little::<T>() * T::from_f64(5.0);
        assert_broken(&figures::qr(&subject, &q, &other), "residual");
        let mut other = r.clone();
        other.entries[1] = T::power_of_two(-140);
        assert_violation(&figures::qr(&subject, &q, &other));
    }
}

#[test]
fn a_perturbed_qr_does_not_pass() {
    check_qr::<f32>();
    check_qr::<f64>();
}

fn values_of(a: &Matrix<f64>) -> Vec<f64> {
    small_svd(a).unwrap().s
}

fn check_range<T: Real>() {
    for subject in subjects::<T>() {
        let find = |power_iterations| {
            let settings = RangeFinder {
                power_iterations,
                ..Default::default()
            };
            range(&settings, &subject.a.view(), SHAPE, WIDTH).unwrap().0
        };
        let judge = |q: &Matrix<T>| figures::range(&subject, q, RANK, values_of);
        assert_sound(&judge(&find(8)));

        let mut q = find(8);
        nudge(&mut q.entries[3]);
        assert_broken(&judge(&q), "q");
        // Orthonormal, but of another range: without the first column, and of another matrix.
        let mut q = find(8);
        q.entries.drain(..SHAPE.0);
        q.ncols -= 1;
        assert_broken(&judge(&q), "rank_k");
        let other = Matrix::orthonormal(SHAPE.0, WIDTH, 5).map(T::from_f64);
        let figures = judge(&other);
        assert!(value(&figures, "q") < BOUND);
        assert_broken(&figures, "range");
        assert_broken(&figures, "rank_k");
    }
}

#[test]
fn a_basis_of_another_range_does_not_pass() {
    check_range::<f32>();
    check_range::<f64>();
}

fn check_truncated_svd<T: Real>() {
    for subject in subjects::<T>() {
        let settings = TruncatedSvd {
            rank: RANK,
            ..Default::default()
        };
        let sound = truncated_svd(&settings, &subject.a.view(), SHAPE, WIDTH).unwrap();
        let judge = |change: fn(&mut Truncated<T>)| {
            let mut found = sound.clone();
            change(&mut found);
            figures::truncated_svd(&subject, &found)
        };
        assert_sound(&judge(|_| ()));
        assert_broken(&judge(|found| nudge(&mut found.svd.u.entries[7])), "u");
        assert_broken(&judge(|found| nudge(&mut found.svd.v.entries[7])), "v");
        let figures = judge(|found| found.svd.s[0] *= T::ONE + little());
        assert_broken(&figures, "right_residuals");
        assert_broken(&figures, "residuals");
        assert_broken(&figures, "values");
        assert_broken(&figures, "enclosures");
        assert_broken(&judge(|found| found.svd.s[4] = T::ZERO), "excess");
        let figures = judge(|found| found.residuals[0] += found.svd.s[0] * little());
        assert_broken(&figures, "residuals");
        assert_violation(&judge(|found| found.svd.s.swap(0, 1)));
        assert_violation(&judge(|found| {
            found.report.error_bound *= T::from_f64(0.99);
        }));
    }
}

#[test]
fn a_perturbed_truncated_svd_does_not_pass() {
    check_truncated_svd::<f32>();
    check_truncated_svd::<f64>();
}

/// Checks the figures of NMF; the textbook result is the sound one here.
fn check_nmf<T: Real>() {
    for subject in subjects::<T>() {
        let subject = Subject::new(subject.a.map(|x: T| x.abs()), |_| Vec::new());
        let settings = Nmf {
            rank: RANK,
            iterations: 20,
            tolerance: 0.0,
            ..Default::default()
        };
        let sound = nmf(&settings, &subject.a.view(), SHAPE, WIDTH).unwrap();
        let textbook = figures::scaled_factors(&subject, &sound);
        let judge = |change: fn(&mut Factorized<T>)| {
            let mut found = sound.clone();
            change(&mut found);
            figures::nmf(&subject, &found, &textbook)
        };
        assert_sound(&judge(|_| ()));
        let figures = judge(|found| {
            for x in &mut found.w.entries {
                *x *= T::from_f64(1.1);
            }
        });
        assert_broken(&figures, "textbook");
        assert_broken(&figures, "report");
        let figures = judge(|found| found.errors[9] = found.errors[7]);
        assert_broken(&figures, "rise");
        let figures = judge(|found| found.report.approximation.error *= T::from_f64(1.01));
        assert_broken(&figures, "report");
        assert_violation(&judge(|found| found.h.entries[3] = -T::power_of_two(-60)));
        assert_violation(&judge(|found| {
            found.report.approximation.error_bound *= T::from_f64(0.99);
        }));
    }
}

#[test]
fn a_perturbed_non_negative_factorization_does_not_pass() {
    check_nmf::<f32>();
    check_nmf::<f64>();
}
