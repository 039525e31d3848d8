use super::character_set::{Class, class_of};
use super::parser::{Parser, Refused};
use super::syntax::{Anchor, Escape};

impl Parser {
    /// Parses what follows a backslash outside of [..].
    pub(super) fn escape(&mut self) -> Result<Escape, Refused> {
        let next = self.next().ok_or("the pattern ends in a backslash")?;
        Ok(match next {
            'A' => Escape::Anchor(Anchor::Start),
            'Z' => Escape::Anchor(Anchor::End),
            'b' | 'B' => Escape::Anchor(self.word_edge(next == 'B')),
            '0' => {
                let octal = self.while_is(2, is_octal);
                Escape::Character(of_number(&format!("0{octal}"), 8))
            }
            '1'..='9' => return self.group_or_octal(next),
            _ => return self.escaped_character(next),
        })
    }

    /// Parses what follows a backslash in [..].
    pub(super) fn escape_in_set(&mut self) -> Result<Escape, Refused> {
        let next = self.next().ok_or("a ] is missing")?;
        match next {
            'b' => Ok(Escape::Character(Some('\u{8}'))),
            '0'..='7' => {
                let octal = format!("{next}{}", self.while_is(2, is_octal));
                octal_character(&octal)
            }
            '8' | '9' => Err(format!("\\{next} means nothing in [..]")),
            _ => self.escaped_character(next),
        }
    }

    /// Parses an escape that means the same inside and outside of [..].
    fn escaped_character(&mut self, next: char) -> Result<Escape, Refused> {
        if let Some((class, negated)) = class_of(next) {
            return Ok(Escape::Class(class, negated));
        }
        let character = match next {
            'a' => '\u{7}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' => return self.hexadecimal(next, 2),
            'u' => return self.hexadecimal(next, 4),
            'U' => return self.hexadecimal(next, 8),
            'p' | 'P' => return self.property(next == 'P'),
            'N' => {
                return Err("characters by name, \\N{..}, are not known here: write the character itself, or \\uXXXX".into());
            }
            letter if letter.is_ascii_alphabetic() => {
                return Err(format!("\\{letter} means nothing"));
            }
            other => other,
        };
        Ok(Escape::Character(Some(character)))
    }

    fn hexadecimal(&mut self, letter: char, length: usize) -> Result<Escape, Refused> {
        let digits = self.while_is(length, |c| c.is_ascii_hexdigit());
        let number = u32::from_str_radix(&digits, 16).ok();
        match number.filter(|_| digits.len() == length) {
            Some(number) if number <= u32::from(char::MAX) => {
                Ok(Escape::Character(char::from_u32(number)))
            }
            Some(_) => Err(format!("there is no character \\{letter}{digits}")),
            None => Err(format!("\\{letter} takes {length} hexadecimal digits")),
        }
    }

    fn group_or_octal(&mut self, first: char) -> Result<Escape, Refused> {
        let mut digits = first.to_string();
        digits += &self.while_is(1, |c| c.is_ascii_digit());
        if digits.len() == 2 && digits.chars().all(is_octal) {
            let third = self.while_is(1, is_octal);
            if !third.is_empty() {
                return octal_character(&(digits + &third));
            }
        }
        let group = digits.parse().map_err(|_| "no number of a group")?;
        Ok(Escape::Group(group))
    }

    /// Parses a property, which Python's `re` lacks: the general categories, scripts and other classes of Unicode.
    fn property(&mut self, negated: bool) -> Result<Escape, Refused> {
        let letter = if negated { 'P' } else { 'p' };
        let name = match self.next() {
            Some('{') => self.until('}')?,
            Some(one) if one.is_ascii_alphabetic() => one.to_string(),
            _ => return Err(format!("\\{letter} takes a property: \\{letter}{{M}}")),
        };
        let unknown = || {
            format!(
                "no property of characters is called {name:?}: a general category such as \\p{{M}} or a script such as \
                 \\p{{Han}} is"
            )
        };
        let known = |c: char| c.is_ascii_alphanumeric() || "_ -=^".contains(c);
        if !name.chars().all(known) {
            return Err(unknown());
        }
        let parsed = regex_syntax::parse(&format!("\\{letter}{{{name}}}"));
        let parsed = parsed.map_err(|_| unknown())?;
        let ranges = match parsed.kind() {
            regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => class
                .ranges()
                .iter()
                .map(|range| (range.start(), range.end()))
                .collect(),
            regex_syntax::hir::HirKind::Literal(one) => match str::from_utf8(&one.0) {
                Ok(text) => text.chars().map(|one| (one, one)).collect(),
                Err(_) => return Err(unknown()),
            },
            _ => return Err(unknown()),
        };
        Ok(Escape::Class(Class::Property(ranges), false))
    }
}

fn is_octal(character: char) -> bool {
    ('0'..='7').contains(&character)
}

fn of_number(digits: &str, radix: u32) -> Option<char> {
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
}

fn octal_character(digits: &str) -> Result<Escape, Refused> {
    match u32::from_str_radix(digits, 8) {
        Ok(number) if number <= 0o377 => Ok(Escape::Character(char::from_u32(number))),
        _ => Err(format!("the octal \\{digits} is beyond \\377")),
    }
}
