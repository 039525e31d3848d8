//! The classes of characters of Python's `str` and `re`, on which scikit-learn's rules stand.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Checks that a character is in Python's `\w`: the general categories L* and N*, and `_`.
///
/// Rust's `regex` also has marks, connectors, joiners and circled letters in its `\w`.
pub(crate) fn is_word(character: char) -> bool {
    use GeneralCategory::*;
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
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

/// Checks that a character is in Python's `\d`: the general category Nd.
pub(crate) fn is_decimal(character: char) -> bool {
    match character.is_ascii() {
        true => character.is_ascii_digit(),
        false => get_general_category(character) == GeneralCategory::DecimalNumber,
    }
}

/// Checks that a character is in Python's `\s`, and in what `str.split` and `str.strip` take for white space: Unicode's,
/// and the four information separators.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}
