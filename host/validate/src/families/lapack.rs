//! The matrices of LAPACK's tests that the other families leave out: those of its singular value
//! routines (dchkbd, ddrvbd), of the modes of its generator (dlatms) and of its QR (dchkqr,
//! dchkqp3rk), whose types stand beside each.

use super::{Family, family, share, spectrum};
use crate::Matrix;
use lowrank_core::Real;
use lowrank_core::random::{Distribution, RandomEntries};

/// Diagonal, bidiagonal and triangular matrices, values of any sign, entries near both ends of the
/// range and near the roots of both.
pub fn lapack<T: Real>() -> Vec<Family<T>> {
    let mut all = diagonals();
    all.extend(signed_spectra());
    all.extend(entries());
    all.extend(condition_numbers());
    all
}

fn diagonals<T: Real>() -> Vec<Family<T>> {
    vec![
        // dchkbd 3
        family("diagonal, evenly spaced", |m, n, seed| {
            diagonal(m, n, seed, evenly::<T>)
        }),
        // dchkbd 4
        family("diagonal, geometric", |m, n, seed| {
            diagonal(m, n, seed, geometric::<T>)
        }),
        // dlatms, mode -3
        family("diagonal, geometric, ascending", |m, n, seed| {
            diagonal(m, n, seed, |i, k| geometric::<T>(k - 1 - i, k))
        }),
        // dchkbd 5
        family("diagonal, one large value", |m, n, seed| {
            diagonal(m, n, seed, one_large::<T>)
        }),
        // dchkbd 6
        family("diagonal near sqrt(overflow)", |m, n, seed| {
            diagonal(m, n, seed, evenly::<T>).scaled(near_root_of_overflow::<T>(m, n))
        }),
        // dchkbd 7
        family("diagonal near sqrt(underflow)", |m, n, seed| {
            diagonal(m, n, seed, evenly::<T>).scaled(near_root_of_underflow::<T>(m, n))
        }),
    ]
}

fn signed_spectra<T: Real>() -> Vec<Family<T>> {
    vec![
        // dchkbd 8
        family("evenly spaced values of any sign", |m, n, seed| {
            signed(m, n, seed, evenly::<T>)
        }),
        // dchkbd 9
        family("geometric values of any sign", |m, n, seed| {
            signed(m, n, seed, geometric::<T>)
        }),
        // dchkbd 10
        family("one large value, any sign", |m, n, seed| {
            signed(m, n, seed, one_large::<T>)
        }),
        // dchkbd 11
        family("evenly spaced near sqrt(overflow)", |m, n, seed| {
            signed(m, n, seed, evenly::<T>).scaled(near_root_of_overflow::<T>(m, n))
        }),
        // dchkbd 12
        family("evenly spaced near sqrt(underflow)", |m, n, seed| {
            signed(m, n, seed, evenly::<T>).scaled(near_root_of_underflow::<T>(m, n))
        }),
        // ddrvbd 3
        family("condition min(m, n)", |m, n, seed| {
            signed(m, n, seed, by_dimension)
        }),
        // ddrvbd 4
        family("condition min(m, n) near underflow", |m, n, seed| {
            signed(m, n, seed, by_dimension).scaled(-near_overflow::<T>())
        }),
        // ddrvbd 5
        family("condition min(m, n) near overflow", |m, n, seed| {
            signed(m, n, seed, by_dimension).scaled(near_overflow::<T>())
        }),
        // dlatms, mode 5
        family("log-uniform values", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Uniform, seed + 98);
            spectrum(m, n, seed, move |i, _| {
                T::EPSILON.to_f64().powf(unit_draw(&random, i, 0))
            })
        }),
        // dlatms, mode 6
        family("gaussian values", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Gaussian, seed + 97);
            spectrum(m, n, seed, move |i, _| random.at(i, 0))
        }),
    ]
}

fn entries<T: Real>() -> Vec<Family<T>> {
    vec![
        // dchkbd 13
        family("uniform entries", uniform),
        // dchkbd 14
        family("uniform entries near sqrt(overflow)", |m, n, seed| {
            uniform::<T>(m, n, seed).scaled(near_root_of_overflow::<T>(m, n))
        }),
        // dchkbd 15
        family("uniform entries near sqrt(underflow)", |m, n, seed| {
            uniform::<T>(m, n, seed).scaled(near_root_of_underflow::<T>(m, n))
        }),
        // dchkbd 16
        family("bidiagonal, log-random entries", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Uniform, seed);
            let (down, right) = if m >= n { (0, 1) } else { (1, 0) };
            Matrix::from_fn(m, n, |i, j| {
                let stored = i == j || i + right == j + down;
                let power = 4.0 * unit_draw(&random, i, j) - 2.0;
                let entry = T::EPSILON.to_f64().powf(power);
                T::from_f64(if stored { entry } else { 0.0 })
            })
        }),
        // dchkqp3rk 5 to 13
        family("zero columns in nine places", |m, n, seed| {
            let full = condition::<T>(m, n, seed, 2.0);
            let k = m.min(n);
            let zero = move |j: usize| match seed % 9 {
                0 => j == 0,
                1 => j + 1 == k,
                2 => j + 1 == n,
                3 => j == k / 2,
                4 => j < k / 2,
                5 => j >= k / 2,
                6 => (k / 4..k / 4 + k / 2).contains(&j),
                7 => j.is_multiple_of(2),
                _ => !j.is_multiple_of(2),
            };
            Matrix::from_fn(m, n, |i, j| if zero(j) { T::ZERO } else { full.at(i, j) })
        }),
    ]
}

fn condition_numbers<T: Real>() -> Vec<Family<T>> {
    vec![
        // dchkqr 2
        family("upper triangular, condition 2", |m, n, seed| {
            triangular(m, n, seed, 2.0).map(T::from_f64)
        }),
        // dchkqr 3
        family("lower triangular, condition 2", |m, n, seed| {
            triangular(n, m, seed, 2.0).transposed().map(T::from_f64)
        }),
        family("upper triangular, condition 1 / eps", |m, n, seed| {
            triangular(m, n, seed, 1.0 / T::EPSILON.to_f64()).map(T::from_f64)
        }),
        // dchkqr 4
        family("condition 2", |m, n, seed| condition(m, n, seed, 2.0)),
        // dchkqr 5
        family("condition sqrt(0.1 / eps)", |m, n, seed| {
            condition(m, n, seed, (0.1 / T::EPSILON.to_f64()).sqrt())
        }),
        // dchkqr 6
        family("condition 0.1 / eps", |m, n, seed| {
            condition(m, n, seed, 0.1 / T::EPSILON.to_f64())
        }),
        // dchkqr 7
        family("condition 2 near underflow", |m, n, seed| {
            condition::<T>(m, n, seed, 2.0).scaled(-2 - near_overflow::<T>())
        }),
        // dchkqr 8
        family("condition 2 near overflow", |m, n, seed| {
            condition::<T>(m, n, seed, 2.0).scaled(near_overflow::<T>() + 2)
        }),
        // dchkqp3rk 17
        family("one small value, 10 eps", |m, n, seed| {
            spectrum(m, n, seed, |i, k| {
                if i + 1 == k && k > 1 {
                    10.0 * T::EPSILON.to_f64()
                } else {
                    1.0
                }
            })
        }),
    ]
}

/// Mode 4 of dlatms: from 1 to eps.
pub(super) fn evenly<T: Real>(i: usize, k: usize) -> f64 {
    1.0 - share(i, k) * (1.0 - T::EPSILON.to_f64())
}

/// Mode 3: from 1 to eps.
pub(super) fn geometric<T: Real>(i: usize, k: usize) -> f64 {
    T::EPSILON.to_f64().powf(share(i, k))
}

/// Mode 1.
pub(super) fn one_large<T: Real>(i: usize, _: usize) -> f64 {
    if i == 0 { 1.0 } else { T::EPSILON.to_f64() }
}

/// Mode 4 with the condition that ddrvbd asks for: from 1 to 1 / k.
fn by_dimension(i: usize, k: usize) -> f64 {
    1.0 - share(i, k) * (1.0 - 1.0 / k as f64)
}

fn signs(seed: u64) -> RandomEntries {
    RandomEntries::new(Distribution::Sign, seed + 96)
}

fn diagonal<T: Real>(m: usize, n: usize, seed: u64, s: impl Fn(usize, usize) -> f64) -> Matrix<T> {
    let signs = signs(seed);
    Matrix::from_fn(m, n, |i, j| {
        let entry = if i == j { s(i, m.min(n)) } else { 0.0 };
        T::from_f64(entry * signs.at::<f64>(i, 0))
    })
}

fn signed<T: Real>(m: usize, n: usize, seed: u64, s: impl Fn(usize, usize) -> f64) -> Matrix<T> {
    let signs = signs(seed);
    spectrum(m, n, seed, |i, k| s(i, k) * signs.at::<f64>(i, 0))
}

/// Geometric values from 1 to 1 / condition.
fn condition<T: Real>(m: usize, n: usize, seed: u64, condition: f64) -> Matrix<T> {
    spectrum(m, n, seed, |i, k| condition.powf(-share(i, k)))
}

/// R of such a matrix.
fn triangular(m: usize, n: usize, seed: u64, condition: f64) -> Matrix<f64> {
    let a: Matrix<f64> = self::condition(m, n, seed, condition);
    a.triangular_factor()
}

fn uniform<T: Real>(m: usize, n: usize, seed: u64) -> Matrix<T> {
    let random = RandomEntries::new(Distribution::Uniform, seed);
    Matrix::from_fn(m, n, |i, j| {
        T::from_f64(2.0 * unit_draw(&random, i, j) - 1.0)
    })
}

/// A number between 0 and 1.
fn unit_draw(random: &RandomEntries, i: usize, j: usize) -> f64 {
    f64::unit_interval(random.signs(i, j))
}

/// The binary exponent of eps times the overflow threshold, the reciprocal of the smallest normal
/// number; its negative is that of the underflow threshold over eps.
fn near_overflow<T: Real>() -> i32 {
    T::MAX.exponent() - 1 + T::EPSILON.exponent()
}

/// The binary exponent of sqrt(overflow) eps / max(m, n).
fn near_root_of_overflow<T: Real>(m: usize, n: usize) -> i32 {
    T::MAX.exponent() / 2 + T::EPSILON.exponent() - m.max(n).ilog2() as i32
}

/// The binary exponent of sqrt(underflow) max(m, n) / eps.
fn near_root_of_underflow<T: Real>(m: usize, n: usize) -> i32 {
    m.max(n).ilog2() as i32 - T::EPSILON.exponent() - T::MAX.exponent() / 2
}
