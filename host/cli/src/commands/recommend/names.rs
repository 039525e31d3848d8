//! Users and items by their names and titles.

use crate::run::Failure;
use std::collections::HashMap;

/// The names of users or of items, and their titles if they have any.
pub struct Names {
    /// What they are: `user` or `item`.
    kind: &'static str,
    names: Vec<String>,
    /// In the order of the names; empty where there is none.
    titles: Vec<String>,
    places: HashMap<String, usize>,
}

/// How many candidates or near matches a message has.
const SHOWN: usize = 8;

impl Names {
    pub fn new(kind: &'static str, names: Vec<String>, titles: Vec<String>) -> Self {
        let places = names.iter().cloned().zip(0..).collect();
        Self {
            kind,
            names,
            titles,
            places,
        }
    }

    /// Returns all names.
    pub fn all(&self) -> &[String] {
        &self.names
    }

    /// Returns the titles, in the order of the names; none if there are no titles.
    pub fn titles(&self) -> &[String] {
        &self.titles
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn name(&self, place: usize) -> &str {
        &self.names[place]
    }

    /// Returns the title, if there is one.
    pub fn title(&self, place: usize) -> Option<&str> {
        let title = self.titles.get(place)?;
        (!title.is_empty()).then_some(title)
    }

    /// `Heat (1995)  [10]`, or the name alone.
    pub fn shown(&self, place: usize) -> String {
        match self.title(place) {
            Some(title) => format!("{title}  [{}]", self.name(place)),
            None => self.name(place).to_owned(),
        }
    }

    /// Returns the place of that name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Returns the place of a name, of a title, of a title without its year, or of the only title that begins so.
    pub fn find(&self, given: &str) -> Result<usize, Failure> {
        if let Some(place) = self.place(given) {
            return Ok(place);
        }
        let wanted = given.to_lowercase();
        let titles = || {
            self.titles
                .iter()
                .map(|title| title.to_lowercase())
                .zip(0..)
        };
        let is_exact = |title: &str| title == wanted || without_year(title) == wanted;
        let exact = titles().filter(|(title, _)| !wanted.is_empty() && is_exact(title));
        let exact: Vec<usize> = exact.map(|(_, place)| place).collect();
        let begun =
            || titles().filter(|(title, _)| !wanted.is_empty() && title.starts_with(&wanted));
        let found = match exact.is_empty() {
            false => exact,
            true => begun().map(|(_, place)| place).collect(),
        };
        match found[..] {
            [place] => Ok(place),
            [] => Err(self.unknown(given)),
            _ => Err(Failure::Said(format!(
                "{given} may be {}: give more of the title, or the name",
                self.listed(&found)
            ))),
        }
    }

    fn unknown(&self, given: &str) -> Failure {
        let kind = self.kind;
        let near = self.near(given);
        let hint = match near.is_empty() {
            true => String::new(),
            false => format!("; near it: {}", self.listed(&near)),
        };
        Failure::Said(format!("there is no {kind} {given}{hint}"))
    }

    /// `12 (Heat (1995)), 13 and 5 more`.
    fn listed(&self, places: &[usize]) -> String {
        let shown = places
            .iter()
            .take(SHOWN)
            .map(|&place| match self.title(place) {
                Some(title) => format!("{} ({title})", self.names[place]),
                None => self.names[place].clone(),
            });
        let shown: Vec<String> = shown.collect();
        match places.len().saturating_sub(SHOWN) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }

    /// Returns the names and titles that take the fewest changes, none more than a third of the letters.
    fn near(&self, given: &str) -> Vec<usize> {
        let wanted: Vec<char> = given.to_lowercase().chars().collect();
        let most = wanted.len().div_ceil(3);
        let changes = |text: &str| {
            let letters: Vec<char> = without_year(&text.to_lowercase()).chars().collect();
            match letters.len().abs_diff(wanted.len()) > most {
                true => usize::MAX,
                false => distance(&letters, &wanted),
            }
        };
        let mut near: Vec<(usize, usize)> = (0..self.names.len())
            .map(|place| {
                let of_title = self.title(place).map_or(usize::MAX, changes);
                (changes(&self.names[place]).min(of_title), place)
            })
            .filter(|(changes, _)| *changes <= most)
            .collect();
        near.sort_unstable();
        near.into_iter().take(3).map(|(_, place)| place).collect()
    }
}

/// Removes a year in parentheses from the end of a title.
fn without_year(title: &str) -> &str {
    let year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    match title
        .trim_end()
        .strip_suffix(')')
        .and_then(|title| title.rsplit_once(" ("))
    {
        Some((title, inside)) if year(inside) => title,
        _ => title,
    }
}

/// Returns the number of letters that have to be changed, added or removed (Levenshtein 1966).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, x) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn films() -> Names {
        let titles = [
            "Heat (1995)",
            "Heat Wave (1990)",
            "Alien (1979)",
            "Aliens (1986)",
            "",
        ];
        let names = ["10", "20", "30", "40", "50"].map(String::from).to_vec();
        Names::new("item", names, titles.map(String::from).to_vec())
    }

    fn found(given: &str) -> Result<usize, String> {
        films().find(given).map_err(|failure| match failure {
            Failure::Said(message) => message,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn items_are_found_by_name_title_and_the_start_of_a_title() {
        for (given, place) in [
            ("50", 4),
            ("Heat (1995)", 0),
            ("heat", 0),
            ("Heat W", 1),
            ("ALIENS", 3),
            ("alien", 2),
        ] {
            assert_eq!(found(given), Ok(place), "{given}");
        }
        let ambiguous = found("a").unwrap_err();
        assert_eq!(
            ambiguous,
            "a may be 30 (Alien (1979)), 40 (Aliens (1986)): give more of the title, or the name"
        );
        assert_eq!(
            found("Hat").unwrap_err(),
            "there is no item Hat; near it: 10 (Heat (1995))"
        );
        assert_eq!(found("").unwrap_err(), "there is no item ");
        assert!(found("51").unwrap_err().contains("near it: 50"));
        assert_eq!(found("Solaris").unwrap_err(), "there is no item Solaris");
    }

    #[test]
    fn distances_count_changes() {
        for (one, other, expected) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("same", "same", 0),
        ] {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            assert_eq!(distance(&letters(one), &letters(other)), expected);
            assert_eq!(distance(&letters(other), &letters(one)), expected);
        }
    }
}
