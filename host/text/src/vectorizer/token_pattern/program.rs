use super::character_set::CharacterSet;
use super::syntax::{Anchor, Greed, Node};

/// A step of a [`Program`]; places in it are numbers of steps.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The end of the pattern, or of a part that is matched on its own.
    Done,
    Set(CharacterSet),
    Jump(usize),
    /// Goes on with the next step, and later with another.
    Or(usize),
    /// register <- place in the text.
    Save(usize),
    /// Repetitions of one character.
    Run {
        set: CharacterSet,
        least: u32,
        most: u32,
        greed: Greed,
    },
    /// Starts a loop: no repetitions, and no place where the last one began.
    Enter(usize),
    /// Decides whether a loop goes on with the step after the next, or ends.
    Loop {
        register: usize,
        least: u32,
        most: Option<u32>,
        lazy: bool,
        end: usize,
    },
    /// Counts a repetition beyond the fewest.
    Count(usize),
    Anchor(Anchor),
    Again {
        group: usize,
        ignore_case: bool,
        ascii: bool,
    },
    /// Matches the steps up to `end` on their own and goes on after them.
    Alone {
        kind: Alone,
        end: usize,
    },
    /// Jumps unless a group has matched.
    Unless {
        group: usize,
        otherwise: usize,
    },
}

/// A part of a pattern that is matched on its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alone {
    Atomic,
    /// A look ahead, or back by a number of characters.
    Look {
        negated: bool,
        back: Option<usize>,
    },
}

/// The steps of a pattern, and the number of its registers: two for each group, and two for each loop.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) registers: usize,
}

impl Program {
    /// Translates a pattern with this number of groups.
    pub(super) fn new(node: &Node, groups: usize) -> Self {
        let mut program = Program {
            steps: Vec::new(),
            registers: 2 * (groups + 1),
        };
        program.add(node);
        program.steps.push(Step::Done);
        program
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Set(set) => self.steps.push(Step::Set(set.clone())),
            Node::Sequence(nodes) => nodes.iter().for_each(|node| self.add(node)),
            Node::Alternatives(nodes) => self.add_alternatives(nodes),
            Node::Repeat {
                node,
                least,
                most,
                greed,
            } => self.add_repeat(node, (*least, *most), *greed),
            Node::Group(number, node) => {
                self.steps.push(Step::Save(2 * number));
                self.add(node);
                self.steps.push(Step::Save(2 * number + 1));
            }
            Node::Atomic(node) => self.add_alone(Alone::Atomic, node),
            Node::Look {
                node,
                negated,
                back,
            } => {
                let (negated, back) = (*negated, *back);
                self.add_alone(Alone::Look { negated, back }, node);
            }
            Node::Anchor(anchor) => self.steps.push(Step::Anchor(*anchor)),
            Node::Again {
                group,
                ignore_case,
                ascii,
            } => self.steps.push(Step::Again {
                group: *group,
                ignore_case: *ignore_case,
                ascii: *ascii,
            }),
            Node::Conditional(group, yes, no) => {
                let condition = self.steps.len();
                self.steps.push(Step::Done);
                self.add(yes);
                let jump = self.steps.len();
                self.steps.push(Step::Done);
                self.steps[condition] = Step::Unless {
                    group: *group,
                    otherwise: self.steps.len(),
                };
                self.add(no);
                self.steps[jump] = Step::Jump(self.steps.len());
            }
        }
    }

    fn add_alternatives(&mut self, nodes: &[Node]) {
        let mut jumps = Vec::new();
        for (place, node) in nodes.iter().enumerate() {
            let branch = self.steps.len();
            let is_last = place + 1 == nodes.len();
            if !is_last {
                self.steps.push(Step::Done);
            }
            self.add(node);
            if !is_last {
                jumps.push(self.steps.len());
                self.steps.push(Step::Done);
                self.steps[branch] = Step::Or(self.steps.len());
            }
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.steps.len());
        }
    }

    fn add_alone(&mut self, kind: Alone, node: &Node) {
        let place = self.steps.len();
        self.steps.push(Step::Done);
        self.add(node);
        self.steps.push(Step::Done);
        let end = self.steps.len();
        self.steps[place] = Step::Alone { kind, end };
    }

    fn add_repeat(&mut self, node: &Node, (least, most): (u32, Option<u32>), greed: Greed) {
        if let Node::Set(set) = node {
            return self.steps.push(Step::Run {
                set: set.clone(),
                least,
                most: most.unwrap_or(u32::MAX),
                greed,
            });
        }
        if greed == Greed::Possessive {
            let node = Node::Repeat {
                node: Box::new(node.clone()),
                least,
                most,
                greed: Greed::Greedy,
            };
            return self.add_alone(Alone::Atomic, &node);
        }
        let register = self.registers;
        self.registers += 2;
        self.steps.push(Step::Enter(register));
        let decision = self.steps.len();
        self.steps.push(Step::Done);
        self.steps.push(Step::Count(register));
        self.add(node);
        self.steps.push(Step::Jump(decision));
        self.steps[decision] = Step::Loop {
            register,
            least,
            most,
            lazy: greed == Greed::Lazy,
            end: self.steps.len(),
        };
    }
}
