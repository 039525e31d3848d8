use std::hash::Hasher;

use rayon::prelude::*;
use rustc_hash::FxHasher;

/// An empty slot, or, in maps from one numbering to another, a term without a number.
pub(super) const NONE: u32 = u32::MAX;

/// A term to be looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term<'a> {
    text: &'a str,
    /// The first eight bytes, padded with zeros: most terms are no longer.
    first: u64,
}

impl<'a> Term<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Term {
            text,
            first: first_eight(text.as_bytes()),
        }
    }

    /// Returns the term in the bytes `start..end` of a text; `None` if these are not whole characters.
    #[inline]
    pub(super) fn within(text: &'a str, start: usize, end: usize) -> Option<Self> {
        let term = text.get(start..end)?;
        // A load of eight bytes and a mask avoid an unpredictable branch on the length.
        let first = match text.as_bytes().get(start..start + 8) {
            Some(eight) => first_eight(eight) & u64::MAX >> (64 - 8 * term.len().clamp(1, 8)),
            None => first_eight(term.as_bytes()),
        };
        Some(Term { text: term, first })
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn starts_beyond_ascii(&self) -> bool {
        self.first & 0x80 != 0
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(8..).unwrap_or_default()
    }

    #[inline]
    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.first);
        if !self.rest().is_empty() {
            hasher.write(self.rest());
        }
        hasher.finish()
    }
}

/// Returns the first eight bytes as a little-endian number, padded with zeros.
#[inline]
pub(super) fn first_eight(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let mut eight = [0; 8];
    for (to, from) in eight.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(eight)
}

/// The distinct terms, stored once each and numbered by first appearance.
///
/// The terms share one buffer, indexed by an open-addressed table. A new term costs no allocation of its own. A known
/// one of up to eight bytes costs a hash and two comparisons of numbers.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    text: String,
    terms: Vec<Stored>,
    /// The slots, a power of two, at most half of them occupied.
    slots: Vec<Slot>,
}

/// A term's place in the text, and its first eight bytes.
#[derive(Clone, Copy, Debug)]
struct Stored {
    first: u64,
    start: usize,
    length: usize,
}

/// An entry of the table. It distinguishes most terms by itself, so that a lookup touches one cache line.
#[derive(Clone, Copy, Debug)]
struct Slot {
    first: u64,
    /// The low 32 bits of the length in bytes.
    length: u32,
    id: u32,
}

const EMPTY: Slot = Slot {
    first: 0,
    length: 0,
    id: NONE,
};

const FIRST_SLOTS: usize = 1024;

impl Vocabulary {
    pub(super) fn new() -> Self {
        Vocabulary {
            text: String::new(),
            terms: Vec::new(),
            slots: vec![EMPTY; FIRST_SLOTS],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// Returns the terms, by number.
    pub(super) fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        self.terms.iter().map(|stored| Term {
            text: self.text_of(stored),
            first: stored.first,
        })
    }

    /// Returns the term numbered `id`, or "" if there is none.
    pub(super) fn text(&self, id: u32) -> &str {
        self.terms
            .get(id as usize)
            .map(|stored| self.text_of(stored))
            .unwrap_or_default()
    }

    fn text_of(&self, stored: &Stored) -> &str {
        self.text
            .get(stored.start..stored.start + stored.length)
            .unwrap_or_default()
    }

    /// Sorts numbers by their terms in code-point order, which is that of the bytes of UTF-8.
    pub(super) fn sort(&self, numbers: &mut [u32]) {
        // The first eight bytes, as a number, decide most comparisons without access to the text.
        let mut keys: Vec<(u64, u32)> = numbers
            .iter()
            .map(|&id| (self.terms[id as usize].first.swap_bytes(), id))
            .collect();
        keys.par_sort_unstable_by(|(a, a_id), (b, b_id)| {
            a.cmp(b)
                .then_with(|| self.text(*a_id).cmp(self.text(*b_id)))
        });
        for (number, (_, id)) in numbers.iter_mut().zip(keys) {
            *number = id;
        }
    }

    /// Returns the number of a known term.
    #[inline]
    pub(super) fn find(&self, term: Term) -> Option<u32> {
        self.probe(term, term.hash()).ok()
    }

    /// Returns the number of a term, new or known; `None` if the numbers are exhausted.
    #[inline]
    pub(super) fn intern(&mut self, term: Term) -> Option<u32> {
        let hash = term.hash();
        match self.probe(term, hash) {
            Ok(id) => Some(id),
            Err(slot) => self.insert(term, slot),
        }
    }

    /// Returns the number of the term, or else the slot for it.
    #[inline]
    fn probe(&self, term: Term, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let length = term.text.len();
        let mut index = hash as usize & mask;
        loop {
            let slot = self.slots[index];
            if slot.id == NONE {
                return Err(index);
            }
            if slot.first == term.first
                && slot.length == length as u32
                && (length <= 8 || self.text(slot.id) == term.text)
            {
                return Ok(slot.id);
            }
            index = (index + 1) & mask;
        }
    }

    #[inline(never)]
    fn insert(&mut self, term: Term, index: usize) -> Option<u32> {
        let id = u32::try_from(self.len()).ok().filter(|&id| id != NONE)?;
        let Term { text, first } = term;
        self.terms.push(Stored {
            first,
            start: self.text.len(),
            length: text.len(),
        });
        self.text.push_str(text);
        self.slots[index] = Slot {
            first,
            length: text.len() as u32,
            id,
        };
        if 2 * self.len() > self.slots.len() {
            self.grow();
        }
        Some(id)
    }

    fn grow(&mut self) {
        // Four times, not two, because every growth rehashes all terms.
        let mut slots = vec![EMPTY; 4 * self.slots.len()];
        let mask = slots.len() - 1;
        for (id, term) in (0..).zip(self.terms()) {
            let mut index = term.hash() as usize & mask;
            while slots[index].id != NONE {
                index = (index + 1) & mask;
            }
            slots[index] = Slot {
                first: term.first,
                length: term.text.len() as u32,
                id,
            };
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_keep_their_numbers_while_the_table_grows() {
        let mut vocabulary = Vocabulary::new();
        for id in 0..10_000 {
            assert_eq!(vocabulary.intern(Term::new(&format!("term{id}"))), Some(id));
        }
        for id in 0..10_000 {
            let term = format!("term{id}");
            assert_eq!(vocabulary.intern(Term::new(&term)), Some(id));
            assert_eq!(vocabulary.find(Term::new(&term)), Some(id));
            assert_eq!(vocabulary.text(id), term);
        }
        assert_eq!(vocabulary.find(Term::new("term")), None);
        assert_eq!(vocabulary.len(), 10_000);
    }
}
