use crate::characters::is_space;

/// Collects the n-grams of characters of a text, as scikit-learn's analyzers `char` and `char_wb`.
///
/// The buffers are reused for the next text.
#[derive(Debug)]
pub(super) struct CharacterNgrams {
    lengths: (usize, usize),
    /// n-grams stay within words, which are padded by a blank on each side.
    within_words: bool,
    /// The start of each character, and the end of the last.
    edges: Vec<usize>,
}

impl CharacterNgrams {
    pub(super) fn new(lengths: (usize, usize), within_words: bool) -> Self {
        CharacterNgrams {
            lengths,
            within_words,
            edges: Vec::new(),
        }
    }

    /// Appends the text to `joined`, with white space as the rule has it, and the start and the end of every n-gram to
    /// `bounds`.
    pub(super) fn collect(
        &mut self,
        text: &str,
        joined: &mut String,
        bounds: &mut Vec<(usize, usize)>,
    ) {
        let (first, last) = self.lengths;
        if !self.within_words {
            push_with_single_blanks(text, joined);
            self.find_edges(joined, 0);
            let characters = self.edges.len() - 1;
            for length in first..=last.min(characters) {
                self.push_runs(length, bounds);
            }
            return;
        }
        for word in text.split(is_space).filter(|word| !word.is_empty()) {
            let start = joined.len();
            joined.push(' ');
            joined.push_str(word);
            joined.push(' ');
            self.find_edges(joined, start);
            let characters = self.edges.len() - 1;
            for length in first..=last {
                if length < characters {
                    self.push_runs(length, bounds);
                } else {
                    // A word that is no longer than this counts once, and for no greater length.
                    bounds.push((start, joined.len()));
                    break;
                }
            }
        }
    }

    fn find_edges(&mut self, joined: &str, start: usize) {
        self.edges.clear();
        let characters = joined.get(start..).unwrap_or_default().char_indices();
        self.edges
            .extend(characters.map(|(place, _)| start + place));
        self.edges.push(joined.len());
    }

    fn push_runs(&self, length: usize, bounds: &mut Vec<(usize, usize)>) {
        let ends = self.edges.iter().skip(length);
        bounds.extend(self.edges.iter().copied().zip(ends.copied()));
    }
}

/// Appends the text with a blank in the place of two or more characters of white space; one alone stays as it is.
fn push_with_single_blanks(text: &str, joined: &mut String) {
    let mut pending: Option<(char, usize)> = None;
    for character in text.chars() {
        if is_space(character) {
            let (space, count) = pending.unwrap_or((character, 0));
            pending = Some((space, count + 1));
            continue;
        }
        joined.extend(blank(pending.take()));
        joined.push(character);
    }
    joined.extend(blank(pending));
}

fn blank(pending: Option<(char, usize)>) -> Option<char> {
    pending.map(|(space, count)| if count == 1 { space } else { ' ' })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ngrams(text: &str, lengths: (usize, usize), within_words: bool) -> Vec<String> {
        let (mut joined, mut bounds) = (String::new(), Vec::new());
        CharacterNgrams::new(lengths, within_words).collect(text, &mut joined, &mut bounds);
        let ngrams = bounds
            .iter()
            .map(|(start, end)| joined[*start..*end].to_owned());
        ngrams.collect()
    }

    #[test]
    fn runs_of_white_space_become_a_blank_and_one_alone_stays() {
        assert_eq!(ngrams("a\n\nb\tc", (1, 1), false).concat(), "a b\tc");
        assert_eq!(ngrams(" \n", (1, 1), false).concat(), " ");
    }

    #[test]
    fn ngrams_within_words_are_padded_and_a_short_word_counts_once() {
        assert_eq!(ngrams("ab c", (3, 4), true), [" ab", "ab ", " ab ", " c "]);
        assert_eq!(ngrams("é", (2, 2), true), [" é", "é "]);
        assert!(ngrams(" \n ", (1, 3), true).is_empty());
    }
}
