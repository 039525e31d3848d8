use super::TokenRule;
use super::preparation::Preparation;
use super::vocabulary::{Term, first_eight};
use crate::characters::is_word;

/// A prepared text and its word characters.
///
/// The buffers are reused for the next text.
#[derive(Debug, Default)]
pub(super) struct Tokenizer {
    preparation: Preparation,
    rule: TokenRule,
    /// A bit for each byte of the prepared text, set in word characters, and a zero bit after the last.
    words: Vec<u64>,
}

impl Tokenizer {
    pub(super) fn new(preparation: Preparation, rule: TokenRule) -> Self {
        Tokenizer {
            preparation,
            rule,
            words: Vec::new(),
        }
    }

    /// Returns the tokens of a text: the longest runs of two or more word characters of the prepared text.
    ///
    /// The rule is scikit-learn's `(?u)\b\w\w+\b` with Python's `\w`: the general categories L* and N*, and `_`.
    /// Unlike Rust's regex, Python's `\w` does not contain marks, so that a combining accent ends a token. By
    /// [`TokenRule::Ascii`] all characters beyond ASCII are word characters.
    pub(super) fn tokens(&mut self, text: &str) -> Tokens<'_> {
        self.preparation.prepare(text);
        self.mark_words();
        Tokens {
            text: self.preparation.text(),
            words: &self.words,
            next_block: 0,
            carry: 0,
            edges: 0,
        }
    }

    fn mark_words(&mut self) {
        let bytes = self.preparation.text().as_bytes();
        self.words.clear();
        for block in bytes.chunks(64) {
            let mut word = 0;
            for (index, eight) in block.chunks(8).enumerate() {
                let eight = first_eight(eight);
                let mut tops = ascii_words(eight);
                if self.rule == TokenRule::Ascii {
                    tops |= eight & TOPS;
                }
                word |= gather(tops) << (8 * index);
            }
            self.words.push(word);
        }
        if bytes.len().is_multiple_of(64) {
            self.words.push(0);
        }
        if self.rule == TokenRule::Unicode && !bytes.is_ascii() {
            self.mark_words_beyond_ascii();
        }
    }

    fn mark_words_beyond_ascii(&mut self) {
        for (start, character) in self.preparation.text().char_indices() {
            if !character.is_ascii() && is_word(character) {
                for position in start..start + character.len_utf8() {
                    self.words[position / 64] |= 1 << (position % 64);
                }
            }
        }
    }
}

/// The top bits of eight bytes.
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Gathers the eight top bits in the topmost byte, the first byte's lowest.
fn gather(tops: u64) -> u64 {
    (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Returns the top bit of each of eight bytes, set for `0..=9`, `a..=z`, `A..=Z` and `_`.
///
/// Works on all eight bytes at once: a branch per byte would be mispredicted at both ends of every token.
fn ascii_words(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let low = bytes & (0x7f * ONES);
    // This bit makes a capital small, and no other character a letter.
    let small = low | (0x20 * ONES);
    // Adding 128 - c carries into a byte's top bit where the byte is c or more.
    let at_least = |bytes: u64, character: u8| bytes + u64::from(128 - character) * ONES;
    let digits = at_least(low, b'0') & !at_least(low, b'9' + 1);
    let letters = at_least(small, b'a') & !at_least(small, b'z' + 1);
    let underscores = at_least(low, b'_') & !at_least(low, b'_' + 1);
    (digits | letters | underscores) & !bytes & TOPS
}

/// An iterator over the tokens of a text and their first bytes.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    words: &'a [u64],
    next_block: usize,
    /// 1 if the previous block ended in a word character, else 0.
    carry: u64,
    /// The starts and ends of words in the current block, alternating.
    edges: u64,
}

impl<'a> Tokens<'a> {
    #[inline]
    fn next_edge(&mut self) -> Option<usize> {
        while self.edges == 0 {
            let word = *self.words.get(self.next_block)?;
            self.edges = word ^ (word << 1 | self.carry);
            self.carry = word >> 63;
            self.next_block += 1;
        }
        let position = 64 * (self.next_block - 1) + self.edges.trailing_zeros() as usize;
        self.edges &= self.edges - 1;
        Some(position)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Term<'a>;

    #[inline]
    fn next(&mut self) -> Option<Term<'a>> {
        loop {
            let start = self.next_edge()?;
            let end = self.next_edge()?;
            if end - start < 2 {
                continue;
            }
            let token = Term::within(self.text, start, end)?;
            if !token.starts_beyond_ascii() || token.text().chars().nth(1).is_some() {
                return Some(token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::core::model::{key, keys};

    fn tokens(text: &str) -> Vec<String> {
        Tokenizer::default()
            .tokens(text)
            .map(|token| token.text().to_owned())
            .collect()
    }

    #[test]
    fn a_token_has_two_characters_or_more() {
        assert_eq!(
            tokens("A cat_7, a b x2 \u{e9} \u{4e2d} \u{4e2d}\u{6587}"),
            ["cat_7", "x2", "\u{4e2d}\u{6587}"]
        );
    }

    #[test]
    fn tokens_are_the_runs_of_word_characters_wherever_they_stand() {
        for length in 0..140 {
            for period in 1..70 {
                let text: String = (0..length)
                    .map(|i| if i % period == period / 2 { '-' } else { 'x' })
                    .collect();
                let runs: Vec<_> = text.split('-').filter(|run| run.len() >= 2).collect();
                assert_eq!(tokens(&text), runs);
            }
        }
    }

    #[test]
    fn ascii_word_characters_are_letters_digits_and_the_underscore() {
        for byte in 0..128u8 {
            let character = char::from(byte);
            let is_word = character.is_ascii_alphanumeric() || character == '_';
            assert_eq!(
                tokens(&format!("a{character}a")).concat().len() == 3,
                is_word,
                "{character:?}"
            );
        }
    }

    #[test]
    fn capitals_that_are_kept_are_letters() {
        let settings = crate::Vectorizer {
            lowercase: false,
            ..Default::default()
        };
        let mut tokenizer = Tokenizer::new(Preparation::new(&settings), settings.token_rule);
        let tokens = tokenizer.tokens("AZ [Az]@aZ `{z_Z}");
        assert!(
            tokens
                .map(|token| token.text())
                .eq(["AZ", "Az", "aZ", "z_Z"])
        );
    }

    /// By the rule of ASCII a text has the tokens of a microcontroller, whatever its characters.
    #[test]
    fn tokens_of_ascii_are_those_of_a_microcontroller() {
        let settings = crate::Vectorizer {
            token_rule: TokenRule::Ascii,
            ..Default::default()
        };
        let mut tokenizer = Tokenizer::new(Preparation::new(&settings), settings.token_rule);
        let mut compare = |text: &str| {
            let tokens = tokenizer.tokens(text);
            let found: Vec<u32> = tokens.map(|token| key(token.text().as_bytes())).collect();
            let expected: Vec<u32> = keys(text.as_bytes()).collect();
            assert_eq!(found, expected, "{text:?}");
        };
        for character in '\0'..=char::MAX {
            compare(&format!(
                "Xy{character}Z, {character} {character}{character}_"
            ));
        }
        for length in 0..140 {
            let text: String = (0..length)
                .map(|i| ['\u{c9}', 'b', '-', '\u{4e2d}', 'Q', ' '][i * i % 31 % 6])
                .collect();
            compare(&text);
        }
        let tokens: Vec<String> = tokenizer
            .tokens("CAF\u{c9} caf\u{e9}\u{301} a\u{a0}b \u{4e2d}")
            .map(|token| token.text().to_owned())
            .collect();
        assert_eq!(tokens, ["caf\u{c9}", "caf\u{e9}\u{301}", "a\u{a0}b"]);
    }

    #[test]
    fn a_combining_mark_ends_a_token() {
        assert_eq!(tokens("cafe\u{301}teria"), ["cafe", "teria"]);
        assert_eq!(tokens("caf\u{e9}teria"), ["caf\u{e9}teria"]);
    }
}
