//! Random entries that are a pure function of (seed, row, column).
//!
//! A sketch is therefore the same in every layout, on every backend and for any number of
//! threads, and its first columns do not depend on their number.

use crate::real::Real;

/// The distribution of the entries of a random panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distribution {
    /// Uniform between -sqrt(3) and sqrt(3): one word per draw, no function evaluation, and no direction
    /// that a sketch misses.
    #[default]
    Uniform,
    /// +1 or -1, each with probability one half: 64 draws from one word. A wide sketch is as good as
    /// a Gaussian one (Martinsson & Tropp 2020, section 9). A narrow one of l columns misses a direction
    /// such as (1, -1, 0, 0, ..) entirely with probability 2^-l.
    Sign,
    /// The standard normal distribution.
    Gaussian,
    /// The absolute value of a standard normal draw.
    HalfGaussian,
}

/// A stream of random rows.
#[derive(Clone, Copy, Debug)]
pub struct RandomEntries {
    distribution: Distribution,
    key: u64,
}

const ROOT_OF_THREE: f64 = 1.732_050_807_568_877_2;

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl RandomEntries {
    /// Creates the entries of `distribution` for `seed`.
    pub const fn new(distribution: Distribution, seed: u64) -> Self {
        Self {
            distribution,
            key: mix(seed.wrapping_add(GOLDEN)),
        }
    }

    /// Returns the distribution.
    pub const fn distribution(&self) -> Distribution {
        self.distribution
    }

    /// Returns the mixed seed: the entries are a pure function of it, the distribution and the place.
    pub const fn key(&self) -> u64 {
        self.key
    }

    /// Returns the entry at (`row`, `column`).
    #[inline]
    pub fn at<T: Real>(&self, row: usize, column: usize) -> T {
        match self.distribution {
            Distribution::Sign => {
                if (self.signs(row, column >> 6) >> (column & 63)) & 1 == 0 {
                    T::ONE
                } else {
                    -T::ONE
                }
            }
            Distribution::Uniform => uniform(word(self.row_key(row), column)),
            Distribution::Gaussian => gaussian(word(self.row_key(row), column)),
            Distribution::HalfGaussian => gaussian::<T>(word(self.row_key(row), column)).abs(),
        }
    }

    /// Fills `out` with the first columns of a row.
    #[inline]
    pub fn fill_row<T: Real>(&self, row: usize, out: &mut [T]) {
        let key = self.row_key(row);
        match self.distribution {
            Distribution::Uniform => fill(key, out, uniform),
            Distribution::Gaussian => fill(key, out, gaussian),
            Distribution::HalfGaussian => fill(key, out, |word| gaussian::<T>(word).abs()),
            Distribution::Sign => {
                for (block, out) in (0..out.len()).zip(out.chunks_mut(64)) {
                    let mut signs = word(key, block);
                    for x in out {
                        *x = if signs & 1 == 0 { T::ONE } else { -T::ONE };
                        signs >>= 1;
                    }
                }
            }
        }
    }

    /// Returns the signs of columns 64 `block` to 64 `block` + 63 of a row, one per bit, the lowest first.
    #[inline]
    pub fn signs(&self, row: usize, block: usize) -> u64 {
        word(self.row_key(row), block)
    }

    #[inline]
    fn row_key(&self, row: usize) -> u64 {
        mix(self.key.wrapping_add(GOLDEN.wrapping_mul(row as u64)))
    }
}

#[inline]
fn word(row_key: u64, column: usize) -> u64 {
    mix(row_key.wrapping_add(GOLDEN.wrapping_mul(column as u64)))
}

#[inline]
fn fill<T: Real>(row_key: u64, out: &mut [T], distribution: impl Fn(u64) -> T) {
    for (column, x) in out.iter_mut().enumerate() {
        *x = distribution(word(row_key, column));
    }
}

#[inline]
fn uniform<T: Real>(word: u64) -> T {
    let u = T::unit_interval(word);
    (u + u - T::ONE) * T::from_f64(ROOT_OF_THREE)
}

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014).
#[inline]
pub(crate) const fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The standard normal quantile of a uniform draw (Wichura 1988, algorithm AS 241): one word per
/// draw, no trigonometric function, relative error 1e-16 in f64.
fn gaussian<T: Real>(word: u64) -> T {
    let u = T::unit_interval(word);
    let half = T::from_f64(0.5);
    let q = u - half;
    if q.abs() <= T::from_f64(0.425) {
        let r = T::from_f64(0.180625) - q * q;
        return q * ratio(&CENTRE, r);
    }
    let tail = if q < T::ZERO { u } else { T::ONE - u };
    let r = (-tail.ln()).sqrt();
    let five = T::from_f64(5.0);
    let x = if r <= five {
        ratio(&MIDDLE, r - T::from_f64(1.6))
    } else {
        ratio(&FAR, r - five)
    };
    if q < T::ZERO { -x } else { x }
}

/// Evaluates the quotient of two polynomials; coefficients of numerator and denominator are paired, the
/// highest power first.
fn ratio<T: Real>(coefficients: &[(f64, f64); 8], r: T) -> T {
    let mut numerator = T::ZERO;
    let mut denominator = T::ZERO;
    for &(a, b) in coefficients {
        numerator = numerator * r + T::from_f64(a);
        denominator = denominator * r + T::from_f64(b);
    }
    numerator / denominator
}

const CENTRE: [(f64, f64); 8] = [
    (2.509_080_928_730_122_6e3, 5.226_495_278_852_854e3),
    (3.343_057_558_358_813e4, 2.872_908_573_572_194_3e4),
    (6.726_577_092_700_87e4, 3.930_789_580_009_271e4),
    (4.592_195_393_154_987e4, 2.121_379_430_158_659_7e4),
    (1.373_169_376_550_946e4, 5.394_196_021_424_751e3),
    (1.971_590_950_306_551_3e3, 6.871_870_074_920_579e2),
    (1.331_416_678_917_843_8e2, 4.231_333_070_160_091e1),
    (3.387_132_872_796_366_5, 1.0),
];

const MIDDLE: [(f64, f64); 8] = [
    (7.745_450_142_783_414e-4, 1.050_750_071_644_416_9e-9),
    (2.272_384_498_926_918_4e-2, 5.475_938_084_995_345e-4),
    (2.417_807_251_774_506e-1, 1.519_866_656_361_645_7e-2),
    (1.270_458_252_452_368_4, 1.481_039_764_274_800_8e-1),
    (3.647_848_324_763_204_5, 6.897_673_349_851e-1),
    (5.769_497_221_460_691, 1.676_384_830_183_803_8),
    (4.630_337_846_156_546, 2.053_191_626_637_759),
    (1.423_437_110_749_683_5, 1.0),
];

const FAR: [(f64, f64); 8] = [
    (2.010_334_399_292_288_1e-7, 2.044_263_103_389_939_8e-15),
    (2.711_555_568_743_487_6e-5, 1.421_511_758_316_446e-7),
    (1.242_660_947_388_078_4e-3, 1.846_318_317_510_054_8e-5),
    (2.653_218_952_657_612_4e-2, 7.868_691_311_456_133e-4),
    (2.965_605_718_285_049e-1, 1.487_536_129_085_061_5e-2),
    (1.784_826_539_917_291_3, 1.369_298_809_227_358e-1),
    (5.463_784_911_164_114, 5.998_322_065_558_88e-1),
    (6.657_904_643_501_103, 1.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_draws_match_the_quantiles_of_tables() {
        // 2^-1 of the way up, quantiles of 0.975 and 1e-10 from printed tables.
        let word = |p: f64| (p * 2f64.powi(52)) as u64 * 4096;
        assert!(gaussian::<f64>(word(0.5)).abs() < 1e-12);
        assert!((gaussian::<f64>(word(0.975)) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((gaussian::<f64>(word(1e-10)) + 6.361_340_902_404_056).abs() < 1e-5);
        assert!((gaussian::<f32>(word(0.025)) + 1.959_964).abs() < 1e-5);
    }

    #[test]
    fn entries_have_the_moments_of_their_distribution() {
        for distribution in [
            Distribution::Uniform,
            Distribution::Sign,
            Distribution::Gaussian,
            Distribution::HalfGaussian,
        ] {
            let random = RandomEntries::new(distribution, 7);
            let (mut sum, mut squares) = (0.0, 0.0);
            for row in 0..20_000 {
                for column in 0..5 {
                    let x: f64 = random.at(row, column);
                    sum += x;
                    squares += x * x;
                }
            }
            let mean = match distribution {
                Distribution::HalfGaussian => (2.0 / core::f64::consts::PI).sqrt(),
                _ => 0.0,
            };
            assert!((sum / 1e5 - mean).abs() < 0.015, "{distribution:?} {sum}");
            assert!(
                (squares / 1e5 - 1.0).abs() < 0.02,
                "{distribution:?} {squares}"
            );
        }
    }
}
