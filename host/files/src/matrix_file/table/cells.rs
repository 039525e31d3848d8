use super::Setting;
use super::number::{MissingValues, NumberFormat};

/// The meaning of a table's cells.
#[derive(Clone, Debug)]
pub(in super::super) struct Cells {
    pub(in super::super) numbers: NumberFormat,
    pub(in super::super) missing: MissingValues,
    /// Markers of missing values become NaN.
    pub(in super::super) may_miss: bool,
}

impl Cells {
    pub(in super::super) fn new(setting: Setting<'_>, numbers: NumberFormat) -> Self {
        Self {
            numbers,
            missing: MissingValues::new(setting.options.missing_values.as_deref()),
            may_miss: setting.may_miss,
        }
    }

    /// Returns the number in a cell, NaN for a missing value where that is allowed; `None` for any other cell.
    pub(in super::super) fn number(&self, cell: &str) -> Option<f64> {
        let number = self.numbers.parse(cell);
        let is_missing = match number {
            Some(x) => self.missing.has_number(x),
            None => self.missing.has(cell),
        };
        match is_missing {
            true => self.may_miss.then_some(f64::NAN),
            false => number,
        }
    }
}
