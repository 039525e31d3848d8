use unicode_general_category::{GeneralCategory, get_general_category};

/// Returns `text` on one line of at most `limit` characters. White space and control characters become single blanks;
/// characters that only steer the display, such as marks of direction, are removed.
pub(super) fn one_line(text: &str, limit: usize) -> String {
    let shown = |c: &char| get_general_category(*c) != GeneralCategory::Format;
    let parts = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut line = String::new();
    let mut length = 0;
    for part in parts {
        let before = line.len();
        line.extend(part.chars().filter(shown));
        if line.len() == before {
            continue;
        }
        if before > 0 {
            line.insert(before, ' ');
        }
        length += line[before..].chars().count();
        if length > limit {
            break;
        }
    }
    cut(&line, limit)
}

/// Returns `text`, cut and ended by an ellipsis if it has more than `limit` characters.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    let ellipsis = if limit > 0 { "…" } else { "" };
    format!("{}{ellipsis}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_controls_become_single_blanks() {
        assert_eq!(one_line(" \n a\tb\r\n\r\nc\u{a0}d\0e ", 80), "a b c d e");
        assert_eq!(one_line("\u{1b}[2J red", 80), "[2J red");
        assert_eq!(one_line("", 80), "");
        assert_eq!(one_line("\n\n", 80), "");
    }

    #[test]
    fn marks_that_turn_the_line_around_are_left_out() {
        assert_eq!(one_line("a\u{202e}b\u{feff} \u{200b} c", 80), "ab c");
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_say_so() {
        assert_eq!(one_line("één twéé drié", 13), "één twéé drié");
        assert_eq!(one_line("één twéé drié", 12), "één twéé dr…");
        assert_eq!(one_line("één twéé drié", 10), "één twéé…");
        assert_eq!(one_line("日本語", 2), "日…");
        assert_eq!(one_line("ab", 1), "…");
        assert_eq!(one_line("ab", 0), "");
        let long = "word ".repeat(100_000);
        assert_eq!(one_line(&long, 9), "word wor…");
        assert_eq!(one_line(&"x".repeat(200), 80).chars().count(), 80);
    }
}
