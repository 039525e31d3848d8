use unicode_general_category::{GeneralCategory, get_general_category};

/// lowered <- text in lower case, as Python's `str.lower`.
pub(super) fn lower_case(text: &str, lowered: &mut String) {
    lowered.clear();
    if text.contains('\u{3a3}') {
        // Of all characters, only a capital sigma is lowered by what stands around it.
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

/// The tokens of a text in lower case: its longest runs of word characters, of two characters or more.
///
/// The rule is scikit-learn's `(?u)\b\w\w+\b` with Python's `\w`: the general categories L* and N*, and `_`. Unlike
/// Rust's regex, Python has no marks in `\w`, so that a combining accent ends a token.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(lowered: &'a str) -> Self {
        Tokens {
            text: lowered,
            position: 0,
        }
    }

    /// Skips to the next word character: where it stands.
    #[inline]
    fn skip_to_word(&self, mut position: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        loop {
            match class(*bytes.get(position)?) {
                Class::Word => return Some(position),
                Class::Gap => position += 1,
                Class::Lead => {
                    let character = self.text.get(position..)?.chars().next()?;
                    if is_word(character) {
                        return Some(position);
                    }
                    position += character.len_utf8();
                }
            }
        }
    }

    /// The end of the run of word characters from `position`, and how many they are.
    #[inline]
    fn run(&self, mut position: usize) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        let mut characters = 0;
        while let Some(&byte) = bytes.get(position) {
            match class(byte) {
                Class::Word => position += 1,
                Class::Gap => break,
                Class::Lead => match self
                    .text
                    .get(position..)
                    .and_then(|rest| rest.chars().next())
                {
                    Some(character) if is_word(character) => position += character.len_utf8(),
                    _ => break,
                },
            }
            characters += 1;
        }
        (position, characters)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        loop {
            let start = self.skip_to_word(self.position)?;
            let (end, characters) = self.run(start);
            self.position = end;
            if characters >= 2 {
                return self.text.get(start..end);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Gap,
    Word,
    /// The first byte of a character beyond ASCII.
    Lead,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Gap; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte >= 128 {
            classes[byte] = Class::Lead;
        } else if (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_' {
            classes[byte] = Class::Word;
        }
        byte += 1;
    }
    classes
};

#[inline]
fn class(byte: u8) -> Class {
    CLASSES[byte as usize]
}

/// Whether a character beyond ASCII is in Python's `\w`.
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
        let mut lowered = String::new();
        lower_case(text, &mut lowered);
        Tokens::new(&lowered).map(str::to_owned).collect()
    }

    #[test]
    fn a_token_has_two_characters_or_more() {
        assert_eq!(
            tokens("A cat_7, a b x2 \u{e9} \u{4e2d} \u{4e2d}\u{6587}"),
            ["cat_7", "x2", "\u{4e2d}\u{6587}"]
        );
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
