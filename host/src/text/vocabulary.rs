use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Marks an empty slot, and, in maps from one numbering to another, a term that has no number there.
pub(super) const NONE: u32 = u32::MAX;

/// Every distinct term, stored once and numbered by first appearance.
///
/// One buffer of text and an open-addressed table over it, so that a new term costs no allocation of its own and a
/// known one a hash and a comparison.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    text: String,
    /// Where each term ends in `text`; it starts where the one before it ends.
    ends: Vec<usize>,
    /// A power of two of slots, at most half of them taken.
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The upper half of the hash: most unequal terms are told apart without a look at the text.
    tag: u32,
    id: u32,
}

const EMPTY: Slot = Slot { tag: 0, id: NONE };

const FIRST_SLOTS: usize = 1024;

impl Vocabulary {
    pub(super) fn new() -> Self {
        Vocabulary {
            text: String::new(),
            ends: Vec::new(),
            slots: vec![EMPTY; FIRST_SLOTS],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The term numbered `id`, or nothing ("") where there is none.
    pub(super) fn term(&self, id: u32) -> &str {
        let id = id as usize;
        let start = if id == 0 {
            0
        } else {
            self.ends.get(id - 1).copied().unwrap_or_default()
        };
        let end = self.ends.get(id).copied().unwrap_or_default();
        self.text.get(start..end).unwrap_or_default()
    }

    /// The terms, by number.
    pub(super) fn terms(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|id| self.term(id))
    }

    /// Sorts numbers by their terms, in code-point order: that of the bytes of UTF-8.
    pub(super) fn sort(&self, numbers: &mut [u32]) {
        // The first eight bytes, as a number, settle most comparisons without a look at the text.
        let mut keys: Vec<(u64, u32)> = numbers
            .iter()
            .map(|&id| (first_bytes(self.term(id)), id))
            .collect();
        keys.sort_unstable_by(|(a, a_id), (b, b_id)| {
            a.cmp(b)
                .then_with(|| self.term(*a_id).cmp(self.term(*b_id)))
        });
        for (number, (_, id)) in numbers.iter_mut().zip(keys) {
            *number = id;
        }
    }

    /// The number of a term that is known.
    pub(super) fn find(&self, term: &str) -> Option<u32> {
        self.probe(term, hash(term)).ok()
    }

    /// The number of a term, new or known; none where all numbers are taken.
    pub(super) fn intern(&mut self, term: &str) -> Option<u32> {
        let hash = hash(term);
        match self.probe(term, hash) {
            Ok(id) => Some(id),
            Err(slot) => self.insert(term, hash, slot),
        }
    }

    /// The number of the term, or else the slot where it belongs.
    #[inline]
    fn probe(&self, term: &str, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut index = hash as usize & mask;
        loop {
            let slot = self.slots[index];
            if slot.id == NONE {
                return Err(index);
            }
            if slot.tag == tag(hash) && self.term(slot.id) == term {
                return Ok(slot.id);
            }
            index = (index + 1) & mask;
        }
    }

    #[inline(never)]
    fn insert(&mut self, term: &str, hash: u64, slot: usize) -> Option<u32> {
        let id = u32::try_from(self.len()).ok().filter(|&id| id != NONE)?;
        self.text.push_str(term);
        self.ends.push(self.text.len());
        self.slots[slot] = Slot { tag: tag(hash), id };
        if 2 * self.len() > self.slots.len() {
            self.grow();
        }
        Some(id)
    }

    fn grow(&mut self) {
        // Four times, not two: every growth hashes all terms again.
        let slots = vec![EMPTY; 4 * self.slots.len()];
        let mask = slots.len() - 1;
        self.slots = slots;
        for id in 0..self.len() as u32 {
            let hash = hash(self.term(id));
            let mut index = hash as usize & mask;
            while self.slots[index].id != NONE {
                index = (index + 1) & mask;
            }
            self.slots[index] = Slot { tag: tag(hash), id };
        }
    }
}

fn first_bytes(term: &str) -> u64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(term.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(first)
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[inline]
fn hash(term: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(term.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_keep_their_numbers_while_the_table_grows() {
        let mut vocabulary = Vocabulary::new();
        for id in 0..10_000 {
            assert_eq!(vocabulary.intern(&format!("term{id}")), Some(id));
        }
        for id in 0..10_000 {
            let term = format!("term{id}");
            assert_eq!(vocabulary.intern(&term), Some(id));
            assert_eq!(vocabulary.find(&term), Some(id));
            assert_eq!(vocabulary.term(id), term);
        }
        assert_eq!(vocabulary.find("term"), None);
        assert_eq!(vocabulary.len(), 10_000);
    }
}
