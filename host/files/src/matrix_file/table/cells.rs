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

    /// Returns true if a cell stands for a missing value.
    pub(in super::super) fn is_missing(&self, cell: &str) -> bool {
        self.missing.includes(cell, self.numbers.parse(cell))
    }

    /// Returns the number in a cell, NaN for a missing value where that is allowed; `None` for any other cell.
    pub(in super::super) fn number(&self, cell: &str) -> Option<f64> {
        let number = self.numbers.parse(cell);
        match self.missing.includes(cell, number) {
            true => self.may_miss.then_some(f64::NAN),
            false => number,
        }
    }
}
