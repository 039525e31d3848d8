//! Numbering of labels as rows or columns.
//!
//! A label is its own key if it is a whole number that is written as one and not too large: such labels, which the most
//! ratings have, need no table. The keys of all others are given by tables, of each block, and then of all blocks.

use rustc_hash::FxHashMap;

use super::super::Error;

/// The first key that is no number.
const WORDS: u32 = 1 << 27;

/// The labels in a block, each with a key.
#[derive(Debug, Default)]
pub(super) struct BlockLabels {
    words: FxHashMap<String, u32>,
}

impl BlockLabels {
    /// Returns the key of a label in this block.
    pub(super) fn key(&mut self, label: &str) -> u32 {
        let label = label.trim();
        if let Some(number) = plain_number(label) {
            return number;
        }
        if let Some(&key) = self.words.get(label) {
            return key;
        }
        let key = WORDS.saturating_add(self.words.len() as u32);
        self.words.insert(label.to_owned(), key);
        key
    }
}

fn plain_number(label: &str) -> Option<u32> {
    let digits = label.as_bytes();
    let is_plain = matches!(digits, [b'0'] | [b'1'..=b'9', ..]) && digits.len() <= 9;
    if !is_plain {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = 10 * number + u32::from(digit - b'0');
    }
    (number < WORDS).then_some(number)
}

/// The labels of all blocks so far, each with a key.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// A bit for each number.
    numbers: Vec<u64>,
    words: FxHashMap<String, u32>,
}

impl Labels {
    /// Turns keys of a block into keys of all blocks.
    ///
    /// # Errors
    /// [`Error::Shape`] if the labels exceed 32 bits.
    pub(super) fn adopt<'k>(
        &mut self,
        place: &str,
        block: BlockLabels,
        keys: impl Iterator<Item = &'k mut u32>,
    ) -> Result<(), Error> {
        let mut of_words = vec![0; block.words.len()];
        for (word, key) in block.words {
            let count = self.words.len();
            let next = u32::try_from(count + WORDS as usize);
            let next = next.map_err(|_| Error::shape(place, (count as u64, 1), count))?;
            let known = *self.words.entry(word).or_insert(next);
            if let Some(to) = of_words.get_mut((key - WORDS) as usize) {
                *to = known;
            }
        }
        for key in keys {
            match key.checked_sub(WORDS) {
                Some(word) => *key = of_words.get(word as usize).copied().unwrap_or(*key),
                None => self.note_number(*key),
            }
        }
        Ok(())
    }

    fn note_number(&mut self, number: u32) {
        let at = number as usize / 64;
        if at >= self.numbers.len() {
            self.numbers.resize((at + 1).next_power_of_two(), 0);
        }
        if let Some(bits) = self.numbers.get_mut(at) {
            *bits |= 1 << (number % 64);
        }
    }

    /// Returns the labels, sorted numerically if all are whole numbers, else as texts, and the position of the label of each
    /// key. The matrix therefore does not depend on the order of the lines.
    pub(super) fn sorted(self) -> (Vec<String>, Positions) {
        let mut positions = Positions::new(self.numbers);
        let numbers = positions.numbers();
        if self.words.is_empty() {
            return (
                numbers.map(|number| number.to_string()).collect(),
                positions,
            );
        }
        let numbered = numbers.enumerate();
        let numbered = numbered
            .map(|(rank, number)| (Some(i128::from(number)), number.to_string(), rank as u32));
        let mut labels: Vec<(Option<i128>, String, u32)> = numbered.collect();
        let count = labels.len() as u32;
        let words = self.words.into_iter();
        labels.extend(words.map(|(word, key)| (word.parse().ok(), word, count + (key - WORDS))));
        if !labels.iter().all(|(number, ..)| number.is_some()) {
            labels.iter_mut().for_each(|(number, ..)| *number = None);
        }
        labels.sort_unstable();
        let mut of_rank = vec![0; labels.len()];
        for (position, (_, _, rank)) in labels.iter().enumerate() {
            of_rank[*rank as usize] = position as u32;
        }
        positions.of_rank = Some(of_rank);
        positions.count = count;
        let labels = labels.into_iter().map(|(_, label, _)| label).collect();
        (labels, positions)
    }
}

/// The positions of labels, by their keys.
#[derive(Debug)]
pub(super) struct Positions {
    /// A bit for each number, and how many are in the words before.
    bits: Vec<u64>,
    before: Vec<u32>,
    /// The numbers of all.
    count: u32,
    /// The position for each rank, if it is another: numbers come first, and then words by their keys.
    of_rank: Option<Vec<u32>>,
}

impl Positions {
    fn new(bits: Vec<u64>) -> Self {
        let mut count = 0;
        let mut before = Vec::with_capacity(bits.len());
        for word in &bits {
            before.push(count);
            count += word.count_ones();
        }
        Self {
            bits,
            before,
            count,
            of_rank: None,
        }
    }

    fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        let bits = self.bits.clone();
        bits.into_iter().zip(0u32..).flat_map(|(word, at)| {
            let is_set = move |bit: &u32| word >> bit & 1 == 1;
            (0..64).filter(is_set).map(move |bit| 64 * at + bit)
        })
    }

    /// Returns the position of the label with this key.
    pub(super) fn of(&self, key: u32) -> u32 {
        let rank = match key.checked_sub(WORDS) {
            Some(word) => self.count + word,
            None => {
                let (at, bit) = (key as usize / 64, key % 64);
                let word = self.bits.get(at).copied().unwrap_or(0);
                let below = word & ((1 << bit) - 1);
                self.before.get(at).copied().unwrap_or(0) + below.count_ones()
            }
        };
        match &self.of_rank {
            None => rank,
            Some(positions) => positions.get(rank as usize).copied().unwrap_or(rank),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the labels in their order, and the position of each that was given, over blocks of two.
    fn sorted(labels: &[&str]) -> (Vec<String>, Vec<u32>) {
        let mut met = Labels::default();
        let mut keys = Vec::new();
        for two in labels.chunks(2) {
            let mut block = BlockLabels::default();
            let mut of_two: Vec<u32> = two.iter().map(|label| block.key(label)).collect();
            assert_eq!(block.key(&format!(" {} ", two[0])), of_two[0]);
            met.adopt("f", block, of_two.iter_mut()).unwrap();
            keys.extend(of_two);
        }
        let (labels, positions) = met.sorted();
        (
            labels,
            keys.into_iter().map(|key| positions.of(key)).collect(),
        )
    }

    #[test]
    fn numbers_are_in_the_order_of_numbers_and_texts_in_that_of_texts() {
        let (labels, positions) = sorted(&["10", "9", "-1", "09"]);
        assert_eq!(labels, ["-1", "09", "9", "10"]);
        assert_eq!(positions, [3, 2, 0, 1]);
        let (labels, positions) = sorted(&["9", "10", "x", ""]);
        assert_eq!(labels, ["", "10", "9", "x"]);
        assert_eq!(positions, [2, 1, 3, 0]);
        let (labels, positions) = sorted(&["700", "3", "64", "700", "0", "63", "99999999"]);
        assert_eq!(labels, ["0", "3", "63", "64", "700", "99999999"]);
        assert_eq!(positions, [4, 1, 3, 4, 0, 2, 5]);
        let (labels, positions) = sorted(&["x", "7", "y", "x", "134217728", "7"]);
        assert_eq!(labels, ["134217728", "7", "x", "y"]);
        assert_eq!(positions, [2, 1, 3, 2, 0, 1]);
        let (labels, _) = sorted(&["9999999999", "134217728", "5", "+5"]);
        assert_eq!(labels, ["+5", "5", "134217728", "9999999999"]);
    }
}
