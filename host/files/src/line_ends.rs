//! The ends of lines: `\n`, `\r\n`, or `\r` in a text that has no `\n`, as on a Mac before 2001.

/// Returns the byte that ends the lines of a text; `head`: its first line, or more.
pub fn line_end(head: &[u8]) -> u8 {
    match head.contains(&b'\r') && !head.contains(&b'\n') {
        true => b'\r',
        false => b'\n',
    }
}

/// Returns the lines of a text without their ends, and without the byte order mark. A line end at the very end of the
/// text does not start another line.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split_terminator(char::from(line_end(text.as_bytes())))
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carriage_return_ends_a_line_where_there_is_no_line_feed() {
        for (text, expected) in [
            ("\u{feff}a\r\n\r\nb\r\n", &["a", "", "b"][..]),
            ("a\n\nb", &["a", "", "b"]),
            ("a\r\rb\r", &["a", "", "b"]),
            ("a\rb\nc\n", &["a\rb", "c"]),
            ("", &[]),
        ] {
            assert!(lines(text).eq(expected.iter().copied()), "{text:?}");
        }
    }
}
