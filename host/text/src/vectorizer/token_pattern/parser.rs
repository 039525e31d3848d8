use std::collections::HashMap;

use super::character_set::{CharacterSet, SetItems};
use super::syntax::{Anchor, Escape, Greed, Node};

/// The flags at a place in a pattern.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub(super) ascii: bool,
    pub(super) ignore_case: bool,
    pub(super) lines: bool,
    pub(super) dot_all: bool,
    pub(super) verbose: bool,
}

/// The reason why a pattern ends the parsing; its place is that of the parser.
pub(super) type Refused = String;

/// A parser of the syntax of Python 3.11's `re`, with `\p{..}` beside it.
#[derive(Debug)]
pub(super) struct Parser {
    characters: Vec<char>,
    pub(super) place: usize,
    pub(super) flags: Flags,
    /// The width of each group that is closed; `None` for an open one. Group 0 is the whole match.
    pub(super) groups: Vec<Option<(usize, usize)>>,
    pub(super) names: HashMap<String, usize>,
    pub(super) depth: usize,
    /// Groups that a condition asks for before they are there.
    pub(super) asked: Vec<usize>,
}

impl Parser {
    pub(super) fn new(pattern: &str) -> Self {
        Parser {
            characters: pattern.chars().collect(),
            place: 0,
            flags: Flags::default(),
            groups: vec![None],
            names: HashMap::new(),
            depth: 0,
            asked: Vec::new(),
        }
    }

    /// Parses the whole pattern.
    pub(super) fn parse(&mut self) -> Result<Node, Refused> {
        let node = self.alternatives()?;
        if self.place < self.characters.len() {
            return Err("a ) that closes nothing: write \\) for the character".into());
        }
        match self.asked.iter().find(|group| **group >= self.groups.len()) {
            Some(group) => Err(format!("there is no group {group}")),
            None => Ok(node),
        }
    }

    /// Returns the number of capturing groups.
    pub(super) fn groups(&self) -> usize {
        self.groups.len() - 1
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.characters.get(self.place).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.place += usize::from(next.is_some());
        next
    }

    pub(super) fn take(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.place += usize::from(found);
        found
    }

    /// Returns the characters up to `end`, which is taken.
    pub(super) fn until(&mut self, end: char) -> Result<String, Refused> {
        let rest = &self.characters[self.place..];
        let Some(length) = rest.iter().position(|c| *c == end) else {
            return Err(format!("a {end} is missing"));
        };
        let text = rest[..length].iter().collect();
        self.place += length + 1;
        Ok(text)
    }

    /// Returns the next characters, at most `limit`, that are `wanted`.
    pub(super) fn while_is(&mut self, limit: usize, wanted: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(next) = self.peek().filter(|next| wanted(*next)) {
            if text.len() == limit {
                break;
            }
            text.push(next);
            self.place += 1;
        }
        text
    }

    pub(super) fn alternatives(&mut self) -> Result<Node, Refused> {
        let mut nodes = vec![self.sequence()?];
        while self.take('|') {
            nodes.push(self.sequence()?);
        }
        Ok(match nodes.len() {
            1 => nodes.swap_remove(0),
            _ => Node::Alternatives(nodes),
        })
    }

    pub(super) fn sequence(&mut self) -> Result<Node, Refused> {
        let mut nodes = Vec::new();
        while let Some(next) = self.peek().filter(|next| !"|)".contains(*next)) {
            self.place += 1;
            if self.flags.verbose && " \t\n\r\u{b}\u{c}".contains(next) {
                continue;
            }
            if self.flags.verbose && next == '#' {
                self.while_is(usize::MAX, |c| c != '\n');
                continue;
            }
            match next {
                '*' | '+' | '?' => self.repeat(&mut nodes, next)?,
                '{' => self.repeat_in_braces(&mut nodes)?,
                '(' => nodes.extend(self.group(self.place == 1 || self.only_flags_before())?),
                _ => nodes.push(self.one(next)?),
            }
        }
        Ok(match nodes.len() {
            1 => nodes.swap_remove(0),
            _ => Node::Sequence(nodes),
        })
    }

    /// Checks that only groups of flags stand before the ( that was taken.
    fn only_flags_before(&self) -> bool {
        let before: String = self.characters[..self.place - 1].iter().collect();
        let mut groups = before.split_terminator(')');
        self.depth == 0
            && groups.all(|group| {
                let flags = group.trim_start().strip_prefix("(?");
                flags.is_some_and(|flags| flags.chars().all(|c| c.is_ascii_alphabetic()))
            })
    }

    fn one(&mut self, next: char) -> Result<Node, Refused> {
        let lines = self.flags.lines;
        Ok(match next {
            '.' => {
                let line_end = SetItems {
                    ranges: match self.flags.dot_all {
                        true => Vec::new(),
                        false => vec![('\n', '\n')],
                    },
                    negated: true,
                    ..SetItems::default()
                };
                Node::Set(CharacterSet::new(line_end, false, false))
            }
            '^' if lines => Node::Anchor(Anchor::LineStart),
            '^' => Node::Anchor(Anchor::Start),
            '$' if lines => Node::Anchor(Anchor::LineEnd),
            '$' => Node::Anchor(Anchor::LastLineEnd),
            '[' => {
                let items = self.set()?;
                self.node_of(items)
            }
            '\\' => match self.escape()? {
                Escape::Anchor(anchor) => Node::Anchor(anchor),
                Escape::Group(group) => self.again(group)?,
                Escape::Character(one) => self.node_of(of_character(one)),
                Escape::Class(class, negated) => self.node_of(SetItems {
                    classes: vec![(class, negated)],
                    ..SetItems::default()
                }),
            },
            other => self.node_of(of_character(Some(other))),
        })
    }

    fn node_of(&self, items: SetItems) -> Node {
        let Flags {
            ascii, ignore_case, ..
        } = self.flags;
        Node::Set(CharacterSet::new(items, ascii, ignore_case))
    }

    pub(super) fn word_edge(&self, negated: bool) -> Anchor {
        let ascii = self.flags.ascii;
        Anchor::WordEdge { negated, ascii }
    }

    pub(super) fn again(&self, group: usize) -> Result<Node, Refused> {
        match self.groups.get(group) {
            None => Err(format!("there is no group {group} before this place")),
            Some(None) => Err(format!("group {group} is still open here")),
            Some(Some(_)) => Ok(Node::Again {
                group,
                ignore_case: self.flags.ignore_case,
                ascii: self.flags.ascii,
            }),
        }
    }

    fn set(&mut self) -> Result<SetItems, Refused> {
        let unclosed = "a ] is missing".to_owned();
        let mut items = SetItems {
            negated: self.take('^'),
            ..SetItems::default()
        };
        let mut is_first = true;
        loop {
            let next = self.next().ok_or_else(|| unclosed.clone())?;
            if next == ']' && !is_first {
                return Ok(items);
            }
            is_first = false;
            let low = self.set_item(next)?;
            if !self.take('-') {
                items.push(low);
                continue;
            }
            let next = self.next().ok_or_else(|| unclosed.clone())?;
            if next == ']' {
                items.push(low);
                items.push(Escape::Character(Some('-')));
                return Ok(items);
            }
            let high = self.set_item(next)?;
            match (low, high) {
                (Escape::Character(Some(low)), Escape::Character(Some(high))) if low <= high => {
                    items.ranges.push((low, high));
                }
                _ => return Err("a range in [..] goes from a character to a later one".into()),
            }
        }
    }

    fn set_item(&mut self, next: char) -> Result<Escape, Refused> {
        match next {
            '\\' => self.escape_in_set(),
            other => Ok(Escape::Character(Some(other))),
        }
    }

    fn repeat(&mut self, nodes: &mut Vec<Node>, sign: char) -> Result<(), Refused> {
        let (least, most) = match sign {
            '*' => (0, None),
            '+' => (1, None),
            _ => (0, Some(1)),
        };
        self.repeat_last(nodes, least, most)
    }

    fn repeat_in_braces(&mut self, nodes: &mut Vec<Node>) -> Result<(), Refused> {
        let start = self.place;
        let least = self.while_is(usize::MAX, |c| c.is_ascii_digit());
        let most = match self.take(',') {
            true => self.while_is(usize::MAX, |c| c.is_ascii_digit()),
            false => least.clone(),
        };
        // Without digits or an end the brace is a character.
        if self.characters.get(start) == Some(&'}') || !self.take('}') {
            self.place = start;
            nodes.push(self.node_of(of_character(Some('{'))));
            return Ok(());
        }
        let number = |digits: &str| match digits {
            "" => Ok(None),
            _ => digits.parse().map(Some),
        };
        let (Ok(least), Ok(most)) = (number(&least), number(&most)) else {
            return Err("a number of repetitions is too large".into());
        };
        let least: u32 = least.unwrap_or(0);
        if most.is_some_and(|most: u32| most < least) {
            return Err("the fewest repetitions are more than the most".into());
        }
        self.repeat_last(nodes, least, most)
    }

    fn repeat_last(
        &mut self,
        nodes: &mut Vec<Node>,
        least: u32,
        most: Option<u32>,
    ) -> Result<(), Refused> {
        let node = match nodes.pop() {
            None | Some(Node::Anchor(_)) => return Err("nothing to repeat".into()),
            Some(Node::Repeat { .. }) => return Err("a repetition of a repetition".into()),
            Some(node) => Box::new(node),
        };
        let greed = match (self.take('?'), self.peek()) {
            (true, _) => Greed::Lazy,
            (false, Some('+')) => {
                self.place += 1;
                Greed::Possessive
            }
            _ => Greed::Greedy,
        };
        nodes.push(Node::Repeat {
            node,
            least,
            most,
            greed,
        });
        Ok(())
    }
}

impl SetItems {
    fn push(&mut self, item: Escape) {
        match item {
            Escape::Character(Some(one)) => self.ranges.push((one, one)),
            Escape::Class(class, negated) => self.classes.push((class, negated)),
            // Half of a surrogate pair, which no text holds.
            Escape::Character(None) | Escape::Anchor(_) | Escape::Group(_) => {}
        }
    }
}

/// Returns the set of one character, or of none.
fn of_character(one: Option<char>) -> SetItems {
    SetItems {
        ranges: one.map(|one| (one, one)).into_iter().collect(),
        ..SetItems::default()
    }
}
