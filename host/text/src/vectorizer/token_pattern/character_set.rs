use std::collections::HashMap;
use std::sync::OnceLock;

use crate::characters::{is_decimal, is_space, is_word};

/// A class of characters that has a letter in `re`, or a Unicode property.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Class {
    Word,
    Decimal,
    Space,
    /// Ascending ranges of a property, `\p{..}`.
    Property(Vec<(char, char)>),
}

impl Class {
    fn contains(&self, character: char, ascii: bool) -> bool {
        match self {
            Class::Property(ranges) => in_ranges(ranges, character),
            _ if ascii && !character.is_ascii() => false,
            Class::Word => is_word(character),
            Class::Decimal => is_decimal(character),
            // `re.ASCII` leaves the information separators out.
            Class::Space if ascii => character.is_ascii_whitespace() || character == '\u{b}',
            Class::Space => is_space(character),
        }
    }
}

/// Returns the class of a letter after a backslash, and true where its complement is meant.
pub(super) fn class_of(letter: char) -> Option<(Class, bool)> {
    let class = match letter.to_ascii_lowercase() {
        'w' => Class::Word,
        'd' => Class::Decimal,
        's' => Class::Space,
        _ => return None,
    };
    Some((class, letter.is_ascii_uppercase()))
}

/// What stands in a set: `[a-z\d]`, or a single character or class outside of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SetItems {
    pub(super) ranges: Vec<(char, char)>,
    /// Classes, true where the complement is meant.
    pub(super) classes: Vec<(Class, bool)>,
    /// The set is the complement of all of it.
    pub(super) negated: bool,
}

/// A set of characters under the flags of its place in the pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CharacterSet {
    items: SetItems,
    ascii: bool,
    ignore_case: bool,
    /// A bit for each character of ASCII.
    below_128: u128,
}

impl CharacterSet {
    pub(super) fn new(mut items: SetItems, ascii: bool, ignore_case: bool) -> Self {
        items.ranges = match ignore_case {
            true => without_case(&items.ranges, ascii),
            false => merged(items.ranges),
        };
        let mut set = CharacterSet {
            items,
            ascii,
            ignore_case,
            below_128: 0,
        };
        set.below_128 = (0..128u8)
            .filter(|byte| set.holds(char::from(*byte)))
            .fold(0, |bits, byte| bits | 1 << byte);
        set
    }

    #[inline]
    pub(super) fn contains(&self, character: char) -> bool {
        match character.is_ascii() {
            true => self.below_128 >> (character as u32) & 1 == 1,
            false => self.holds(character),
        }
    }

    fn holds(&self, character: char) -> bool {
        let lowered = match self.ignore_case {
            true => lower(character, self.ascii),
            false => character,
        };
        let in_classes = self.items.classes.iter().any(|(class, negated)| {
            [character, lowered]
                .iter()
                .any(|&one| class.contains(one, self.ascii) != *negated)
        });
        (in_classes || in_ranges(&self.items.ranges, lowered)) != self.items.negated
    }
}

fn in_ranges(ranges: &[(char, char)], character: char) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= character);
    ranges[..after]
        .last()
        .is_some_and(|(_, last)| character <= *last)
}

/// Returns the same characters as ascending ranges with gaps between them.
fn merged(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut merged: Vec<(char, char)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(before) if first as u32 <= before.1 as u32 + 1 => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

/// Returns the one character that `re` compares where case is ignored: the first of the lower case.
pub(super) fn lower(character: char, ascii: bool) -> char {
    match ascii || character.is_ascii() {
        true => character.to_ascii_lowercase(),
        false => character.to_lowercase().next().unwrap_or(character),
    }
}

/// Returns the lower case of every character in the ranges, and of those that share its capital: i and ı, s and ſ.
fn without_case(ranges: &[(char, char)], ascii: bool) -> Vec<(char, char)> {
    let mut lowered = Vec::new();
    for character in ranges.iter().flat_map(|(first, last)| *first..=*last) {
        let low = lower(character, ascii);
        lowered.push((low, low));
        if !ascii && let Some(others) = with_the_same_capital().get(&low) {
            lowered.extend(others.iter().map(|&other| (other, other)));
        }
    }
    merged(lowered)
}

/// Returns the other lower-case characters that have the capital of a lower-case character, for those with others.
fn with_the_same_capital() -> &'static HashMap<char, Vec<char>> {
    static TABLE: OnceLock<HashMap<char, Vec<char>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut of_capital: HashMap<String, Vec<char>> = HashMap::new();
        let cased = |c: &char| c.to_uppercase().ne([*c]) || c.to_lowercase().ne([*c]);
        for character in ('\0'..=char::MAX).filter(cased) {
            let lowered = of_capital.entry(character.to_uppercase().collect());
            let lowered = lowered.or_default();
            let low = lower(character, false);
            if !lowered.contains(&low) {
                lowered.push(low);
            }
        }
        let mut table = HashMap::new();
        for group in of_capital.into_values().filter(|group| group.len() > 1) {
            for low in &group {
                let others = group.iter().copied().filter(|other| other != low);
                table.insert(*low, others.collect());
            }
        }
        table
    })
}
