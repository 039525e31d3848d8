//! Triples at a place that has one already.

use std::fmt;
use std::str::FromStr;

use super::coordinates::Coordinate;

/// The treatment of a second triple at the same place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// An error that names both lines.
    #[default]
    Refuse,
    /// The last one in the file counts.
    Last,
    /// The first one in the file counts.
    First,
    /// The mean of all of them.
    Mean,
    /// The sum of all of them.
    Sum,
}

impl Duplicates {
    /// All treatments.
    pub const ALL: [Duplicates; 5] = [
        Duplicates::Refuse,
        Duplicates::Last,
        Duplicates::First,
        Duplicates::Mean,
        Duplicates::Sum,
    ];

    /// Returns the name: `refuse`, `last`, `first`, `mean` or `sum`.
    pub fn name(self) -> &'static str {
        match self {
            Duplicates::Refuse => "refuse",
            Duplicates::Last => "last",
            Duplicates::First => "first",
            Duplicates::Mean => "mean",
            Duplicates::Sum => "sum",
        }
    }

    /// Returns the treatment in words, after the fact.
    pub(super) fn done(self) -> &'static str {
        match self {
            Duplicates::Refuse => "refused",
            Duplicates::Last => "the last one counts",
            Duplicates::First => "the first one counts",
            Duplicates::Mean => "their mean counts",
            Duplicates::Sum => "their sum counts",
        }
    }

    /// Returns the value of entries at the same place, which are in the order of the file.
    pub(super) fn value(self, of_place: &[Coordinate]) -> f64 {
        let first = of_place.first().map_or(0.0, |entry| entry.value);
        let sum = || of_place.iter().map(|entry| entry.value).sum::<f64>();
        match self {
            Duplicates::Refuse | Duplicates::First => first,
            Duplicates::Last => of_place.last().map_or(first, |entry| entry.value),
            Duplicates::Mean if of_place.len() > 1 => sum() / of_place.len() as f64,
            Duplicates::Sum if of_place.len() > 1 => sum(),
            Duplicates::Mean | Duplicates::Sum => first,
        }
    }
}

impl fmt::Display for Duplicates {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Duplicates {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|rule| rule.name() == name);
        named.ok_or("must be refuse, last, first, mean or sum")
    }
}
