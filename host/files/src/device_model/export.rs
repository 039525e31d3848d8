//! The choices of an export, and the bytes that they take.

use super::DeviceModel;
use lowrank::core::model::{Encoding, HEADER_LEN, QUANTILES};

/// The choices of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// The encoding of the numbers.
    pub encoding: Encoding,
    /// The terms of a model of texts; [`TermLimit::All`] for that of a matrix.
    pub terms: TermLimit,
}

/// The terms of a model of texts that are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermLimit {
    /// All, with their keys.
    All,
    /// All, without keys: rows come by the numbers of their terms.
    ByIndex,
    /// The heaviest ones, so many.
    Count(usize),
    /// The heaviest ones, as many as a model of so many bytes holds.
    Bytes(usize),
}

/// Returns the length of a model of texts with so many terms, with keys and thresholds.
pub(super) fn length(model: &DeviceModel, encoding: Encoding, terms: usize) -> usize {
    let (_, k) = model.shape();
    let has_idf = model.text().is_some_and(|text| text.idf.is_some());
    let scales = if encoding == Encoding::Single { 0 } else { k };
    let keys = model.stops.len() + terms;
    let numbers = terms * (k + usize::from(has_idf));
    HEADER_LEN + 4 * (QUANTILES.len() + scales + k * k + keys) + encoding.width() * numbers
}
