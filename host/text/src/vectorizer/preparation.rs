use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::{StripAccents, TokenRule, Vectorizer};

/// The text from which tokens are taken: in lower case and without accents, as the settings say.
///
/// The buffers are reused for the next text.
#[derive(Debug, Default)]
pub(super) struct Preparation {
    keep_case: bool,
    /// Only letters of ASCII have a lower case.
    ascii_case: bool,
    strip_accents: Option<StripAccents>,
    prepared: String,
    decomposed: String,
}

impl Preparation {
    pub(super) fn new(settings: &Vectorizer) -> Self {
        Preparation {
            keep_case: !settings.lowercase,
            ascii_case: settings.token_rule == TokenRule::Ascii,
            strip_accents: settings.strip_accents,
            ..Preparation::default()
        }
    }

    /// Prepares a text and returns it.
    pub(super) fn prepare(&mut self, text: &str) -> &str {
        if self.keep_case || self.ascii_case {
            self.prepared.clear();
            self.prepared.push_str(text);
            if !self.keep_case {
                self.prepared.make_ascii_lowercase();
            }
        } else {
            lower_case(text, &mut self.prepared);
        }
        if let Some(accents) = self.strip_accents
            && !self.prepared.is_ascii()
        {
            self.decomposed.clear();
            let kept = |c: &char| match accents {
                StripAccents::Ascii => c.is_ascii(),
                StripAccents::Unicode => canonical_combining_class(*c) == 0,
            };
            self.decomposed.extend(self.prepared.nfkd().filter(kept));
            std::mem::swap(&mut self.prepared, &mut self.decomposed);
        }
        &self.prepared
    }

    /// Returns the text that was prepared last.
    pub(super) fn text(&self) -> &str {
        &self.prepared
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn accents_go_and_what_is_one_character_stays_one() {
        let prepared = |strip_accents, lowercase, text: &str| {
            let settings = Vectorizer {
                strip_accents: Some(strip_accents),
                lowercase,
                ..Vectorizer::default()
            };
            Preparation::new(&settings).prepare(text).to_owned()
        };
        let (unicode, ascii) = (StripAccents::Unicode, StripAccents::Ascii);
        assert_eq!(
            prepared(unicode, true, "Caf\u{e9} CAFE\u{301} \u{153}uf"),
            "cafe cafe \u{153}uf"
        );
        assert_eq!(
            prepared(ascii, true, "Caf\u{e9} CAFE\u{301} \u{153}uf"),
            "cafe cafe uf"
        );
        assert_eq!(prepared(ascii, false, "\u{c9}T\u{c9}"), "ETE");
    }
}
