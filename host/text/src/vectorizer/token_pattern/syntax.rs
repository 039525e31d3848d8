use super::character_set::{CharacterSet, Class};

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// One character.
    Set(CharacterSet),
    Sequence(Vec<Node>),
    /// The first that matches.
    Alternatives(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: u32,
        most: Option<u32>,
        greed: Greed,
    },
    /// A capturing group and its number.
    Group(usize, Box<Node>),
    /// What no other part takes back: `(?>..)`.
    Atomic(Box<Node>),
    Look {
        node: Box<Node>,
        negated: bool,
        /// For a look back the number of characters.
        back: Option<usize>,
    },
    Anchor(Anchor),
    /// The text of a group again.
    Again {
        group: usize,
        ignore_case: bool,
        ascii: bool,
    },
    /// The first if the group has matched, and else the second.
    Conditional(usize, Box<Node>, Box<Node>),
}

/// How many repetitions are tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greed {
    /// As many as possible.
    Greedy,
    /// As few as possible.
    Lazy,
    /// As many as possible, and no fewer later.
    Possessive,
}

/// A condition on a place between characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// `\A`, and `^`.
    Start,
    /// `^` in lines.
    LineStart,
    /// `\Z`.
    End,
    /// `$`: the end, or before the line end there.
    LastLineEnd,
    /// `$` in lines.
    LineEnd,
    /// `\b` and, negated, `\B`.
    WordEdge { negated: bool, ascii: bool },
}

/// What a backslash and the characters after it mean.
#[derive(Clone, Debug)]
pub(super) enum Escape {
    /// A character; `None` for half of a surrogate pair, which no text holds.
    Character(Option<char>),
    /// A class; its complement if true.
    Class(Class, bool),
    Anchor(Anchor),
    /// The text of a group again.
    Group(usize),
}

impl Node {
    /// Returns the least and the largest number of characters; `groups`: those of the groups that are known.
    pub(super) fn width(&self, groups: &[(usize, usize)]) -> (usize, usize) {
        match self {
            Node::Set(_) => (1, 1),
            Node::Sequence(nodes) => nodes.iter().fold((0, 0), |(least, most), node| {
                let (a, b) = node.width(groups);
                (least.saturating_add(a), most.saturating_add(b))
            }),
            Node::Alternatives(nodes) => {
                let widths = nodes.iter().map(|node| node.width(groups));
                widths
                    .reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
                    .unwrap_or((0, 0))
            }
            Node::Repeat {
                node, least, most, ..
            } => {
                let (a, b) = node.width(groups);
                let most = most.map_or(usize::MAX, |most| most as usize);
                let longest = if b == 0 { 0 } else { b.saturating_mul(most) };
                (a.saturating_mul(*least as usize), longest)
            }
            Node::Group(_, node) | Node::Atomic(node) => node.width(groups),
            Node::Look { .. } | Node::Anchor(_) => (0, 0),
            Node::Again { group, .. } => groups.get(*group).copied().unwrap_or((0, usize::MAX)),
            Node::Conditional(_, yes, no) => {
                let ((a, b), (c, d)) = (yes.width(groups), no.width(groups));
                (a.min(c), b.max(d))
            }
        }
    }
}
