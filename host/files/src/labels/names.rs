//! Names in a message.

/// The most names in a message, and the most characters of each.
const NAMES: usize = 5;
const CHARACTERS: usize = 40;

/// Formats the first of `names` in quotation marks, and counts the others: `"a", "b" and 7 more`.
pub fn few<S: AsRef<str>>(names: &[S]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(NAMES)
        .map(|name| quoted(name.as_ref()))
        .collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Formats a name on one line, cut after 40 characters.
pub(super) fn quoted(name: &str) -> String {
    let mut cut: String = name.chars().take(CHARACTERS).collect();
    if name.chars().nth(CHARACTERS).is_some() {
        cut.pop();
        cut.push('…');
    }
    format!("{cut:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_names_stand_in_quotation_marks_and_the_others_are_counted() {
        assert_eq!(few(&["a"]), "\"a\"");
        assert_eq!(few(&["a,b", "é\n"]), "\"a,b\", \"é\\n\"");
        let many: Vec<String> = (0..12).map(|j| j.to_string()).collect();
        assert_eq!(few(&many), "\"0\", \"1\", \"2\", \"3\", \"4\" and 7 more");
        assert_eq!(few(&["x".repeat(100)]).chars().count(), 42);
    }
}
