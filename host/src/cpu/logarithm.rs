//! Logarithms of several numbers at once.

/// ln(2) in two parts: the first has 21 zero bits at its end, so that its product with an exponent is exact.
const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

/// The coefficients of s^2, s^4, .. in (log((1 + s) / (1 - s)) - 2 s) / s, up to 2^-58.
const COEFFICIENTS: [f64; 7] = [
    6.666_666_666_666_735e-1,
    3.999_999_999_940_942e-1,
    2.857_142_874_366_239e-1,
    2.222_219_843_214_978_4e-1,
    1.818_357_216_161_805e-1,
    1.531_383_769_920_937_3e-1,
    1.479_819_860_511_658_6e-1,
];

/// 2^54, which makes subnormal numbers normal.
const SCALE: f64 = 18_014_398_509_481_984.0;

/// sqrt(1/2), rounded down, as the high word of its bits.
const ROOT_OF_HALF: u64 = 0x3fe6_a09e << 32;

/// ln(x) for finite x > 0, with an error below one unit in the last place; anything finite for zero.
///
/// x = 2^e (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and ln(1 + f) as a polynomial of s = f / (2 + f) (FreeBSD's
/// `e_log.c`). No branches: the compiler computes all in vectors.
#[inline(always)]
pub(super) fn logarithms<const N: usize>(x: [f64; N]) -> [f64; N] {
    let mut logarithms = x;
    for x in &mut logarithms {
        let (scale, shift) = if *x < f64::MIN_POSITIVE {
            (SCALE, 54.0)
        } else {
            (1.0, 0.0)
        };
        let bits = (*x * scale).to_bits();
        let above = bits.wrapping_add((0x3ff0_0000_u64 << 32) - ROOT_OF_HALF);
        let exponent = f64::from((above >> 52) as i32 - 0x3ff) - shift;
        let fraction = f64::from_bits((above & ((1 << 52) - 1)) + ROOT_OF_HALF);
        let f = fraction - 1.0;
        let half = 0.5 * f * f;
        let s = f / (2.0 + f);
        let [c1, c2, c3, c4, c5, c6, c7] = COEFFICIENTS;
        let z = s * s;
        let w = z * z;
        let even = w * (c2 + w * (c4 + w * c6));
        let odd = z * (c1 + w * (c3 + w * (c5 + w * c7)));
        let [high, low] = LN_2;
        *x = s * (half + (even + odd)) + exponent * low - half + f + exponent * high;
    }
    logarithms
}

#[cfg(test)]
mod tests {
    use super::logarithms;

    #[test]
    fn logarithms_are_those_of_the_standard_library() {
        let mut x = f64::from_bits(1);
        while x < f64::MAX / 3.0 {
            let [found] = logarithms([x]);
            let expected = x.ln();
            assert!(
                (found - expected).abs() <= f64::EPSILON * expected.abs(),
                "{x}"
            );
            x *= 1.37;
            x += f64::from_bits(1);
        }
        let near_one = (-1000..1000).map(|i| 1.0 + f64::from(i) * f64::EPSILON * 7.0);
        for x in near_one.chain([0.5, 2.0_f64.sqrt(), 1.0, f64::MAX]) {
            let [found] = logarithms([x]);
            assert!((found - x.ln()).abs() <= f64::EPSILON * x.ln().abs(), "{x}");
        }
        assert!(logarithms([0.0]).iter().all(|x| x.is_finite()));
    }
}
