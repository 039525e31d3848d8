//! Lines of text as rows of a model: tokens, stop words, terms, tf-idf.

use super::format::Encoding;
use super::numbers::search;
use super::row::{check_entry, check_sums};
use super::{ModelError, Row};
use crate::Real;

/// The terms of a model of texts.
///
/// A line becomes tokens: the longest runs of letters, digits and underscores that have two or more characters of
/// UTF-8. Bytes above 127 are letters, and only those of ASCII are brought to lower case, so that no table of Unicode
/// is in flash. A token is known by its 32-bit [`key`].
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    n: usize,
    stops: &'a [[u8; 4]],
    keys: &'a [[u8; 4]],
    weights: Option<Idf<'a>>,
}

/// The weights of the terms; rows then have unit length.
#[derive(Clone, Copy, Debug)]
struct Idf<'a> {
    numbers: IdfNumbers<'a>,
    low: f32,
    step: f32,
    unknown: f32,
}

#[derive(Clone, Copy, Debug)]
enum IdfNumbers<'a> {
    Single(&'a [[u8; 4]]),
    SixteenBits(&'a [[u8; 2]]),
    EightBits(&'a [u8]),
}

impl Idf<'_> {
    fn of(&self, term: usize) -> Option<f32> {
        let steps = match self.numbers {
            IdfNumbers::Single(idf) => return idf.get(term).map(|idf| f32::from_le_bytes(*idf)),
            IdfNumbers::SixteenBits(idf) => f32::from(u16::from_le_bytes(*idf.get(term)?)),
            IdfNumbers::EightBits(idf) => f32::from(*idf.get(term)?),
        };
        Some(self.low + self.step * steps)
    }
}

impl<'a> Words<'a> {
    pub(super) fn new(n: usize, stops: &'a [[u8; 4]], keys: &'a [[u8; 4]]) -> Self {
        Self {
            n,
            stops,
            keys,
            weights: None,
        }
    }

    /// Adds idf, if there are any.
    pub(super) fn weighted(
        self,
        (encoding, any): (Encoding, bool),
        bytes: &'a [u8],
        [low, step, unknown]: [f32; 3],
    ) -> Self {
        let numbers = match encoding {
            Encoding::Single => IdfNumbers::Single(bytes.as_chunks().0),
            Encoding::SixteenBits => IdfNumbers::SixteenBits(bytes.as_chunks().0),
            Encoding::Root => IdfNumbers::EightBits(bytes),
        };
        let idf = Idf {
            numbers,
            low,
            step,
            unknown,
        };
        Self {
            weights: any.then_some(idf),
            ..self
        }
    }

    /// Returns the number of terms, n.
    pub fn terms(&self) -> usize {
        self.n
    }

    /// Returns the row of a line of text, in the terms that the model has.
    ///
    /// - `terms`: room for the different terms of the line, with their columns and weights; overwritten.
    ///
    /// Words that are neither terms nor stop words count in the residual, each as a term of the largest idf. Costs
    /// about 20 instructions a byte, 8 log2(n) a token, and 4 for each term that the line has before.
    ///
    /// # Errors
    /// - [`ModelError::TooManyTerms`] if the line has more of them than `terms` has room for.
    /// - [`ModelError::NoWords`] for a model without keys, whose rows come by index.
    pub fn row<'t>(
        &self,
        line: &[u8],
        terms: &'t mut [(u32, f32)],
    ) -> Result<TextRow<'t>, ModelError> {
        if self.keys.is_empty() {
            return Err(ModelError::NoWords);
        }
        let room = terms.len();
        let (mut used, mut unknown) = (0usize, 0.0);
        for key in keys(line) {
            let Some(term) = search(self.keys, key) else {
                if search(self.stops, key).is_none() {
                    unknown += 1.0;
                }
                continue;
            };
            // Less than n, which is less than 2^32.
            let term = term as u32;
            let known = terms
                .iter_mut()
                .take(used)
                .find(|(known, _)| *known == term);
            if let Some((_, count)) = known {
                *count += 1.0;
                continue;
            }
            let place = terms
                .get_mut(used)
                .ok_or(ModelError::TooManyTerms { room })?;
            *place = (term, 1.0);
            used = used.saturating_add(1);
        }
        let mut row = self.weigh(terms.get_mut(..used).unwrap_or_default())?;
        let idf = self.weights.map_or(1.0, |idf| idf.unknown);
        row.unknown = unknown * idf * idf;
        Ok(row)
    }

    /// Turns counts into the weights of the model: x_j <- c_j idf_j / |x|, or the counts themselves.
    ///
    /// - `terms`: the columns of the terms, each once, and their counts; overwritten.
    ///
    /// # Errors
    /// - [`ModelError::Index`] for a column that is not below n.
    /// - [`ModelError::NonFinite`], [`ModelError::Overflow`] for counts that are not numbers.
    pub fn weigh<'t>(&self, terms: &'t mut [(u32, f32)]) -> Result<TextRow<'t>, ModelError> {
        let mut squares = 0.0;
        for (term, x) in terms.iter_mut() {
            let index = *term as usize;
            check_entry(index, *x, self.n)?;
            if let Some(idf) = self.weights.and_then(|weights| weights.of(index)) {
                *x *= idf;
            }
            squares += *x * *x;
        }
        check_sums(squares, &[])?;
        let is_normalized = self.weights.is_some();
        if is_normalized && squares > 0.0 {
            let length = Real::sqrt(squares);
            for (_, x) in terms.iter_mut() {
                *x /= length;
            }
        }
        Ok(TextRow {
            terms,
            known: squares,
            unknown: 0.0,
            is_normalized,
        })
    }
}

/// A line of text as a row.
#[derive(Clone, Copy, Debug)]
pub struct TextRow<'t> {
    terms: &'t [(u32, f32)],
    /// The squared length of the row, before it was normalized.
    known: f32,
    /// What words that are no terms would add to it.
    unknown: f32,
    is_normalized: bool,
}

impl TextRow<'_> {
    /// Returns the columns of the terms and their weights, in the order of the line.
    pub fn terms(&self) -> &[(u32, f32)] {
        self.terms
    }
}

impl Row for TextRow<'_> {
    fn entries(&self) -> impl Iterator<Item = (usize, f32)> {
        self.terms.iter().map(|(term, x)| (*term as usize, *x))
    }

    fn check(&self, _: usize) -> Result<(), ModelError> {
        Ok(())
    }

    /// Returns the share of the line that is not explained, from 0 to 1, for tf-idf; for counts, the length of it.
    fn residual(&self, squares: f32) -> f32 {
        let squares = if squares > 0.0 { squares } else { 0.0 };
        if !self.is_normalized {
            return Real::sqrt(squares + self.unknown);
        }
        let all = self.known + self.unknown;
        if all > 0.0 {
            Real::sqrt((squares * self.known + self.unknown) / all)
        } else {
            0.0
        }
    }
}

/// FNV-1a (Fowler, Noll & Vo 1991).
const OFFSET: u32 = 0x811C_9DC5;
const PRIME: u32 = 0x0100_0193;

/// The 32-bit FNV-1a hash of a word, with ASCII letters in lower case.
///
/// ```
/// use lowrank_core::model::key;
/// assert_eq!(key(b"foobar"), 0xBF9C_F968);
/// assert_eq!(key(b"FooBar"), key(b"foobar"));
/// ```
pub fn key(word: &[u8]) -> u32 {
    word.iter()
        .fold(OFFSET, |hash, byte| with_byte(hash, *byte))
}

#[inline(always)]
fn with_byte(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME)
}

/// Returns the keys of the tokens of a line, in their order.
///
/// ```
/// use lowrank_core::model::{key, keys};
/// let found = keys("I saw a Caf\u{e9}, x_1!".as_bytes());
/// assert!(found.eq(["saw", "caf\u{e9}", "x_1"].map(|word| key(word.as_bytes()))));
/// ```
pub fn keys(line: &[u8]) -> impl Iterator<Item = u32> {
    let mut rest = line.iter();
    core::iter::from_fn(move || {
        let (mut hash, mut characters) = (OFFSET, 0u32);
        loop {
            let byte = rest.next();
            match byte {
                Some(&byte) if is_letter(byte) => {
                    hash = with_byte(hash, byte);
                    // The later bytes of a character begin with 10 in UTF-8.
                    characters = characters.saturating_add(u32::from(byte & 0xC0 != 0x80));
                    continue;
                }
                _ if characters >= 2 => return Some(hash),
                None => return None,
                Some(_) => (hash, characters) = (OFFSET, 0),
            }
        }
    })
}

#[inline(always)]
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
