use super::character_set::{CharacterSet, lower};
use super::program::{Alone, Program, Step};
use super::syntax::{Anchor, Greed};
use crate::characters::is_word;

/// A register without a place.
const NOWHERE: usize = usize::MAX;

/// A way that was not taken, or what has to be restored before an earlier one is.
#[derive(Clone, Copy, Debug)]
enum Later {
    /// Goes on with a step at a place of the text.
    Way { step: usize, place: usize },
    /// Gives characters back, one after the other, down to `first`.
    Shorter {
        step: usize,
        first: usize,
        place: usize,
    },
    /// Takes a character more, of the set of the run at `run`.
    Longer { run: usize, place: usize, left: u32 },
    /// register <- value.
    Restore { register: usize, value: usize },
}

/// A search for the matches of a program, by backtracking as Python's `re`: of alternatives the first, of repetitions as
/// many as possible. The ways that are left stand in a vector, not on the call stack: texts may be long.
///
/// The buffers are reused for the next text.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    registers: Vec<usize>,
    later: Vec<Later>,
}

/// A text, and the place where an empty match is not wanted.
#[derive(Clone, Copy)]
struct Search<'a> {
    program: &'a Program,
    text: &'a str,
    not_at: usize,
}

impl Matcher {
    /// Visits the start and the end of group `wanted` (0: the whole match) of every match, an empty range where the group
    /// has none.
    pub(super) fn for_each(
        &mut self,
        program: &Program,
        text: &str,
        wanted: usize,
        mut visit: impl FnMut(usize, usize),
    ) {
        let mut start = 0;
        let mut search = Search {
            program,
            text,
            not_at: NOWHERE,
        };
        while start <= text.len() {
            let Some((first, last)) = self.find(search, start) else {
                return;
            };
            let group = (self.registers[2 * wanted], self.registers[2 * wanted + 1]);
            match (wanted, group) {
                (0, _) => visit(first, last),
                (_, (first, last)) if first != NOWHERE && last != NOWHERE => visit(first, last),
                _ => visit(first, first),
            }
            start = last;
            // After an empty match, the next one at its place has to take a character.
            search.not_at = if first == last { last } else { NOWHERE };
        }
    }

    /// Returns the first match that begins at `start` or later.
    fn find(&mut self, mut search: Search, start: usize) -> Option<(usize, usize)> {
        let needed = match search.program.steps.first() {
            Some(
                Step::Set(set)
                | Step::Run {
                    set, least: 1.., ..
                },
            ) => Some(set),
            _ => None,
        };
        let mut place = start;
        loop {
            let next = next_character(search.text, place);
            if needed.is_none_or(|set| next.is_some_and(|next| set.contains(next))) {
                self.later.clear();
                self.registers.clear();
                self.registers.resize(search.program.registers, NOWHERE);
                if let Some(end) = self.run(search, 0, place) {
                    return Some((place, end));
                }
            }
            search.not_at = NOWHERE;
            place += next?.len_utf8();
        }
    }

    /// Returns the end of a match of the steps from `step` to the next end, at `place`.
    fn run(&mut self, search: Search, mut step: usize, mut place: usize) -> Option<usize> {
        let base = self.later.len();
        loop {
            let next = match &search.program.steps[step] {
                Step::Done if place == search.not_at && step + 1 == search.program.steps.len() => {
                    None
                }
                Step::Done => return Some(place),
                _ => self.advance(search, step, place),
            };
            (step, place) = match next {
                Some(next) => next,
                None => self.turn_back(search, base)?,
            };
        }
    }

    /// Does a step, and returns the next one and its place; `None` if there is no match this way.
    fn advance(&mut self, search: Search, step: usize, place: usize) -> Option<(usize, usize)> {
        let text = search.text;
        match &search.program.steps[step] {
            Step::Done => None,
            Step::Set(set) => {
                let next = next_character(text, place).filter(|next| set.contains(*next))?;
                Some((step + 1, place + next.len_utf8()))
            }
            Step::Jump(to) => Some((*to, place)),
            Step::Or(other) => {
                self.later.push(Later::Way {
                    step: *other,
                    place,
                });
                Some((step + 1, place))
            }
            Step::Save(register) => {
                self.set(*register, place);
                Some((step + 1, place))
            }
            Step::Enter(register) => {
                self.set(*register, 0);
                self.set(register + 1, NOWHERE);
                Some((step + 1, place))
            }
            Step::Run { .. } => self.start_run(search, step, place),
            Step::Loop { .. } => Some(self.decide_loop(search, step, place)),
            Step::Count(register) => {
                self.set(*register, self.registers[*register] + 1);
                self.set(register + 1, place);
                Some((step + 1, place))
            }
            Step::Anchor(anchor) => holds(*anchor, text, place).then_some((step + 1, place)),
            Step::Again {
                group,
                ignore_case,
                ascii,
            } => {
                let (first, last) = (self.registers[2 * group], self.registers[2 * group + 1]);
                let same = |a: char, b: char| match ignore_case {
                    true => lower(a, *ascii) == lower(b, *ascii),
                    false => a == b,
                };
                let mut rest = text.get(place..)?.chars();
                for character in text.get(first..last)?.chars() {
                    rest.next().filter(|next| same(*next, character))?;
                }
                Some((step + 1, text.len() - rest.as_str().len()))
            }
            Step::Alone { kind, end } => {
                let place = self.alone(search, *kind, step + 1, place)?;
                Some((*end, place))
            }
            Step::Unless { group, otherwise } => match self.registers[2 * group + 1] {
                NOWHERE => Some((*otherwise, place)),
                _ => Some((step + 1, place)),
            },
        }
    }

    fn set(&mut self, register: usize, value: usize) {
        let before = std::mem::replace(&mut self.registers[register], value);
        self.later.push(Later::Restore {
            register,
            value: before,
        });
    }

    /// Returns the next way that is left above `base`; `None` if there is none.
    fn turn_back(&mut self, search: Search, base: usize) -> Option<(usize, usize)> {
        while self.later.len() > base {
            match self.later.pop()? {
                Later::Way { step, place } => return Some((step, place)),
                Later::Restore { register, value } => self.registers[register] = value,
                Later::Shorter { step, first, place } => {
                    let before = search.text.get(..place)?.chars().next_back()?;
                    let place = place - before.len_utf8();
                    if place > first {
                        self.later.push(Later::Shorter { step, first, place });
                    }
                    return Some((step, place));
                }
                Later::Longer { run, place, left } => {
                    let Step::Run { set, .. } = &search.program.steps[run] else {
                        return None;
                    };
                    let next = next_character(search.text, place);
                    if let Some(next) = next.filter(|next| set.contains(*next)) {
                        let (place, left) = (place + next.len_utf8(), left - 1);
                        if left > 0 {
                            self.later.push(Later::Longer { run, place, left });
                        }
                        return Some((run + 1, place));
                    }
                }
            }
        }
        None
    }

    fn start_run(&mut self, search: Search, step: usize, place: usize) -> Option<(usize, usize)> {
        let Step::Run {
            set,
            least,
            most,
            greed,
        } = &search.program.steps[step]
        else {
            return None;
        };
        let text = search.text;
        let (count, first) = take(set, text, place, *least);
        if count < *least {
            return None;
        }
        let left = most - least;
        let next = step + 1;
        if *greed == Greed::Lazy {
            if left > 0 {
                let (run, place) = (step, first);
                self.later.push(Later::Longer { run, place, left });
            }
            return Some((next, first));
        }
        let (_, place) = take(set, text, first, left);
        if place > first && *greed == Greed::Greedy {
            self.later.push(Later::Shorter {
                step: next,
                first,
                place,
            });
        }
        Some((next, place))
    }

    fn decide_loop(&mut self, search: Search, step: usize, place: usize) -> (usize, usize) {
        let Step::Loop {
            register,
            least,
            most,
            lazy,
            end,
        } = &search.program.steps[step]
        else {
            return (step, place);
        };
        let (count, began) = (self.registers[*register], self.registers[register + 1]);
        if count < *least as usize {
            self.set(*register, count + 1);
            return (step + 2, place);
        }
        // A repetition that has taken nothing is the last one.
        let is_over = most.is_some_and(|most| count >= most as usize) || began == place;
        match (is_over, lazy) {
            (true, _) => (*end, place),
            (false, false) => {
                self.later.push(Later::Way { step: *end, place });
                (step + 1, place)
            }
            (false, true) => {
                let step = step + 1;
                self.later.push(Later::Way { step, place });
                (*end, place)
            }
        }
    }

    /// Matches the steps from `step` on their own and returns the place after them.
    fn alone(&mut self, search: Search, kind: Alone, step: usize, place: usize) -> Option<usize> {
        let base = self.later.len();
        let found = match kind {
            Alone::Look {
                back: Some(back), ..
            } => {
                let before = back_by(search.text, place, back);
                before.and_then(|before| self.run(search, step, before))
            }
            _ => self.run(search, step, place),
        };
        match kind {
            Alone::Look { negated: true, .. } => {
                while self.later.len() > base {
                    if let Some(Later::Restore { register, value }) = self.later.pop() {
                        self.registers[register] = value;
                    }
                }
                found.is_none().then_some(place)
            }
            Alone::Look { .. } => {
                self.forget_ways(base);
                found.map(|_| place)
            }
            Alone::Atomic => {
                self.forget_ways(base);
                found
            }
        }
    }

    /// Keeps of what stands above `base` only what is to be restored.
    fn forget_ways(&mut self, base: usize) {
        let mut kept = base;
        for index in base..self.later.len() {
            if matches!(self.later[index], Later::Restore { .. }) {
                self.later.swap(kept, index);
                kept += 1;
            }
        }
        self.later.truncate(kept);
    }
}

#[inline]
fn next_character(text: &str, place: usize) -> Option<char> {
    match text.as_bytes().get(place)? {
        ascii @ 0..=127 => Some(char::from(*ascii)),
        _ => text.get(place..)?.chars().next(),
    }
}

/// Takes characters of the set, at most `most`; returns their number and the place after them.
fn take(set: &CharacterSet, text: &str, place: usize, most: u32) -> (u32, usize) {
    let (mut count, mut place) = (0, place);
    while count < most {
        let Some(next) = next_character(text, place).filter(|next| set.contains(*next)) else {
            break;
        };
        place += next.len_utf8();
        count += 1;
    }
    (count, place)
}

fn back_by(text: &str, place: usize, characters: usize) -> Option<usize> {
    if characters == 0 {
        return Some(place);
    }
    let before = text.get(..place)?.char_indices().rev();
    before.map(|(start, _)| start).nth(characters - 1)
}

fn holds(anchor: Anchor, text: &str, place: usize) -> bool {
    let (before, after) = (text.get(..place), text.get(place..));
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    match anchor {
        Anchor::Start => before.is_empty(),
        Anchor::LineStart => before.is_empty() || before.ends_with('\n'),
        Anchor::End => after.is_empty(),
        Anchor::LastLineEnd => after.is_empty() || after == "\n",
        Anchor::LineEnd => after.is_empty() || after.starts_with('\n'),
        // Neither holds in an empty text.
        Anchor::WordEdge { .. } if text.is_empty() => false,
        Anchor::WordEdge { negated, ascii } => {
            let word = |c: char| is_word(c) && (!ascii || c.is_ascii());
            let is_edge = before.chars().next_back().is_some_and(word)
                != after.chars().next().is_some_and(word);
            is_edge != negated
        }
    }
}
