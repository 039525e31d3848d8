//! Decimal numbers of few digits, the most in most tables, at the beginning of a line's rest.

/// The powers of ten that are exact in f64.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// More digits may not fit into 64 bits.
const MAX_DIGITS: usize = 19;
/// Integers up to this one are exact in f64.
const MAX_EXACT: u64 = 1 << 53;

/// Returns the number at the beginning of `bytes`, and its length; `mark`: the decimal mark. It is correctly rounded, and
/// so the one that `str::parse` returns: digits of less than 53 bits, times or over a power of ten that is exact, make
/// one rounding (W. D. Clinger, How to read floating point numbers accurately, PLDI 1990). `None` if there is no number,
/// or one that takes more.
pub(super) fn decimal(bytes: &[u8], mark: u8) -> Option<(f64, usize)> {
    let is_negative = bytes.first() == Some(&b'-');
    let start = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let (digits, mut at) = append_digits(0, bytes, start);
    let (mut digits, mut count, mut exponent) = (digits, at - start, 0);
    if bytes.get(at) == Some(&mark) {
        let after = at + 1;
        (digits, at) = append_digits(digits, bytes, after);
        count += at - after;
        exponent = after as i32 - at as i32;
    }
    if count == 0 || count > MAX_DIGITS || digits > MAX_EXACT {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let (power, end) = power(bytes, at + 1)?;
        (exponent, at) = (exponent + power, end);
    }
    let scale = *POWERS.get(exponent.unsigned_abs() as usize)?;
    let magnitude = match exponent < 0 {
        true => digits as f64 / scale,
        false => digits as f64 * scale,
    };
    Some((if is_negative { -magnitude } else { magnitude }, at))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_bits_of_the_standard_library() {
        let mut state = 1u64;
        let mut random = move || {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            state >> 11
        };
        let mut found = 0;
        for _ in 0..200_000 {
            let (whole, fraction) = (random() >> (random() % 53), random() % 1_000_000);
            let exponent = random() as i64 % 60 - 30;
            let text = match random() % 4 {
                0 => format!("{whole}"),
                1 => format!("-{whole}.{fraction:06}"),
                2 => format!("{whole}.{fraction}e{exponent}"),
                _ => format!("+.{fraction}E{exponent:+}"),
            };
            if let Some((x, length)) = decimal(format!("{text},7").as_bytes(), b'.') {
                assert_eq!(
                    x.to_bits(),
                    text.parse::<f64>().unwrap().to_bits(),
                    "{text}"
                );
                assert_eq!(length, text.len());
                found += 1;
            }
        }
        assert!(found > 100_000, "{found}");
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
            "1e23",
            "1e-30",
            "1e99999",
            "9007199254740993",
            "inf",
            "00000000000000000001",
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
    }
}
