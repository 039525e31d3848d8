use unicode_general_category::{GeneralCategory, get_general_category};

use super::vocabulary::{Term, first_eight};

/// lowered <- text in lower case, as Python's `str.lower`.
fn lower_case(text: &str, lowered: &mut String) {
    lowered.clear();
    if text.is_ascii() {
        lowered.push_str(text);
        lowered.make_ascii_lowercase();
        return;
    }
    if text.contains('\u{3a3}') {
        // A capital sigma is the only character whose lower case depends on its context.
        lowered.push_str(&text.to_lowercase());
        return;
    }
    let mut rest = text;
    while let Some(position) = rest.bytes().position(|byte| !byte.is_ascii()) {
        let (ascii, other) = rest.split_at(position);
        lowered.push_str(ascii);
        let mut characters = other.chars();
        lowered.extend(characters.next().into_iter().flat_map(char::to_lowercase));
        rest = characters.as_str();
    }
    lowered.push_str(rest);
    lowered.make_ascii_lowercase();
}

/// A text in lower case and its word characters.
///
/// The buffers are reused for the next text.
#[derive(Debug, Default)]
pub(super) struct Tokenizer {
    lowered: String,
    /// A bit for each byte of `lowered`, set in word characters, and a zero bit after the last.
    words: Vec<u64>,
}

impl Tokenizer {
    /// Returns the tokens of a text: its longest runs of two or more word characters, in lower case.
    ///
    /// The rule is scikit-learn's `(?u)\b\w\w+\b` with Python's `\w`: the general categories L* and N*, and `_`.
    /// Unlike Rust's regex, Python's `\w` does not contain marks, so that a combining accent ends a token.
    pub(super) fn tokens(&mut self, text: &str) -> Tokens<'_> {
        lower_case(text, &mut self.lowered);
        self.mark_words();
        Tokens {
            text: &self.lowered,
            words: &self.words,
            next_block: 0,
            carry: 0,
            edges: 0,
        }
    }

    fn mark_words(&mut self) {
        let bytes = self.lowered.as_bytes();
        self.words.clear();
        for block in bytes.chunks(64) {
            let mut word = 0;
            for (index, eight) in block.chunks(8).enumerate() {
                word |= ascii_words(first_eight(eight)) << (8 * index);
            }
            self.words.push(word);
        }
        if bytes.len().is_multiple_of(64) {
            self.words.push(0);
        }
        if !bytes.is_ascii() {
            self.mark_words_beyond_ascii();
        }
    }

    fn mark_words_beyond_ascii(&mut self) {
        for (start, character) in self.lowered.char_indices() {
            if !character.is_ascii() && is_word(character) {
                for position in start..start + character.len_utf8() {
                    self.words[position / 64] |= 1 << (position % 64);
                }
            }
        }
    }
}

/// Returns a bit for each of eight bytes of a text in lower case, set for `0..=9`, `a..=z` and `_`.
///
/// Works on all eight bytes at once: a branch per byte would be mispredicted at both ends of every token.
fn ascii_words(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let low = bytes & (0x7f * ONES);
    // Adding 128 - c carries into a byte's top bit where the byte is c or more.
    let at_least = |character: u8| low + u64::from(128 - character) * ONES;
    let digits = at_least(b'0') & !at_least(b'9' + 1);
    let letters = at_least(b'a') & !at_least(b'z' + 1);
    let underscores = at_least(b'_') & !at_least(b'_' + 1);
    let tops = (digits | letters | underscores) & !bytes & (0x80 * ONES);
    // Gathers the eight top bits in the topmost byte, the first byte's lowest.
    (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
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

/// Checks that a character beyond ASCII is in Python's `\w`.
fn is_word(character: char) -> bool {
    use GeneralCategory::*;
    matches!(
        get_general_category(character),
        UppercaseLetter
            | LowercaseLetter
            | TitlecaseLetter
            | ModifierLetter
            | OtherLetter
            | DecimalNumber
            | LetterNumber
            | OtherNumber
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_combining_mark_ends_a_token() {
        assert_eq!(tokens("cafe\u{301}teria"), ["cafe", "teria"]);
        assert_eq!(tokens("caf\u{e9}teria"), ["caf\u{e9}teria"]);
    }

    #[test]
    fn lower_case_is_that_of_the_standard_library() {
        for text in [
            "",
            "ABC",
            "\u{130}stanbul",
            "\u{212a}elvin \u{c9}T\u{c9} x",
            "\u{39f}\u{394}\u{39f}\u{3a3} \u{3a3}A",
        ] {
            let mut lowered = String::from("before");
            lower_case(text, &mut lowered);
            assert_eq!(lowered, text.to_lowercase());
        }
        for character in '\0'..=char::MAX {
            let text = String::from_iter(['a', character, 'B']);
            let mut lowered = String::new();
            lower_case(&text, &mut lowered);
            assert_eq!(lowered, text.to_lowercase());
        }
    }
}
