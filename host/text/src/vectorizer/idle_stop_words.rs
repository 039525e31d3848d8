use super::term_extractor::TermExtractor;
use super::{Analyzer, StopWords, Vectorizer};
use std::collections::HashSet;

impl Vectorizer {
    /// Returns each word of [`StopWords::Own`] that becomes other tokens, none of which is a stop word, and the first of
    /// these: such a word takes nothing from a text. `don't` is the token `don`, and `The` is `the`.
    pub fn idle_stop_words(&self) -> Vec<(&str, String)> {
        let words = match &self.stop_words {
            StopWords::Own(words) if self.analyzer == Analyzer::Word => words,
            _ => return Vec::new(),
        };
        let every_word = Vectorizer {
            stop_words: StopWords::None,
            ngrams: (1, 1),
            ..self.clone()
        };
        let mut extractor = TermExtractor::new(&every_word);
        let nothing = TermExtractor::vocabulary(&every_word);
        let known: HashSet<&str> = words.iter().map(String::as_str).collect();
        let mut idle = Vec::new();
        for word in words {
            let mut tokens = extractor.terms(word, &nothing);
            if let Some(token) = tokens.find(|token| !known.contains(token.text())) {
                idle.push((word.as_str(), token.text().to_owned()));
            }
        }
        idle
    }
}
