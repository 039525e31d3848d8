//! Decimal numbers of up to 19 digits, the most in most tables, at the beginning of a line's rest.

/// More digits may not fit into 64 bits.
const MAX_DIGITS: usize = 19;
/// 5^27 is the largest power of five below 2^63.
const MAX_POWER: usize = 27;
const POWERS_OF_FIVE: [u64; MAX_POWER + 1] = powers_of::<{ MAX_POWER + 1 }>(5);
const POWERS_OF_TEN: [u64; 9] = powers_of(10);
/// The quotients of 2^(63 + b) by 5^k, rounded down; b: the bits of 5^k. From k = 1 on each has 64 bits.
const RECIPROCALS: [u64; MAX_POWER + 1] = reciprocals();
/// The bits of a significand of f64.
const SIGNIFICANT: u32 = 53;
/// The powers of ten that are exact in f64.
const EXACT_POWERS: [f64; 23] = exact_powers();

/// The byte `0` eight times, and others.
const ZEROS: u64 = 0x3030_3030_3030_3030;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
/// Added to seven bits, a byte with one of ten or more sets the eighth.
const ABOVE_NINE: u64 = 0x7676_7676_7676_7676;

/// Returns the number at the beginning of `bytes`, and its length; `mark`: the decimal mark. It is correctly rounded, and
/// so the one that `str::parse` returns. `None` if there is no number, or one that takes more: of more than 19 digits, or
/// of a power of ten beyond 27.
///
/// Digits of 32 bits, times or over a power of ten that is exact, make one rounding (W. D. Clinger, How to read floating
/// point numbers accurately, PLDI 1990). Other digits d and a power q make d 5^q 2^q. For q >= 0, the product d 5^q is exact in 128 bits, and rounded once. For q < 0,
/// d times the reciprocal of 5^-q, rounded down, is below the quotient by less than two units of its upper 64 bits; where
/// this tells on which side of the middle of two numbers it is, it is rounded, as by D. Lemire (Number parsing at a
/// gigabyte per second, Software: Practice and Experience 51, 2021). Otherwise, once in some hundred numbers, they are
/// divided.
pub(super) fn decimal(bytes: &[u8], mark: u8) -> Option<(f64, usize)> {
    let is_negative = bytes.first() == Some(&b'-');
    let start = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let (mut digits, mut at) = append_digits(0, bytes, start);
    let (mut count, mut exponent) = (at - start, 0);
    if bytes.get(at) == Some(&mark) {
        let after = at + 1;
        (digits, at) = append_many_digits(digits, bytes, after);
        count += at - after;
        exponent = after as i32 - at as i32;
    }
    if count == 0 || count > MAX_DIGITS && significant(bytes.get(start..at)?) > MAX_DIGITS {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let (power, end) = power(bytes, at + 1)?;
        (exponent, at) = (exponent + power, end);
    }
    let magnitude = rounded(digits, exponent)?;
    Some((if is_negative { -magnitude } else { magnitude }, at))
}

/// Returns d 10^exponent, rounded once; `None` for powers beyond 27.
fn rounded(digits: u64, exponent: i32) -> Option<f64> {
    let power = exponent.unsigned_abs() as usize;
    if let (Ok(few), Some(scale)) = (u32::try_from(digits), EXACT_POWERS.get(power)) {
        let few = f64::from(few);
        return Some(if exponent < 0 {
            few / scale
        } else {
            few * scale
        });
    }
    let five = *POWERS_OF_FIVE.get(power)?;
    if exponent < 0 && digits != 0 {
        return Some(quotient(digits, power));
    }
    let product = u128::from(digits) * u128::from(five);
    Some(product as f64 * power_of_two(exponent))
}

/// Returns d / 10^k of d > 0 and k in 1..=27.
fn quotient(digits: u64, k: usize) -> f64 {
    let (five, reciprocal) = (POWERS_OF_FIVE[k], RECIPROCALS[k]);
    let shift = digits.leading_zeros();
    let normal = digits << shift;
    let scale = shift as i32 + k as i32;
    let product = u128::from(normal) * u128::from(reciprocal);
    // The quotient lies in [upper, upper + 2), times a power of two.
    let upper = (product >> 64) as u64;
    let dropped = u64::BITS - upper.leading_zeros() - SIGNIFICANT;
    let (low, half) = (upper & ((1 << dropped) - 1), 1 << (dropped - 1));
    if low == half || low + 1 == half {
        return divided(normal, five) * power_of_two(-scale);
    }
    let significand = (upper >> dropped) + u64::from(low > half);
    let bits = u64::BITS - five.leading_zeros();
    significand as i64 as f64 * power_of_two(dropped as i32 + 1 - bits as i32 - scale)
}

/// Returns d / 5^k of d with 64 bits, from the quotient and the remainder.
#[cold]
fn divided(normal: u64, five: u64) -> f64 {
    const SHIFT: u32 = 63;
    let (dividend, divisor) = (u128::from(normal) << SHIFT, u128::from(five));
    // A remainder makes the last of 64 bits or more one, which tells what is in the middle of two numbers.
    let quotient = (dividend / divisor) | u128::from(dividend % divisor != 0);
    quotient as f64 * power_of_two(-(SHIFT as i32))
}

/// Returns 2^exponent of a normal number.
fn power_of_two(exponent: i32) -> f64 {
    const BIAS: i32 = 1023;
    f64::from_bits(((exponent + BIAS) as u64) << (SIGNIFICANT - 1))
}

/// Returns the number of digits behind leading zeros.
#[cold]
fn significant(number: &[u8]) -> usize {
    let digits = number.iter().filter(|byte| byte.is_ascii_digit());
    digits.skip_while(|byte| **byte == b'0').count()
}

/// Returns the number behind `e`, and where it ends.
fn power(bytes: &[u8], mut at: usize) -> Option<(i32, usize)> {
    let is_negative = bytes.get(at) == Some(&b'-');
    at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
    let (power, end) = append_digits(0, bytes, at);
    if !(1..=4).contains(&(end - at)) {
        return None;
    }
    let power = power as i32;
    Some((if is_negative { -power } else { power }, end))
}

/// Appends the digits from `at` on to a number, which wraps around where there are too many; returns where they end.
fn append_digits(mut number: u64, bytes: &[u8], mut at: usize) -> (u64, usize) {
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0'))
        && digit < 10
    {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (number, at)
}

/// Appends digits as [`append_digits`] does, eight at a time.
fn append_many_digits(mut number: u64, bytes: &[u8], mut at: usize) -> (u64, usize) {
    while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*eight) ^ ZEROS;
        let others = (((word & !HIGH_BITS) + ABOVE_NINE) | word) & HIGH_BITS;
        let count = others.trailing_zeros() / u8::BITS;
        // The digits go behind leading zeros.
        let digits = word.checked_shl(u64::BITS - u8::BITS * count);
        number = number.wrapping_mul(POWERS_OF_TEN[count as usize]);
        number = number.wrapping_add(digits.map_or(0, of_eight_digits));
        at += count as usize;
        if count < 8 {
            return (number, at);
        }
    }
    append_digits(number, bytes, at)
}

/// Returns the number of eight digits from 0 to 9, the first one in the lowest byte.
fn of_eight_digits(digits: u64) -> u64 {
    const EVERY_FOURTH: u64 = 0xff_0000_00ff;
    // Pairs in every second byte, then the sum of four of them.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let of_first = (pairs & EVERY_FOURTH).wrapping_mul(100 + (1_000_000 << 32));
    let of_second = ((pairs >> 16) & EVERY_FOURTH).wrapping_mul(1 + (10_000 << 32));
    of_first.wrapping_add(of_second) >> 32
}

const fn powers_of<const N: usize>(base: u64) -> [u64; N] {
    let mut powers = [1; N];
    let mut k = 1;
    while k < N {
        powers[k] = base * powers[k - 1];
        k += 1;
    }
    powers
}

const fn exact_powers() -> [f64; 23] {
    let mut powers = [1.0; 23];
    let mut k = 1;
    while k < powers.len() {
        powers[k] = 10.0 * powers[k - 1];
        k += 1;
    }
    powers
}

const fn reciprocals() -> [u64; MAX_POWER + 1] {
    let mut reciprocals = [0; MAX_POWER + 1];
    let mut k = 1;
    while k <= MAX_POWER {
        let five = POWERS_OF_FIVE[k];
        let bits = u64::BITS - five.leading_zeros();
        reciprocals[k] = ((1u128 << (63 + bits)) / five as u128) as u64;
        k += 1;
    }
    reciprocals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random_numbers() -> impl FnMut() -> u64 {
        let mut state = 1u64;
        move || {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            state >> 11
        }
    }

    /// Checks that a number has the bits of the standard library; returns false where it is left to that.
    fn agrees(text: &str) -> bool {
        let Some((x, length)) = decimal(format!("{text},7").as_bytes(), b'.') else {
            return false;
        };
        let expected = text.parse::<f64>().unwrap();
        assert_eq!(x.to_bits(), expected.to_bits(), "{text}");
        assert_eq!(length, text.len(), "{text}");
        assert_eq!(decimal(text.as_bytes(), b'.'), Some((x, length)), "{text}");
        true
    }

    /// Puts a decimal mark into digits, and appends an exponent.
    fn marked(digits: &str, at: usize, exponent: &str) -> String {
        let (whole, fraction) = digits.split_at(at.min(digits.len()));
        match at {
            0..20 => format!("{whole}.{fraction}{exponent}"),
            _ => format!("{digits}{exponent}"),
        }
    }

    #[test]
    fn a_number_has_the_bits_of_the_standard_library() {
        let mut random = random_numbers();
        let mut found = 0;
        for _ in 0..1_000_000 {
            let (first, second) = (random(), random());
            let count = 1 + random() as usize % 25;
            let digits = format!("{first:016}{second:016}");
            let digits = &digits[digits.len() - count..];
            let sign = ["", "-", "+"][random() as usize % 3];
            let exponent = random() as i64 % 80 - 40;
            let exponent = match random() % 4 {
                0 => format!("e{exponent}"),
                1 => format!("E{exponent:+}"),
                _ => String::new(),
            };
            let text = marked(digits, random() as usize % 24, &exponent);
            found += usize::from(agrees(&format!("{sign}{text}")));
        }
        assert!(found > 600_000, "{found}");
    }

    #[test]
    fn a_number_in_the_middle_of_two_has_the_bits_of_the_standard_library() {
        let mut random = random_numbers();
        let mut found = 0;
        for _ in 0..100_000 {
            // Over 2^shift it has few decimals, and one bit more than a number of f64.
            let shift = random() % 10;
            let odd = random() >> (random() % 44) | (1 << 53) | 1;
            let middle = u128::from(odd) * 5u128.pow(shift as u32);
            for digits in [middle - 1, middle, middle + 1] {
                let text = format!("{digits}e-{shift}");
                let more = format!("{digits}00e{}", -(shift as i64) - 2);
                found += usize::from(agrees(&text)) + usize::from(agrees(&more));
            }
        }
        assert!(found > 200_000, "{found}");
        for base in [
            1u64 << 53,
            1 << 54,
            1 << 63,
            u64::MAX / 2,
            9_999_999_999_999_999_990,
        ] {
            for k in 0..9 {
                for number in [base - k, base + k] {
                    for exponent in -27..=27 {
                        assert!(agrees(&format!("{number}e{exponent}")));
                    }
                }
            }
        }
    }

    #[test]
    fn leading_zeros_are_no_digits() {
        for text in [
            "0.001234567890123456789",
            "00000000000000000001",
            "-0000.00000000000000000000",
            "0.00000000000000000000000000e9",
            "1.250000000000000000e+00",
            "9999999999999999999",
        ] {
            assert!(agrees(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_takes_more_is_left_to_others() {
        for text in [
            "",
            "-",
            ".",
            "x",
            "e5",
            "1e",
            "1e+",
            "1e28",
            "1e-28",
            "1e99999",
            "18446744073709551616",
            "0.12345678901234567890",
            "inf",
            " 1",
        ] {
            assert_eq!(decimal(text.as_bytes(), b'.'), None, "{text}");
        }
        assert_eq!(
            decimal(b"-0", b'.').map(|(x, _)| x.to_bits()),
            Some((-0.0f64).to_bits())
        );
        assert_eq!(decimal(b"1,5;2", b','), Some((1.5, 3)));
        assert_eq!(decimal(b"1,5;2", b'.'), Some((1.0, 1)));
        assert_eq!(decimal(b"5.", b'.'), Some((5.0, 2)));
        for other in ["/", ":", "\u{ff}", "\u{10ffff}", "\0", "p", "\u{b1}"] {
            for count in 0..17 {
                let text = format!("1.{}{other}234567890", "3".repeat(count));
                let expected = text[..2 + count].parse().unwrap();
                assert_eq!(decimal(text.as_bytes(), b'.'), Some((expected, 2 + count)));
            }
        }
    }
}
