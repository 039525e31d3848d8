//! The choices of an export, and the bytes that they take.

use super::DeviceModel;
use lowrank::core::model::{Encoding, HEADER_LEN, Method, QUANTILES};

/// The choices of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// The encoding of the numbers.
    pub encoding: Encoding,
    /// The terms of a model of texts; [`TermLimit::All`] for that of a matrix.
    pub terms: TermLimit,
}

impl Export {
    /// Returns the choices with this encoding or, for `None`, that of the method: 16 bits a number, and 8 for an nmf of
    /// fewer terms.
    pub fn new(method: Method, encoding: Option<Encoding>, terms: TermLimit) -> Self {
        let is_pruned = matches!(terms, TermLimit::Count(_) | TermLimit::Bytes(_));
        let of_method = match is_pruned && method == Method::Nmf {
            true => Encoding::Root,
            false => Encoding::SixteenBits,
        };
        Self {
            encoding: encoding.unwrap_or(of_method),
            terms,
        }
    }
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
