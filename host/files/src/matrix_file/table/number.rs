//! Numbers as tables write them: decimal marks, thousands, exponents of Fortran, markers of missing values.

use std::str::FromStr;

/// The cells that stand for a missing value, in lower case.
const MARKERS: &[&str] = &[
    "", "na", "n/a", "#n/a", "#na", "#n/a n/a", "<na>", "n.a.", "nan", "-nan", "+nan", "nan()",
    "null", "(null)", "none", "nil", "missing", "?", "-", "--", "---", "–", "—", ".", "..", "...",
    ":", "\\n", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan",
];
/// No marker is longer.
const MAX_MARKER_BYTES: usize = 8;

/// The marks in the numbers of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct NumberFormat {
    /// `.` or `,`.
    pub(in super::super) decimal: char,
    /// The mark between groups of three digits.
    pub(in super::super) thousands: Option<char>,
}

impl NumberFormat {
    pub(in super::super) const PLAIN: Self = Self {
        decimal: '.',
        thousands: None,
    };

    /// Returns the number in a field, blanks around it ignored; never NaN.
    pub(in super::super) fn parse(self, field: &str) -> Option<f64> {
        if self == Self::PLAIN
            && let Ok(x) = field.trim_ascii().parse::<f64>()
        {
            return (!x.is_nan()).then_some(x);
        }
        let x = f64::from_str(&self.rewritten(field.trim())?).ok()?;
        (!x.is_nan()).then_some(x)
    }

    /// Returns the number as Rust writes it; `None` if its marks are others, or elsewhere.
    fn rewritten(self, field: &str) -> Option<String> {
        let (mantissa, exponent) = match field.find(['e', 'E', 'd', 'D']) {
            // Letters of a word, as inf.
            Some(at) if field.starts_with(|c: char| c.is_alphabetic()) && at < 4 => (field, None),
            Some(at) => (&field[..at], field.get(at + 1..)),
            None => (field, None),
        };
        let (whole, fraction) = match mantissa.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let mut text = String::with_capacity(field.len());
        match self.thousands.filter(|mark| whole.contains(*mark)) {
            Some(mark) if has_groups(unsigned(whole), mark) => {
                text.extend(whole.chars().filter(|c| *c != mark));
            }
            Some(_) => return None,
            None => text.push_str(whole),
        }
        if let Some(rest) = text.strip_prefix('\u{2212}') {
            text = format!("-{rest}");
        }
        // A point that is no decimal mark is no part of a number.
        if self.decimal != '.' && text.contains('.') {
            return None;
        }
        if let Some(fraction) = fraction {
            if fraction.contains(['.', '+', '-']) {
                return None;
            }
            text.push('.');
            text.push_str(fraction);
        }
        if let Some(exponent) = exponent {
            text.push('e');
            text.push_str(exponent);
        }
        Some(text)
    }
}

/// Returns the number without its sign.
fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-', '\u{2212}']).unwrap_or(text)
}

/// Checks that a number without sign is groups of three digits, the first one of one to three; or, as in India, groups of
/// two before one of three.
fn has_groups(whole: &str, mark: char) -> bool {
    let mut groups = whole.split(mark);
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let others: Vec<&str> = groups.collect();
    if !is_digits(first) || !others.iter().all(|group| is_digits(group)) {
        return false;
    }
    let of_three = others.iter().all(|group| group.len() == 3);
    let of_two = match others.as_slice() {
        [twos @ .., last] if !twos.is_empty() => {
            last.len() == 3 && twos.iter().all(|group| group.len() == 2)
        }
        _ => false,
    };
    (1..=3).contains(&first.len()) && of_three || (1..=2).contains(&first.len()) && of_two
}

/// What a cell tells about the marks in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Nothing: it is no number, or has no marks.
    None,
    /// The marks.
    Format(NumberFormat),
    /// The decimal mark.
    Decimal(char),
    /// The mark may be decimal or between thousands.
    Either(char),
}

impl Evidence {
    pub(super) fn of(cell: &str) -> Self {
        let number = unsigned(cell.trim());
        let (mantissa, exponent) = match number.split_once(['e', 'E', 'd', 'D']) {
            Some((mantissa, exponent)) => (mantissa, unsigned(exponent)),
            None => (number, "0"),
        };
        if exponent.is_empty() || !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
            return Evidence::None;
        }
        let is_mark = |c: char| {
            matches!(
                c,
                '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}'
            )
        };
        let is_number = mantissa.chars().all(|c| c.is_ascii_digit() || is_mark(c));
        if !is_number || !mantissa.contains(|c: char| c.is_ascii_digit()) {
            return Evidence::None;
        }
        let marks: Vec<char> = mantissa.chars().filter(|c| is_mark(*c)).collect();
        match marks.as_slice() {
            [] => Evidence::None,
            [mark @ ('.' | ',')] => {
                let may_be_thousands = has_groups(mantissa, *mark)
                    && !mantissa.starts_with('0')
                    && mantissa.len() == number.len();
                match may_be_thousands {
                    true => Evidence::Either(*mark),
                    false => Evidence::Decimal(*mark),
                }
            }
            [thousands, .., decimal @ ('.' | ',')] if thousands != decimal => {
                Self::of_both(mantissa, *decimal, *thousands)
            }
            [mark, ..] => {
                let decimal = if *mark == '.' { ',' } else { '.' };
                match has_groups(mantissa, *mark) {
                    // Blanks and apostrophes do not tell the decimal mark.
                    true if !matches!(mark, '.' | ',') => Evidence::Format(NumberFormat {
                        decimal: '\0',
                        thousands: Some(*mark),
                    }),
                    true => Self::of_both(mantissa, decimal, *mark),
                    false => Evidence::None,
                }
            }
        }
    }

    fn of_both(mantissa: &str, decimal: char, thousands: char) -> Self {
        let format = NumberFormat {
            decimal,
            thousands: Some(thousands),
        };
        match format.parse(mantissa) {
            Some(_) => Evidence::Format(format),
            None => Evidence::None,
        }
    }
}

/// The cells that stand for a missing value.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum MissingValues {
    Usual,
    /// Texts, and the numbers among them.
    These(Vec<String>, Vec<f64>),
}

impl MissingValues {
    pub(in super::super) fn new(given: Option<&[String]>) -> Self {
        let Some(given) = given else {
            return MissingValues::Usual;
        };
        let words: Vec<String> = given.iter().map(|word| word.trim().to_owned()).collect();
        let numbers = words
            .iter()
            .filter_map(|word| NumberFormat::PLAIN.parse(word));
        let numbers = numbers.collect();
        MissingValues::These(words, numbers)
    }

    /// Returns true if `field`, which is no number, stands for a missing value.
    pub(in super::super) fn has(&self, field: &str) -> bool {
        let field = field.trim();
        match self {
            MissingValues::Usual => {
                field.len() <= MAX_MARKER_BYTES
                    && MARKERS.contains(&field.to_ascii_lowercase().as_str())
            }
            MissingValues::These(words, _) => words.iter().any(|word| word == field),
        }
    }

    /// Returns true if a cell, which holds `number` or none, stands for a missing value.
    pub(in super::super) fn includes(&self, cell: &str, number: Option<f64>) -> bool {
        match number {
            Some(x) => self.has_number(x),
            None => self.has(cell),
        }
    }

    /// Returns true if a number stands for a missing value.
    pub(in super::super) fn has_number(&self, x: f64) -> bool {
        match self {
            MissingValues::Usual => false,
            MissingValues::These(_, numbers) => numbers.contains(&x),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(decimal: char, thousands: impl Into<Option<char>>) -> NumberFormat {
        let thousands = thousands.into();
        NumberFormat { decimal, thousands }
    }

    #[test]
    fn numbers_are_what_their_marks_say() {
        for (field, decimal, thousands, expected) in [
            (" 1.5 ", '.', None, Some(1.5)),
            ("-1e3", '.', None, Some(-1000.0)),
            ("1.0D+02", '.', None, Some(100.0)),
            ("\u{2212}2", '.', None, Some(-2.0)),
            ("inf", '.', None, Some(f64::INFINITY)),
            ("nan", '.', None, None),
            ("1,5", '.', None, None),
            ("1,5", ',', None, Some(1.5)),
            ("-,5E-1", ',', None, Some(-0.05)),
            ("1.5", ',', None, None),
            ("1,2.5", ',', None, None),
            ("1.234,5", ',', Some('.'), Some(1234.5)),
            ("1.23,5", ',', Some('.'), None),
            ("-1,234,567.25", '.', Some(','), Some(-1_234_567.25)),
            ("1,2345", '.', Some(','), None),
            ("12,34,567.5", '.', Some(','), Some(1_234_567.5)),
            ("12,34", '.', Some(','), None),
            ("1\u{202f}234", '.', Some('\u{202f}'), Some(1234.0)),
            ("1234", '.', Some(','), Some(1234.0)),
            ("", ',', None, None),
            ("edge", '.', None, None),
        ] {
            assert_eq!(format(decimal, thousands).parse(field), expected, "{field}");
        }
    }

    #[test]
    fn a_cell_tells_its_marks_or_that_there_are_two_ways_to_read_it() {
        let blanks = format('\0', '\u{a0}');
        for (cell, expected) in [
            ("1234", Evidence::None),
            ("x", Evidence::None),
            ("1.2.3", Evidence::None),
            ("1.5e+00 -2.0e+00", Evidence::None),
            ("1.5e", Evidence::None),
            ("2.5E-01", Evidence::Decimal('.')),
            ("1,5", Evidence::Decimal(',')),
            ("0,234", Evidence::Decimal(',')),
            ("1,234", Evidence::Either(',')),
            ("-1.234", Evidence::Either('.')),
            ("1234,567", Evidence::Decimal(',')),
            ("1,234e2", Evidence::Decimal(',')),
            ("1.234,5", Evidence::Format(format(',', '.'))),
            ("1,234,567", Evidence::Format(format('.', ','))),
            ("1,234.5", Evidence::Format(format('.', ','))),
            ("12,34,567", Evidence::Format(format('.', ','))),
            ("1\u{a0}234", Evidence::Format(blanks)),
        ] {
            assert_eq!(Evidence::of(cell), expected, "{cell}");
        }
    }

    #[test]
    fn markers_of_missing_values_are_those_of_many_programs_or_those_that_are_given() {
        let usual = MissingValues::new(None);
        for marker in [
            "", "NA", " N/A", "?", "-", "null", "NaN", "None", ".", "#N/A", "\\N",
        ] {
            assert!(usual.has(marker), "{marker}");
        }
        assert!(!usual.has("x") && !usual.has("0") && !usual.has_number(-999.0));
        let given = MissingValues::new(Some(&["-999".into(), "x".into()]));
        assert!(given.has("x") && given.has_number(-999.0) && !given.has("") && !given.has("NA"));
    }
}
