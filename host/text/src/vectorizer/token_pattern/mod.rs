//! Patterns of tokens, in the syntax and with the meaning of Python's `re`.
//!
//! No crate has Python's classes, its word boundaries by them, and its rule for empty matches, so that a pattern is
//! matched by a small program of its own, by backtracking, as `re` does.
//!
//! From the ground up: `character_set`; `syntax` (the parts of a pattern); `parser`, `escapes` and `groups`; `program` (its steps);
//! `matcher`; [`TokenPattern`].

mod character_set;
mod error;
mod escapes;
mod groups;
mod matcher;
mod parser;
mod program;
mod syntax;

pub use error::PatternError;

use matcher::Matcher;
use parser::Parser;
use program::Program;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A regular expression whose matches are the tokens of a text, with the meaning that Python 3.11's `re` gives it.
///
/// `\w`, `\d`, `\s` and `\b` are Python's: `\w` is Unicode's letters, numbers and `_`, without marks. With one group, a
/// token is what the group matches; more are refused. `\p{M}`, `\p{Han}` and other properties of Unicode are an addition;
/// `\N{..}` is not known.
///
/// Matching takes time as in Python, for some patterns exponential in the length of the text; memory grows with it where
/// groups are repeated.
///
/// ```
/// use lowrank_text::Vectorizer;
///
/// let texts = ["हिन्दी में एक वाक्य"];
/// let token_pattern = Some(r"[\w\p{M}]{2,}".parse()?);
/// let words = Vectorizer { token_pattern, ..Vectorizer::default() };
/// assert_eq!(words.fit(&texts)?.terms(), ["एक", "में", "वाक्य", "हिन्दी"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TokenPattern {
    source: String,
    program: Arc<Program>,
    /// The group that is a token; 0 is the whole match.
    group: usize,
}

impl TokenPattern {
    /// Returns the tokens of a text, as Python's `re.findall` does: an empty one where the group has no match.
    pub fn tokens(&self, text: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        PatternTokens::new(self).for_each(text, |start, end| {
            tokens.push(text.get(start..end).unwrap_or_default().to_owned());
        });
        tokens
    }
}

impl FromStr for TokenPattern {
    type Err = PatternError;

    /// Parses a pattern.
    ///
    /// # Errors
    /// [`PatternError`] for what Python refuses, for what is not known here, and for more than one group.
    fn from_str(source: &str) -> Result<Self, PatternError> {
        let mut parser = Parser::new(source);
        let parsed = parser.parse().and_then(|node| match parser.groups() {
            0 | 1 => Ok(node),
            groups => Err(format!(
                "{groups} groups: a token is one group or the whole match; write the others as (?:..)"
            )),
        });
        let node = parsed.map_err(|reason| PatternError {
            pattern: source.to_owned(),
            position: parser.place,
            reason,
        })?;
        Ok(TokenPattern {
            source: source.to_owned(),
            program: Arc::new(Program::new(&node, parser.groups())),
            group: parser.groups(),
        })
    }
}

/// Writes the pattern as it was given.
impl fmt::Display for TokenPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl PartialEq for TokenPattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

/// The tokens of texts by a pattern, with the buffers of the search.
#[derive(Debug)]
pub(super) struct PatternTokens {
    pattern: TokenPattern,
    matcher: Matcher,
}

impl PatternTokens {
    pub(super) fn new(pattern: &TokenPattern) -> Self {
        PatternTokens {
            pattern: pattern.clone(),
            matcher: Matcher::default(),
        }
    }

    /// Visits the start and the end of each token of the text.
    pub(super) fn for_each(&mut self, text: &str, visit: impl FnMut(usize, usize)) {
        let TokenPattern { program, group, .. } = &self.pattern;
        self.matcher.for_each(program, text, *group, visit);
    }
}
