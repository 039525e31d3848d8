//! The sections of a model in its bytes.

use super::bytes::Rest;
use super::format::{Encoding, HEADER_LEN, MAGIC, Method, sections};
use super::numbers::Numbers;
use super::thresholds::{QUANTILES, Thresholds};
use super::words::Words;
use super::{Components, ModelError, StoredComponents};

/// Implements how a view of a model is read: its `of` takes the parts of a blob.
macro_rules! read_as {
    ($view:ident) => {
        impl<'a> $view<'a> {
            /// Reads a model in place; costs about twenty instructions a byte for the checksum.
            ///
            /// Bytes after the model are not looked at.
            ///
            /// # Errors
            /// [`ModelError::NotAModel`], [`ModelError::Endianness`], [`ModelError::Version`], [`ModelError::Cut`],
            /// [`ModelError::Checksum`], [`ModelError::Layout`]; [`ModelError::Method`] for a model of another method.
            pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
                Self::of(Blob::parse(bytes)?)
            }

            /// Reads a model without its checksum, where the whole image was checked before.
            ///
            /// # Errors
            /// As for [`parse`](Self::parse), but for the checksum: changed bytes give other numbers, and no panic.
            pub fn parse_without_checksum(bytes: &'a [u8]) -> Result<Self, ModelError> {
                Self::of(Blob::parse_without_checksum(bytes)?)
            }
        }
    };
}

/// Implements what a view says of its model: the residuals of the rows that are known, and its shape.
macro_rules! describe {
    ($view:ident) => {
        impl<'a, C: Components> $view<'a, C> {
            /// Returns the residuals of rows that are known.
            pub fn thresholds(&self) -> Thresholds<'a> {
                self.thresholds
            }

            /// Returns n and k.
            pub fn shape(&self) -> (usize, usize) {
                (self.components.nrows(), self.components.ncols())
            }
        }
    };
}

pub(super) use {describe, read_as};

/// A model in its bytes.
pub(super) struct Blob<'a> {
    pub(super) method: Method,
    pub(super) components: StoredComponents<'a>,
    pub(super) words: Option<Words<'a>>,
    pub(super) thresholds: Thresholds<'a>,
    pub(super) means: Numbers<'a>,
    pub(super) deviations: Numbers<'a>,
    pub(super) biases: Numbers<'a>,
    pub(super) mean: f32,
    pub(super) penalties: [f32; 2],
    pub(super) l2_by_count: bool,
}

impl<'a> Blob<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        sections_of(Rest::checked(bytes, MAGIC, HEADER_LEN)?)
    }

    pub(super) fn parse_without_checksum(bytes: &'a [u8]) -> Result<Self, ModelError> {
        sections_of(Rest::unchecked(bytes, MAGIC, HEADER_LEN)?)
    }

    /// Returns n and k.
    pub(super) fn shape(&self) -> (usize, usize) {
        (self.components.nrows(), self.components.ncols())
    }

    pub(super) fn check(&self, method: Method) -> Result<(), ModelError> {
        match self.method == method {
            true => Ok(()),
            false => Err(ModelError::Method),
        }
    }
}

fn sections_of(mut rest: Rest<'_>) -> Result<Blob<'_>, ModelError> {
    let [method, encoding, low, high] = rest.word()?;
    let method = Method::of_code(method).ok_or(ModelError::Layout)?;
    let encoding = Encoding::of_code(encoding).ok_or(ModelError::Layout)?;
    let present = u16::from_le_bytes([low, high]);
    let (n, k, stops) = (rest.size()?, rest.size()?, rest.size()?);
    if n == 0 || k == 0 || present & !sections::ALL != 0 {
        return Err(ModelError::Layout);
    }
    let has = |section: u16| present & section != 0;
    let if_has = |section: u16, length: usize| if has(section) { length } else { 0 };
    let idf_range = [rest.f32()?, rest.f32()?, rest.f32()?];
    let mean = rest.f32()?;
    let penalties = [rest.f32()?, rest.f32()?];

    let thresholds = rest.words(if_has(sections::THRESHOLDS, QUANTILES.len()))?;
    let scales = rest.words(if encoding == Encoding::Single { 0 } else { k })?;
    let squares = k.checked_mul(k).ok_or(ModelError::Layout)?;
    let gram = rest.words(if method == Method::Completion {
        0
    } else {
        squares
    })?;
    let means = rest.words(if method == Method::Pca { n } else { 0 })?;
    let biases = rest.words(if_has(sections::BIASES, n))?;
    let deviations = rest.words(if_has(sections::DEVIATIONS, n))?;
    let stops = rest.words(stops)?;
    let keys = rest.words(if_has(sections::KEYS, n))?;
    let idf = rest.items(encoding.width(), if_has(sections::IDF, n))?;
    let entries = n.checked_mul(k).ok_or(ModelError::Layout)?;
    let entries = rest.items(encoding.width(), entries)?;
    rest.end()?;
    let words = Words::new(n, stops, keys).weighted((encoding, has(sections::IDF)), idf, idf_range);
    Ok(Blob {
        method,
        components: StoredComponents::new((n, k), (method, encoding), entries, (scales, gram)),
        words: (has(sections::KEYS) || has(sections::IDF)).then_some(words),
        thresholds: Thresholds(Numbers::Stored(thresholds)),
        means: Numbers::Stored(means),
        deviations: Numbers::Stored(deviations),
        biases: Numbers::Stored(biases),
        mean,
        penalties,
        l2_by_count: has(sections::L2_BY_COUNT),
    })
}
