//! Families of matrices for testing singular value decompositions: those of LAPACK's own tests (dlatms, ddrvbd) and
//! those on which known libraries fail.

mod lapack;

pub use lapack::lapack;

use crate::Matrix;
use lowrank_core::Real;
use lowrank_core::random::{Distribution, RandomEntries};

/// m x n matrices of one kind, a different one for each seed.
#[derive(Clone, Copy, Debug)]
pub struct Family<T> {
    pub name: &'static str,
    pub make: fn(usize, usize, u64) -> Matrix<T>,
}

/// Returns all families.
pub fn families<T: Real>() -> Vec<Family<T>> {
    let mut all = spectra();
    all.extend(structured());
    all.extend(extreme());
    all.extend(lapack());
    all
}

/// Random singular vectors and the singular values of dlatms, modes 1 to 5, with a condition of
/// 1 / eps as in ddrvbd; the zero and the identity of ddrvbd; clustered and repeated values.
pub fn spectra<T: Real>() -> Vec<Family<T>> {
    vec![
        family("zero", |m, n, _| Matrix::zeros(m, n)),
        family("identity", |m, n, _| {
            Matrix::from_fn(m, n, |i, j| if i == j { T::ONE } else { T::ZERO })
        }),
        family("one large value", |m, n, seed| {
            spectrum(m, n, seed, lapack::one_large::<T>)
        }),
        family("one small value", |m, n, seed| {
            spectrum(m, n, seed, |i, k| {
                if i + 1 == k { T::EPSILON.to_f64() } else { 1.0 }
            })
        }),
        family("geometric values", |m, n, seed| {
            spectrum(m, n, seed, lapack::geometric::<T>)
        }),
        family("evenly spaced values", |m, n, seed| {
            spectrum(m, n, seed, lapack::evenly::<T>)
        }),
        family("log-random values", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Gaussian, seed + 99);
            let power = |i| random.at::<f64>(i, 0).abs().min(1.0);
            spectrum(m, n, seed, |i, _| T::EPSILON.to_f64().powf(power(i)))
        }),
        family("geometric values far below eps", |m, n, seed| {
            spectrum(m, n, seed, |i, k| {
                T::EPSILON.to_f64().powf(1.5 * share(i, k))
            })
        }),
        family("values clustered within eps", |m, n, seed| {
            spectrum(m, n, seed, |i, _| {
                1.0 + T::EPSILON.to_f64() * (i % 7) as f64
            })
        }),
        family("values clustered within sqrt(eps)", |m, n, seed| {
            spectrum(m, n, seed, |i, _| {
                1.0 + T::EPSILON.to_f64().sqrt() * (i % 7) as f64
            })
        }),
        family("two repeated values", |m, n, seed| {
            spectrum(m, n, seed, |i, k| if 2 * i < k { 3.0 } else { 1e-3 })
        }),
        family("half of the rank", |m, n, seed| {
            spectrum(m, n, seed, |i, k| if 2 * i < k { 1.0 } else { 0.0 })
        }),
        family("gaussian", Matrix::gaussian),
    ]
}

/// Returns matrices with a name or a pattern.
pub fn structured<T: Real>() -> Vec<Family<T>> {
    vec![
        family("constant", |m, n, _| {
            Matrix::from_fn(m, n, |_, _| T::from_f64(0.1))
        }),
        family("rank one", |m, n, seed| {
            let (x, y) = (factor(m, seed), factor(n, seed + 1));
            Matrix::from_fn(m, n, |i, j| T::from_f64(x[i] * y[j]))
        }),
        family("a product of rank three", |m, n, seed| {
            // Rounding of the product leaves a tail of about eps.
            let x = Matrix::<f64>::gaussian(m, 3, seed);
            let y = Matrix::<f64>::gaussian(3, n, seed + 1);
            x.times(&y).map(T::from_f64)
        }),
        family("small integers", |m, n, seed| {
            // nalgebra 0.35 recomposes one in a hundred of these in f32 worse than 1e-5.
            let random = RandomEntries::new(Distribution::Gaussian, seed);
            Matrix::from_fn(m, n, |i, j| {
                T::from_f64((2.0 * random.at::<f64>(i, j)).round())
            })
        }),
        family("signs", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Sign, seed);
            Matrix::from_fn(m, n, |i, j| random.at(i, j))
        }),
        family("permuted diagonal", |m, n, seed| {
            let k = m.min(n);
            Matrix::from_fn(m, n, |i, j| {
                if i < k && j == (i * 7 + seed as usize) % k {
                    T::from_usize(i + 1)
                } else {
                    T::ZERO
                }
            })
        }),
        family("Hilbert", |m, n, _| {
            Matrix::from_fn(m, n, |i, j| T::ONE / T::from_usize(i + j + 1))
        }),
        family("Kahan", |m, n, _| {
            let (s, c) = 1.2f64.sin_cos();
            Matrix::from_fn(m, n, |i, j| {
                let entry = if i < j { -c } else { f64::from(i == j) };
                T::from_f64(s.powi(i as i32) * entry)
            })
        }),
        family("Jordan block", |m, n, _| {
            Matrix::from_fn(m, n, |i, j| {
                T::from_f64(if i == j { 1e-3 } else { f64::from(i + 1 == j) })
            })
        }),
        family("Vandermonde", |m, n, _| {
            Matrix::from_fn(m, n, |i, j| {
                T::from_f64(((i + 1) as f64 / m as f64).powi(j as i32))
            })
        }),
        family("zero rows and columns", |m, n, seed| {
            sparse(m, n, seed, |i, j| i % 3 != 1 && j % 4 != 2)
        }),
        family("last column zero", |m, n, seed| {
            sparse(m, n, seed, move |_, j| j + 1 != n)
        }),
        family("arrow", |m, n, seed| {
            sparse(m, n, seed, |i, j| i == 0 || j == 0 || i == j)
        }),
        family("equal columns", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Gaussian, seed);
            Matrix::from_fn(m, n, |i, j| T::from_f64(random.at(i, j / 2)))
        }),
        family("nearly parallel columns", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Gaussian, seed);
            let share = T::EPSILON.to_f64().sqrt();
            Matrix::from_fn(m, n, |i, j| {
                let own: f64 = random.at(i, j + 1);
                T::from_f64(random.at::<f64>(i, 0) + share * own)
            })
        }),
    ]
}

/// Returns matrices with entries near the ends of the range, and with columns or rows of very different sizes.
pub fn extreme<T: Real>() -> Vec<Family<T>> {
    vec![
        // 1e38 in f32, 1e300 in f64: only a gaussian of a few units, so that s_1 stays finite.
        family("huge", |m, n, seed| {
            let low = T::from_usize(m * n).exponent() + 3;
            Matrix::<T>::gaussian(m, n, seed).scaled(T::MAX.exponent() - low)
        }),
        family("near 1e-38 or 1e-300", |m, n, seed| {
            Matrix::<T>::gaussian(m, n, seed).scaled(smallest_exponent::<T>())
        }),
        family("subnormal", |m, n, seed| {
            Matrix::<T>::gaussian(m, n, seed).scaled(smallest_subnormal::<T>() + 5)
        }),
        family("the smallest number", |m, n, _| {
            Matrix::from_fn(m, n, |i, j| {
                if (i + j) % 2 == 0 {
                    T::power_of_two(smallest_subnormal::<T>())
                } else {
                    T::ZERO
                }
            })
        }),
        family("columns graded from 1 to 1e-30", |m, n, seed| {
            graded(m, n, seed, |_, j| -30.0 * share(j, n))
        }),
        family("columns graded from 1e-30 to 1", |m, n, seed| {
            graded(m, n, seed, |_, j| -30.0 * (1.0 - share(j, n)))
        }),
        family("columns graded in disorder", |m, n, seed| {
            graded(m, n, seed, |_, j| -30.0 * share(j * 11 % n, n))
        }),
        family(
            "columns from one end of the range to the other",
            |m, n, seed| {
                let ends = T::MAX.exponent() as f64 * 0.3 * 0.9;
                graded(m, n, seed, |_, j| ends * (1.0 - 2.0 * share(j, n)))
            },
        ),
        family("rows graded from 1 to 1e-30", |m, n, seed| {
            graded(m, n, seed, |i, _| -30.0 * share(i, m))
        }),
        family("rows and columns graded", |m, n, seed| {
            graded(m, n, seed, |i, j| -15.0 * (share(i, m) + share(j, n)))
        }),
        family("entries of any size", |m, n, seed| {
            let random = RandomEntries::new(Distribution::Gaussian, seed + 5);
            graded(m, n, seed, |i, j| {
                (8.0 * random.at::<f64>(i, j)).clamp(-35.0, 30.0)
            })
        }),
        family("one huge entry", |m, n, seed| {
            let mut a = Matrix::gaussian(m, n, seed);
            a.entries[m * n / 2] = T::MAX.scale_by_power_of_two(-2);
            a
        }),
    ]
}

fn family<T>(name: &'static str, make: fn(usize, usize, u64) -> Matrix<T>) -> Family<T> {
    Family { name, make }
}

/// i / (k - 1), from 0 to 1.
pub(crate) fn share(i: usize, k: usize) -> f64 {
    i as f64 / k.saturating_sub(1).max(1) as f64
}

fn spectrum<T: Real>(m: usize, n: usize, seed: u64, s: impl Fn(usize, usize) -> f64) -> Matrix<T> {
    let k = m.min(n);
    let s: Vec<f64> = (0..k).map(|i| s(i, k)).collect();
    Matrix::with_spectrum(m, n, &s, seed).map(T::from_f64)
}

fn factor(n: usize, seed: u64) -> Vec<f64> {
    Matrix::<f64>::gaussian(n, 1, seed).entries
}

fn sparse<T: Real>(
    m: usize,
    n: usize,
    seed: u64,
    stored: impl Fn(usize, usize) -> bool,
) -> Matrix<T> {
    let random = RandomEntries::new(Distribution::Gaussian, seed);
    Matrix::from_fn(m, n, |i, j| {
        if stored(i, j) {
            T::from_f64(random.at(i, j))
        } else {
            T::ZERO
        }
    })
}

/// Returns a gaussian matrix whose entries are multiplied by 10^p(i, j), rounded to a power of two.
fn graded<T: Real>(
    m: usize,
    n: usize,
    seed: u64,
    power: impl Fn(usize, usize) -> f64,
) -> Matrix<T> {
    let random = RandomEntries::new(Distribution::Gaussian, seed);
    Matrix::from_fn(m, n, |i, j| {
        let e = (power(i, j) * std::f64::consts::LOG2_10) as i32;
        T::from_f64(random.at(i, j)).scale_by_power_of_two(e)
    })
}

/// The binary exponent of 1e-38 for f32 and of 1e-300 for f64.
fn smallest_exponent<T: Real>() -> i32 {
    if T::EPSILON.to_f64() > 1e-10 {
        -127
    } else {
        -997
    }
}

/// The binary exponent of the smallest positive number.
pub fn smallest_subnormal<T: Real>() -> i32 {
    T::EPSILON.exponent() - T::MAX.exponent() + 1
}
