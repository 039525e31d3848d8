//! Removal of headers, footers and quotes from posts, exactly by scikit-learn's rules.
//!
//! The rules are approximate (a paragraph after a blank line is taken for a signature). They are kept so that results
//! are comparable with those published for `fetch_20newsgroups(remove=..)`.

use std::str::FromStr;

use super::Error;
use crate::characters::is_space;

/// The parts to remove from every text, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remove {
    /// Everything up to the first empty line; the whole text if it has none.
    pub headers: bool,
    /// Everything from the last line that is blank or only hyphens, unless no text comes before it.
    pub footers: bool,
    /// Lines that begin with `>` or `|`, or introduce a quotation.
    pub quotes: bool,
}

impl Remove {
    /// Headers, footers and quotes.
    pub const ALL: Remove = Remove {
        headers: true,
        footers: true,
        quotes: true,
    };

    /// Returns the remaining text.
    pub fn apply(&self, text: String) -> String {
        if *self == Remove::default() {
            return text;
        }
        let mut rest = text.as_str();
        if self.headers {
            rest = without_headers(rest);
        }
        if self.footers {
            rest = without_footer(rest);
        }
        if self.quotes {
            without_quotes(rest)
        } else {
            rest.to_owned()
        }
    }
}

/// Parses `headers,footers,quotes`, or some of these.
impl FromStr for Remove {
    type Err = Error;

    fn from_str(names: &str) -> Result<Self, Error> {
        let mut remove = Remove::default();
        for name in names.split(',') {
            match name.trim() {
                "headers" => remove.headers = true,
                "footers" => remove.footers = true,
                "quotes" => remove.quotes = true,
                name => {
                    return Err(Error::UnknownRemoval {
                        name: name.to_owned(),
                    });
                }
            }
        }
        Ok(remove)
    }
}

fn without_headers(text: &str) -> &str {
    text.split_once("\n\n").map_or("", |(_, after)| after)
}

fn without_footer(text: &str) -> &str {
    let stripped = text.trim_matches(is_space);
    let mut end = stripped.len();
    // A rule in the first line has no line end before it and does not count.
    while let Some((before, line)) = stripped.get(..end).and_then(|rest| rest.rsplit_once('\n')) {
        if is_rule(line) {
            return before;
        }
        end = before.len();
    }
    text
}

/// Checks that a line is blank or contains only hyphens.
fn is_rule(line: &str) -> bool {
    line.trim_matches(is_space).bytes().all(|byte| byte == b'-')
}

fn without_quotes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut separator = "";
    for line in text.split('\n').filter(|line| !is_quote(line)) {
        kept.push_str(separator);
        kept.push_str(line);
        separator = "\n";
    }
    kept
}

fn is_quote(line: &str) -> bool {
    line.starts_with(['>', '|'])
        || line.starts_with("In article")
        || line.starts_with("Quoted from")
        || line.contains("writes in")
        || line.split_inclusive(':').any(introduces)
}

/// Checks that this part of a line, up to a colon, attributes the following text to somebody.
fn introduces(piece: &str) -> bool {
    ["writes:", "wrote:", "says:", "said:"]
        .iter()
        .any(|verb| piece.ends_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = include_str!("../../../../tests/golden/stripping.json");

    #[test]
    fn stripping_agrees_with_scikit_learn() {
        let golden: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
        let cases = golden["cases"].as_array().unwrap();
        assert!(cases.len() >= 40);
        for case in cases {
            let text = case["text"].as_str().unwrap();
            assert_eq!(
                without_headers(text),
                case["headers"],
                "headers of {text:?}"
            );
            assert_eq!(without_footer(text), case["footers"], "footers of {text:?}");
            assert_eq!(without_quotes(text), case["quotes"], "quotes of {text:?}");
            assert_eq!(
                Remove::ALL.apply(text.to_owned()),
                case["all"],
                "all of {text:?}"
            );
        }
    }

    #[test]
    fn whitespace_is_what_python_says_it_is() {
        let golden: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
        let expected: Vec<u64> = golden["whitespace"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c.as_u64().unwrap())
            .collect();
        let found: Vec<u64> = ('\0'..=char::MAX)
            .filter(|&c| is_space(c))
            .map(|c| c as u64)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn removing_nothing_leaves_the_text() {
        let text = "From: a\n\n> b\n--\nc\n";
        assert_eq!(Remove::default().apply(text.to_owned()), text);
    }

    #[test]
    fn what_to_remove_is_read_from_a_list() {
        assert_eq!(
            "headers,footers, quotes".parse::<Remove>().unwrap(),
            Remove::ALL
        );
        assert_eq!(
            "quotes".parse::<Remove>().unwrap(),
            Remove {
                quotes: true,
                ..Remove::default()
            }
        );
        assert!(
            "headers,signatures"
                .parse::<Remove>()
                .unwrap_err()
                .to_string()
                .contains("\"signatures\"")
        );
    }
}
