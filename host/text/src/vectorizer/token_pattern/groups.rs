use super::parser::{Flags, Parser, Refused};
use super::syntax::Node;

/// The deepest groups within groups; Python's own recursion ends not much later.
const DEEPEST: usize = 200;

impl Parser {
    /// Parses what follows a (; `None` for a comment and for flags of the whole pattern.
    pub(super) fn group(&mut self, is_first: bool) -> Result<Option<Node>, Refused> {
        if !self.take('?') {
            return self.capturing(None).map(Some);
        }
        let kind = self.next().ok_or("the pattern ends after (?")?;
        Ok(Some(match kind {
            ':' => enclosed(self.nested(self.flags, Self::alternatives)?),
            '>' => Node::Atomic(Box::new(self.nested(self.flags, Self::alternatives)?)),
            '=' | '!' => self.look(kind == '!', false)?,
            '<' => match self.next() {
                Some(sign @ ('=' | '!')) => self.look(sign == '!', true)?,
                _ => return Err("write (?P<name>..) for a group with a name".into()),
            },
            '#' => {
                self.until(')')?;
                return Ok(None);
            }
            'P' => self.named()?,
            '(' => self.conditional()?,
            _ => {
                self.place -= 1;
                return self.flags(is_first);
            }
        }))
    }

    fn capturing(&mut self, name: Option<String>) -> Result<Node, Refused> {
        let number = self.groups.len();
        self.groups.push(None);
        if let Some(name) = name
            && self.names.insert(name, number).is_some()
        {
            return Err("two groups of one name".into());
        }
        let node = self.nested(self.flags, Self::alternatives)?;
        self.groups[number] = Some(self.width(&node));
        Ok(Node::Group(number, Box::new(node)))
    }

    fn named(&mut self) -> Result<Node, Refused> {
        match self.next() {
            Some('<') => {
                let name = self.until('>')?;
                if !is_name(&name) {
                    return Err(format!("{name:?} is no name of a group"));
                }
                self.capturing(Some(name))
            }
            Some('=') => {
                let name = self.until(')')?;
                let group = self.names.get(&name).copied();
                self.again(group.ok_or_else(|| format!("there is no group {name:?}"))?)
            }
            _ => Err("after (?P comes <name> or =name".into()),
        }
    }

    fn look(&mut self, negated: bool, is_back: bool) -> Result<Node, Refused> {
        let node = self.nested(self.flags, Self::alternatives)?;
        let back = match (is_back, self.width(&node)) {
            (false, _) => None,
            (true, (least, most)) if least == most => Some(least),
            _ => return Err("a look back, (?<=..) or (?<!..), needs one width".into()),
        };
        Ok(Node::Look {
            node: Box::new(node),
            negated,
            back,
        })
    }

    fn conditional(&mut self) -> Result<Node, Refused> {
        let name = self.until(')')?;
        let group = match name.parse() {
            Ok(0) => return Err("there is no group 0".into()),
            Ok(number) => number,
            Err(_) => {
                *(self.names.get(&name)).ok_or_else(|| format!("there is no group {name:?}"))?
            }
        };
        self.asked.push(group);
        let (yes, no) = self.nested(self.flags, |parser| {
            let yes = parser.sequence()?;
            let no = match parser.take('|') {
                true => parser.sequence()?,
                false => Node::Sequence(Vec::new()),
            };
            match parser.peek() {
                Some('|') => Err("a condition has two alternatives at most".to_owned()),
                _ => Ok((yes, no)),
            }
        })?;
        Ok(Node::Conditional(group, Box::new(yes), Box::new(no)))
    }

    /// Parses `(?i)` at the start of a pattern, or `(?i-s:..)`.
    fn flags(&mut self, is_first: bool) -> Result<Option<Node>, Refused> {
        let mut flags = self.flags;
        let (mut on, mut seen) = (true, String::new());
        loop {
            let letter = self.next().ok_or("a ) is missing")?;
            match letter {
                'a' if on && !seen.contains('u') => flags.ascii = true,
                'u' if on && !seen.contains('a') => flags.ascii = false,
                'a' | 'u' if on => return Err("the flags a and u exclude each other".into()),
                'i' => flags.ignore_case = on,
                'm' => flags.lines = on,
                's' => flags.dot_all = on,
                'x' => flags.verbose = on,
                '-' if on => on = false,
                ':' if !seen.ends_with('-') => {
                    let node = self.nested(flags, Self::alternatives)?;
                    return Ok(Some(enclosed(node)));
                }
                ')' if on && is_first => {
                    self.flags = flags;
                    return Ok(None);
                }
                ')' if on => {
                    return Err(
                        "flags of the whole pattern stand at its start: (?i:..) has them here"
                            .into(),
                    );
                }
                'L' => return Err("the flag L is for bytes; texts have u and a".into()),
                other => return Err(format!("(?{seen}{other} is unknown")),
            }
            if letter != '-' && seen.contains(letter) && !on {
                return Err(format!("the flag {letter} is turned on and off"));
            }
            seen.push(letter);
        }
    }

    /// Parses what stands in a group, and the ) that closes it.
    fn nested<T>(
        &mut self,
        flags: Flags,
        parse: impl FnOnce(&mut Self) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("groups within groups, deeper than {DEEPEST}"));
        }
        let outside = std::mem::replace(&mut self.flags, flags);
        let parsed = parse(self)?;
        self.flags = outside;
        self.depth -= 1;
        match self.take(')') {
            true => Ok(parsed),
            false => Err("a ) is missing".into()),
        }
    }

    fn width(&self, node: &Node) -> (usize, usize) {
        let known = |group: &Option<_>| group.unwrap_or((0, usize::MAX));
        let groups: Vec<(usize, usize)> = self.groups.iter().map(known).collect();
        node.width(&groups)
    }
}

/// Returns a group without a number, which may be repeated whatever is in it.
fn enclosed(node: Node) -> Node {
    match node {
        Node::Repeat { .. } | Node::Anchor(_) => Node::Sequence(vec![node]),
        other => other,
    }
}

fn is_name(name: &str) -> bool {
    let word = |c: char| c == '_' || c.is_alphanumeric();
    !name.is_empty() && name.chars().all(word) && !name.starts_with(|c: char| c.is_numeric())
}
