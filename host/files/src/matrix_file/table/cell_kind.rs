use super::number::{Evidence, MissingValues, NumberFormat};

/// The kind of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Number(f64),
    Missing,
    Text,
    /// A number with a unit or another sign, as 5%, or a truth value: no name of a row.
    Measured,
}

impl Cell {
    pub(super) fn of(cell: &str, numbers: NumberFormat, missing: &MissingValues) -> Self {
        let number = numbers.parse(cell);
        match number {
            _ if missing.includes(cell, number) => Cell::Missing,
            Some(x) => Cell::Number(x),
            None if is_measured(cell) => Cell::Measured,
            None => Cell::Text,
        }
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Cell::Text | Cell::Measured)
    }

    pub(super) fn number(self) -> Option<f64> {
        match self {
            Cell::Number(x) => Some(x),
            _ => None,
        }
    }
}

/// Checks that a cell is a number with a sign before or behind it, or a truth value.
fn is_measured(cell: &str) -> bool {
    let cell = cell.trim();
    let number =
        cell.trim_start_matches(['<', '>', '=', '≤', '≥', '~', '≈', '$', '€', '£', '¥', ' ']);
    let number = number.trim_end_matches(['%', '‰', '*', '†', '$', '€', '£', '¥', ' ']);
    let is_number =
        || Evidence::of(number) != Evidence::None || NumberFormat::PLAIN.parse(number).is_some();
    let truths = ["true", "false", "yes", "no"];
    number != cell && is_number()
        || is_written_otherwise(cell)
        || truths.contains(&cell.to_ascii_lowercase().as_str())
}

/// Checks that a cell is a number as Fortran writes one of a large exponent, 1.0-100, one that is negative in
/// parentheses, (5), or a complex one, (1+2j).
fn is_written_otherwise(cell: &str) -> bool {
    let plain = |text: &str| NumberFormat::PLAIN.parse(text).is_some();
    let at = cell.rfind(['+', '-']).filter(|at| cell.len() == at + 4);
    let power = at.and_then(|at| cell.split_at_checked(at));
    let has_power = power.is_some_and(|(number, power)| {
        number.contains('.')
            && plain(number)
            && power.bytes().skip(1).all(|byte| byte.is_ascii_digit())
    });
    let inside = cell
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let complex = inside.unwrap_or(cell).trim().strip_suffix(['i', 'j']);
    let is_complex = complex.is_some_and(|parts| {
        let at = parts.rfind(['+', '-']).unwrap_or(0);
        let (real, imaginary) = parts.split_at(at);
        plain(real) && plain(imaginary)
    });
    has_power || inside.is_some_and(plain) || is_complex
}
