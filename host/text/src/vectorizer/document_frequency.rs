use std::fmt;
use std::str::FromStr;

use super::Error;

/// A bound on the number of documents that contain a term, as a count or as a share of all documents.
///
/// The text form distinguishes them as Python's `int` and `float` do: `1` is one document, `1.0` is all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DocumentFrequency {
    /// A number of documents, 1 or more.
    Count(usize),
    /// A share of the documents, from 0 to 1.
    Share(f64),
}

impl DocumentFrequency {
    /// Returns the bound in documents, of `texts`; not rounded, because frequencies are compared with it.
    pub(super) fn documents(self, texts: usize) -> f64 {
        match self {
            DocumentFrequency::Count(count) => count as f64,
            DocumentFrequency::Share(share) => share * texts as f64,
        }
    }

    /// # Errors
    /// [`Error::DocumentFrequency`] for a count of 0 or a share outside 0..=1.
    pub(super) fn check(self) -> Result<(), Error> {
        let valid = match self {
            DocumentFrequency::Count(count) => count >= 1,
            DocumentFrequency::Share(share) => (0.0..=1.0).contains(&share),
        };
        let given = self.to_string();
        valid
            .then_some(())
            .ok_or(Error::DocumentFrequency { given })
    }
}

impl fmt::Display for DocumentFrequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocumentFrequency::Count(count) => write!(f, "{count}"),
            // Debug keeps the decimal point of 1.0, which marks a share.
            DocumentFrequency::Share(share) => write!(f, "{share:?}"),
        }
    }
}

impl FromStr for DocumentFrequency {
    type Err = Error;

    /// Parses `3` as a count, and `0.5` and `1.0` as shares.
    ///
    /// # Errors
    /// [`Error::DocumentFrequency`] for anything else: no number, a count of 0, a share outside 0..=1.
    fn from_str(text: &str) -> Result<Self, Error> {
        let count = text.parse().map(DocumentFrequency::Count);
        let frequency = count.or_else(|_| text.parse().map(DocumentFrequency::Share));
        let given = format!("{text:?}");
        let frequency = frequency.map_err(|_| Error::DocumentFrequency { given })?;
        frequency.check()?;
        Ok(frequency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_tell_counts_from_shares_and_survive_a_round_trip() {
        for (text, frequency) in [
            ("3", DocumentFrequency::Count(3)),
            ("1", DocumentFrequency::Count(1)),
            ("1.0", DocumentFrequency::Share(1.0)),
            ("0.5", DocumentFrequency::Share(0.5)),
            ("0.0", DocumentFrequency::Share(0.0)),
        ] {
            assert_eq!(text.parse(), Ok(frequency));
            assert_eq!(frequency.to_string(), text);
        }
    }

    #[test]
    fn what_is_neither_a_count_nor_a_share_is_refused() {
        let refused = "0 -1 1.5 3.0 -0.1 NaN inf half 99999999999999999999999";
        for text in refused.split(' ').chain([""]) {
            let parsed = text.parse::<DocumentFrequency>();
            assert!(parsed.is_err(), "{text:?} was taken");
        }
    }
}
